"""The browser that tests drive: found on this machine, or installed. `python -m tests.browser` makes sure of one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

# The same browser without the parts that nobody sees here: its tests take a fifth less time.
SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
NAMES = (*SHELLS, "chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
INSTALLING_SECONDS = 180
# Sandboxing needs what containers forbid; the rest keeps the browser from calling its maker.
ARGUMENTS = ("--no-sandbox", "--disable-quic", "--disable-background-networking")
UNFINISHED = ".sm-plot-wait, .sm-skeleton, [aria-busy=true]"
"""What shows that a page has not heard of everything yet."""


class NoBrowser(Exception):
    """No browser was found and none could be installed."""


def find_browser() -> Path | None:
    """The program to start: `SILICONMARK_BROWSER`, a Chromium in PATH, or Playwright's own; None without any.

    Of those in PATH, one that is made to be seen by nobody comes first.
    """
    named = os.environ.get("SILICONMARK_BROWSER")
    if named:
        return Path(named)
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    return Path(found) if found else _playwrights_own()


def require_browser() -> Path:
    """The browser, for fixtures. Raises NoBrowser, which says what to do."""
    browser = find_browser()
    if browser is None:
        raise NoBrowser("no Chromium found: run `make test`, which installs one, or set SILICONMARK_BROWSER")
    return browser


def has_shell() -> bool:
    """Whether the browser is one that is made to be seen by nobody, or was named by somebody."""
    return "SILICONMARK_BROWSER" in os.environ or any(shutil.which(name) for name in SHELLS)


def install_browser() -> None:
    """Installs Chromium from the system's packages when we may, else, without any, Playwright's build."""
    if os.geteuid() == 0 and shutil.which("apt-get") and _install_from_debian():
        return
    if find_browser():
        return
    _say("Installing Playwright's Chromium")
    as_root = ["--with-deps"] if os.geteuid() == 0 else []
    subprocess.run([sys.executable, "-m", "playwright", "install", *as_root, "chromium"], check=False)


def _install_from_debian() -> bool:
    _say("Installing the package chromium-headless-shell with apt-get")
    install = ["apt-get", "install", "-q", "-y", "--no-install-recommends"]
    if not _ran("apt-get", "update", "-q"):
        return False
    return _ran(*install, SHELLS[0]) or (find_browser() is None and _ran(*install, "chromium"))


def _ran(*command: str) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        ended = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, timeout=INSTALLING_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return ended.returncode == 0


def _playwrights_own() -> Path | None:
    try:
        with sync_playwright() as playwright:
            path = Path(playwright.chromium.executable_path)
    except Error:
        return None
    return path if path.exists() else None


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Finds or installs a browser; one line on stderr and status 1 without any."""
    if not has_shell():
        install_browser()
    if find_browser() is None:
        sys.stderr.write("error: tests need a Chromium and none could be installed: set SILICONMARK_BROWSER\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
