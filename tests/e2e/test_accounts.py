"""The pages of the account, of people and of the audit log in a browser."""

import re

import httpx
import pytest
from playwright.async_api import Browser, expect

from siliconmark_ui.accounts.own_password import make_reset_link
from siliconmark_ui.accounts.service import DEMO_PASSWORD
from siliconmark_ui.db import Database
from tests.api.paths import JOBS
from tests.e2e.conftest import Visitor
from tests.factories import bearer, make_caller
from tests.server.conftest import ServerUnderTest

pytestmark = pytest.mark.e2e
MARKUP = "<img src=x onerror=\"document.title='owned'\">"
SCRIPT = "<script>document.title='owned'</script>"
PASSWORD = "seven brown lamps hum"


async def test_token_made_in_the_browser_opens_the_api_until_revoked(sized: Visitor) -> None:
    page = sized.page
    await sized.sign_in(address="/account")
    await page.locator("#name").fill(SCRIPT)
    await page.get_by_test_id("account-make-token").click()
    token = await page.get_by_test_id("account-fresh-token").inner_text()
    await expect(page.get_by_test_id("account-tokens")).to_contain_text(SCRIPT)
    async with httpx.AsyncClient(base_url=sized.site, trust_env=False) as client:
        assert (await client.get(JOBS, headers=bearer(token))).status_code == 200
        await page.get_by_test_id("account-revoke-token").first.click()
        await page.get_by_test_id("confirm-go-on").click()
        await expect(page.get_by_test_id("page-done")).to_have_text("Token revoked.")
        assert (await client.get(JOBS, headers=bearer(token))).status_code == 401
    await sized.open("/account")
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
    await expect(second.page.get_by_test_id("account-end-others")).to_be_enabled()
    # Only now does the first page, too, know of another session that it could end.
    await page.reload()
    await expect(page.get_by_test_id("account-end-others")).to_be_enabled()
    await second.page.get_by_test_id("account-end-others").click()
    await expect(second.page.get_by_test_id("page-done")).to_be_visible()
    await other.close()
    await page.get_by_test_id("account-end-others").click()
    await expect(page).to_have_url(re.compile("/sign-in"))


async def test_admin_invites_and_the_invited_person_comes_in(sized: Visitor) -> None:
    page = sized.page
    email = f"new-{sized.width}@demo.example"
    await sized.sign_in("research-admin@demo.example", "/people")
    await expect(page.get_by_test_id("people-table")).to_contain_text("lena@demo.example")
    await expect(page.get_by_test_id("people-customers")).to_have_count(0)
    await page.get_by_test_id("people-open-invite").click()
    await page.locator("#email").fill(email)
    await page.get_by_test_id("people-invite").click()
    link = await page.get_by_test_id("people-link").inner_text()
    assert link.startswith(sized.site)
    other = await page.context.browser.new_context()  # type: ignore[union-attr]
    tab = await other.new_page()
    await tab.goto(link)
    await expect(tab.get_by_test_id("door-invited")).to_contain_text(email)
    await tab.locator("#name").fill(MARKUP)
    for field in ("#new", "#again"):
        await tab.locator(field).fill(PASSWORD)
    await tab.get_by_test_id("door-submit").click()
    await expect(tab.get_by_test_id("jobs-total")).to_be_visible()
    await other.close()
    await sized.open("/people")
    await expect(page.get_by_test_id("people-table")).to_contain_text(MARKUP)
    await page.get_by_role("row", name=re.compile(email)).get_by_test_id("people-keep-out").click()
    await expect(page.get_by_test_id("confirm-dialog")).to_contain_text(f"Keep {email} out?")
    await page.get_by_test_id("confirm-go-on").click()
    await expect(page.get_by_test_id("page-done")).to_have_text(f"{email} may not sign in now.")
    await sized.open("/audit")
    for act in ("Invited a person", "Joined", "Kept a person out"):
        await expect(page.get_by_test_id("audit-table")).to_contain_text(act)
    assert await page.title() == "Audit log · SiliconMark"


async def test_password_set_by_a_link_is_said_on_the_sign_in_page(
    browser: Browser, served: ServerUnderTest, db: Database
) -> None:
    await make_caller(db)
    link = await make_reset_link(db, "ann@acme.example")
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(served.url + link.path)
    await page.locator("#new").fill(PASSWORD)
    await page.locator("#again").fill(f"{PASSWORD}!")
    await page.get_by_test_id("door-submit").click()
    await expect(page.get_by_test_id("page-problem")).to_have_text("The two new passwords differ")
    for field in ("#new", "#again"):
        await page.locator(field).fill(PASSWORD)
    await page.get_by_test_id("door-submit").click()
    await expect(page.get_by_role("status")).to_have_text("Your password is changed. Sign in with the new one.")
    await expect(page).to_have_url(f"{served.url}/sign-in?done=reset")
    await page.locator("#email").fill("ann@acme.example")
    await page.locator("#password").fill(PASSWORD)
    await page.get_by_test_id("sign-in-submit").click()
    await expect(page.get_by_test_id("jobs-total")).to_be_visible()
    await context.close()


async def test_sign_in_leads_back_when_the_page_has_not_heard_of_the_server_yet(visitor: Visitor) -> None:
    page = visitor.page
    await page.route_web_socket("**/_event/**", lambda _socket: None)
    await visitor.open("/sign-in?next=%2Fpeople%3Fq%3Dlena")
    await page.locator("#email").fill("root@demo.example")
    await page.locator("#password").fill(DEMO_PASSWORD)
    await page.get_by_test_id("sign-in-submit").click()
    await expect(page).to_have_url(f"{visitor.site}/people?q=lena")


async def test_who_is_no_admin_is_told_so(visitor: Visitor) -> None:
    await visitor.sign_in("maya@demo.example", "/people")
    await expect(visitor.page.get_by_test_id("people-failed")).to_contain_text("Only admins")
    await visitor.open("/audit")
    await expect(visitor.page.get_by_test_id("audit-failed")).to_contain_text("Only admins")
