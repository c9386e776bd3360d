"""How far a running job has come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconmark_ui.benchmarks.sequence import SequenceEntry
from siliconmark_ui.jobs.progress import Done, steps_of

QUICK: SequenceEntry = {"benchmark_id": "quick_mark", "config": None}
NETWORK: SequenceEntry = {"benchmark_id": "cluster_network", "config": None}


@pytest.mark.parametrize(
    ("sequence", "nodes", "done", "steps", "percent"),
    [
        ([QUICK], 1, Done(), (0, 1), 0),
        ([QUICK], 4, Done(uploads=3), (3, 4), 75),
        ([QUICK, NETWORK], 2, Done(uploads=1), (1, 3), 33),
        ([QUICK, NETWORK, NETWORK], 8, Done(ended_tasks=8, uploads=2), (10, 10), 100),
        ([QUICK, NETWORK], 2, Done(ended_tasks=1, uploads=1), (2, 3), 66),
    ],
)
def test_steps_count_each_node_and_the_cluster_once(
    sequence: list[SequenceEntry], nodes: int, done: Done, steps: tuple[int, int], percent: int
) -> None:
    found = steps_of(sequence, nodes, done)
    assert ((found.done, found.total), found.percent) == (steps, percent)


@given(networks=st.integers(0, 5), nodes=st.integers(1, 256), ended=st.integers(0, 256), uploads=st.integers(0, 2000))
def test_share_stays_between_nothing_and_all_whatever_comes_in(
    networks: int, nodes: int, ended: int, uploads: int
) -> None:
    found = steps_of([QUICK, *[NETWORK] * networks], nodes, Done(min(ended, nodes), uploads))
    assert 0 <= found.done <= found.total
    assert 0 <= found.percent <= 100
    assert found.percent < 100 or found.done == found.total
