"""Jobs side by side as sections of rows: each cell its text, its change against the first job, best or worst. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from siliconmark_ui.benchmarks.catalogue import (
    BENCHMARKS,
    CLUSTER_NETWORK,
    METRICS,
    ResultField,
    benchmark_of_key,
)
from siliconmark_ui.charts import words
from siliconmark_ui.comparisons.reading import NETWORK_FIELDS, SENSOR_METRICS, ComparedJob, Floats, NetworkFigures
from siliconmark_ui.comparisons.rows import Cell, Kind, Mark, Row, Section, Value, with_rows
from siliconmark_ui.scoreboard.expectations import GROUPS, INTERCONNECT

NOISE_SHARE = 0.01
"""Figures that lie nearer together than this share are called neither best nor worst."""
NO_QUICK_MARK = "No node of this job has reported QuickMark figures"
NOT_REPORTED = "The nodes of this job have not reported this figure"
BROKEN_SENSOR = "The power sensors report under 20 W per GPU while computing, so their figures are left out"
SENSOR = "sensor?"
_SUMMED = (
    "bf16_tflops",
    "fp16_tflops",
    "fp32_tflops",
    "fp32_cuda_core_tflops",
    "mixed_precision_tflops",
    "memory_bandwidth_gbs",
    "power_consumption_watts",
)


@dataclass(frozen=True)
class _Label:
    """What a row of numbers is called."""

    name: str
    word: str
    unit: str = ""
    kind: Kind = "number"

    @property
    def text(self) -> str:
        return f"{self.word} ({self.unit})" if self.unit else self.word

    def typed(self, value: float | None) -> Value:
        return int(value) if value is not None and self.kind == "integer" else value


@dataclass(frozen=True)
class _Figure:
    """A number with its text, or why there is none."""

    value: float | None
    text: str
    hint: str = ""


def comparison_table(jobs: Sequence[ComparedJob]) -> list[Section]:
    """Give every section of the comparison, without the rows that no job has a value for."""
    keys = sorted({key for job in jobs for key in job.networks} | ({CLUSTER_NETWORK} if _any_network(jobs) else set()))
    per_gpu = "Median over all GPUs of a job; interconnect over its nodes"
    sections = [
        Section("Configuration", _configuration(jobs), name="configuration"),
        Section("Performance against expectation", _performance(jobs), name="performance"),
        Section("QuickMark per GPU", _per_gpu(jobs), per_gpu, "quick_mark_per_gpu"),
        _aggregate(jobs),
        *(Section(_network_title(key), _network(jobs, key), name=key) for key in keys),
    ]
    return with_rows(sections, lambda row: not row.is_missing)


def _any_network(jobs: Sequence[ComparedJob]) -> bool:
    return any(CLUSTER_NETWORK in job.benchmarks for job in jobs)


def _texts(name: str, label: str, values: Sequence[Value], reason: str, kind: Kind = "text") -> Row:
    """Give a row of texts, of lists of them, or of numbers that no job is better by."""
    return Row(label, [_text(value, reason) for value in values], name, kind)


def _text(value: Value, reason: str) -> Cell:
    text = ", ".join(value) if isinstance(value, list) else words.count(value) if isinstance(value, int) else value
    return Cell(str(text), str(text), value=value) if text else Cell(words.MISSING, reason)


def _configuration(jobs: Sequence[ComparedJob]) -> list[Row]:
    no_node = "No node has registered yet"
    minutes = [None if job.seconds is None else round(job.seconds / 60, 6) for job in jobs]
    running = "The job has not ended"
    duration = [_plain(value, lambda value: words.decimals(value, 1), running) for value in minutes]
    return [
        _texts("node_count", "Nodes expected", [job.node_count for job in jobs], "", "integer"),
        _texts("current_nodes", "Nodes registered", [job.current_nodes for job in jobs], "", "integer"),
        _texts("gpu_models", "GPU models", [job.gpu_models for job in jobs], no_node, "list"),
        _texts("gpus_per_node", "GPUs per node", [_gpus_per_node(job) for job in jobs], no_node, "word"),
        _texts("benchmarks", "Benchmarks", [_benchmarks(job) for job in jobs], "", "list"),
        *_config_rows(jobs),
        _texts("tags", "Tags", [job.tags for job in jobs], "The job has no tags", "list"),
        _texts("description", "Description", [job.description for job in jobs], "The job has no description"),
        _numbers(_Label("duration", "Duration", "min"), duration, None),
    ]


def _gpus_per_node(job: ComparedJob) -> str:
    counts = sorted(set(job.gpu_counts))
    return " to ".join(str(count) for count in (counts[:1] + counts[-1:] if len(counts) > 1 else counts))


def _benchmarks(job: ComparedJob) -> list[str]:
    return [BENCHMARKS[name].name if name in BENCHMARKS else name for name in job.benchmarks]


def _config_rows(jobs: Sequence[ComparedJob]) -> list[Row]:
    parameters = sorted({(key, name) for job in jobs for key, config in job.configs.items() for name in config})
    rows = []
    for key, name in parameters:
        known = BENCHMARKS[benchmark_of_key(key)].config.get(name)
        label = f"{_network_title(key)}: " + (f"{known.label.lower()} ({known.unit})" if known else name)
        texts = [str(job.configs.get(key, {}).get(name, "")) for job in jobs]
        cells = [Cell(text, value=text) if text else Cell(words.MISSING, "Not set in this job") for text in texts]
        rows.append(Row(label, cells, f"{key}.{name}", "word", known.unit if known else ""))
    return rows


def _performance(jobs: Sequence[ComparedJob]) -> list[Row]:
    def scored(of: Callable[[ComparedJob], float | None]) -> list[_Figure]:
        return [_plain(of(job) if job.performance else None, words.ratio, _no_score(job)) for job in jobs]

    def ratio(name: str, label: str, of: Callable[[ComparedJob], float | None]) -> Row:
        return _numbers(_Label(name, label, "× of expected"), scored(of), True)

    low = _Label("underperforming_nodes", "Nodes below 0.90 ×", kind="integer")
    return [
        _texts("status", "Status", [_status(job) for job in jobs], NO_QUICK_MARK, "word"),
        ratio("score", "Score", lambda job: job.performance and job.performance["score"]),
        *(ratio(name, name.capitalize(), partial(_group, name)) for name in GROUPS),
        _numbers(low, [_low_nodes(job) for job in jobs], False),
    ]


def _no_score(job: ComparedJob) -> str:
    return "There is no expectation for this job's GPUs" if job.performance else NO_QUICK_MARK


def _status(job: ComparedJob) -> str:
    return job.performance["status"].replace("_", " ").capitalize() if job.performance else ""


def _group(name: str, job: ComparedJob) -> float | None:
    groups = job.performance["groups"] if job.performance else {}
    return next((score["score"] for group, score in groups.items() if group == name), None)


def _low_nodes(job: ComparedJob) -> _Figure:
    if job.performance is None:
        return _Figure(None, words.MISSING, NO_QUICK_MARK)
    low, scored = job.performance["underperforming_nodes"], job.performance["scored_nodes"]
    return _Figure(float(low), words.count(low), f"{low} of {words.plural(scored, 'scored node')}")


def _per_gpu(jobs: Sequence[ComparedJob]) -> list[Row]:
    return [
        _numbers(
            _Label(metric, field.label, f"{field.unit}{', per node' if field.group == INTERCONNECT else ''}"),
            [_median(job, metric, field) for job in jobs],
            field.higher_is_better,
        )
        for metric, field in METRICS.items()
    ]


def measured(job: ComparedJob, metric: str) -> Floats:
    """Give every figure of a metric in a job: of each GPU, or of each node where it is measured across GPUs."""
    source = job.nodes if METRICS[metric].group == INTERCONNECT else job.gpus
    return source.get(metric, np.array([], dtype=np.float64))


def missing_metric(job: ComparedJob, metric: str) -> str:
    """Say why a job has no figure of a metric."""
    if not job.has_quick_mark:
        return NO_QUICK_MARK
    if metric in SENSOR_METRICS and job.unsound:
        return BROKEN_SENSOR
    if METRICS[metric].group == INTERCONNECT and max(job.gpu_counts, default=0) < 2:
        return "Measured on nodes of two or more GPUs"
    return NOT_REPORTED


def _no_figure(job: ComparedJob, metric: str) -> _Figure:
    reason = missing_metric(job, metric)
    return _Figure(None, SENSOR if reason == BROKEN_SENSOR else words.MISSING, reason)


def _median(job: ComparedJob, metric: str, field: ResultField) -> _Figure:
    values = measured(job, metric)
    if values.size == 0:
        return _no_figure(job, metric)
    what = "node" if field.group == INTERCONNECT else "GPU"
    low, high = (words.quantity(float(value), field.unit) for value in (values.min(), values.max()))
    median = float(np.median(values))
    of = f"{words.plural(values.size, what)}: lowest {low}, highest {high}"
    broken = _left_out(metric, job.unsound if what == "node" else job.unsound_gpus, what)
    return _Figure(median, words.figure(median, field.unit), "; ".join(filter(None, [of, broken])))


def _left_out(metric: str, unsound: int, what: str) -> str:
    """Say how many nodes' or GPUs' figures are not among those shown, because their power sensors are broken."""
    if metric not in SENSOR_METRICS or not unsound:
        return ""
    return f"{SENSOR} {words.plural(unsound, what)} with a broken power sensor left out"


def _aggregate(jobs: Sequence[ComparedJob]) -> Section:
    gpus = [job.aggregate["gpu_count"] if job.aggregate else None for job in jobs]
    is_fair = len({count for count in gpus if count}) < 2
    rows = [
        _numbers(
            _Label(metric, METRICS[metric].label, METRICS[metric].unit),
            [_sum(job, metric) for job in jobs],
            METRICS[metric].higher_is_better if is_fair else None,
        )
        for metric in _SUMMED
    ]
    temperature = METRICS["temperature_centigrade"]
    hottest = [_sum(job, "temperature_centigrade") for job in jobs]
    label = _Label("temperature_centigrade", "Highest temperature", temperature.unit)
    rows.append(_numbers(label, hottest, temperature.higher_is_better))
    counts = [_plain(count, lambda value: words.count(int(value)), NO_QUICK_MARK) for count in gpus]
    rows.insert(0, _numbers(_Label("gpu_count", "GPUs that reported", kind="integer"), counts, None))
    note = "Sum over all nodes that reported"
    if any(job.aggregate and _left_out(metric, job.unsound, "node") for job in jobs for metric in _SUMMED):
        note += ", of power over those with a sound sensor"
    unfair = "; the jobs have different numbers of GPUs, so no sum is best or worst"
    return Section("QuickMark of the whole job", rows, note if is_fair else note + unfair, "quick_mark_sum")


def _sum(job: ComparedJob, metric: str) -> _Figure:
    figures: dict[str, float | int | None] = dict(job.aggregate or {})  # type: ignore[arg-type]
    value = figures.get(metric)
    if value is None:
        return _no_figure(job, metric)
    return _Figure(
        float(value), words.figure(float(value), METRICS[metric].unit), _left_out(metric, job.unsound, "node")
    )


def _network_title(key: str) -> str:
    benchmark, _, number = key.partition(":")
    name = BENCHMARKS[benchmark].name if benchmark in BENCHMARKS else benchmark
    return f"{name}, entry {number}" if number else name


def _network(jobs: Sequence[ComparedJob], key: str) -> list[Row]:
    fields = BENCHMARKS[CLUSTER_NETWORK].fields
    figures = [_network_figures(job, key) for job in jobs]
    rows = [
        _numbers(
            _label_of(name, fields[name]),
            [_summary(found, reason, name, fields[name]) for found, reason in figures],
            fields[name].higher_is_better,
        )
        for name in NETWORK_FIELDS
    ]
    dead = [
        _plain(
            found.dead_links if found else None,
            lambda value: words.count(int(value)),
            reason or "This result lists no links",
        )
        for found, reason in figures
    ]
    return [*rows, _numbers(_Label("dead_links", "Dead links", kind="integer"), dead, False)]


def _label_of(name: str, field: ResultField) -> _Label:
    is_count = field.kind == "integer"
    return _Label(name, field.label, "" if is_count else field.unit, "integer" if is_count else "number")


def _network_figures(job: ComparedJob, key: str) -> tuple[NetworkFigures | None, str]:
    found = job.networks.get(key)
    if found is None:
        is_wanted = key in job.configs
        return None, "No result has been reported" if is_wanted else "The job does not have this benchmark"
    return (None, found.problem) if found.problem else (found, "")


def _summary(found: NetworkFigures | None, reason: str, name: str, field: ResultField) -> _Figure:
    value = found.summary.get(name) if found else None
    text = words.count(int(value)) if value is not None and field.kind == "integer" else words.figure(value, field.unit)
    return _Figure(value, text, "" if value is not None else reason or NOT_REPORTED)


def _plain(value: float | None, write: Callable[[float], str], reason: str) -> _Figure:
    return _Figure(None, words.MISSING, reason) if value is None else _Figure(float(value), write(value))


def _numbers(label: _Label, figures: Sequence[_Figure], higher_is_better: bool | None) -> Row:
    """Give a row of numbers: changes against the first job, best and worst where one end is good."""
    base = figures[0].value
    marks = _marks([figure.value for figure in figures], higher_is_better)
    changes = ["", *(change_text(base, figure.value) for figure in figures[1:])]
    values = [label.typed(figure.value) for figure in figures]
    cells = [
        Cell(figure.text, figure.hint, change, mark, value)
        for figure, change, mark, value in zip(figures, changes, marks, values, strict=True)
    ]
    return Row(label.text, cells, label.name, label.kind, label.unit)


def _marks(values: Sequence[float | None], higher_is_better: bool | None) -> list[Mark]:
    """Give the marks of a row: figures at one end, within the noise, share its mark.

    A mark that more than half of the jobs would carry says nothing about any of them and is left out.
    """
    known = [value for value in values if value is not None]
    if higher_is_better is None or len(known) < 2:
        return [""] * len(values)
    noise = NOISE_SHARE * max(abs(min(known)), abs(max(known)))
    best, worst = (max(known), min(known)) if higher_is_better else (min(known), max(known))
    if abs(best - worst) <= noise:
        return [""] * len(values)
    marks = [_mark(value, best, worst, noise) for value in values]
    return [mark if 2 * marks.count(mark) <= len(known) else "" for mark in marks]


def _mark(value: float | None, best: float, worst: float, noise: float) -> Mark:
    if value is None:
        return ""
    is_best, is_worst = abs(value - best) <= noise, abs(value - worst) <= noise
    return "" if is_best == is_worst else "best" if is_best else "worst"


def change_text(base: float | None, value: float | None) -> str:
    """Write a change against the first job without decimals: `+4 %`; empty when one is missing or the base is 0."""
    if base is None or value is None or base == 0:
        return ""
    percent = round(100 * (value / base - 1))
    return f"{percent:+,d} %" if percent else "±0 %"
