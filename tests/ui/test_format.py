"""Times as people read them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconmark_ui.ui import format as form

NOW = datetime(2025, 3, 15, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (42.4, "42 s"),
        (60, "1 min"),
        (75, "1 min 15 s"),
        (3_600, "1 h"),
        (4_530, "1 h 15 min"),
        (90_000, "1 d 1 h"),
        (None, "–"),
    ],
)
def test_duration_reads_as_its_two_largest_units(seconds: float | None, words: str) -> None:
    assert form.duration(seconds) == words


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=10), "just now"),
        (timedelta(seconds=50), "1 min ago"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=2, minutes=59), "2 h ago"),
        (timedelta(days=40), "40 d ago"),
        (timedelta(days=800), "2 y ago"),
        (timedelta(minutes=-5), "in 5 min"),
    ],
)
def test_relative_time_reads_as_seen_from_now(age: timedelta, words: str) -> None:
    assert form.relative_time(NOW - age, NOW) == words


def test_times_are_read_and_written_in_utc_when_they_carry_an_offset() -> None:
    assert form.parse_instant("2025-03-15T14:00:00+02:00") == NOW
    assert form.utc_text("2025-03-15T14:00:00+02:00") == "2025-03-15 12:00:00 UTC"
    assert form.utc_text(None) == "–"


def test_duration_between_is_missing_when_an_end_is_missing() -> None:
    assert form.duration_between("2025-03-15T12:00:00Z", "2025-03-15T13:15:00Z") == "1 h 15 min"
    assert form.duration_between("2025-03-15T12:00:00Z", None) == "–"


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3_000)))
def test_relative_time_never_reads_zero_for_any_age(age: timedelta) -> None:
    assert not form.relative_time(NOW - age, NOW).startswith("0")
