"""A question about jobs in words: what somebody typed stays a part of the sentence."""

import pytest

from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.jobs.sentences import describe
from siliconmark_ui.ui.questions import chips

OVERRIDE, ISOLATE, LETTER = "\u202e", "\u2067", "\u05d0"


@pytest.mark.parametrize(
    ("name", "shown"),
    [("night", "night"), (f"{OVERRIDE}thgin", "thgin"), (f"a{ISOLATE}b", "ab"), (f"a{LETTER}b", f"a{LETTER}b")],
)
def test_name_cannot_turn_round_the_words_after_it_when_it_sets_a_direction(name: str, shown: str) -> None:
    query = JobQuery(name=name)
    assert describe(query) == f"all jobs named like “{shown}”, newest first"
    assert [chip.text for chip in chips(query)] == [f"Name has “{shown}”"]
