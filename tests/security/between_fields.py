"""Rules of the contract between several values of one request, which JSON Schema cannot say.

Loaded by Schemathesis as its hooks. Its check `positive_data_acceptance` runs on every operation and asks that whatever
the schema allows is accepted; what breaks a rule of this page is therefore called negative data before it is sent. So
nothing that is generated is lost: what obeys must be accepted, what breaks a rule must be refused, and more strictly
than Schemathesis' own `negative_data_rejection` asks it.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from unicodedata import category
from urllib.parse import parse_qs, urlsplit

import requests
import schemathesis
from schemathesis import GenerationMode

from siliconmark_ui.agents.bodies import read_node, read_progress, read_upload
from siliconmark_ui.benchmarks.catalogue import BENCHMARKS
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.exports.columns import JOBS as JOB_TABLE
from siliconmark_ui.instants import parse_instant
from tests.api.paths import JOBS, V1

COLUMNS = JOB_TABLE.columns
COUNTED = "between_fields.txt"
Query = Mapping[str, list[str]]
Rule = Callable[[Query, Any], bool]


def times_in_order(query: Query, _: Any) -> bool:
    """`created_after` must lie before `created_before`."""
    after, before = (query.get(name) for name in ("created_after", "created_before"))
    return not (after and before) or parse_instant(after[0], "after") < parse_instant(before[0], "before")


def counts_in_order(query: Query, _: Any) -> bool:
    """`node_count_min` must not be above `node_count_max`."""
    least, most = (query.get(name) for name in ("node_count_min", "node_count_max"))
    return not (least and most) or int(least[0]) <= int(most[0])


def mark_in_csv_alone(query: Query, _: Any) -> bool:
    """`bom=true` goes with `format=csv` alone."""
    return query.get("bom", ["false"])[0].lower() in {"false", "0"} or query.get("format", ["csv"])[0] == "csv"


def nodes_enough(_: Query, body: Any) -> bool:
    """`cluster_network` needs `node_count` from 2."""
    return all(body.get("node_count", 1) >= BENCHMARKS[name].min_nodes for name, _ in _entries(body))


def benchmarks_differ(_: Query, body: Any) -> bool:
    """No benchmark stands twice with an equal config, however it is written."""
    entries = _entries(body)
    return all(entry not in entries[:place] for place, entry in enumerate(entries))


def integers_are_true(_: Query, body: Any) -> bool:
    """The contract wants a true integer; to JSON Schema `4.0` is one as well."""
    configs = [config for _, config in _entries(body)]
    numbers = [body.get("node_count", 1), *(value for config in configs for value in config.values())]
    return not any(isinstance(number, float) for number in numbers)


def id_is_true(_: Query, body: Any) -> bool:
    """The same of an id, of which a number with a fraction loses digits."""
    return not isinstance(body["id"], float)


def _entries(body: Any) -> list[tuple[str, dict[str, Any]]]:
    return [
        (item, {}) if isinstance(item, str) else (item["benchmark_id"], item.get("config") or {})
        for item in body["benchmarks"]
    ]


def columns_are_read(query: Query, _: Any) -> bool:
    """A column of figures is written when its figures are asked for."""
    asked = {f"{name}={value}" for name in ("include_results", "include") for value in query.get(name, ())}
    needs = {column.name: column.needs for column in COLUMNS}
    return {needs[name] for name in query.get("columns", ())} <= {"", *asked}


def columns_are_compared(query: Query, _: Any) -> bool:
    """A column of a comparison is one that the compared jobs have, which nobody knows beforehand."""
    return "columns" not in query


def tags_are_assigned(query: Query, body: Any) -> bool:
    """A tag holds letters, marks and digits; Schemathesis takes whole blocks for them, unassigned signs among them."""
    tags = [*query.get("tags", ()), *((body or {}).get("tags") or ())]
    return not any(category(letter) == "Cn" for tag in tags for letter in tag)


def node_is_read(_: Query, body: Any) -> bool:
    """The free `inventory` holds nothing that cannot be stored."""
    return _is_read(lambda: read_node(body))


def progress_is_read(_: Query, body: Any) -> bool:
    """`failed_message` goes with `state` `failed` alone."""
    return _is_read(lambda: read_progress(body))


def task_result_is_read(query: Query, body: Any) -> bool:
    """`results` are what the benchmark in the path gives, and end after they start."""
    return _is_read(lambda: read_upload(json.dumps(body).encode(), query["benchmark_id"][0]))


def cluster_result_is_read(query: Query, body: Any) -> bool:
    """The same of a result of the whole job, which a benchmark of single nodes does not give."""
    benchmark = BENCHMARKS.get(query["benchmark_id"][0])
    return (benchmark is None or benchmark.scope == "cluster") and task_result_is_read(query, body)


def _is_read(read: Callable[[], object]) -> bool:
    try:
        read()
    except InvalidInput:
        return False
    return True


_FILTERS = (times_in_order, counts_in_order, tags_are_assigned)
RULES: dict[str, tuple[Rule, ...]] = {
    f"GET {JOBS}": _FILTERS,
    f"GET {JOBS}/export": (*_FILTERS, mark_in_csv_alone, columns_are_read),
    f"GET {JOBS}/export/performance": (*_FILTERS, mark_in_csv_alone),
    f"GET {JOBS}/export/performance-nodes": (*_FILTERS, mark_in_csv_alone),
    f"GET {JOBS}/export/comparison": (mark_in_csv_alone, columns_are_compared),
    f"GET {JOBS}/{{job_id}}/export/links": (mark_in_csv_alone,),
    f"GET {JOBS}/{{job_id}}/export/quickmark": (mark_in_csv_alone,),
    f"POST {JOBS}": (nodes_enough, benchmarks_differ, integers_are_true, tags_are_assigned),
    f"GET {JOBS}/stats": (tags_are_assigned,),
    f"DELETE {JOBS}/delete": (id_is_true,),
    f"POST {V1}/tasks": (node_is_read,),
    f"PATCH {V1}/tasks/{{task_id}}": (progress_is_read,),
    f"PUT {V1}/tasks/{{task_id}}/results/{{benchmark_id}}": (task_result_is_read,),
    f"PUT {JOBS}/current/results/{{benchmark_id}}": (cluster_result_is_read,),
}


# What was told of each case that went to an operation with rules: the words of those that it breaks.
_told: dict[str, list[str]] = {}


@schemathesis.hook
def before_call(_: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Tell Schemathesis, before a request is sent, that one which breaks a rule is no valid data."""
    rules = RULES.get(case.operation.label, ())
    if not rules or case.id in _told or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    query, body = as_sent(case)
    broken = [str(rule.__doc__) for rule in rules if not rule(query, body)]
    _told[case.id] = broken
    if broken:
        case.meta.generation.mode = GenerationMode.NEGATIVE
    with Path(COUNTED).open("a") as counted:
        counted.write(f"{'broke' if broken else 'kept'} {case.operation.label}\n")


