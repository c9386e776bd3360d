"""The report as a document: what it says, how it is tagged, and that foreign texts stay texts."""

import copy
import re
from typing import Any

import pytest

from siliconmark_ui.reports.source import ReportSource
from siliconmark_ui.reports.typesetting import report_pdf
from tests.reports.reading import ReadReport
from tests.reports.sources import JOB_ID, address, source

HOSTILE = (
    '#read("/etc/passwd")',
    "$ x^2 $ \\alpha \\u{41}",
    "*bold* _it_ `raw` <label> @ref",
    "= no heading // comment /* x */",
    "#sys.version #panic(1)",
    "<script>&amp;</script> ]]> \"'",
    "-> fi ffi -- --- ... 'x'",
)


def read(made_from: ReportSource) -> ReadReport:
    return ReadReport(report_pdf(made_from))


@pytest.fixture(scope="module")
def report() -> ReadReport:
    return read(source())


@pytest.mark.parametrize(
    "words",
    [
        "Hall 7 acceptance",
        "Before the hand-over",
        "Completed Underperforming production hall-7",
        "2026-05-04 03:00:00",
        "1 h 15 min",
        "3 of 3",
        str(JOB_ID),
        "3 nodes with 1 × NVIDIA A100-SXM4-80GB",
        "timeout 45",
        "1 of 3 scored nodes is below 0.90 ×",
        "FP32 (TF32 path) of 10.20.0.2 is 0.57 × of expected (70.2 of 124 TFLOPS)",
        "BF16 TFLOPS 151 264 264 265",
        "Memory bandwidth GB/s 1,742 1,742 1,742 1,752",
        "Power W 411 411 411",
        "5 of 6",
        "no route to host",
        "10.20.0.1 10.20.0.2 37.2",
        "571.22 (3 nodes)",
        "debian 13 (3 nodes)",
        "NVIDIA A100 datasheet, dense",
        "Typst",
    ],
)
def test_report_says_what_was_measured(report: ReadReport, words: str) -> None:
    assert words in report.words


def test_every_page_is_numbered_and_named(report: ReadReport) -> None:
    count = len(report.pages)
    assert count >= 3
    for number, text in enumerate(report.pages, start=1):
        assert f"Page {number} of {count}" in text
        assert f"Job {JOB_ID}, made 2026-05-04 04:15:31 UTC" in text


