"""The pages of the account, of people and of the audit log, and the doors: for every eye, width, theme and hand."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.e2e.accessibility import grave_problems
from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.e2e

INSIDE = {
    "/account": "account-sessions",
    "/people": "people-row",
    "/people?search=nobody": "people-no-match",
    "/audit": "audit-row",
    "/audit?person=nobody@demo.example": "audit-no-match",
    "/audit?outcome=perhaps": "audit-failed",
}
DOORS = (
    "/sign-in?error=credentials",
    "/sign-in?done=reset",
    "/forgot-password",
    "/reset-password?key=none",
    "/invitation?key=none",
)
SIZES = {1440: 900, 390: 844}


async def _hold(page: Page, address: str) -> None:
    """Say of the page, in both themes, that nothing of it is grave, and that it is no wider than its window."""
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        await expect(page.locator(f"html.{scheme}")).to_be_attached()
        assert await grave_problems(page) == [], f"{address}, {scheme}"
    width, most = await page.evaluate("() => [document.documentElement.scrollWidth, window.innerWidth]")
    assert width <= most, address


@pytest.mark.parametrize("width", SIZES)
async def test_pages_are_for_everybody_at_each_width(visitor: Visitor, width: int) -> None:
    page = visitor.page
    await page.set_viewport_size({"width": width, "height": SIZES[width]})
    for address in DOORS:
        await visitor.open(address)
        await page.wait_for_load_state("networkidle")
        await _hold(page, address)
    await visitor.sign_in(address="/account")
    for address, shown in INSIDE.items():
        await visitor.open(address)
        await expect(page.get_by_test_id(shown).first).to_be_visible()
        await _hold(page, address)
    await visitor.open("/people")
    await page.get_by_test_id("people-open-invite").click()
    await expect(page.get_by_test_id("people-invite-dialog")).to_be_visible()
    await _hold(page, "the form of an invitation")


async def _press_until(page: Page, name: str) -> None:
    """Go on with the Tab key until an element of that test id or id has the focus."""
    place = page.locator(f"[data-testid='{name}'], #{name}").first
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await place.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"the Tab key does not lead to {name}")


async def test_token_is_made_and_revoked_with_the_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in("tomas@demo.example", "/account")
    await expect(page.get_by_test_id("account-sessions")).to_contain_text("on Linux")
    await _press_until(page, "name")
    await page.keyboard.type("typed by hand")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Read and")
    await _press_until(page, "account-make-token")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("account-fresh-token")).to_contain_text("smk_")
    row = page.get_by_test_id("account-tokens").get_by_role("row", name=re.compile("typed by hand"))
    await expect(row).to_contain_text("Read and write")
    await _press_until(page, "account-revoke-token")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("confirm-dialog")).to_contain_text("“typed by hand”")
    await expect(page.get_by_test_id("confirm-cancel")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("confirm-dialog")).to_have_count(0)
    await expect(page.get_by_test_id("account-revoke-token").first).to_be_focused()
    await page.keyboard.press("Enter")
    await _press_until(page, "confirm-go-on")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("page-done")).to_have_text("Token revoked.")
    await expect(row).to_have_count(0)


async def test_person_is_invited_with_the_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in(address="/people")
    await expect(page.get_by_test_id("people-row").first).to_be_visible()
    await _press_until(page, "people-open-invite")
    await page.keyboard.press("Enter")
    await expect(page.locator("#email")).to_be_focused()
    await page.keyboard.type("staff@demo.example")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Staff")
    await page.keyboard.press("Tab")
    await page.keyboard.type("Demo: Lark")
    await _press_until(page, "people-invite")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("people-invite-problem")).to_contain_text("already exists")
    await page.locator("#email").press("Control+a")
    await page.keyboard.type("by-hand@demo.example")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("people-link")).to_contain_text("/invitation?key=")
    await expect(page.get_by_test_id("people-invite-dialog")).to_have_count(0)
    row = page.get_by_test_id("people-invitations").get_by_role("row", name=re.compile("by-hand@demo.example"))
    await expect(row).to_contain_text("Staff")
    await expect(row).to_contain_text("Larkfield")
    await row.get_by_test_id("people-take-back").press("Enter")
    await expect(row).to_have_count(0)


async def test_own_role_is_asked_about_and_cancelled(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in(address="/people?search=root@")
    own = page.get_by_label("Role of root@demo.example")
    await own.select_option("User")
    await expect(page.get_by_test_id("confirm-dialog")).to_contain_text("your own role to user?")
    await page.keyboard.press("Escape")
    await expect(own).to_have_value("root_admin")


async def test_customer_is_added_and_renamed_in_its_row(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in(address="/people")
    await page.locator("#customer_name").fill("Atlas")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("page-done")).to_have_text("Atlas is added.")
    row = page.get_by_test_id("people-customers").get_by_role("row", name=re.compile("Atlas"))
    await row.get_by_test_id("people-rename").click()
    await expect(page.locator("#renamed_customer")).to_be_focused()
    await page.locator("#renamed_customer").fill("Atlas North")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("page-done")).to_have_text("The customer is called Atlas North now.")
    await expect(page.get_by_test_id("people-customers")).to_contain_text("Atlas North")


async def test_view_of_the_audit_log_is_its_address(visitor: Visitor) -> None:
    page = visitor.page
    await visitor.sign_in("research-admin@demo.example", "/audit")
    await expect(page.get_by_test_id("audit-row").first).to_be_visible()
    await page.get_by_test_id("audit-search").fill("Research-Admin")
    await expect(page).to_have_url(re.compile(r"person=Research-Admin"))
    await page.get_by_test_id("audit-row").first.get_by_role("button", name="research-admin@demo.example").click()
    await expect(page).to_have_url(re.compile(r"person=research-admin%40demo\.example"))
    await page.get_by_test_id("audit-action").select_option("session.signed_in")
    await expect(page.get_by_test_id("audit-chip")).to_have_count(2)
    await page.reload()
    await expect(page.get_by_test_id("audit-action")).to_have_value("session.signed_in")
    await expect(page.get_by_test_id("audit-search")).to_have_value("research-admin@demo.example")
    first = page.get_by_test_id("audit-row").first
    await expect(first).to_contain_text("Signed in")
    await expect(first).to_contain_text("By password")
    await expect(first.locator("time").first).to_have_attribute("title", re.compile("local.*UTC", re.DOTALL))
    await visitor.open("/account")
    await page.go_back()
    await expect(page.get_by_test_id("audit-sentence")).to_contain_text("“Signed in” by “research-admin@demo.example”")
    await page.get_by_test_id("audit-export").click()
    async with page.expect_download() as saving:
        await page.get_by_test_id("export-csv").click()
    text = (await (await saving.value).path()).read_text()
    assert "session.signed_in" in text
    assert "session.signed_out" not in text
