"""A question about jobs in words: "completed jobs tagged production with at least 4 nodes, newest first"."""

from siliconmark_ui.benchmarks.catalogue import BENCHMARKS
from siliconmark_ui.instants import to_text
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.words import straight

_ORDERS = {
    ("created_at", "desc"): "newest first",
    ("created_at", "asc"): "oldest first",
    ("started_at", "desc"): "last started first",
    ("started_at", "asc"): "first started first",
    ("ended_at", "desc"): "last ended first",
    ("ended_at", "asc"): "first ended first",
    ("expires_at", "desc"): "last to expire first",
    ("expires_at", "asc"): "next to expire first",
    ("name", "asc"): "by name",
    ("name", "desc"): "by name, Z to A",
    ("state", "asc"): "by state",
    ("state", "desc"): "by state, Z to A",
    ("node_count", "desc"): "most nodes first",
    ("node_count", "asc"): "fewest nodes first",
    ("current_nodes", "desc"): "most registered nodes first",
    ("current_nodes", "asc"): "fewest registered nodes first",
}


def describe(query: JobQuery) -> str:
    """Return the filters and the order of `query` as one phrase, without a full stop."""
    state = _listed(query.state, "or").replace("_", " ") if query.state else "all"
    parts = [f"{state} jobs"]
    if query.tags:
        parts.append("tagged " + _listed(query.tags, "and"))
    if query.name:
        parts.append(f"named like “{straight(query.name)}”")
    if query.benchmark_id:
        parts.append(f"with {BENCHMARKS[query.benchmark_id].name}")
    parts += [part for part in (_nodes(query), _created(query)) if part]
    if query.ids:
        parts.append(f"among {len(query.ids)} picked ones")
    if query.has_performance_data:
        parts.append("that have performance data")
    return f"{' '.join(parts)}, {_ORDERS[query.sort_by, query.sort_order]}"


def _listed(words: tuple[str, ...], link: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {link} {words[-1]}"


def _nodes(query: JobQuery) -> str:
    least, most = query.node_count_min, query.node_count_max
    if least is not None and most is not None:
        return f"with exactly {_count(least)}" if least == most else f"with {least} to {_count(most)}"
    if least is not None:
        return f"with at least {_count(least)}"
    return f"with at most {_count(most)}" if most is not None else ""


def _count(nodes: int) -> str:
    return f"{nodes} node" if nodes == 1 else f"{nodes} nodes"


def _created(query: JobQuery) -> str:
    edges = [("after", query.created_after), ("before", query.created_before)]
    words = [f"{word} {to_text(moment)}" for word, moment in edges if moment]
    return f"created {' and '.join(words)}" if words else ""
