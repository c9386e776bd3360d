"""What a tab says when one of its events fails where nobody foresaw it: our words and an id, never the framework's.

Handlers say themselves what they could not do, beside what was asked for. This is for whatever they miss.
"""

from typing import Any

import reflex as rx
from reflex.event import EventSpec

from siliconmark_ui.ui.failures import log_failure


class FaultState(rx.State):
    """The id under which the tab's last unforeseen failure is logged, empty when there is nothing to say."""

    request_id: str = ""

    @rx.event
    def tell(self, request_id: str) -> None:
        """Say that something failed. Only the id is told: what any client may send is never shown as our words."""
        self.request_id = str(request_id)[:16]

    @rx.event
    def forget(self) -> None:
        """Say nothing any longer."""
        self.request_id = ""


def answer_fault(exception: Exception) -> EventSpec:
    """Log what an event raised, and give the event that tells the person; Reflex calls this."""
    tell: Any = FaultState.tell
    told: EventSpec = tell(log_failure(exception, "An event of a page failed"))
    return told
