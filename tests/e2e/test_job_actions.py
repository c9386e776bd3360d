"""What people do with jobs in the browser: make, duplicate, export, pick, delete, and read what the API answers."""

import csv
import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.api.expect import ok
from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor
from tests.e2e.keyboard import press, tab_to, to_content
from tests.e2e.programs import Api

pytestmark = pytest.mark.e2e

ROW = '[data-testid="jobs-row"]'


async def make_job(page: Page, name: str) -> None:
    """Make a job of two nodes by the form, from the job list."""
    await page.get_by_test_id("jobs-new").click()
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_label("Nodes", exact=True).fill("2")
    await page.get_by_test_id("new-job-submit").click()
    await expect(page.get_by_test_id("job-name")).to_have_text(name)


async def test_job_is_made_and_deleted_by_keyboard_and_its_token_stays_out_of_page_state(sized: Visitor) -> None:
    page = sized.page
    name = f"made by keyboard on {'a phone' if sized.is_phone else 'a screen'}"
    frames: list[str] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
    await sized.sign_in(address="/?name=nightly")
    await to_content(page)
    await press(page.get_by_test_id("jobs-new"))
    await tab_to(page.get_by_label("Name", exact=True))
    await page.keyboard.type(name)
    await press(page.get_by_test_id("new-job-add-cluster_network"))
    tags = page.get_by_label("Tags")
    await tab_to(tags)
    await page.keyboard.type("produc")
    suggestions = page.get_by_test_id("new-job-suggestions").get_by_role("button")
    await expect(suggestions).to_have_text(["production"])
    await press(suggestions.first)
    await expect(tags).to_have_value("production, ")
    await expect(tags).to_be_focused()
    await page.keyboard.type("not<good")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("problem-tags")).to_contain_text("Tag 2 may hold letters and digits")
    few = "The number of nodes must be at least 2 for the benchmark Cluster Network"
    await expect(page.get_by_test_id("problem-node_count")).to_have_text(few)
    nodes = page.get_by_label("Nodes", exact=True)
    await expect(nodes).to_be_focused()
    await expect(nodes).to_have_accessible_description(few)
    assert await grave_problems(page) == []
    await page.keyboard.press("Control+a")
    await page.keyboard.type("2")
    await tab_to(tags)
    await page.keyboard.press("Control+a")
    await page.keyboard.type("production, by hand")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("job-name")).to_have_text(name)
    await expect(page).to_have_url(re.compile(r"/jobs/\d+\?tab=agent$"))
    commands = page.get_by_label("Commands of an agent")
    await expect(commands).to_contain_text("JOB_TOKEN='eyJ")
    assert await grave_problems(page) == []
    await press(page.get_by_role("button", name="Hide them"))
    await expect(commands).to_have_count(0)
    # What shows a new job's commands by itself is over: whoever loads the page anew asks for them again.
    await page.reload()
    await expect(page.get_by_role("button", name="Show them")).to_be_visible()
    await expect(commands).to_have_count(0)
    await to_content(page)
    await press(page.get_by_test_id("job-actions"))
    await expect(page.get_by_role("menuitem").first).to_be_focused()
    await page.keyboard.press("End")
    await expect(page.get_by_role("menuitem", name="Delete")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("deletion-dialog")).to_contain_text(f"Delete the job “{name}”?")
    assert await grave_problems(page) == []
    await press(page.get_by_test_id("deletion-confirm"))
    await expect(page.locator(ROW)).to_have_count(20)
    await expect(page.get_by_role("link", name=name)).to_have_count(0)
    assert frames
    assert "eyJ" not in "".join(frames)


