"""Makers of what tests need: people with tokens, jobs in a state, results with figures of their own."""

from dataclasses import dataclass
from typing import Any

from siliconmark_ui.accounts import service as accounts
from siliconmark_ui.accounts.repository import actor_by_id
from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.accounts.tokens import get_signer
from siliconmark_ui.db import Database

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Caller:
    """A person with the headers that a program of theirs sends."""

    actor: Actor
    headers: dict[str, str]


async def make_caller(db: Database, email: str = "ann@acme.example", role: Role = Role.USER, customer: str = "Acme") -> Caller:
    """Return a new person with a user token."""
    user_id = await accounts.add_user(db, email, PASSWORD, role, customer)
    async with db.reader() as reader:
        actor = await actor_by_id(reader, user_id)
    assert actor is not None
    return Caller(actor, {"Authorization": f"Bearer {get_signer().user_token(user_id)}"})


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
    node = {name: value if "temperature" in name else round(value * gpus, 2) for name, value in one.items()}
    return {
        "test_results": [{**one, "gpu_id": f"GPU-{index}"} for index in range(gpus)],
        "aggregate_results": {**node, "gpu_id": "aggregate" if gpus > 1 else "GPU-0"},
        "timestamp": "2026-05-04T03:02:01.123456789Z",
    }
