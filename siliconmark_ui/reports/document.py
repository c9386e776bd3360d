"""From a job to the files that the typesetter reads: the template's data, and one drawing a chart."""

from typing import Any

import msgspec

from siliconmark_ui.reports.blocks import Block
from siliconmark_ui.reports.sections.method import method, program_version
from siliconmark_ui.reports.sections.network import networks
from siliconmark_ui.reports.sections.nodes import nodes
from siliconmark_ui.reports.sections.quickmark import quickmark
from siliconmark_ui.reports.sections.summary import benchmarks, failures, scoreboard, summary
from siliconmark_ui.reports.source import ReportSource
from siliconmark_ui.reports.words import moment

DATA = "data.json"
_PARTS = (summary, scoreboard, benchmarks, failures, quickmark, networks, nodes, method)


def document_files(source: ReportSource) -> dict[str, str]:
    """Return the files by name: `data.json` and the drawings that it names."""
    files: dict[str, str] = {}
    blocks = [_with_files(block, files) for part in _PARTS for block in part(source)]
    job = source["job"]
    made = f"{moment(source['made_at'])} UTC"
    data = {
        "title": job["name"],
        "subject": f"Benchmark report of job {job['id']}",
        "keywords": job["tags"],
        "foot": f"Job {job['id']}, made {made}, SiliconMark UI {program_version()}",
        "made_at": source["made_at"][:10],
        "blocks": blocks,
    }
    return files | {DATA: msgspec.json.encode(data).decode()}


def _with_files(block: Block, files: dict[str, str]) -> Block:
    """Return a block of charts with each drawing put aside under a name."""
    if block["kind"] != "charts":
        return block
    items: list[dict[str, Any]] = []
    for chart in block["items"]:
        name = f"chart-{len(files) + 1}.svg"
        files[name] = chart["svg"]
        items.append({**chart, "svg": name})
    return {**block, "items": items}
