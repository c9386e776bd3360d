"""A small world with something to hide, photographed before and after, and what a role may have changed in between."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import select

from siliconmark_ui.accounts import people
from siliconmark_ui.accounts.api_tokens import make_token
from siliconmark_ui.accounts.own_password import Post
from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.accounts.service import Browser, sign_in
from siliconmark_ui.agents import service as agents
from siliconmark_ui.agents.bodies import read_node, read_progress, read_upload
from siliconmark_ui.db import Database
from siliconmark_ui.instants import at, now
from siliconmark_ui.models import Base
from tests.factories import PASSWORD, Caller, make_caller, make_job, node, quick_mark, upload

Row = Mapping[str, Any]
Photograph = Mapping[str, Mapping[tuple[Any, ...], Row]]
LOW = frozenset({"user", "customer_admin"})
# What triggers, counters and workers keep follows from the other tables.
DERIVED = frozenset(
    {
        "throttle_marks",
        "job_counts",
        "job_names",
        "job_tags",
        "job_summaries",
        "seen_machines",
        "node_figures",
        "reports",
    }
)


@dataclass
class World:
    """`ids` are of everything that can be named; `veiled` what each group of roles must never be told."""

    ids: list[str] = field(default_factory=list)
    job_ids: list[str] = field(default_factory=list)
    machines: list[str] = field(default_factory=list)
    own_job: str = ""
    secrets: list[str] = field(default_factory=list)
    of_others: list[str] = field(default_factory=list)
    of_other_customers: list[str] = field(default_factory=list)
    of_admins: list[str] = field(default_factory=list)

    def veiled_from(self, role: str) -> list[str]:
        """Return the words that must not come back to a person of that role; '' is an anonymous visitor."""
        words = list(self.secrets)
        if role in {"", "user", "staff"}:
            words += self.of_admins
        if role in {"", "user"}:
            words += self.of_others
        if role in {"", *LOW}:
            words += self.of_other_customers
        return words


async def make_world(db: Database, role: Role) -> tuple[World, Caller]:
    """Fill an empty database; return the world and the person of that role, of the customer Acme, who attacks it."""
    world = World()
    me = await make_caller(db, "me@acme.example", role)
    keeper = await make_caller(db, "keeper@acme.example", Role.ROOT_ADMIN)
    bea = await make_caller(db, "bea.veiled@acme.example")
    gus = await make_caller(db, "gus.veiled@umbra.example", Role.CUSTOMER_ADMIN, "Umbra")
    await make_caller(db, "ned.veiled@nimbus.example", Role.USER, "Nimbus veiled")
    world.own_job = await _alert(db, me.actor, 1, name="Mine")
    world.job_ids = [world.own_job, await _alert(db, bea.actor, 2, name="bea veiled job", tags=["bea veiled tag"])]
    far = {"name": "umbra veiled job", "description": "umbra veiled words", "tags": ["umbra veiled tag"]}
    waiting = await make_job(db, gus.actor, name="umbra veiled 2")
    world.job_ids += [await _alert(db, gus.actor, 9, **far), waiting["id"]]
    world.machines = [node(number)["machine_uuid"] for number in (1, 2, 9)]
    world.of_others = ["bea veiled job", "bea veiled tag", "10.0.0.2", "bea.veiled@"]
    world.of_other_customers = [
        "umbra veiled", "Nimbus veiled", "ned.veiled@", "10.0.0.9", waiting["token"], "gus.veiled@", "waits.veiled@",
    ]  # fmt: skip
    world.of_admins = ["gus.veiled@", "waits.veiled@", "bea.veiled@", "a veiled token"]
    for one in (bea, gus):
        made = await make_token(db, one.actor, "a veiled token", "write", 7)
        key = await sign_in(db, one.actor.email, PASSWORD, "192.0.2.1", Browser("192.0.2.1", "a veiled browser"))
        world.secrets += [made["token"], key]
    invited = await people.invite(db, keeper.actor, Post(""), "waits.veiled@umbra.example", Role.USER, "Umbra")
    world.secrets += [str(invited["link"]).partition("key=")[2], "a veiled browser", "$argon2"]
    before = await photograph(db)
    for table in ("users", "customers", "api_tokens", "browser_sessions", "one_time_links"):
        world.ids += [str(row["id"]) for row in before[table].values() if row["id"] != me.actor.user_id]
        world.secrets += [
            row[name] for row in before[table].values() for name in ("token_hash", "key_hash") if name in row
        ]
    world.ids += [*world.job_ids, *world.machines]
    return world, me


async def _alert(db: Database, actor: Actor, machine: int, **fields: Any) -> str:
    """Return the id of an ended job that fell far below what is expected."""
    with at(now() - timedelta(hours=1)):
        job = await make_job(db, actor, **fields)
        body = node(machine, machine_ip=f"10.0.0.{machine}")
        task, _ = await agents.register_node(db, job["token"], read_node(body))
        result = read_upload(msgspec.json.encode(upload(quick_mark(share=0.5))), "quick_mark")
        await agents.store_task_result(db, job["token"], int(task["id"]), "quick_mark", result)
        await agents.report_task(db, job["token"], int(task["id"]), read_progress({"state": "completed"}))
    return job["id"]


async def photograph(db: Database) -> Photograph:
    """Return every row of every table."""
    found: dict[str, dict[tuple[Any, ...], Row]] = {}
    async with db.session_scope() as session:
        for table in Base.metadata.sorted_tables:
            keys = [column.name for column in table.primary_key]
            rows = (await session.execute(select(table))).mappings()
            found[table.name] = {tuple(row[key] for key in keys): dict(row) for row in rows}
    return found


def trespasses(before: Photograph, after: Photograph, me: Actor | None) -> list[str]:
    """Return every change that is outside the rights of whoever acted (None: an anonymous visitor)."""
    found = []
    for table, rows in after.items():
        for key in rows.keys() | before[table].keys():
            was, became = before[table].get(key), rows.get(key)
            if was != became and table not in DERIVED and not _is_within(table, was, became, me, after):
                found.append(f"{table} {key}: {was} -> {became}")
    if me is not None and not any(_is_keeper(row) for row in after["users"].values()):
        found.append("nobody is root admin any more")
    return found


def _is_keeper(row: Row) -> bool:
    return bool(row["role"] == "root_admin" and row["is_active"])


def _is_within(table: str, was: Row | None, became: Row | None, me: Actor | None, after: Photograph) -> bool:
    """Tell whether one change is within the rights of a person."""
    if me is None:
        return False
    row = became or was or {}
    if table in {"users", "customers", "one_time_links"}:
        return _is_administration(table, was, became, me)
    if table in {"api_tokens", "browser_sessions"}:
        # Whoever is kept out loses what they hold.
        return row["user_id"] == me.user_id or not after["users"][(row["user_id"],)]["is_active"]
    if table == "audit_entries":
        return was is None and row["actor_id"] == me.user_id
    if table == "jobs":
        return row["customer_id"] == me.customer_id and (was is not None or row["owner_id"] == me.user_id)
    if "job_id" in row:
        return _sees(me, after["jobs"][(row["job_id"],)]) and (
            not table.startswith("alert") or me.role is not Role.USER
        )
    return me.user_id in {row.get("user_id"), row.get("owner_id")}


def _is_administration(table: str, was: Row | None, became: Row | None, me: Actor) -> bool:
    rows = [row for row in (was, became) if row is not None]
    kept = ("email", "password_hash", "customer_id", "id") if table == "users" else ()
    if was and became and any(was[name] != became[name] for name in kept):
        return False
    if me.role is Role.ROOT_ADMIN:
        return True
    if me.role is not Role.CUSTOMER_ADMIN or table == "customers":
        return False
    return all(row["customer_id"] == me.customer_id and row["role"] in LOW for row in rows)


def _sees(me: Actor, job: Row) -> bool:
    if me.role is Role.USER:
        return bool(job["owner_id"] == me.user_id)
    return me.role is not Role.CUSTOMER_ADMIN or job["customer_id"] == me.customer_id
