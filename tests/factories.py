"""Makers of what tests need: people with tokens, jobs in a state, results with figures of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import permutations
from typing import Any

from sqlalchemy import text

from siliconmark_ui.accounts.passwords import hash_password
from siliconmark_ui.accounts.repository import actor_by_id, customer_by_name, next_sequence
from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.accounts.tokens import get_signer
from siliconmark_ui.agents.repository import SWEEP_LOCK
from siliconmark_ui.db import Database
from siliconmark_ui.identifiers import make_id
from siliconmark_ui.instants import now
from siliconmark_ui.jobs.schemas import CreatedJob
from siliconmark_ui.jobs.service import create_job, read_new_job
from siliconmark_ui.models import Customer, User

PASSWORD = "correct horse battery"
# A hash takes a twentieth of a second; everybody here has the same password.
_hashes: dict[str, str] = {}


@dataclass(frozen=True)
class Caller:
    """A person with the headers that a program of theirs sends."""

    actor: Actor
    headers: dict[str, str]


async def make_caller(
    db: Database, email: str = "ann@acme.example", role: Role = Role.USER, customer: str = "Acme"
) -> Caller:
    """Return a new person, whose password is `PASSWORD`, with a user token; the customer is made when it is new."""
    if PASSWORD not in _hashes:
        _hashes[PASSWORD] = await hash_password(PASSWORD)
    async with db.session_scope() as session:
        owner = await customer_by_name(session, customer)
        if owner is None:
            owner = Customer(id=make_id(now(), await next_sequence(session)), name=customer)
            session.add(owner)
            await session.flush()
        user_id = make_id(now(), await next_sequence(session))
        session.add(
            User(
                id=user_id,
                email=email,
                name=email.split("@")[0],
                password_hash=_hashes[PASSWORD],
                role=role,
                customer_id=owner.id,
            )
        )
    async with db.reader() as reader:
        actor = await actor_by_id(reader, user_id)
    assert actor is not None
    return Caller(actor, bearer(get_signer().user_token(user_id)))


def bearer(token: str) -> dict[str, str]:
    """Return the headers that carry a token."""
    return {"Authorization": f"Bearer {token}"}


async def make_job(db: Database, actor: Actor | None, *, at: datetime | None = None, **fields: Any) -> CreatedJob:
    """Return a new job of the actor (None: an anonymous one), created `at` a moment; `fields` as in a request."""
    return await create_job(db, actor, read_new_job({"benchmarks": [], **fields}), at=at)


@asynccontextmanager
async def unswept(db: Database) -> AsyncIterator[None]:
    """Let no served process apply expiry while the block runs: a job of days ago can so live through its day now."""
    async with db.session_scope() as session:
        await session.execute(text(f"SELECT pg_advisory_xact_lock_shared({SWEEP_LOCK})"))
        yield


def machine(number: int) -> str:
    """Return the UUID of the machine with that number."""
    return f"00000000-0000-4000-8000-{number:012x}"


def node(number: int = 0, **fields: Any) -> dict[str, Any]:
    """Return the registration of the machine with that number."""
    model = "NVIDIA A100-SXM4-80GB"
    return {"machine_uuid": machine(number), "gpu_count": 1, "gpu_model": model, **fields}


def upload(results: Any, **fields: Any) -> dict[str, Any]:
    """Return the upload of a completed result."""
    times = {"started_at": "2026-05-04T03:00:00Z", "ended_at": "2026-05-04T03:02:01.5Z"}
    return {**times, "state": "completed", "results": results, **fields}


def quick_mark(gpus: int = 1, share: float = 1.0, **figures: float) -> dict[str, Any]:
    """Return a QuickMark result of `gpus` A100 SXM 80 GB cards at `share` of what is usual."""
    one = {
        "bf16_tflops": round(264.4 * share, 2),
        "fp16_tflops": round(259.3 * share, 2),
        "fp32_tflops": round(123.2 * share, 2),
        "mixed_precision_tflops": round(247.1 * share, 2),
        "memory_bandwidth_gbs": 1741.5,
        "power_consumption_watts": 411.3,
        "temperature_centigrade": 58,
    } | figures
    whole = {name: value if "temperature" in name else round(value * gpus, 2) for name, value in one.items()}
    return {
        "test_results": [{**one, "gpu_id": f"GPU-{index}"} for index in range(gpus)],
        "aggregate_results": {**whole, "gpu_id": "aggregate" if gpus > 1 else "GPU-0"},
        "timestamp": "2026-05-04T03:02:01.123456789Z",
    }


def cluster_network(nodes: int) -> dict[str, Any]:
    """Return the result of a cluster network run over the machines 0 to `nodes` - 1: every directed pair."""
    links: list[dict[str, Any]] = [
        {
            "source": machine(source),
            "target": machine(target),
            "bandwidth_gbps": round(90 + (source * 7 + target * 3) % 50 / 10, 2),
            "latency": round(0.01 + (source + target) % 9 / 1000, 4),
        }
        for source, target in permutations(range(nodes), 2)
    ]
    bandwidths = [link["bandwidth_gbps"] for link in links]
    return {
        "avg_bandwidth_gbps": 92.4,
        "min_bandwidth_gbps": min(bandwidths),
        "max_bandwidth_gbps": max(bandwidths),
        "avg_latency": 0.0131,
        "max_latency": 0.018,
        "total_links_tested": len(links),
        "node_count": nodes,
        "measurements": links,
    }
