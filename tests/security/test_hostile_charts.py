"""What pages save of charts as CSV, by the page's own code: hostile texts are in it unchanged, and no cell runs."""

import numpy as np

from siliconmark_ui.benchmarks.cluster_network import read_cluster_network
from siliconmark_ui.benchmarks.quick_mark import GpuLink, read_quick_mark
from siliconmark_ui.charts.comparison import BANDWIDTH as COMPARED
from siliconmark_ui.charts.comparison import SpreadRow, overlaid
from siliconmark_ui.charts.documents import FigureDocument
from siliconmark_ui.charts.fleet import scores_by_model
from siliconmark_ui.charts.gpus import WAYS, link_matrix, power_temperature
from siliconmark_ui.charts.machine_history import metric_histories, metric_history
from siliconmark_ui.charts.network import BANDWIDTH, link_distribution, link_map, network_view, node_means
from siliconmark_ui.charts.overlay import overlaid_curves
from siliconmark_ui.charts.quickmark import metric_ratios, node_scores, ratio_points
from tests.charts.networks import links_of, names_of
from tests.charts.saved import builders, saved
from tests.charts.test_fleet import model
from tests.charts.test_quickmark import scored
from tests.factories import quick_mark
from tests.machines.test_history_chart import measurements
from tests.security.hostile_jobs import KINDS, harmless

# Charts that name no text of others: metrics, weeks, counts.
OURS = {"fleet_ranks", "alerts_by_week"}


def hostile_charts() -> dict[str, FigureDocument]:
    """Return every chart that names what others wrote, with a text of each kind."""
    texts = list(KINDS.values())
    count = len(texts)
    links = links_of(count, {}, [(place, (place + 1) % count) for place in range(count)])
    dead = [link for link in links if link["error"]]
    for link, text in zip(dead, texts, strict=True):
        link["error"] = text
    view = network_view(read_cluster_network({"measurements": links}), dict(zip(names_of(count), texts, strict=True)))
    nodes = [scored(place, bf16_tflops=0.8) for place in range(count)]
    for node, text in zip(nodes, texts, strict=True):
        node["machine_ip"] = text
    pairs = [GpuLink(place, place + 1, text, 100.0 + place, None) for place, text in enumerate(texts)]
    readings = {text: read_quick_mark(quick_mark(2), 2) for text in texts}
    rows = [SpreadRow(text, text, np.linspace(1.0, 2.0, 4)) for text in texts]
    runs = measurements(*range(100, 100 + count))
    for run, text in zip(runs, texts, strict=True):
        run["job_name"] = text
    (history,) = metric_histories(runs)
    hot = power_temperature(readings, {text: text for text in texts})
    assert hot is not None
    return {
        "link_map": link_map(view, BANDWIDTH),
        "link_distribution": link_distribution(view, BANDWIDTH),
        "node_means": node_means(view, BANDWIDTH),
        "metric_ratios": metric_ratios(ratio_points(nodes)),
        "node_scores": node_scores(nodes),
        "link_matrix": link_matrix(pairs, WAYS[0], texts[0]),
        "power_temperature": hot,
        "metric_history": metric_history(history),
        "overlaid": overlaid(rows, COMPARED),
        "overlaid_curves": overlaid_curves(rows, label="Bandwidth", unit="Gbit/s", of="live link"),
        "scores_by_model": scores_by_model([model(text, {0.94: 2}) for text in texts]),
    }


def test_every_chart_is_held_to_hostile_texts() -> None:
    assert builders() == hostile_charts().keys() | OURS


def test_chart_saved_as_csv_holds_every_hostile_text_unchanged_and_runs_none() -> None:
    for name, rows in saved(hostile_charts()).items():
        cells = [str(harmless(cell)) for row in rows for cell in (*row, *row.values())]
        missing = [kind for kind, text in KINDS.items() if not any(text in cell for cell in cells)]
        assert missing == [], name
