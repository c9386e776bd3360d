"""A world in which every text that somebody may write is hostile: markup, scripts, links and formulas."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from siliconmark_ui.accounts import people
from siliconmark_ui.accounts.api_tokens import make_token
from siliconmark_ui.accounts.own_password import Post
from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.accounts.service import Browser, sign_in
from siliconmark_ui.agents import service as agents
from siliconmark_ui.agents.bodies import read_node, read_progress, read_upload
from siliconmark_ui.alerts.service import acknowledge
from siliconmark_ui.db import Database
from siliconmark_ui.instants import at, now
from siliconmark_ui.models import User
from siliconmark_ui.saved_views.service import save_view
from tests.factories import PASSWORD, Caller, cluster_network, machine, make_caller, make_job, node, quick_mark, upload

MARKUP = "<img src=x onerror=\"document.title='owned'\">"
SCRIPT = "<script>document.title='owned'</script>"
LINK = '<a href="https://evil.example/">%{x}</a><b>bold</b>'
FORMULA = '=HYPERLINK("https://evil.example","x")'
CUSTOMER = f"'\"><svg onload=document.title='owned'>{SCRIPT}"
EMAIL = "<svg/onload=document.title='owned'>@acme.example"
MODEL = f"{LINK}{MARKUP}"
LIKE_NODES = 9
TEXTS = (MARKUP, SCRIPT, LINK, FORMULA, CUSTOMER, EMAIL, MODEL)


@dataclass(frozen=True)
class HostileWorld:
    """Who looks at it (a root admin, whose every own text is hostile too), and what there is to look at."""

    root: Caller
    alert: str
    network: str
    machine: str


async def make_hostile_world(db: Database) -> HostileWorld:
    """Fill an empty database by the doors that strangers have: agents, invitations, tokens, sign-ins, notes."""
    root = await make_caller(db, EMAIL, Role.ROOT_ADMIN, CUSTOMER)
    async with db.session_scope() as session:
        user = await session.get(User, root.actor.user_id)
        assert user is not None
        user.name = MARKUP
    await make_caller(db, "b" + EMAIL, Role.USER, CUSTOMER)
    await make_token(db, root.actor, SCRIPT, "read", 7)
    await people.invite(db, root.actor, Post(""), "c" + EMAIL, Role.USER, CUSTOMER)
    await sign_in(db, EMAIL, PASSWORD, MARKUP, Browser(MARKUP, SCRIPT))
    # With so many like nodes a model that no catalogue knows has an expectation, and so a score and a place in charts.
    await _job(db, root, LIKE_NODES, "Fleet", first=10, share=1.0)
    alert = await _job(db, root, 1, MARKUP)
    await acknowledge(db, root.actor, int(alert), f"{SCRIPT}{MARKUP}")
    # A second job of the same machine and a network of two: what is drawn needs several points.
    await _job(db, root, 1, FORMULA)
    network = await _job(db, root, 2, LINK, benchmark="cluster_network")
    for page in ("jobs", "performance", "machines"):
        await save_view(db, root.actor, page, MARKUP, "")
    return HostileWorld(root, alert, network, machine(0))


async def _job(
    db: Database, caller: Caller, nodes: int, name: str, *, first: int = 0, share: float = 0.5, benchmark: str = ""
) -> str:
    """Return the id of an ended job of the machines from `first` on; all of its nodes but one fail in the end."""
    with at(now() - timedelta(hours=2)):
        benchmarks = [benchmark] if benchmark else []
        job = await make_job(
            db, caller.actor, name=name, description=f"{SCRIPT}\n{FORMULA}", tags=["a/b"], node_count=nodes,
            benchmarks=benchmarks,
        )  # fmt: skip
        tasks = []
        for number in range(nodes):
            body = node(first + number, gpu_model=MODEL, gpu_count=2, inventory={SCRIPT: {"note": MARKUP}})
            task, _ = await agents.register_node(db, job["token"], read_node(body))
            tasks.append(int(task["id"]))
        if benchmark:
            content = upload(_network(nodes), error_message=SCRIPT)
            read = read_upload(msgspec.json.encode(content), "cluster_network")
            await agents.store_cluster_result(db, job["token"], "cluster_network", read)
        for place, task_id in enumerate(tasks):
            content = upload(_quick_mark(share), error_message=MARKUP, config={SCRIPT: MARKUP})
            read = read_upload(msgspec.json.encode(content), "quick_mark")
            await agents.store_task_result(db, job["token"], task_id, "quick_mark", read)
            failed = {"state": "failed", "failed_message": f"{MARKUP}{FORMULA}"}
            await agents.report_task(
                db, job["token"], task_id, read_progress(failed if place else {"state": "completed"})
            )
    return job["id"]


def _quick_mark(share: float) -> dict[str, Any]:
    result = quick_mark(2, share=share)
    for place, test in enumerate(result["test_results"]):
        test |= {"gpu_id": f"{LINK}{place}", "gpu_model": MODEL, SCRIPT: MARKUP}
    links = {
        f"gpu{a}_to_gpu{1 - a}": {"connection_type": LINK, "simplex_gbs": 90.0 + a, "duplex_gbs": 150.0}
        for a in range(2)
    }
    result["aggregate_results"] |= {"gpu_bandwidth_matrix": links, SCRIPT: MARKUP}
    return result


def _network(nodes: int) -> dict[str, Any]:
    """Return a result that names a node which never registered, by markup, with links that died of markup."""
    result = cluster_network(nodes)
    figures = {"bandwidth_gbps": 80.0, "latency": 0.02}
    for number in range(nodes):
        result["measurements"] += [
            {"source": LINK, "target": machine(number), **figures},
            {"source": machine(number), "target": LINK, **figures, "error": f"{LINK}{SCRIPT}"},
        ]
    return result
