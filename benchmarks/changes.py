"""What people do to the lists: every kind of filter, alone and in the pairs that are used most, orders and pages."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

LARGE_MODEL, SMALL_MODEL = "NVIDIA H100 80GB HBM3", "NVIDIA GH200 480GB"
"""GPU models of a third and of a hundredth of the demonstration jobs."""


@dataclass(frozen=True)
class Change:
    """One thing that a person does to a list, and the words that name it."""

    what: str
    act: Callable[[Page], None]


def _click(test_id: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_test_id(test_id).first.click()


def _role(name: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_role("button", name=name, exact=True).first.click()


def _head(name: str) -> Callable[[Page], None]:
    return lambda page: page.locator("thead").get_by_role("button", name=name, exact=True).first.click()


def _choose(test_id: str, value: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.get_by_test_id(test_id).first.select_option(value)

    return act


def _check(name: str, *, panel: str = "") -> Callable[[Page], None]:
    """Give the act of checking or unchecking a box, in the panel that is opened for it or stands open."""

    def act(page: Page) -> None:
        if panel:
            page.get_by_test_id(panel).first.click()
        page.get_by_role("checkbox", name=name, exact=True).first.click()

    return act


def _and_close(act: Callable[[Page], None]) -> Callable[[Page], None]:
    def closing(page: Page) -> None:
        act(page)
        page.keyboard.press("Escape")

    return closing


def _span(panel: str, name: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.get_by_test_id(panel).first.click()
        page.get_by_role("button", name=name, exact=True).first.click()
        page.keyboard.press("Escape")

    return act


def _type(test_id: str, text: str) -> Callable[[Page], None]:
    return lambda page: page.get_by_test_id(test_id).first.fill(text)


def _limit(panel: str, label: str, text: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.get_by_test_id(panel).first.click()
        page.get_by_label(label, exact=True).first.fill(text)

    return act


def _escape_and(act: Callable[[Page], None]) -> Callable[[Page], None]:
    """Give the act after a panel was closed in which something was typed."""

    def closing(page: Page) -> None:
        page.keyboard.press("Escape")
        act(page)

    return closing


def _filters(place: str) -> tuple[Change, ...]:
    """Return the changes of the filters that both lists of jobs have, each undone before the next kind."""
    clear = _role("Clear filters")
    return (
        Change("state completed", _check("Completed", panel=f"{place}-state")),
        Change("and failed", _check("Failed")),
        Change("failed alone", _and_close(_check("Completed"))),
        Change("no filter", clear),
        Change("with the network benchmark", _choose(f"{place}-benchmark-id", "cluster_network")),
        Change("and at least 4 nodes", _limit(f"{place}-node-range", "Nodes, at least", "4")),
        Change("at least 4 nodes alone", _escape_and(_choose(f"{place}-benchmark-id", ""))),
        Change("no filter again", clear),
        Change("tagged production", _check("production", panel=f"{place}-tags")),
        Change("and staging", _check("staging")),
        Change("tagged staging alone", _and_close(_check("production"))),
        Change("staging, completed", _and_close(_check("Completed", panel=f"{place}-state"))),
        Change("not tagged, completed", _and_close(_check("staging", panel=f"{place}-tags"))),
        Change("completed, production", _and_close(_check("production", panel=f"{place}-tags"))),
        Change("completed, production, with the network", _choose(f"{place}-benchmark-id", "cluster_network")),
        Change("cleared", clear),
        Change("named nightly", _type(f"{place}-search", "nightly")),
        Change("nightly, completed", _and_close(_check("Completed", panel=f"{place}-state"))),
        Change("a rare name, completed", _type(f"{place}-search", "vergleich bal")),
        Change("cleared again", clear),
        Change("a rare name", _type(f"{place}-search", "weekly quin")),
        Change("a name that nothing has", _type(f"{place}-search", "zzzzzz")),
        Change("any name", _type(f"{place}-search", "")),
        Change("of 90 days", _span(f"{place}-created", "Last 90 days")),
        Change("of 90 days, production", _and_close(_check("production", panel=f"{place}-tags"))),
        Change("of any time", clear),
    )


JOB_CHANGES = (
    *_filters("jobs"),
    Change("with performance data", _role("Has performance data")),
    Change("with or without", _role("Has performance data")),
    Change("next page", _role("Next page")),
    Change("sorted by name", _head("Name")),
    Change("by name, with the network benchmark", _choose("jobs-benchmark-id", "cluster_network")),
    Change("by name, without it", _choose("jobs-benchmark-id", "")),
    Change("by name, named nightly", _type("jobs-search", "nightly")),
    Change("by name, any", _type("jobs-search", "")),
    Change("sorted by state", _head("State")),
    Change("sorted by creation", _head("Created")),
)
PERFORMANCE_CHANGES = (
    *_filters("performance"),
    Change("alerts not reviewed", _click("performance-review-open")),
    Change("not reviewed, production", _and_close(_check("production", panel="performance-tags"))),
    Change("all alerts", _role("Clear filters")),
    Change("a frequent GPU model", _choose("performance-gpu-model", LARGE_MODEL)),
    Change("a rare GPU model", _choose("performance-gpu-model", SMALL_MODEL)),
    Change("a rare GPU model, newest first", _choose("performance-order", "created_at desc")),
    Change("newest first", _choose("performance-gpu-model", "")),
    Change("next page", _role("Next page")),
    Change("alerts first", _choose("performance-order", "alerts desc")),
)
MACHINE_CHANGES = (
    Change("underperforming machines", _choose("machines-status", "underperforming")),
    Change("underperforming, of an address", _type("machines-search", "10.0")),
    Change("of an address alone", _choose("machines-status", "")),
    Change("of a GPU model", _type("machines-search", "h100")),
    Change("that nothing is like", _type("machines-search", "zzzzzz")),
    Change("every machine", _type("machines-search", "")),
    Change("sorted by score", _role("Last performance")),
    Change("next page", _role("Next page")),
    Change("sorted by address", _role("Machine")),
    Change("last seen first", _role("Last seen")),
)
