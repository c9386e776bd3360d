"""What axe says of a page: nothing serious, nothing critical."""

from pathlib import Path
from typing import Any

import axe_playwright_python  # type: ignore[import-untyped]
from playwright.async_api import Page

SOURCE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()
GRAVE = ("serious", "critical")
# What passes is not described, only counted: that is most of the time that axe takes.
RULES = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


SETTLED = """() => Promise.all(document.getAnimations()
    .filter(animation => animation.effect.getComputedTiming().iterations !== Infinity)
    .map(animation => animation.finished.catch(() => null))).then(() => null)"""


async def grave_problems(page: Page, *, is_covered: bool = False) -> list[str]:
    """Return the serious and critical violations of what is shown, each with the first element that has it.

    Of a page that a menu covers partly, what is left in sight of buttons below the menu may be too small a target.
    """
    # What is still fading in has no contrast of its own yet.
    await page.evaluate(SETTLED)
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(SOURCE)
    rules = RULES | ({"rules": {"target-size": {"enabled": False}}} if is_covered else {})
    found: dict[str, Any] = await page.evaluate("rules => axe.run(document, rules)", rules)
    return [
        f"{each['id']}: {each['help']}: {each['nodes'][0]['html'][:200]} ({len(each['nodes'])})"
        for each in found["violations"]
        if each["impact"] in GRAVE
    ]
