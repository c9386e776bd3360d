"""What stands above the tabs of a job: its name, state, times, tags, and the tabs themselves."""

import dataclasses
from datetime import datetime

from siliconmark_ui.charts import words
from siliconmark_ui.charts.figures import network_keys
from siliconmark_ui.jobs.progress import done_of
from siliconmark_ui.jobs.schemas import JobDetail
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.pages.jobs.rows import OPEN_STATES, benchmark_names, progress_view

TABS = {
    "overview": "Overview",
    "network": "Network",
    "quickmark": "QuickMark",
    "nodes": "Nodes",
    "agent": "Agent",
    "raw": "Raw",
}
"""Tabs by the name that stands in the address."""
FIRST_TAB = "overview"


@dataclasses.dataclass(frozen=True)
class TabView:
    """One tab: where it leads and how many things it holds (empty for no count)."""

    name: str = ""
    word: str = ""
    href: str = ""
    count: str = ""


@dataclasses.dataclass(frozen=True)
class HeadingView:
    """The head of a job's page; times and `progress` as in a row of the list."""

    id: str = ""
    name: str = ""
    description: str = ""
    state: str = ""
    nodes: str = ""
    progress: int = -1
    progress_words: str = ""
    benchmarks: str = ""
    tags: list[str] = dataclasses.field(default_factory=list)
    created_at: str = ""
    started_at: str = ""
    ended_at: str = ""
    expires_at: str = ""
    is_expired: bool = False
    takes_agents: bool = False
    href: str = ""
    duplicate_href: str = ""
    agent_href: str = ""
    agent_source: str = ""
    raw_source: str = ""
    api_path: str = ""
    report_address: str = ""
    tabs: list[TabView] = dataclasses.field(default_factory=list)


def heading_view(detail: JobDetail, now: datetime) -> HeadingView:
    """Give the head of the page of `detail`; `now` tells whether it has expired."""
    is_gathering = detail["state"] in OPEN_STATES
    is_expired = datetime.fromisoformat(detail["expires_at"]) <= now
    progress = progress_view(detail, done_of(detail))
    return HeadingView(
        id=detail["id"],
        name=detail["name"],
        description=detail["description"] or "",
        state=detail["state"],
        nodes=f"{detail['current_nodes']} / {detail['node_count']}",
        progress=progress.percent,
        progress_words=progress.words,
        benchmarks=benchmark_names(detail["benchmarks"]),
        tags=detail["tags"],
        created_at=detail["created_at"],
        started_at=detail["started_at"] or "",
        ended_at=detail["ended_at"] or "",
        expires_at=detail["expires_at"],
        is_expired=is_expired,
        takes_agents=is_gathering and not is_expired,
        href=urls.job(detail["id"]),
        duplicate_href=urls.new_job(detail["id"]),
        agent_href=urls.job(detail["id"], tab="agent"),
        agent_source=urls.agent_commands(detail["id"]),
        raw_source=urls.raw_job(detail["id"]),
        api_path=urls.api_job(detail["id"]),
        report_address=urls.report(detail["id"]),
        tabs=tab_views(detail, takes_agents=is_gathering and not is_expired),
    )


def tab_views(detail: JobDetail, *, takes_agents: bool) -> list[TabView]:
    """Give the tabs of a job; Network only with such a benchmark or result, Agent only while it takes agents."""
    has_network = bool(network_keys(detail)) or "cluster_network" in detail["benchmarks"]
    shown = {"network": has_network, "agent": takes_agents}
    names = [name for name in TABS if shown.get(name, True)]
    counts = {"nodes": words.count(len(detail["tasks"]))}
    return [
        TabView(name, TABS[name], urls.job(detail["id"], tab="" if name == FIRST_TAB else name), counts.get(name, ""))
        for name in names
    ]
