"""The tables of a job as files, ordered by keyboard: the same links and the same figures as the page shows, whole."""

import re

import pytest
from playwright.async_api import Locator, Page, expect

from siliconmark_ui.db import Database
from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import press, to_content
from tests.e2e.test_exports import read_download
from tests.factories import Caller
from tests.ui.finished import finished_job

pytestmark = pytest.mark.e2e

DAY = r"\d{4}-\d\d-\d\d"
SLOW = {"bf16_tflops": 200.0, "fp16_tflops": 190.0, "fp32_tflops": 80.0, "mixed_precision_tflops": 180.0}
Rows = list[dict[str, str]]


async def taken_away(page: Page, menu: str, count: str) -> tuple[str, Rows]:
    """Take a table away as CSV, with the keyboard alone, from its menu that offers so much; give its name and rows."""
    button = page.get_by_test_id(menu)
    await press(button)
    panel = page.get_by_role("dialog", name="Export")
    await expect(panel).to_contain_text(count)
    assert await grave_problems(page, is_covered=True) == []
    async with page.expect_download() as waiting:
        await press(panel.get_by_test_id("export-csv"))
    found = await read_download(await waiting.value)
    await expect(button).to_be_focused()
    return found


async def cells_of(rows: Locator) -> list[list[str]]:
    """Give the texts of the cells of each row."""
    return [await row.locator("th, td").all_inner_texts() for row in await rows.all()]


async def test_links_and_figures_of_a_job_leave_as_they_are_shown(
    own_sized: Visitor, db: Database, ann: Caller
) -> None:
    page = own_sized.page
    job_id = await finished_job(db, ann.actor, nodes=3, gpus=2, odd={2: SLOW}, name="taken away")
    await own_sized.open(f"/jobs/{job_id}?tab=network")
    shown = page.get_by_test_id("network-slowest").locator("tbody tr")
    await expect(shown).to_have_count(6)
    await to_content(page)
    name, rows = await taken_away(page, "links-export", "6 links")
    assert re.fullmatch(rf"links_taken-away_cluster_network_{job_id}_{DAY}\.csv", name)
    rows.sort(key=lambda row: float(row["bandwidth_gbps"]))
    assert {row["state"] for row in rows} == {"live"}
    ends = [[row["source_machine_ip"], row["target_machine_ip"]] for row in rows]
    cells = await cells_of(shown)
    assert [row[:2] for row in cells] == ends
    for place, column in ((2, "bandwidth_gbps"), (4, "latency")):
        in_file = [float(row[column]) for row in rows]
        assert [float(row[place]) for row in cells] == pytest.approx(in_file, rel=0.01)
    await press(
        page.get_by_role("navigation", name="Parts of the job").get_by_role("link", name="QuickMark"), back=True
    )
    await expect(page.get_by_test_id("quickmark-nodes").locator("tbody tr")).to_have_count(3)
    name, rows = await taken_away(page, "quickmark-export", "3 nodes, 6 GPUs")
    assert re.fullmatch(rf"quickmark_taken-away_{job_id}_{DAY}\.csv", name)
    await holds_what_is_shown(page, rows)


async def holds_what_is_shown(page: Page, rows: Rows) -> None:
    """Compare the file of figures with the nodes that the page shows, and with the GPUs of the chosen one."""
    heads = await page.get_by_test_id("quickmark-nodes").locator("thead th").all_text_contents()
    place = heads.index("BF16 (TFLOPS)")
    nodes = {row["machine_ip"]: float(row["bf16_tflops"]) for row in rows if row["scope"] == "node"}
    shown = await cells_of(page.get_by_test_id("quickmark-nodes").locator("tbody tr"))
    assert {row[0]: float(row[place].split()[0].replace(",", "")) for row in shown} == pytest.approx(nodes, rel=0.01)
    title = await page.locator("#gpus").inner_text()
    lowest = title.removeprefix("GPUs of ")
    # The slow node is the one that is looked at first.
    assert lowest == "10.0.0.3"
    gpus = [row for row in rows if row["scope"] == "gpu"]
    assert len(gpus) == 6
    shown = await cells_of(page.get_by_test_id("quickmark-gpus").locator("tbody tr"))
    assert [row[0] for row in shown] == [f"GPU {row['gpu_index']}" for row in gpus if row["machine_ip"] == lowest]
    assert {row["bf16_tflops"] for row in gpus if row["machine_ip"] == lowest} == {"200.0"}
