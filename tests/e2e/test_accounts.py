"""The pages of the account, of people and of the audit log in a browser; and hostile texts, shown as what they are."""

import re
from typing import Any

import httpx
import pytest
from playwright.async_api import expect

from tests.api.paths import DELETE, JOBS, LOGIN, TASKS, V1
from tests.e2e.conftest import Visitor
from tests.factories import bearer, node, upload

pytestmark = pytest.mark.e2e
MARKUP = "<img src=x onerror=\"document.title='owned'\">"
SCRIPT = "<script>document.title='owned'</script>"
PASSWORD = "seven brown lamps hum"


async def test_token_made_in_the_browser_opens_the_api_until_revoked(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in(address="/account")
    await page.locator("#name").fill(SCRIPT)
    await page.get_by_test_id("account-make-token").click()
    token = await page.get_by_test_id("account-fresh-token").inner_text()
    await expect(page.get_by_test_id("account-tokens")).to_contain_text(SCRIPT)
    async with httpx.AsyncClient(base_url=visitor.site, trust_env=False) as client:
        assert (await client.get(JOBS, headers=bearer(token))).status_code == 200
        await page.get_by_test_id("account-revoke-token").first.click()
        await expect(page.get_by_test_id("page-done")).to_have_text("Token revoked.")
        assert (await client.get(JOBS, headers=bearer(token))).status_code == 401
    await visitor.open("/account")
    await expect(page.get_by_test_id("account-sessions")).to_contain_text("This one")
    await expect(page.get_by_test_id("account-fresh-token")).to_have_count(0)
    assert await page.title() == "Your account · SiliconMark"


async def test_session_ended_elsewhere_leads_to_the_sign_in_page(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in("tomas@demo.example", "/account")
    await expect(page.get_by_test_id("account-sessions")).to_be_visible()
    other = await page.context.browser.new_context()  # type: ignore[union-attr]
    second = Visitor(await other.new_page(), visitor.site)
    await second.sign_in("tomas@demo.example", "/account")
    await second.page.get_by_test_id("account-end-others").click()
    await expect(second.page.get_by_test_id("page-done")).to_be_visible()
    await other.close()
    await page.get_by_test_id("account-end-others").click()
    await expect(page).to_have_url(re.compile("/sign-in"))


async def test_admin_invites_and_the_invited_person_comes_in(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in("research-admin@demo.example", "/people")
    await expect(page.get_by_test_id("people-table")).to_contain_text("lena@demo.example")
    await expect(page.get_by_test_id("people-customers")).to_have_count(0)
    await page.locator("#email").fill("new@demo.example")
    await page.get_by_test_id("people-invite").click()
    link = await page.get_by_test_id("people-link").inner_text()
    assert link.startswith(visitor.site)
    other = await page.context.browser.new_context()  # type: ignore[union-attr]
    tab = await other.new_page()
    await tab.goto(link)
    await expect(tab.get_by_test_id("door-invited")).to_contain_text("new@demo.example")
    await tab.locator("#name").fill(MARKUP)
    for field in ("#new", "#again"):
        await tab.locator(field).fill(PASSWORD)
    await tab.get_by_test_id("door-submit").click()
    await expect(tab.get_by_test_id("jobs-total")).to_be_visible()
    await other.close()
    await visitor.open("/people")
    await expect(page.get_by_test_id("people-table")).to_contain_text(MARKUP)
    await page.get_by_role("row", name=re.compile("new@demo.example")).get_by_test_id("people-keep-out").click()
    await expect(page.get_by_test_id("page-done")).to_have_text("new@demo.example may not sign in now.")
    await visitor.open("/audit")
    for act in ("person.invited", "person.added", "person.deactivated"):
        await expect(page.get_by_test_id("audit-table")).to_contain_text(act)
    assert await page.title() == "Audit log · SiliconMark"


async def test_who_is_no_admin_is_told_so(visitor: Visitor) -> None:
    await visitor.sign_in("maya@demo.example", "/people")
    await expect(visitor.page.get_by_test_id("page-failed")).to_contain_text("Only admins")
    await visitor.open("/audit")
    await expect(visitor.page.get_by_test_id("page-failed")).to_contain_text("Only admins")


async def test_hostile_texts_are_shown_as_text_on_every_page(visitor: Visitor) -> None:
    page = visitor.page
    async with httpx.AsyncClient(base_url=visitor.site, trust_env=False) as client:
        body = {"email": "root@demo.example", "password": "silicon-demo"}
        headers = bearer((await client.post(LOGIN, json=body)).json()["id_token"])
        await client.post(f"{V1}/customers", json={"name": MARKUP}, headers=headers)
        job = await _hostile_job(client, headers)
    await visitor.sign_in()
    pages = ("/", f"/jobs/{job}", f"/jobs/{job}?tab=nodes", f"/jobs/{job}?tab=quickmark", f"/jobs/{job}?tab=network",
             "/people", "/audit", "/account", f"/?name={SCRIPT}", f"/sign-in?error={MARKUP}&email={MARKUP}",
             f"/reset-password?key={MARKUP}&error={MARKUP}", f"/account?error={MARKUP}", f"/jobs/{MARKUP}")  # fmt: skip
    for address in pages:
        await visitor.open(address)
        await page.wait_for_load_state("networkidle")
        assert await page.locator("img[src='x']").count() == 0, address
        assert "owned" not in await page.title(), address
    await visitor.open(f"/jobs/{job}")
    await expect(page.get_by_test_id("job-name")).to_have_text(MARKUP)
    async with httpx.AsyncClient(base_url=visitor.site, trust_env=False) as client:
        await client.request("DELETE", DELETE, json={"id": int(job)}, headers=headers)
    visitor.complaints[:] = [line for line in visitor.complaints if "404" not in line]


async def _hostile_job(client: httpx.AsyncClient, headers: dict[str, str]) -> str:
    """Return the id of a job whose every text is hostile, failed by its one node."""
    body: dict[str, Any] = {"name": MARKUP, "description": SCRIPT, "benchmarks": []}
    job = (await client.post(JOBS, json=body, headers=headers)).json()
    agent = bearer(job["token"])
    machine = node(gpu_model=MARKUP[:60], inventory={"note": SCRIPT})
    task = (await client.post(TASKS, json=machine, headers=agent)).json()
    result = upload(
        {"test_results": [], "aggregate_results": {}, "timestamp": ""}, state="failed", error_message=SCRIPT
    )
    await client.put(f"{TASKS}/{task['id']}/results/quick_mark", json=result, headers=agent)
    await client.patch(f"{TASKS}/{task['id']}", json={"state": "failed", "failed_message": MARKUP}, headers=agent)
    job_id: str = job["id"]
    return job_id