async def test_wrong_setting_is_said_beside_its_field_and_the_right_one_is_the_jobs(sized: Visitor, api: Api) -> None:
    page = sized.page
    name = f"timed on {'a phone' if sized.is_phone else 'a screen'}"
    await sized.sign_in(address="/jobs/new")
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_label("Nodes", exact=True).fill("2")
    await page.get_by_test_id("new-job-add-cluster_network").click()
    timeout = page.get_by_label("Timeout (s)")
    await expect(timeout).to_have_attribute("aria-invalid", "false")
    for wrong in ("0", "soon"):
        await timeout.fill(wrong)
        await page.get_by_test_id("new-job-submit").click()
        await expect(timeout).to_have_attribute("aria-invalid", "true")
        await expect(timeout).to_have_accessible_description("Timeout must be an integer from 1 to 3600 (s)")
        await expect(timeout).to_be_focused()
        await expect(timeout).to_have_value(wrong)
        field, said = await timeout.bounding_box(), await page.get_by_test_id("problem-setting").bounding_box()
        assert field
        assert said
        assert 0 <= said["y"] - (field["y"] + field["height"]) < 16
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        assert await grave_problems(page) == []
    await timeout.fill("7")
    await page.get_by_test_id("new-job-submit").click()
    await expect(page.get_by_test_id("job-name")).to_have_text(name)
    job_id = re.findall(r"/jobs/(\d+)", page.url)[0]
    job = ok(await api.http.get(f"/api/silicon-mark/v1/jobs/{job_id}", headers=api.headers))
    assert job["benchmark_sequence"][1] == {"benchmark_id": "cluster_network", "config": {"timeout": 7}}
    await api.delete(job)