def test_report_is_tagged_for_assistive_technology(report: ReadReport) -> None:
    assert report.catalogue["/MarkInfo"]["/Marked"] == True  # noqa: E712 - a PDF's own kind of true.
    assert report.catalogue["/Lang"] == "en"
    assert report.catalogue["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert "pdfuaid:part" in report.catalogue["/Metadata"].get_data().decode()
    assert report.roles["/H1"] == 1
    assert report.roles["/H2"] >= 6
    assert report.roles["/Table"] >= 6
    assert report.roles["/TH"] > 20
    assert report.roles["/Figure"] == 6


def test_report_carries_title_and_moment_in_its_metadata(report: ReadReport) -> None:
    told = report.reader.metadata
    assert told is not None
    assert told.title == "Hall 7 acceptance"
    assert told.subject == f"Benchmark report of job {JOB_ID}"
    assert told.creation_date_raw == "D:20260504041531Z"


def test_report_has_an_outline_of_its_chapters(report: ReadReport) -> None:
    def titles(entries: list[Any]) -> list[str]:
        return [title for entry in entries for title in (titles(entry) if isinstance(entry, list) else [entry.title])]

    found = titles(report.reader.outline)
    for chapter in ("Scoreboard", "QuickMark against expected", "Cluster Network", "Nodes", "Method and versions"):
        assert chapter in found


def test_every_chart_has_its_figures_in_words(report: ReadReport) -> None:
    whole = " ".join(report.alternatives)
    assert "Bandwidth between 3 nodes, 5 of 6 directed links live" in whole
    assert "0.57 ×" in whole
    assert len(report.alternatives) == 6


def test_same_job_makes_the_same_bytes() -> None:
    assert report_pdf(source(2)) == report_pdf(source(2))


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_comes_out_as_it_went_in(text: str) -> None:
    made_from = source(2, name=text[:60], description=text, tags=[text[:50]], customer=text)
    made_from["tasks"][1] |= {"state": "failed", "failed_message": text}
    made_from["results"][0] |= {"state": "failed", "error_message": text}
    found = read(made_from)
    wanted = re.sub(r"\s+", "", text)
    # Title, tag, description, customer, the node's message and the result's.
    assert found.letters.count(wanted) >= 5
    metadata = found.reader.metadata
    assert metadata is not None
    assert metadata.title == text[:60]
    assert "root:x:0" not in found.letters


def test_text_without_a_place_to_break_stays_on_the_page() -> None:
    endless = "W" * 512
    made_from = source(2, name="N" * 60, description=endless, tags=["T" * 50] * 1)
    long = {"gpu_model": "M" * 200, "failed_message": "F" * 5000}
    made_from["tasks"][0] |= {"machine_ip": None, "state": "failed", **long}  # type: ignore[typeddict-item]
    found = read(made_from)
    assert endless in found.letters
    assert found.letters.count("F") >= 1000
    assert "5,000 characters" in found.words
    assert _furthest_right(found) <= float(found.reader.pages[0].mediabox.right) - 40


def _furthest_right(found: ReadReport) -> float:
    edges = []

    def note(text: str, _: Any, place: Any, font: Any, size: float) -> None:
        if text.strip():
            edges.append(float(place[4]))

    for page in found.reader.pages:
        page.extract_text(visitor_text=note)
    return max(edges)


def test_letters_of_other_scripts_are_kept_or_spelled_out() -> None:
    found = read(source(2, name="Zürich Łódź Ελλάδα Привет", description="机房 \U0001f525 देव"))
    assert "Zürich Łódź Ελλάδα Привет" in found.words
    for character in "机房\U0001f525":
        assert character in found.letters or f"[U+{ord(character):04X}]" in found.letters


@pytest.mark.parametrize("nodes", [1, 2, 33, 64])
def test_report_fits_every_size_of_job(nodes: int) -> None:
    found = read(source(nodes))
    assert found.letters.count(address(nodes - 1)) >= 1
    assert ("Cluster Network" in found.words) == (nodes > 1)


def test_report_of_a_job_without_any_node_says_so() -> None:
    made_from = source(2)
    made_from |= {"tasks": [], "results": [], "performance": None, "performance_nodes": []}
    made_from["job"] |= {"state": "aborted", "started_at": None, "current_nodes": 0}
    found = read(made_from)
    assert "Aborted" in found.words
    assert "No node registered" in found.words
    assert "nothing to score" in found.words


def test_report_of_unknown_gpus_shows_figures_without_a_score() -> None:
    made_from = source(2)
    for task in made_from["tasks"]:
        task["gpu_model"] = "Prototype X"
    unscored: Any = copy.deepcopy(made_from["performance_nodes"])
    for node in unscored:
        node.update(status="unknown", score=None)
        node["groups"] = {name: {"score": None, "status": "unknown"} for name in node["groups"]}
        for metric in node["metrics"].values():
            metric.update(expected=None, ratio=None, status="unknown")
    made_from["performance_nodes"] = unscored
    assert made_from["performance"] is not None
    made_from["performance"] |= {"status": "unknown", "score": None, "reasons": [], "underperforming_nodes": 0}
    found = read(made_from)
    assert "without a score" in found.words
    assert "The reference catalogue does not know Prototype X" in found.words
    assert "BF16 TFLOPS 151 208 264 –" in found.words


def test_broken_power_sensor_is_named_and_its_figures_left_out() -> None:
    made_from = source(2)
    made_from["results"][0]["document"]["aggregate_results"]["power_consumption_watts"] = 3
    made_from["results"][0]["document"]["test_results"][0]["power_consumption_watts"] = 3
    found = read(made_from)
    assert "1 node reports a power too low to be true" in found.words
    assert "Power W 411 411 411" in found.words


def test_report_of_256_nodes_is_whole() -> None:
    document = report_pdf(source(256))
    found = ReadReport(document)
    assert "65,279 of 65,280" in found.words
    assert all(address(number) in found.letters for number in range(256))
    assert len(document) < 4_000_000
