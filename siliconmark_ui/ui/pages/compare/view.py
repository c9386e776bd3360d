"""What Compare shows: columns, sections and choices as texts and addresses, made once on the server."""

import dataclasses
from collections.abc import Sequence

from siliconmark_ui.benchmarks.catalogue import METRICS
from siliconmark_ui.charts import words
from siliconmark_ui.charts.comparison import (
    OVERLAY,
    compared_metrics,
    comparison_headings,
    most_different_metric,
    network_keys,
)
from siliconmark_ui.charts.documents import Heading
from siliconmark_ui.comparisons.reading import ComparedJob
from siliconmark_ui.comparisons.rows import Cell, Row, Section, shown_sections
from siliconmark_ui.comparisons.service import FEWEST_JOBS, Comparison
from siliconmark_ui.comparisons.table import comparison_table
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.export_menu import ExportChoice, export_links


@dataclasses.dataclass(frozen=True)
class CompareQuery:
    """What the address asks for: ids as they were written, all rows or differences, and the metric to draw."""

    job_ids: tuple[str, ...] = ()
    shows_all: bool = False
    metric: str = ""

    def address(self, **changes: object) -> str:
        """Give the address of this question with some fields changed."""
        asked = dataclasses.replace(self, **changes)  # type: ignore[arg-type]
        return urls.comparison(asked.job_ids, all="1" if asked.shows_all else "", metric=asked.metric)


@dataclasses.dataclass(frozen=True)
class ColumnView:
    """One job's head: the first is what the others are held against; the others offer to become it."""

    id: str = ""
    name: str = ""
    href: str = ""
    state: str = ""
    created_at: str = ""
    is_base: bool = False
    base_href: str = ""
    remove_href: str = ""


@dataclasses.dataclass(frozen=True)
class RefusedView:
    """One id without a column."""

    message: str = ""
    remove_href: str = ""


@dataclasses.dataclass(frozen=True)
class CellView:
    """One value: `mark` is best, worst or empty."""

    text: str = ""
    hint: str = ""
    change: str = ""
    mark: str = ""
    differs: bool = False


@dataclasses.dataclass(frozen=True)
class RowView:
    """One row of values; figures stand right-aligned."""

    label: str = ""
    has_figures: bool = False
    cells: list[CellView] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class SectionView:
    """Rows under one heading."""

    title: str = ""
    note: str = ""
    rows: list[RowView] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class OptionView:
    """One metric to draw."""

    value: str = ""
    word: str = ""


@dataclasses.dataclass(frozen=True)
class ComparisonView:
    """The whole page but for its search."""

    columns: list[ColumnView] = dataclasses.field(default_factory=list)
    refused: list[RefusedView] = dataclasses.field(default_factory=list)
    sections: list[SectionView] = dataclasses.field(default_factory=list)
    summary: str = ""
    toggle_word: str = ""
    toggle_href: str = ""
    metric: str = ""
    metrics: list[OptionView] = dataclasses.field(default_factory=list)
    source: str = ""
    headings: dict[str, Heading] = dataclasses.field(default_factory=dict)
    network_charts: list[str] = dataclasses.field(default_factory=list)
    exports: list[ExportChoice] = dataclasses.field(default_factory=list)


def comparison_view(comparison: Comparison, query: CompareQuery) -> ComparisonView:
    """Give what the page shows of a comparison."""
    jobs = comparison.jobs
    refused = [RefusedView(each.message, _without(query, each.job_id)) for each in comparison.refused]
    if not jobs:
        return ComparisonView(refused=refused)
    whole = comparison_table(jobs)
    shown = shown_sections(whole, shows_all=query.shows_all)
    metrics = compared_metrics(jobs)
    metric = query.metric if query.metric in metrics else most_different_metric(jobs) or next(iter(metrics), "")
    headings = comparison_headings(jobs, metric)
    charts = [chart for key in network_keys(jobs) for chart in _network_charts(key) if chart in headings]
    return ComparisonView(
        columns=[_column(job, jobs, query) for job in jobs],
        refused=refused,
        sections=[_section_view(section) for section in shown],
        summary=_summary(whole, shown),
        toggle_word="Show differences only" if query.shows_all else "Show all rows",
        toggle_href=query.address(shows_all=not query.shows_all) if len(jobs) >= FEWEST_JOBS else "",
        metric=metric,
        metrics=[OptionView(name, METRICS[name].display_name) for name in metrics],
        source=urls.comparison_figures([job.id for job in jobs], metric) if headings else "",
        headings=headings,
        network_charts=charts,
        exports=_exports(jobs, shown, shows_all=query.shows_all),
    )


def _exports(jobs: Sequence[ComparedJob], shown: Sequence[Section], *, shows_all: bool) -> list[ExportChoice]:
    pairs = [("job", job.id) for job in jobs] + ([("all", "true")] if shows_all else [])
    values = words.plural(sum(len(section.rows) for section in shown), "value")
    count = f"{words.plural(len(jobs), 'job')}, {values}"
    return [ExportChoice(export_links(urls.COMPARISON_EXPORT, pairs), len(jobs), count)]


def _network_charts(key: str) -> list[str]:
    suffix = key.partition(":")[2]
    rows = [f"{chart}:{suffix}" if suffix else chart for chart in ("bandwidth", "latency")]
    return [*rows, *(f"{chart}{OVERLAY}" for chart in rows)]


def _summary(whole: Sequence[Section], shown: Sequence[Section]) -> str:
    total, kept = (sum(len(section.rows) for section in sections) for sections in (whole, shown))
    if total == kept:
        return f"All {words.plural(total, 'row')}"
    hidden = total - kept
    return f"{words.plural(kept, 'difference')}, {words.plural(hidden, 'equal row')} hidden"


def _without(query: CompareQuery, job_id: str) -> str:
    return query.address(job_ids=tuple(each for each in query.job_ids if each != job_id))


def _column(job: ComparedJob, jobs: Sequence[ComparedJob], query: CompareQuery) -> ColumnView:
    is_base = job is jobs[0]
    others = tuple(each for each in query.job_ids if each != job.id)
    return ColumnView(
        id=job.id,
        name=job.name,
        href=urls.job(job.id),
        state=job.state,
        created_at=job.created_at,
        is_base=is_base,
        base_href="" if is_base else query.address(job_ids=(job.id, *others)),
        remove_href=query.address(job_ids=others),
    )


def _section_view(section: Section) -> SectionView:
    return SectionView(
        section.title,
        section.note,
        [_row_view(row) for row in section.rows],
    )


def _row_view(row: Row) -> RowView:
    cells = [_cell_view(cell, differs=row.differs) for cell in row.cells]
    has_figures = row.kind in {"integer", "number"} or all(cell.text.isdigit() for cell in row.cells)
    return RowView(row.label, has_figures, cells)


def _cell_view(cell: Cell, *, differs: bool) -> CellView:
    return CellView(cell.text, cell.hint, cell.change, cell.mark, differs)
