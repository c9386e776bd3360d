"""Lists, totals and the badge: against the raw queries through psycopg, and a million jobs against ten thousand."""

from collections.abc import Callable, Iterator
from functools import partial

from benchmarks.measure import Row, in_turn
from benchmarks.stand import Stand
from siliconmark_ui.api.schema import PREFIX
from siliconmark_ui.jobs.parameters import SORT_FIELDS

ROUNDS = 60
COLUMNS = (
    "id, name, description, state, node_count, current_nodes, benchmark_sequence, tags, created_at, started_at, "
    "expires_at, ended_at, benchmark_ids"
)
# What the order of each sort field is in SQL: creation and expiry are the order of the ids.
ORDERS = {
    "created_at": "id {d}",
    "expires_at": "id {d}",
    "name": "name_lower {d}, name {d}, id {d}",
    "started_at": "started_at {d} NULLS LAST, id {d}",
    "ended_at": "ended_at {d} NULLS LAST, id {d}",
}
STATES = ("completed", "failed", "running")
RATIO_BAR = 2.0
CUSTOMER_BAR, EVERYTHING_BAR, BADGE_BAR = 50.0, 250.0, 5.0
SEARCHES = (
    "tags=production",
    "name=nightly",
    "name=zzzzzz",
    "tags=production&name=night",
    "state=completed&tags=production&node_count_min=2",
    "state=failed&name=a&sort_by=ended_at",
    "tags=production&benchmark_id=cluster_network&sort_by=node_count",
)


def plain_cases() -> Iterator[tuple[str, str, str]]:
    """Yield (query string, WHERE, ORDER BY) of the lists that are held against raw queries."""
    yield "", "", "id DESC"
    for state in STATES:
        yield f"state={state}", f"AND state = '{state}'", "id DESC"
    for field in SORT_FIELDS:
        for order in ("asc", "desc"):
            sql = ORDERS.get(field, f"{field} {{d}}, id {{d}}").format(d=order.upper())
            yield f"sort_by={field}&sort_order={order}", "", sql


def against_raw(stand: Stand) -> list[Row]:
    """Hold 20 rows over HTTP, authentication included, against the page and its total through psycopg."""
    rows = []
    for where, token, scope in (
        ("", stand.staff_token, "everything"),
        (f"AND customer_id = {stand.customer_id}", stand.customer_token, "big customer"),
    ):
        for query, condition, order in plain_cases():
            page = f"SELECT {COLUMNS} FROM jobs WHERE deleted_at IS NULL {where} {condition} ORDER BY {order} LIMIT 20"
            raw = partial(_raw, stand, page, _total(stand, scope, query))
            raw_ms, http_ms, floor_ms = in_turn([raw, partial(stand.list, query, token), stand.floor], ROUNDS)
            detail = f"{http_ms:.2f} ms over HTTP, of which an empty request takes {floor_ms:.2f}; {raw_ms:.2f} ms raw"
            rows.append(Row(f"{scope}: {query or 'newest first'}", http_ms / raw_ms, "times", RATIO_BAR, detail))
    return rows


def _total(stand: Stand, scope: str, query: str) -> str:
    kind, number = ("all", 0) if scope == "everything" else ("customer", stand.customer_id)
    state = f"AND state = '{query.removeprefix('state=')}'" if query.startswith("state=") else ""
    return f"SELECT sum(jobs) FROM job_counts WHERE scope_kind = '{kind}' AND scope_id = {number} {state}"


def _raw(stand: Stand, page: str, total: str) -> None:
    stand.connection.execute(page.encode()).fetchall()
    stand.connection.execute(total.encode()).fetchone()


def against_small(big: Stand, small: Stand) -> list[Row]:
    """Hold a list of many jobs against the same list of few."""
    rows = []
    for query, _, _ in plain_cases():
        calls: list[Callable[[], object]] = [
            partial(big.list, query, big.staff_token),
            partial(small.list, query, small.staff_token),
        ]
        big_ms, small_ms = in_turn(calls, ROUNDS)
        what = f"{big.jobs:,} against {small.jobs:,} jobs: {query or 'newest first'}"
        rows.append(Row(what, big_ms / small_ms, "times", RATIO_BAR, f"{big_ms:.2f} ms, {small_ms:.2f} ms"))
    return rows


def searches(stand: Stand) -> list[Row]:
    """Measure filtered lists with their exact totals, and the badge."""
    rows = []
    for token, scope, bar in (
        (stand.customer_token, "big customer", CUSTOMER_BAR),
        (stand.staff_token, "everything", EVERYTHING_BAR),
    ):
        for query in SEARCHES:
            [taken] = in_turn([partial(stand.list, query, token)], ROUNDS // 4)
            rows.append(Row(f"{scope}: {query}", taken, "ms", bar))
        [taken] = in_turn([partial(stand.get, f"{PREFIX}/jobs/stats", token)], ROUNDS)
        rows.append(Row(f"{scope}: badge", taken, "ms", BADGE_BAR))
    return rows


def largest_job(stand: Stand) -> list[Row]:
    """Measure the detail of the job with the most nodes."""
    row = stand.connection.execute(
        "SELECT id FROM jobs WHERE node_count = 256 AND deleted_at IS NULL LIMIT 1"
    ).fetchone()
    assert row is not None, "there is no job of 256 nodes"
    path = f"{PREFIX}/jobs/{row[0]}"
    size = len(stand.get(path, stand.staff_token))
    [taken] = in_turn([partial(stand.get, path, stand.staff_token)], 10)
    return [Row("detail of a job of 256 nodes, 65,280 links", taken, "ms", 300.0, f"{size / 1e6:.1f} MB of JSON")]
