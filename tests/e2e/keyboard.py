"""What somebody without a mouse does: goes on with the Tab key until a place has the focus, and presses keys there."""

from playwright.async_api import Locator, Page

MOST = 80
HAS_FOCUS = "place => place.isConnected ? place === document.activeElement : null"
# Text that comes letter by letter, but faster than any pause between two of them.
BURST = """(field, text) => {
    const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
    for (let end = 1; end <= text.length; end += 1) {
        set.call(field, text.slice(0, end));
        field.dispatchEvent(new Event("input", { bubbles: true }));
    }
}"""


async def tab_to(place: Locator, *, back: bool = False) -> None:
    """Press the Tab key until the place has the focus; fail when that does not lead there."""
    await place.wait_for()
    found = await place.element_handle()
    for _ in range(MOST):
        has_focus = await found.evaluate(HAS_FOCUS)
        if has_focus is None:
            # The page has drawn the place anew meanwhile.
            found = await place.element_handle()
            continue
        if has_focus:
            return
        await place.page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"the Tab key does not lead to {place}")


async def press(place: Locator, key: str = "Enter", *, back: bool = False) -> None:
    """Go to the place with the Tab key, then press a key."""
    await tab_to(place, back=back)
    await place.page.keyboard.press(key)


async def to_content(page: Page) -> None:
    """Pass over the navigation of a page that has just been loaded, by its first link."""
    await press(page.get_by_role("link", name="Skip to content"))


async def burst(field: Locator, text: str) -> None:
    """Let a field hear every letter of a text with no pause between them."""
    await field.evaluate(BURST, text)
