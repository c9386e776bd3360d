"""What a notification says, who may hear of it, and what it makes stale."""

import pytest

from siliconmark_ui.accounts.roles import EVERYTHING, Scope
from siliconmark_ui.live.changes import ANYTHING, Change, Interest, may_hear, read_change, stale_parts

CHANGE = Change("ended", 7, 3, 5)
LIST = Interest(frozenset({"created", "ended"}))
JOB = Interest(frozenset({"task", "ended"}), frozenset({"result", "ended"}), frozenset({7}))


def test_notification_is_read_into_a_change() -> None:
    assert read_change("ended 7554621440 12 34") == Change("ended", 7554621440, 12, 34)


@pytest.mark.parametrize(
    "payload", ["", "ended", "ended 1 2", "ended 1 2 x", "ended -1 2 3", "burnt 1 2 3", "ended ² 2 3"]
)
def test_notification_that_cannot_be_read_may_have_been_anything(payload: str) -> None:
    assert read_change(payload) == ANYTHING


@pytest.mark.parametrize(
    ("scope", "hears"),
    [
        (EVERYTHING, True),
        (Scope("customer", 3), True),
        (Scope("customer", 5), False),
        (Scope("owner", 5), True),
        (Scope("owner", 3), False),
    ],
)
def test_change_is_heard_of_by_those_who_see_the_job(scope: Scope, hears: bool) -> None:
    assert may_hear(scope, CHANGE) is hears
    assert may_hear(scope, ANYTHING)


def test_job_of_nobody_is_heard_of_by_staff_alone() -> None:
    anonymous = Change("created", 7)
    assert may_hear(EVERYTHING, anonymous)
    assert not may_hear(Scope("customer", 3), anonymous)


@pytest.mark.parametrize(
    ("change", "interest", "stale"),
    [
        (CHANGE, LIST, {"badge", "page"}),
        (Change("created", 8, 3, 5), LIST, {"page"}),
        (Change("result", 8, 3, 5), LIST, set()),
        (Change("review", 8, 3, 5), LIST, {"badge"}),
        (CHANGE, JOB, {"badge", "page", "figures"}),
        (Change("ended", 8, 3, 5), JOB, {"badge"}),
        (Change("task", 7, 3, 5), JOB, {"page"}),
        (Change("result", 7, 3, 5), JOB, {"figures"}),
        (Change("created", 8, 3, 5), Interest(), set()),
        (ANYTHING, LIST, {"badge", "page"}),
        (ANYTHING, JOB, {"badge", "page", "figures"}),
        (ANYTHING, Interest(), {"badge"}),
    ],
)
def test_change_makes_stale_what_shows_it(change: Change, interest: Interest, stale: set[str]) -> None:
    assert stale_parts([change], interest, EVERYTHING) == stale