def read_counted(folder: Path) -> list[tuple[str, str]]:
    """Return `kept` or `broke`, and the operation, of each request that a run in that folder sent as valid data."""
    lines = (folder / COUNTED).read_text().splitlines()
    return [(kind, label) for kind, _, label in (line.partition(" ") for line in lines)]


def as_sent(case: Any) -> tuple[Query, Any]:
    """Return query and body of a case as they go over the wire, parameters of the path beside those of the query."""
    sent = case.as_transport_kwargs(base_url="http://localhost")
    parts = {name: sent.get(name) for name in ("method", "url", "params", "json", "data")}
    request = requests.Request(**parts).prepare()
    query = parse_qs(urlsplit(str(request.url)).query, keep_blank_values=True)
    query |= {name: [str(value)] for name, value in case.path_parameters.items()}
    assert request.body is None or isinstance(request.body, bytes | str)
    return query, json.loads(request.body) if request.body else None


@schemathesis.check
def rules_between_fields(_: Any, response: Any, case: Any) -> bool | None:
    """Ask that a request which breaks a rule is refused as wrong input, where `negative_data_rejection` takes more."""
    broken = _told.get(case.id)
    if not broken or response.status_code in {401, 405}:
        return None
    # What is named may be missing, or closed, before the rest is looked at.
    is_named = case.path_parameters or "job" in as_sent(case)[0]
    refusals = {400, 404, 409} if is_named else {400}
    assert response.status_code in refusals, f"{response.status_code} although: {' '.join(broken)}"
    return None
