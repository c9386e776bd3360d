"""The mark of demonstration data: it goes with the jobs that a page shows, not with who looks at them."""

from collections.abc import Sequence

import reflex as rx

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.db import get_database
from siliconmark_ui.jobs import service
from siliconmark_ui.ui.sharing import shared
from siliconmark_ui.ui.values import Shown


class DemoState(rx.State):
    """Which of the page's jobs are demonstration data: all, or those of `job_ids`."""

    is_all: bool = False
    job_ids: list[str] = []  # noqa: RUF012 — Reflex copies the defaults of state.


state: Shown = DemoState


async def mark_demo(page: rx.State, actor: Actor, job_ids: Sequence[str]) -> None:
    """Mark what is demonstration data among the jobs that a page shows."""
    job_ids = list(dict.fromkeys(job_ids))
    what = f"demo {' '.join(job_ids)}"
    found = await shared(actor, what, lambda: service.read_demo_ids(get_database(), actor, job_ids))
    marks = await page.get_state(DemoState)
    is_all = len(found) == len(job_ids) if job_ids else actor.customer_is_demo
    named = [] if is_all else sorted(found)
    # What is as it was is not sent again.
    if marks.is_all != is_all:
        marks.is_all = is_all
    if marks.job_ids != named:
        marks.job_ids = named


def demo_label() -> rx.Component:
    """Draw the label that demonstration data carries wherever it shows."""
    return rx.el.span(rx.icon("flask-conical", size=12), "Demo data", class_name="sm-demo", data_testid="demo")


def demo_page_mark() -> rx.Component:
    """Draw the label where all that the page shows is demonstration data."""
    return rx.cond(state.is_all, demo_label())


def demo_job_mark(job_id: Shown) -> rx.Component:
    """Draw a small label beside one job of several, where only some are demonstration data."""
    words = rx.el.span("Demo data", class_name="sm-visually-hidden")
    mark = rx.el.span(
        rx.icon("flask-conical", size=13), words, class_name="sm-demo-job", title="Demo data", data_testid="demo-job"
    )
    return rx.cond(state.job_ids.contains(job_id), mark)
