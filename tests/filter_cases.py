"""One table of questions with their answers; repository, service, REST, export and page are all held to it."""

from dataclasses import dataclass

from siliconmark_ui.accounts.roles import Actor
from tests.jobs.population import Stored


@dataclass(frozen=True)
class Case:
    """A query string and the names of the jobs that it finds, in order."""

    query: str
    names: tuple[str, ...]

    @property
    def has_several_states(self) -> bool:
        """Whether pages and exports alone take it: the specification's list takes one state."""
        return sum(pair.startswith("state=") for pair in self.query.split("&")) > 1


def population(owner: Actor) -> list[Stored]:
    """Ten jobs of one owner, and a deleted one that nobody ever finds; a second apart, `alpha` first."""
    return [
        Stored("alpha", 0, 0, "completed", 1, 1, ("quick_mark",), ("prod",), 100, 5000, "as_expected", 1.0,
               owner=owner),
        Stored("Beta", 1, 1000, "created", 2, owner=owner, benchmarks=("quick_mark", "cluster_network")),
        Stored("beta_2", 2, 2000, "running", 2, 2, tags=("prod", "gpu"), started=2500, owner=owner),
        Stored("100%", 3, 3000, "failed", 4, 4, started=3500, ended=9000, tags=("x: y",), owner=owner),
        Stored("100 percent", 4, 4000, "completed", 4, 4, tags=("prod",), started=4500, ended=4700, owner=owner,
               status="underperforming", score=0.5),
        Stored("ÄPFEL", 5, 5000, "completed", 8, 8, started=5500, ended=5600, tags=("GPU",), owner=owner,
               status="unknown"),
        Stored("back\\slash", 6, 6000, "aborted", 256, 0, ended=9100, owner=owner),
        Stored("delta 1", 7, 7000, "starting", 16, 3, started=7100, owner=owner, tags=("gpu", "prod", "a+b")),
        Stored("delta 10", 8, 8000, "completed_with_warnings", 16, 16, owner=owner, started=8100, ended=8200,
               status="underperforming", score=0.6, benchmarks=("cluster_network", "quick_mark")),
        Stored("Delta 2", 9, 9000, "completed", 16, 16, owner=owner, started=9100, ended=9500,
               status="outperforming", score=1.2, tags=("prod",)),
        Stored("deleted", 10, 9500, "completed", 16, 16, owner=owner, started=9600, ended=9700, is_deleted=True,
               status="underperforming", score=0.1, tags=("prod",)),
    ]  # fmt: skip


