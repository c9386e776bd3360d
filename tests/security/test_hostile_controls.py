"""Control characters and halves of surrogate pairs come in by no door: so no page, file or report can hold them."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from siliconmark_ui.accounts import people
from siliconmark_ui.accounts.oidc import Proven
from siliconmark_ui.accounts.own_password import Post
from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.accounts.service import Browser
from siliconmark_ui.accounts.sso import _name_in
from siliconmark_ui.alerts.service import acknowledge
from siliconmark_ui.db import Database
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.saved_views.service import save_view
from tests.api.expect import invalid
from tests.api.paths import JOBS, TOKEN, V1
from tests.factories import Caller, bearer, cluster_network, make_caller, make_job, node, quick_mark, upload
from tests.security.hostile_jobs import CONTROLS, HALF


@dataclass(frozen=True)
class Doors:
    """Who knocks: a root admin, and a job of two nodes with the task of its first."""

    root: Caller
    token: str
    task: str


@pytest.fixture(scope="module")
async def doors(module_db: Database, http_client: httpx.AsyncClient) -> Doors:
    """A root admin and a job that waits for its agents."""
    root = await make_caller(module_db, "ruth@acme.example", Role.ROOT_ADMIN)
    job = await make_job(module_db, root.actor, node_count=2, benchmarks=["cluster_network"])
    answer = await http_client.post(f"{V1}/tasks", json=node(0), headers=bearer(job["token"]))
    return Doors(root, job["token"], answer.json()["id"])


def _with(path: str, text: str, body: Any) -> Any:
    """Return a body with a text at a path such as `results.test_results.0.gpu_id`."""
    place = body
    *steps, last = path.split(".")
    for step in steps:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[int(last) if isinstance(place, list) else last] = text
    return body


def _network(_: str = "") -> dict[str, Any]:
    return upload(cluster_network(2))


def _figures(_: str = "") -> dict[str, Any]:
    result = quick_mark(1)
    result["aggregate_results"]["gpu_bandwidth_matrix"] = [{"source_gpu": 0, "target_gpu": 1, "connection_type": "x"}]
    return upload(result)


FIRST, WHOLE = "results.test_results.0", "results.aggregate_results"
LINK = f"{WHOLE}.gpu_bandwidth_matrix.0"
BODIES: dict[str, tuple[str, str, Callable[[], Any]]] = {
    f"POST {JOBS}": ("name description tags.0", "root", lambda: {"benchmarks": [], "tags": ["a"]}),
    f"POST {V1}/tasks": ("gpu_model machine_ip machine_uuid", "agent", lambda: node(1)),
    f"PATCH {V1}/tasks/{{task}}": ("failed_message", "agent", lambda: {"state": "failed"}),
    f"PUT {V1}/tasks/{{task}}/results/quick_mark": (
        f"error_message results.timestamp {FIRST}.gpu_id {FIRST}.gpu_model {WHOLE}.gpu_id {LINK}.connection_type",
        "agent", _figures,
    ),
    f"PUT {JOBS}/current/results/cluster_network": (
        "error_message results.measurements.0.source results.measurements.0.target results.measurements.0.error",
        "agent", _network,
    ),
    f"POST {V1}/account/tokens": ("name", "root", lambda: {"scope": "read"}),
    f"POST {V1}/invitations": ("email customer", "root", lambda: {"email": "a@b.example", "role": "user"}),
    f"POST {V1}/customers": ("name", "root", dict),
}  # fmt: skip
FORMED = {"machine_ip", "machine_uuid"}
FIELDS = [(call, path) for call, (paths, _, _) in BODIES.items() for path in paths.split()]


@pytest.mark.parametrize(("call", "path"), FIELDS)
async def test_control_characters_are_refused_in_each_field_of_the_api(
    http_client: httpx.AsyncClient, doors: Doors, call: str, path: str
) -> None:
    method, _, address = call.partition(" ")
    _, caller, body = BODIES[call]
    headers = doors.root.headers if caller == "root" else bearer(doors.token)
    for control in CONTROLS:
        # Written with escapes: a lone half of a pair is no UTF-8, but JSON can spell it.
        content = json.dumps(_with(path, f"a{control}b", body()))
        headers = {**headers, "Content-Type": "application/json"}
        answer = await http_client.request(method, address.format(task=doors.task), content=content, headers=headers)
        # What cannot be stored at all is refused before, and some fields have a form of their own.
        says_which = control not in {"\x00", HALF} and path not in FORMED
        invalid(answer, *(("control characters",) if says_which else ()))


async def test_control_characters_are_refused_where_people_sign_in_and_where_they_ask(
    http_client: httpx.AsyncClient, doors: Doors
) -> None:
    for control in CONTROLS[:-1]:
        invalid(await http_client.post(TOKEN, data={"username": f"a{control}b", "password": "x"}))
        for address in (f"{V1}/audit?person=", f"{V1}/audit?action=", f"{JOBS}?name=", f"{JOBS}?tags="):
            query = str(httpx.QueryParams({"q": f"a{control}b"})).removeprefix("q=")
            invalid(await http_client.get(f"{address}{query}", headers=doors.root.headers))


async def test_control_characters_are_refused_in_what_pages_send(module_db: Database, doors: Doors) -> None:
    invited = await people.invite(module_db, doors.root.actor, Post(""), "new@acme.example", Role.USER)
    key = str(invited["link"]).partition("key=")[2]
    actor, password = doors.root.actor, "seven brown lamps hum"
    acts: list[Callable[[str], Awaitable[object]]] = [
        lambda text: acknowledge(module_db, actor, 1, text),
        lambda text: save_view(module_db, actor, "jobs", text, ""),
        lambda text: people.accept_invitation(module_db, key, text, password, Browser()),
    ]
    for act in acts:
        for control in CONTROLS:
            with pytest.raises(InvalidInput, match="control characters"):
                await act(f"a{control}b")


@pytest.mark.parametrize("control", CONTROLS)
def test_name_that_a_provider_gives_is_kept_without_its_control_characters(control: str) -> None:
    proven = Proven({"sub": "x", "name": f"A{control}nn"}, "")
    assert _name_in(proven, "ann@acme.example").startswith("A")
    assert _name_in(proven, "ann@acme.example").isprintable()