async def test_job_is_duplicated_and_deleted_after_a_question_that_names_it(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in()
    await make_job(page, "to be copied")
    await page.get_by_test_id("job-actions").click()
    await page.get_by_role("menuitem", name="Duplicate").click()
    await expect(page.get_by_label("Name", exact=True)).to_have_value("to be copied copy")
    await expect(page.get_by_label("Nodes", exact=True)).to_have_value("2")
    await sized.open("/?name=to+be+copied")
    await expect(page.locator(ROW)).to_have_count(1)
    await page.locator(ROW).get_by_test_id("job-actions").focus()
    await page.keyboard.press("Enter")
    await page.get_by_role("menuitem", name="Delete").press("Enter")
    dialog = page.get_by_test_id("deletion-dialog")
    await expect(dialog).to_contain_text("Delete the job “to be copied”?")
    await expect(page.get_by_test_id("deletion-cancel")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(page.locator(ROW).get_by_test_id("job-actions")).to_be_focused()
    await page.locator(ROW).get_by_test_id("job-actions").click()
    await page.get_by_role("menuitem", name="Delete").click()
    await page.get_by_test_id("deletion-confirm").click()
    await expect(page.get_by_test_id("jobs-no-match")).to_be_visible()


async def test_export_leaves_with_every_row_of_the_view(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    await visitor.sign_in(address="/?state=completed&sort_by=name&sort_order=asc&per_page=20")
    await expect(page.locator(ROW)).to_have_count(20)
    total = int((await page.get_by_test_id("jobs-total").inner_text()).split()[0].replace(",", ""))
    first = await page.locator(f"{ROW} a").first.inner_text()
    await page.get_by_test_id("jobs-export").click()
    async with page.expect_download() as waiting:
        await page.get_by_test_id("export-csv").click()
    download = await waiting.value
    file = tmp_path / "jobs.csv"
    await download.save_as(file)
    assert re.fullmatch(r"jobs_completed_.*\d{4}-\d\d-\d\d\.csv", download.suggested_filename)
    with file.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert (len(rows), rows[0]["name"]) == (total, first)


async def test_raw_json_is_folded_and_opens_part_by_part(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in(address="/?state=completed&has_performance_data=true")
    await page.locator(f"{ROW} a").first.click()
    await page.get_by_role("navigation", name="Parts of the job").get_by_text("Raw").click()
    tree = page.get_by_test_id("json-tree")
    await expect(tree).to_contain_text("hidden on this page")
    await expect(tree).to_contain_text("curl -fsS")
    tasks = tree.get_by_role("button", name=re.compile("^tasks, "))
    await expect(tasks).to_have_attribute("aria-expanded", "false")
    await tasks.press("Enter")
    await expect(tasks).to_have_attribute("aria-expanded", "true")
    await tree.get_by_role("button", name=re.compile("^0, ")).press("Enter")
    await expect(tree).to_contain_text("machine_uuid")


async def test_empty_parts_of_a_job_lead_to_its_agents_while_it_takes_any(sized: Visitor, api: Api) -> None:
    page = sized.page
    name = f"empty on {'a phone' if sized.is_phone else 'a screen'}"
    agents = await api.start(name=name, node_count=2, benchmarks=["cluster_network"])
    job = f"/jobs/{agents.job['id']}"
    await sized.sign_in(address=f"{job}?tab=nodes")
    for part in ("nodes", "quickmark", "network"):
        await sized.open(f"{job}?tab={part}")
        empty = page.get_by_test_id(f"{part}-empty")
        await expect(empty).to_be_visible()
        assert await grave_problems(page) == []
        await empty.get_by_role("link", name="How to start its agents").click()
        await expect(page).to_have_url(f"{sized.site}{job}?tab=agent")
        await expect(page.get_by_test_id("agent-command")).to_be_visible()
    await sized.open(f"{job}?tab=nodes")
    for task in [await agents.joined(number) for number in range(2)]:
        ok(await agents.report(task, "failed", failed_message="the driver hung"))
    await expect(page.get_by_test_id("nodes-table").locator("tbody tr")).to_have_count(2)
    await sized.open(f"{job}?tab=network")
    await expect(page.get_by_test_id("network-empty")).to_be_visible()
    await expect(page.get_by_role("link", name="How to start its agents")).to_have_count(0)
    await api.delete(agents.job)


async def test_agent_commands_are_copied_from_the_row_of_a_job_that_waits(sized: Visitor, api: Api) -> None:
    page = sized.page
    name = f"waits on {'a phone' if sized.is_phone else 'a screen'}"
    agents = await api.start(name=name)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await sized.sign_in("root@demo.example", f"/?name={name.replace(' ', '+')}")
    await expect(page.locator(ROW)).to_have_count(1)
    assert agents.job["token"] not in await page.content()
    await press(page.locator(ROW).get_by_test_id("job-actions"))
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("menuitem", name="Copy agent commands")).to_be_visible()
    assert await grave_problems(page) == []
    await page.keyboard.type("copy agent")
    await expect(page.get_by_role("menuitem", name="Copy agent commands")).to_be_focused()
    await page.keyboard.press("Enter")
    said = page.get_by_test_id("agent-copied")
    await expect(said).to_contain_text(f"Agent commands of “{name}” copied")
    assert agents.job["token"] in await page.evaluate("navigator.clipboard.readText()")
    assert agents.job["token"] not in await page.content()
    assert await grave_problems(page) == []
    await page.context.clear_permissions()
    await page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')); }")
    await press(page.locator(ROW).get_by_test_id("job-actions"))
    await page.get_by_role("menuitem", name="Copy agent commands").click()
    await expect(said).to_contain_text("does not let this page copy")
    await said.get_by_role("link", name="Show them").click()
    await expect(page.get_by_role("button", name="Copy the commands")).to_be_visible()
    await api.delete(agents.job)


async def test_several_picked_jobs_are_deleted_after_a_question_that_names_them(sized: Visitor, api: Api) -> None:
    page = sized.page
    word = "narrow" if sized.is_phone else "wide"
    names = [f"doomed {word} {number}" for number in range(3)]
    for name in names:
        await api.start(name=name)
    await sized.sign_in("root@demo.example", f"/?name=doomed+{word}")
    await expect(page.locator(ROW)).to_have_count(3)
    for name in names[:2]:
        await press(page.get_by_role("checkbox", name=f"Select {name}"), "Space")
        await expect(page.get_by_role("checkbox", name=f"Select {name}")).to_be_checked()
    await press(page.get_by_test_id("jobs-delete-picked"))
    dialog = page.get_by_test_id("deletion-dialog")
    await expect(dialog.locator("li")).to_have_text(names[:2])
    await expect(dialog).to_contain_text("their names are free again")
    assert await grave_problems(page) == []
    await press(page.get_by_test_id("deletion-confirm"))
    await expect(page.locator(ROW)).to_have_count(1)
    await expect(page.locator(ROW)).to_contain_text(names[2])
    await expect(dialog).to_have_count(0)


async def test_copied_id_says_so_and_is_on_the_clipboard(sized: Visitor, api: Api) -> None:
    page = sized.page
    agents = await api.start(name="copied by its id")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await sized.sign_in("root@demo.example", f"/jobs/{agents.job['id']}")
    await press(page.get_by_role("button", name="Copy the job's id"))
    await expect(page.locator(".sm-copied-id").get_by_role("status")).to_have_text("Copied")
    assert await page.evaluate("navigator.clipboard.readText()") == agents.job["id"]
    assert await grave_problems(page) == []
    await api.delete(agents.job)
