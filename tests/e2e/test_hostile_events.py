"""The websocket of the production build under hostile events: every handler, by name, with payloads of every kind.

What a role may not do through the API it may not do here either; whatever is sent, nothing outside its rights happens,
no stranger's data comes back, and the server goes on answering.
"""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import reflex as rx
import simple_websocket

import siliconmark_ui.ui.app  # noqa: F401 - states are known once the pages are.
from siliconmark_ui.accounts.sessions import COOKIE_NAME
from tests.api.paths import JOBS, LOGIN, V1
from tests.security.websocket import Socket, handshake_status, socket

PASSWORD = "silicon-demo"
ROLES = ("", "maya@demo.example", "admin@demo.example", "staff@demo.example")
PATHS = ("/", "/account", "/people", "/audit", "/jobs/1", "/invitation", "/nowhere")
TEXTS = (
    "", "x", "root_admin", "customer_admin", "1", "-1", "9" * 40, "<script>", "../../etc/passwd", "\x00",
    "'; DROP TABLE users; --",
)  # fmt: skip
EVENTS_A_HANDLER = 3
FRAMES = (
    "", "4", "42", "42/_event,", '42/_event,["event"]', '42/_event,["event",null]', "42/_event,[", "9",
    '42/_event,["event",{"name":7}]', '42/_event,["event",{"name":"a.b","payload":[]}]', '42/_event,["event","{"]',
    "45-1/_event,[]", '42/other,["x"]', "x" * 100_000,
)  # fmt: skip


def handlers() -> dict[str, list[str]]:
    """Return the full name of every event handler that any client may name, with its arguments."""
    found: dict[str, list[str]] = {}
    states: list[type[Any]] = [rx.State]
    while states:
        state = states.pop()
        states.extend(state.get_substates())
        for name, handler in state.event_handlers.items():
            arguments = list(handler.fn.__code__.co_varnames[1 : handler.fn.__code__.co_argcount])
            found[f"{state.get_full_name()}.{name}"] = arguments
    return found


def hostile_value(chance: random.Random, ids: list[str]) -> Any:
    """Return a value of any kind that JSON can carry, ids of real people and customers among them."""
    simple: list[Any] = [None, True, False, 0, -1, 2**70, 1.5, *TEXTS, *ids]
    form = {
        "email": "x@y.example",
        "role": "root_admin",
        "customer": "Demo",
        "name": "n",
        "scope": "write",
        "days": "7",
    }
    return chance.choice([chance.choice(simple), [chance.choice(simple)], {"x": chance.choice(simple)}, form])


