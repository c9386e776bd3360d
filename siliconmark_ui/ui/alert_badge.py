"""The count of alerts beside the navigation's entry: asked for with each page load and each change, never polled."""

import reflex as rx

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.alerts import service
from siliconmark_ui.alerts.schemas import AlertCounts
from siliconmark_ui.charts import words
from siliconmark_ui.db import get_database
from siliconmark_ui.ui.failures import describe_failure
from siliconmark_ui.ui.session import find_actor
from siliconmark_ui.ui.sharing import shared
from siliconmark_ui.ui.values import Shown

NO_ALERTS: AlertCounts = {"alerts": 0, "not_reviewed": 0}


class BadgeState(rx.State):
    """Alerts of the signed-in scope as the specification counts them, and how many nobody has acknowledged."""

    alerts: int = 0
    not_reviewed: int = 0
    alerts_text: str = ""
    words: str = ""

    @rx.event
    async def load(self) -> None:
        """Count the alerts of who is signed in; an anonymous visitor has none."""
        try:
            actor = await find_actor(self)
            await self._count(actor)
        except Exception as error:
            # The page that loads beside it says what is wrong; the badge keeps what it last counted.
            describe_failure(error, "The alerts could not be counted")

    async def _count(self, actor: Actor | None) -> None:
        counts = await _counts(actor) if actor else NO_ALERTS
        self.alerts, self.not_reviewed = counts["alerts"], counts["not_reviewed"]
        self.alerts_text = words.count(self.alerts) if self.alerts < 10_000 else f"{self.alerts // 1000}k"
        self.words = f"{words.plural(self.alerts, 'alert')}, {words.count(self.not_reviewed)} not reviewed"


async def _counts(actor: Actor) -> AlertCounts:
    return await shared(actor, "badge", lambda: service.count_badge(get_database(), actor))


state: Shown = BadgeState


def alert_badge() -> rx.Component:
    """Draw the count, hidden at zero; screen readers hear what it counts."""
    badge = rx.el.span(
        rx.el.span(state.alerts_text, aria_hidden="true"),
        rx.el.span(state.words, class_name="sm-visually-hidden"),
        class_name="sm-count sm-count-alert",
        title=state.words,
        data_testid="alert-badge",
    )
    return rx.cond(state.alerts > 0, badge)
