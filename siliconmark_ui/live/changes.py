"""What the database tells of a change, who may hear of it, and which parts of a page it makes stale."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from siliconmark_ui.accounts.roles import Scope

Kind = Literal["created", "changed", "ended", "task", "result", "review", "report", "many"]
"""A job was made, moved on, ended or was deleted; its tasks, results, reviews or report changed; or many jobs did."""
Part = Literal["badge", "page", "figures", "link"]
"""A part of an open page: the badge, what the page lists, its charts, and the mark that live updates are cut off."""

KINDS: tuple[Kind, ...] = get_args(Kind)
BADGE_KINDS: frozenset[Kind] = frozenset({"ended", "review", "many"})


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a job; `customer_id` and `owner_id` are 0 for a job that belongs to nobody."""

    kind: Kind
    job_id: int = 0
    customer_id: int = 0
    owner_id: int = 0


ANYTHING = Change("many")
"""Something changed, nobody knows what."""


@dataclass(frozen=True, slots=True)
class Interest:
    """What an open page shows: the kinds of changes that its lists and its charts show, of `job_ids` or of any job.

    `progress` are the kinds that show how far a job has come: of `followed_ids`, of any job while these are not known.
    """

    kinds: frozenset[Kind] = frozenset()
    figures: frozenset[Kind] = frozenset()
    job_ids: frozenset[int] | None = None
    progress: frozenset[Kind] = frozenset()
    followed_ids: frozenset[int] | None = None


def read_change(payload: str) -> Change:
    """Read `kind job customer owner`; what cannot be read may have been anything."""
    kind, _, rest = payload.partition(" ")
    ids = rest.split(" ")
    if kind not in KINDS or len(ids) != 3 or not all(part.isascii() and part.isdigit() for part in ids):
        return ANYTHING
    return Change(kind, *map(int, ids))


def may_hear(scope: Scope, change: Change) -> bool:
    """Tell whether a scope covers the job that changed."""
    if change.kind == "many" or scope.kind == "all":
        return True
    return scope.id == (change.customer_id if scope.kind == "customer" else change.owner_id)


def stale_parts(changes: Iterable[Change], interest: Interest, scope: Scope) -> frozenset[Part]:
    """Give the parts of a page that changes have made stale, as far as the scope sees them."""
    stale: set[Part] = set()
    for change in changes:
        if may_hear(scope, change):
            stale |= _parts(change, interest)
    return frozenset(stale)


def _parts(change: Change, interest: Interest) -> set[Part]:
    stale: set[Part] = {"badge"} if change.kind in BADGE_KINDS else set()
    is_any = change.kind == "many"
    if is_any or interest.job_ids is None or change.job_id in interest.job_ids:
        if interest.kinds and (is_any or change.kind in interest.kinds):
            stale.add("page")
        if interest.figures and (is_any or change.kind in interest.figures):
            stale.add("figures")
    is_followed = interest.followed_ids is None or change.job_id in interest.followed_ids
    if is_followed and change.kind in interest.progress:
        stale.add("page")
    return stale
