"""The end of a job as a pure rule, and what agents send as a pure check."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconmark_ui.agents.bodies import read_node, read_upload
from siliconmark_ui.agents.life import outcome, state_with_nodes
from siliconmark_ui.errors import InvalidInput
from tests.factories import cluster_network, node, quick_mark, upload

task_states = st.sampled_from(["completed", "failed", "aborted"])
sequences = st.lists(st.sampled_from(["quick_mark", "cluster_network", "cluster_network:2"]), min_size=1, unique=True)


@st.composite
def ends(draw: st.DrawFn) -> tuple[list[tuple[int, str]], list[str], set[tuple[int | None, str]]]:
    """Tasks, result keys, and which of the expected results succeeded."""
    tasks = [(number, draw(task_states)) for number in range(draw(st.integers(1, 4)))]
    keys = draw(sequences)
    expected: list[tuple[int | None, str]] = [(None, key) for key in keys if key != "quick_mark"]
    expected += [(task, "quick_mark") for task, _ in tasks if "quick_mark" in keys]
    return tasks, keys, {one for one in expected if draw(st.booleans())}


@given(ends())
def test_outcome_is_all_some_or_none(
    end: tuple[list[tuple[int, str]], list[str], set[tuple[int | None, str]]],
) -> None:
    tasks, keys, succeeded = end
    expected = len(tasks) + sum(len(tasks) if key == "quick_mark" else 1 for key in keys)
    good = sum(state == "completed" for _, state in tasks) + len(succeeded)
    verdict = "completed" if good == expected else "completed_with_warnings" if good else "failed"
    assert outcome(tasks, keys, succeeded) == verdict


@given(st.integers(1, 256), st.integers(0, 256))
def test_state_follows_from_the_nodes_that_registered(node_count: int, registered: int) -> None:
    state = state_with_nodes(registered, node_count)
    assert (state == "created") == (registered == 0)
    assert (state == "running") == (registered >= node_count)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("192.168.1.10", "192.168.1.10"),
        ("2001:DB8::0001", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1%eth0"),
        (None, None),
    ],
)
def test_address_is_written_in_its_usual_form(address: str | None, kept: str | None) -> None:
    assert read_node(node(machine_ip=address)).machine_ip == kept


@given(st.dictionaries(st.text(max_size=8), st.integers() | st.text() | st.none() | st.booleans(), max_size=5))
def test_node_is_read_or_refused_in_words(body: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        read_node(body)


@given(st.binary(max_size=200) | st.text().map(lambda text: json.dumps({"results": text}).encode()))
def test_upload_of_anything_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_upload(body, "quick_mark")


@pytest.mark.parametrize(("key", "results"), [("quick_mark", quick_mark()), ("cluster_network:2", cluster_network(3))])
def test_upload_keeps_the_text_of_its_results(key: str, results: dict[str, Any]) -> None:
    text = json.dumps(results, indent=3)
    body = f'{{"results" : {text} , "state": "completed", "started_at": "2026-05-04T03:00:00+02:00", '
    read = read_upload(f'{body}"ended_at": "2026-05-04T03:00:00.5+02:00"}}'.encode(), key)
    assert read.document == text
    assert read.config == {}
    assert read.started_at.isoformat() == "2026-05-04T01:00:00+00:00"


def test_failed_upload_may_have_no_results() -> None:
    body = json.dumps(upload(None, state="failed")).encode()
    assert read_upload(body, "quick_mark").document == "{}"
