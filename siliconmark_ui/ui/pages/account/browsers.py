"""What a browser calls itself, in the words that people use for it."""

from ua_parser import parse_os, parse_user_agent

UNKNOWN = "Unknown browser"
# What the parser's catalogue calls otherwise than people do.
_NAMES = {
    "HeadlessChrome": "Chrome",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Mobile Safari": "Safari",
    "Edge Mobile": "Edge",
    "Mac OS X": "macOS",
}
# Browsers have long stopped to tell which macOS or which Windows they run on.
_WITH_VERSION = frozenset({"Android", "iOS"})


def browser_words(user_agent: str) -> str:
    """Say which browser on which system a user-agent line names: `Chrome 156 on Linux`; blocks for up to 0.2 s."""
    browser, system = parse_user_agent(user_agent), parse_os(user_agent)
    if browser is None or browser.family == "Other":
        return UNKNOWN
    name = f"{_NAMES.get(browser.family, browser.family)} {browser.major or ''}".rstrip()
    if system is None or system.family == "Other":
        return name
    version = f" {system.major}" if system.major and system.family in _WITH_VERSION else ""
    return f"{name} on {_NAMES.get(system.family, system.family)}{version}"