NEWEST = (
    "Delta 2", "delta 10", "delta 1", "back\\slash", "ÄPFEL", "100 percent", "100%", "beta_2", "Beta", "alpha",
)  # fmt: skip
OLDEST = tuple(reversed(NEWEST))
BY_NAME = (
    "100 percent", "100%", "alpha", "back\\slash", "Beta", "beta_2", "delta 1", "delta 10", "Delta 2", "ÄPFEL",
)  # fmt: skip
CASES = [
    Case("", NEWEST),
    Case("sort_order=asc", OLDEST),
    Case("sort_by=created_at&sort_order=desc", NEWEST),
    Case("sort_by=expires_at&sort_order=asc", OLDEST),
    Case("sort_by=name&sort_order=asc", BY_NAME),
    Case("sort_by=name", tuple(reversed(BY_NAME))),
    Case(
        "sort_by=started_at&sort_order=asc",
        ("alpha", "beta_2", "100%", "100 percent", "ÄPFEL", "delta 1", "delta 10", "Delta 2", "Beta", "back\\slash"),
    ),
    Case(
        "sort_by=started_at",
        ("Delta 2", "delta 10", "delta 1", "ÄPFEL", "100 percent", "100%", "beta_2", "alpha", "back\\slash", "Beta"),
    ),
    Case("sort_by=ended_at&sort_order=asc&state=completed", ("100 percent", "alpha", "ÄPFEL", "Delta 2")),
    Case(
        "sort_by=ended_at",
        ("Delta 2", "back\\slash", "100%", "delta 10", "ÄPFEL", "alpha", "100 percent", "delta 1", "beta_2", "Beta"),
    ),
    Case(
        "sort_by=state&sort_order=asc",
        ("back\\slash", "alpha", "100 percent", "ÄPFEL", "Delta 2", "delta 10", "Beta", "100%", "beta_2", "delta 1"),
    ),
    Case(
        "sort_by=node_count",
        ("back\\slash", "Delta 2", "delta 10", "delta 1", "ÄPFEL", "100 percent", "100%", "beta_2", "Beta", "alpha"),
    ),
    Case(
        "sort_by=current_nodes&sort_order=asc",
        ("Beta", "back\\slash", "alpha", "beta_2", "delta 1", "100%", "100 percent", "ÄPFEL", "delta 10", "Delta 2"),
    ),
    Case("state=completed", ("Delta 2", "ÄPFEL", "100 percent", "alpha")),
    Case("state=completed_with_warnings", ("delta 10",)),
    Case("state=created", ("Beta",)),
    Case("state=completed&state=failed", ("Delta 2", "ÄPFEL", "100 percent", "100%", "alpha")),
    Case("state=failed&state=aborted&sort_order=asc", ("100%", "back\\slash")),
    Case("state=created&state=completed_with_warnings&state=running", ("delta 10", "beta_2", "Beta")),
    Case("state=completed&state=starting&tags=prod&tags=gpu", ("delta 1",)),
    Case("state=aborted&state=completed&name=a&sort_by=name&sort_order=asc", ("alpha", "back\\slash", "Delta 2")),
    Case(
        "state=completed&state=aborted&sort_by=state&sort_order=asc",
        ("back\\slash", "alpha", "100 percent", "ÄPFEL", "Delta 2"),
    ),
    Case(
        "state=failed&state=running&state=completed&node_count_min=4&node_count_max=8", ("ÄPFEL", "100 percent", "100%")
    ),
    Case("name=beta", ("beta_2", "Beta")),
    Case("name=BETA", ("beta_2", "Beta")),
    Case("name=%25", ("100%",)),
    Case("name=_", ("beta_2",)),
    Case("name=%5C", ("back\\slash",)),
    Case("name=%C3%A4pf", ("ÄPFEL",)),
    Case("name=apf", ()),
    Case("name=0%25%25", ()),
    Case("name=+", ("Delta 2", "delta 10", "delta 1", "100 percent")),
    Case("name=delta+1", ("delta 10", "delta 1")),
    Case("name=deleted", ()),
    Case("benchmark_id=quick_mark", NEWEST),
    Case("benchmark_id=cluster_network", ("delta 10", "Beta")),
    Case("tags=prod", ("Delta 2", "delta 1", "100 percent", "beta_2", "alpha")),
    Case("tags=prod&tags=gpu", ("delta 1", "beta_2")),
    Case("tags=gpu&tags=prod&tags=gpu", ("delta 1", "beta_2")),
    Case("tags=GPU", ("ÄPFEL",)),
    Case("tags=x%3A+y", ("100%",)),
    Case("tags=a%2Bb", ("delta 1",)),
    Case("tags=pro", ()),
    Case("created_after=2040-05-04T12:00:07Z", ("Delta 2", "delta 10")),
    Case("created_after=2040-05-04T12:00:06.999Z", ("Delta 2", "delta 10", "delta 1")),
    Case("created_after=2040-05-04T12:00:06.9999Z", ("Delta 2", "delta 10", "delta 1")),
    Case("created_after=2040-05-04T12:00:07", ("Delta 2", "delta 10")),
    Case("created_after=2040-05-04T14:00:07%2B02:00", ("Delta 2", "delta 10")),
    Case("created_after=2040-05-04T14:00:07+02:00", ("Delta 2", "delta 10")),
    Case("created_before=2040-05-04T12:00:02Z", ("Beta", "alpha")),
    Case("created_before=2040-05-04T12:00:02.0001Z", ("beta_2", "Beta", "alpha")),
    Case("created_before=2040-05-04T07:00:02-05:00", ("Beta", "alpha")),
    Case("created_after=2040-05-04T12:00:01Z&created_before=2040-05-04T12:00:04Z", ("100%", "beta_2")),
    Case("created_after=2040-05-04", NEWEST),
    Case("created_before=2040-05-04", ()),
    Case("created_after=9999-12-31T23:59:59Z", ()),
    Case("created_before=0001-01-01T00:00:00Z", ()),
    Case("node_count_min=16", ("Delta 2", "delta 10", "delta 1", "back\\slash")),
    Case("node_count_max=2", ("beta_2", "Beta", "alpha")),
    Case("node_count_min=4&node_count_max=8", ("ÄPFEL", "100 percent", "100%")),
    Case("node_count_min=256&node_count_max=256", ("back\\slash",)),
    Case("has_performance_data=true", ("Delta 2", "delta 10", "ÄPFEL", "100 percent", "alpha")),
    Case("has_performance_data=false", NEWEST),
    Case("has_performance_data=true&state=completed&tags=prod", ("Delta 2", "100 percent", "alpha")),
    Case("state=completed&name=a&tags=prod&node_count_max=16&benchmark_id=quick_mark", ("Delta 2", "alpha")),
    Case("include_results=true&include=performance&name=alpha", ("alpha",)),
]