@asynccontextmanager
async def _client(site: str, email: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=site, timeout=60, trust_env=False) as client:
        token = (await client.post(LOGIN, json={"email": email, "password": PASSWORD})).json()["id_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


async def _cookie(site: str, email: str) -> str:
    async with httpx.AsyncClient(base_url=site, timeout=60, trust_env=False) as client:
        form = {"email": email, "password": PASSWORD}
        answer = await client.post("/auth/sign-in", data=form, headers={"Origin": site})
        return f"{COOKIE_NAME}={answer.cookies[COOKIE_NAME]}"


async def _world(root: httpx.AsyncClient) -> dict[str, Any]:
    """Return what must not change: everybody's role and standing, the customers, and how many jobs there are."""
    people = (await root.get(f"{V1}/people")).json()
    customers = (await root.get(f"{V1}/customers")).json()["results"]
    total = (await root.get(JOBS, params={"per_page": 1})).json()["pagination"]["total"]
    return {
        "people": {row["email"]: (row["role"], row["is_active"], row["customer"]) for row in people["people"]},
        "ids": {row["email"]: row["id"] for row in people["people"]},
        "invitations": [row["email"] for row in people["invitations"]],
        "customers": [(row["name"], row["people"]) for row in customers],
        "jobs": total,
    }


def _may_change(before: dict[str, Any], email: str, role: str) -> set[str]:
    """Return whose role or standing a person of that role may change."""
    if role != "customer_admin":
        return set()
    own = before["people"][email][2]
    return {
        other
        for other, (rank, _, customer) in before["people"].items()
        if customer == own and rank in {"user", "customer_admin"}
    }


@pytest.mark.e2e
@pytest.mark.parametrize("email", ROLES)
async def test_hostile_events_do_nothing_outside_the_rights_of_a_role(site: str, email: str) -> None:
    cookie = await _cookie(site, email) if email else ""
    async with _client(site, "root@demo.example") as root, socket(site, cookie) as tab:
        before = await _world(root)
        foreign = await _foreign_jobs(root, email)
        await _be_hostile(tab, random.Random(f"20261123 {email}"), list(before["ids"].values()))
        after = await _world(root)
        said = "".join(tab.frames)
    role = before["people"][email][0] if email else ""
    allowed = _may_change(before, email, role)
    changed = {one for one in before["people"] if before["people"][one] != after["people"].get(one)}
    assert changed <= allowed
    assert after["people"].keys() == before["people"].keys()
    assert after["customers"] == before["customers"] or changed
    assert after["jobs"] == before["jobs"]
    if role != "customer_admin":
        assert after["invitations"] == before["invitations"]
    assert [job for job in foreign if job in said] == []
    await _put_back(site, before, after)


async def _be_hostile(tab: Socket, chance: random.Random, ids: list[str]) -> None:
    """Name every handler with arguments of every kind, and some that are none."""
    await tab.event("reflex___state____state.hydrate", {})
    for handler, arguments in sorted(handlers().items()):
        for _ in range(EVENTS_A_HANDLER):
            payload = {name: hostile_value(chance, ids) for name in arguments}
            await tab.event(handler, payload, chance.choice(PATHS))
    await tab.event("reflex___state____state.no_such_handler", {"x": 1})
    await tab.event("os.system", {"command": "id"})
    await tab.listen()


async def _foreign_jobs(root: httpx.AsyncClient, email: str) -> list[str]:
    """Return the ids of jobs that this person does not see."""
    rows = (await root.get(JOBS, params={"per_page": 300})).json()["results"]
    own: set[str] = set()
    if email:
        async with _client(str(root.base_url).rstrip("/"), email) as client:
            for page in (1, 2):
                answer = await client.get(JOBS, params={"per_page": 300, "page": page})
                own |= {row["id"] for row in answer.json()["results"]}
    return [row["id"] for row in rows if row["id"] not in own]


async def _put_back(site: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Undo what a customer admin rightly changed, for the tests that follow."""
    async with _client(site, "root@demo.example") as root:
        for email, (role, is_active, _) in before["people"].items():
            for body in ({"role": role}, {"is_active": is_active}):
                if after["people"][email] != before["people"][email]:
                    await root.patch(f"{V1}/people/{before['ids'][email]}", json=body)


@pytest.mark.e2e
async def test_frames_that_are_no_events_leave_the_server_answering(site: str) -> None:
    async with socket(site) as tab:
        for frame in FRAMES:
            try:
                await tab.raw(frame)
            except simple_websocket.ConnectionClosed:
                break
        await tab.listen(0.5)
    async with httpx.AsyncClient(base_url=site, trust_env=False) as client:
        assert (await client.get("/readyz")).status_code == 200


@pytest.mark.e2e
async def test_page_of_another_site_gets_no_websocket(site: str) -> None:
    cookie = await _cookie(site, "maya@demo.example")
    for origin in ("https://evil.example", "null", "http://localhost.evil.example"):
        assert await handshake_status(site, origin, cookie) == 403
    assert await handshake_status(site, site, cookie) == 101


@pytest.mark.e2e
async def test_state_of_a_tab_stays_with_its_cookie(site: str) -> None:
    async with socket(site, await _cookie(site, "maya@demo.example")) as owner:
        await owner.event("reflex___state____state.hydrate", {})
        await owner.listen()
        mine = "".join(owner.frames)
    async with socket(site, f"{COOKIE_NAME}=made-up") as stranger:
        for handler in ("hydrate", "on_load_internal_state.on_load_internal"):
            await stranger.event(f"reflex___state____state.{handler}", {})
        account = next(name for name in handlers() if name.endswith("account_state.load"))
        await stranger.event(account, {}, "/account")
        await stranger.listen()
        assert "Maya" not in "".join(stranger.frames)
    assert "siliconmark_session" not in mine
