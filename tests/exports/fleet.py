"""Jobs with all that makes exports go wrong: formulas, quotes, line ends, scripts, nulls, empty lists, alerts."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.agents import bodies
from siliconmark_ui.agents import service as agents
from siliconmark_ui.db import Database
from siliconmark_ui.instants import at, now
from tests.factories import Caller, make_caller, make_job, node, quick_mark, upload

FORMULAS = ("=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x.example","y")', "-", "=")
NAMES = (
    "plain",
    'he said "hi"',
    "comma, semicolon; tab\there",
    "line one\nline two",
    "\\.",
    "ünïcödé 漢字 عربي",
    "🚀🔥 family 👩‍👩‍👧‍👦",
    "'=already quoted",
    "a%b_c\\d",
    "0123456789",
    "1e5",
    "NULL",
    "true",
    "https://example.com/a?b=c",
    "non\ufffecharacter",
    "x" * 60,
)
DESCRIPTIONS = (None, "", "  spaces around  ", "\n starts with a line end", '"', "=cmd|' /C calc'!A0", ",,,", "é" * 512)
TAGS = (
    (),
    ("production",),
    ("+plus", "b"),
    ("production", "provider: aws", "漢字"),
    ("-minus", "production"),
    ("@at",),
)
# Within their 24 hours, so that no sweep ends them meanwhile.
START = now() - timedelta(hours=20)


@dataclass(frozen=True)
class Fleet:
    """The people whose jobs these are: one who owns them, a colleague, one elsewhere, and one who sees everything."""

    owner: Caller
    colleague: Caller
    stranger: Caller
    staff: Caller

    @property
    def people(self) -> tuple[Caller, ...]:
        """Everybody."""
        return (self.owner, self.colleague, self.stranger, self.staff)


async def make_fleet(db: Database) -> Fleet:
    """Store the jobs: one for each awkward name and each formula, some run to an end, two of others."""
    fleet = Fleet(
        await make_caller(db),
        await make_caller(db, "cora@acme.example"),
        await make_caller(db, "zoe@else.example", customer="Elsewhere"),
        await make_caller(db, "sam@staff.example", role=Role.STAFF, customer="Staff"),
    )
    for number, name in enumerate((*NAMES, *FORMULAS)):
        moment = START + timedelta(minutes=number * 30, milliseconds=number * 37)
        description, tags = DESCRIPTIONS[number % len(DESCRIPTIONS)], TAGS[number % len(TAGS)]
        nodes = number % 3 + 1
        with at(moment):
            fields: dict[str, Any] = {"name": name, "description": description, "tags": list(tags), "node_count": nodes}
            if nodes > 1 and number % 2:
                fields["benchmarks"] = ["quick_mark", {"benchmark_id": "cluster_network", "config": {"timeout": 60}}]
            job = await make_job(db, fleet.owner.actor, at=moment, **fields)
            if number % 2 == 0:
                await _run(db, job["token"], nodes, share=0.6 if number % 4 else 1.0, model=_model(number))
    await make_job(db, fleet.colleague.actor, name="of a colleague", tags=["production"])
    await make_job(db, fleet.stranger.actor, name="plain")
    return fleet


def _model(number: int) -> str | None:
    return ("NVIDIA A100-SXM4-80GB", "=EVIL()", None)[number // 2 % 3]


async def _run(db: Database, token: str, nodes: int, share: float, model: str | None) -> None:
    tasks = []
    for number in range(nodes):
        task, _ = await agents.register_node(db, token, bodies.read_node(node(number, gpu_model=model)))
        tasks.append(int(task["id"]))
    for place, task_id in enumerate(tasks):
        if place != 1:
            result = msgspec.json.encode(upload(quick_mark(share=share)))
            await agents.store_task_result(db, token, task_id, "quick_mark", bodies.read_upload(result, "quick_mark"))
        state = {"state": "failed", "failed_message": "no driver"} if place == 1 else {"state": "completed"}
        await agents.report_task(db, token, task_id, bodies.read_progress(state))
