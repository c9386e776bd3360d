"""The column registry: for each table that leaves, its columns in order. Writers, queries and choosers read it; pure.

A further table is one more `Table`; a further column of jobs is one more entry here, and every format has it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from siliconmark_ui.benchmarks.catalogue import METRICS
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.scoreboard.expectations import GROUPS, SCORED_METRICS
from siliconmark_ui.scoreboard.schemas import QuickMarkAggregate

# id: digits that stay text; text: written by people or agents; word: from a fixed vocabulary; list: of texts, joined;
# json: a nested list, as JSON text.
Kind = Literal["id", "text", "word", "list", "integer", "number", "moment", "json"]
SEPARATOR = "; "


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `name` is the API's path of the value, dotted; `needs` the parameter without which it is not read.

    `unit` is written beside the name where a header is for people; moments are in UTC.
    """

    name: str
    label: str
    kind: Kind
    unit: str = ""
    needs: str = ""

    @property
    def field(self) -> str:
        """Return the field of the row that the value stands in."""
        return self.name.partition(".")[0]

    @property
    def path(self) -> tuple[str, ...]:
        """Return the way from that field to the value; empty when the field is the value."""
        return tuple(self.name.split(".")[1:])


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column of a page's table, which people choose: its word, and the columns of a file that hold what it shows."""

    name: str
    word: str
    holds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table that can leave: what it is called in file names, and its columns in their usual order.

    `shown` is what the page's table is made of, where people can choose its columns.
    """

    name: str
    columns: tuple[Column, ...]
    shown: tuple[ShownColumn, ...] = ()

    def holding(self, hidden: Collection[str] = ()) -> tuple[str, ...]:
        """Return the names of the columns that hold what the page shows without its `hidden` columns, the id first."""
        names = [name for column in self.shown if column.name not in hidden for name in column.holds]
        return tuple(dict.fromkeys(["id", *names]))

    def offered(self, asked: Iterable[str] = ()) -> tuple[Column, ...]:
        """Return the columns that are read when the parameters `asked` are given."""
        given = {"", *asked}
        return tuple(column for column in self.columns if column.needs in given)

    def chosen(self, names: Sequence[str], asked: Iterable[str] = ()) -> tuple[Column, ...]:
        """Return the named columns in the order given, every offered one for no names; raises InvalidInput."""
        offered = {column.name: column for column in self.offered(asked)}
        if not names:
            return tuple(offered.values())
        known = {column.name: column for column in self.columns}
        for name in names:
            if name not in known:
                raise InvalidInput(f"columns must be among: {', '.join(known)}; not '{name}'")
            if name not in offered:
                raise InvalidInput(f"columns: '{name}' requires {known[name].needs}")
        return tuple(offered[name] for name in names)


RESULTS = "include_results=true"
PERFORMANCE = "include=performance"
NODES = "include=performance_nodes"


def _aggregate_columns() -> Iterable[Column]:
    counts = {"node_count": Column("", "Reporting nodes", "integer"), "gpu_count": Column("", "GPUs", "integer")}
    for name in QuickMarkAggregate.__annotations__:
        path = f"quickmark_aggregate_results.{name}"
        if name in counts:
            yield Column(path, counts[name].label, "integer", needs=RESULTS)
        else:
            yield Column(path, METRICS[name].label, "number", METRICS[name].unit, RESULTS)


def _performance_columns(needs: str = PERFORMANCE) -> Iterable[Column]:
    yield Column("performance.benchmark_id", "Performance benchmark", "word", needs=needs)
    yield Column("performance.status", "Performance", "word", needs=needs)
    yield Column("performance.score", "Score", "number", needs=needs)
    yield Column("performance.scored_nodes", "Scored nodes", "integer", needs=needs)
    yield Column("performance.underperforming_nodes", "Underperforming nodes", "integer", needs=needs)
    yield from _group_columns("performance.groups", needs)
    yield Column("performance.reasons", "Reasons", "list", needs=needs)


def _group_columns(place: str, needs: str = "") -> Iterable[Column]:
    for group in GROUPS:
        yield Column(f"{place}.{group}.score", f"{group.capitalize()} score", "number", needs=needs)
        yield Column(f"{place}.{group}.status", f"{group.capitalize()} status", "word", needs=needs)


def _metric_columns() -> Iterable[Column]:
    for metric in SCORED_METRICS:
        field, place = METRICS[metric], f"metrics.{metric}"
        yield Column(f"{place}.value", field.label, "number", field.unit)
        yield Column(f"{place}.expected", f"{field.label}, expected", "number", field.unit)
        yield Column(f"{place}.ratio", f"{field.label}, ratio", "number")
        yield Column(f"{place}.status", f"{field.label}, status", "word")


JOBS = Table(
    "jobs",
    (
        Column("id", "Job id", "id"),
        Column("name", "Name", "text"),
        Column("description", "Description", "text"),
        Column("state", "State", "word"),
        Column("node_count", "Nodes", "integer"),
        Column("current_nodes", "Registered nodes", "integer"),
        Column("benchmark_sequence", "Benchmark sequence", "json"),
        Column("tags", "Tags", "list"),
        Column("created_at", "Created", "moment", "UTC"),
        Column("started_at", "Started", "moment", "UTC"),
        Column("expires_at", "Expires", "moment", "UTC"),
        Column("ended_at", "Ended", "moment", "UTC"),
        Column("gpu_models", "GPU models", "list", needs=RESULTS),
        *_aggregate_columns(),
        *_performance_columns(),
        Column("performance_nodes", "Performance by node", "json", needs=NODES),
        Column("benchmarks", "Benchmarks", "list"),
    ),
    shown=(
        ShownColumn("name", "Name", ("name",)),
        ShownColumn("state", "State", ("state",)),
        ShownColumn("performance", "Performance", ("performance.status", "performance.score")),
        ShownColumn("nodes", "Nodes", ("current_nodes", "node_count")),
        ShownColumn("created", "Created", ("created_at",)),
        ShownColumn("duration", "Duration", ("started_at", "ended_at")),
        ShownColumn("gpus", "GPU models", ("gpu_models",)),
        ShownColumn("tags", "Tags", ("tags",)),
        ShownColumn("benchmarks", "Benchmarks", ("benchmarks",)),
        ShownColumn("started", "Started", ("started_at",)),
        ShownColumn("ended", "Ended", ("ended_at",)),
        ShownColumn("expires", "Expires", ("expires_at",)),
    ),
)

PERFORMANCE_JOBS = Table(
    "performance",
    (
        Column("id", "Job id", "id"),
        Column("name", "Name", "text"),
        Column("state", "State", "word"),
        Column("node_count", "Nodes", "integer"),
        Column("tags", "Tags", "list"),
        Column("created_at", "Created", "moment", "UTC"),
        Column("started_at", "Started", "moment", "UTC"),
        Column("ended_at", "Ended", "moment", "UTC"),
        Column("gpu_models", "GPU models", "list"),
        *_performance_columns(needs=""),
        Column("benchmarks", "Benchmarks", "list"),
    ),
)

PERFORMANCE_NODES = Table(
    "performance-nodes",
    (
        Column("job_id", "Job id", "id"),
        Column("job_name", "Job", "text"),
        Column("job_state", "Job state", "word"),
        Column("job_created_at", "Job created", "moment", "UTC"),
        Column("job_ended_at", "Job ended", "moment", "UTC"),
        Column("task_id", "Task id", "id"),
        Column("machine_uuid", "Machine", "text"),
        Column("machine_ip", "Machine address", "text"),
        Column("gpu_model", "GPU model", "text"),
        Column("gpu_count", "GPUs", "integer"),
        Column("status", "Performance", "word"),
        Column("score", "Score", "number"),
        *_group_columns("groups"),
        *_metric_columns(),
    ),
)
