"""`python -m tests.screenshots [WORD ...]`: take every picture, or those whose names have one of the words.

They go to the folder `screenshots`, which git ignores, by theme and width. With `--readme` only a few are taken, and
written, compressed, to `docs/images`, where the README shows them.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, WebSocketRoute, sync_playwright
from playwright.sync_api import TimeoutError as NotThere

from siliconmark_ui.config import ROOT
from siliconmark_ui.server.front_end import build_front_end
from tests.browser import ARGUMENTS, UNFINISHED, require_browser
from tests.screenshots.happenings import happening
from tests.screenshots.scenes import SCENES, Scene, Stage
from tests.screenshots.stage import DEMO_PASSWORD, KEEPER, PASSWORD, STAFF, Stages, stages

FOLDER = ROOT / "screenshots"
IMAGES = ROOT / "docs" / "images"
SIZES = {1440: 900, 390: 844}
THEMES = ("light", "dark")
README = {
    ("jobs-filtered", "light", 1440),
    ("job-network", "dark", 1440),
    ("performance", "light", 1440),
    ("jobs-filtered", "dark", 390),
}
TOP_OF_PICTURE = """image => {
  image.style.cssText = 'position: absolute; inset: 0 auto auto 0; width: 100%; height: auto';
}"""
SETTLING_MS, PATIENCE_MS, CLICK_MS = 400, 20_000, 3_000


def main(arguments: Sequence[str]) -> int:
    """Take the pictures; tells each name as it is taken."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("words", nargs="*", metavar="WORD")
    parser.add_argument("--theme", choices=THEMES, action="append")
    parser.add_argument("--width", type=int, choices=tuple(SIZES), action="append")
    parser.add_argument("--readme", action="store_true")
    chosen = parser.parse_args(arguments)
    scenes = [scene for scene in SCENES if not chosen.words or any(word in scene.name for word in chosen.words)]
    build_front_end()
    with tempfile.TemporaryDirectory() as folder, stages(Path(folder)) as served, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=require_browser(), args=list(ARGUMENTS))
        for theme in chosen.theme or THEMES:
            for width in chosen.width or SIZES:
                shown = {name for name, *look in README if look == [theme, width]}
                taken = [scene for scene in scenes if scene.name in shown or not chosen.readme]
                take(browser, served, taken, theme, width)
        browser.close()
    if chosen.readme:
        _fill_readme()
    return 0


def take(browser: Browser, served: Stages, scenes: Iterable[Scene], theme: str, width: int) -> None:
    """Take the pictures of one theme at one width."""
    folder = FOLDER / f"{theme}-{width}"
    folder.mkdir(parents=True, exist_ok=True)
    by_stage: dict[Stage, list[Scene]] = {}
    for scene in scenes:
        by_stage.setdefault(scene.stage, []).append(scene)
    for stage, group in by_stage.items():
        context = browser.new_context(
            viewport={"width": width, "height": SIZES[width]},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
        )
        site = served.empty if stage == "empty" else served.full
        _sign_in(context, site, stage)
        for scene in group:
            # What a scene chooses stays in its tab.
            page = context.new_page()
            _photograph(page, served, site + scene.path.format(**served.names), scene, folder / f"{scene.name}.png")
            page.close()
            sys.stdout.write(f"{theme}-{width}/{scene.name}\n")
            sys.stdout.flush()
        context.close()


def _sign_in(context: BrowserContext, site: str, stage: Stage) -> None:
    if stage == "outside":
        return
    page = context.new_page()
    email, password = (KEEPER, PASSWORD) if stage == "empty" else (STAFF, DEMO_PASSWORD)
    page.goto(f"{site}/sign-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_test_id("sign-in-submit").click()
    page.get_by_test_id("jobs-total").wait_for()
    page.close()


def _photograph(page: Page, served: Stages, address: str, scene: Scene, file: Path) -> None:
    if scene.is_loading:
        page.route_web_socket("**/_event/**", _say_nothing)
    page.goto(address)
    page.wait_for_load_state("networkidle")
    if scene.clicks and not scene.is_loading:
        _await_all(page)
    if scene.shows:
        page.get_by_test_id(scene.clicks[0]).filter(visible=True).first.wait_for()
    for name in scene.clicks:
        # Some stand on wide screens alone and some on phones; of those in rows, the first is meant.
        target = page.get_by_test_id(name).filter(visible=True).first
        try:
            # What an earlier click brings comes from the server.
            target.wait_for(timeout=CLICK_MS)
        except NotThere:
            continue
        target.click()
    if scene.shows:
        page.get_by_test_id(scene.shows).wait_for()
    if not scene.is_loading:
        _await_all(page)
    with happening(scene.happens, page, served):
        page.wait_for_timeout(SETTLING_MS)
        if not scene.happens:
            # A whole page is photographed from its top: where it was scrolled to, its bar would hang in the middle.
            page.evaluate("window.scrollTo(0, 0)")
        # What hangs in the window is photographed as it hangs there.
        page.screenshot(path=file, full_page=not scene.happens)


def _say_nothing(_: WebSocketRoute) -> None:
    """Take what the page says and answer nothing: the server is never asked."""


def _await_all(page: Page) -> None:
    waited = 0
    while page.locator(UNFINISHED).count() and waited < PATIENCE_MS:
        page.wait_for_timeout(100)
        waited += 100


def _fill_readme() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=require_browser(), args=list(ARGUMENTS))
        for name, theme, width in sorted(README):
            page = browser.new_page(viewport={"width": width, "height": SIZES[width]})
            page.goto((FOLDER / f"{theme}-{width}" / f"{name}.png").as_uri())
            # By itself the browser shrinks a long page's picture until all of it fits; its top says enough.
            page.locator("img").evaluate(TOP_OF_PICTURE)
            page.screenshot(path=IMAGES / f"{name}-{theme}-{width}.jpg", type="jpeg", quality=72)
        browser.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
