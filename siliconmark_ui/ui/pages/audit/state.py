"""What the audit page does: one handler loads what the address says, the form only changes the address."""

import dataclasses
from typing import Any
from urllib.parse import urlencode

import msgspec
import reflex as rx

from siliconmark_ui.audit import reading
from siliconmark_ui.audit.filters import OUTCOMES, EntryFilter
from siliconmark_ui.charts import words
from siliconmark_ui.db import get_database
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.failures import NO_FAILURE, Failure, describe_failure
from siliconmark_ui.ui.format import utc_text
from siliconmark_ui.ui.pages.account.state import number_of
from siliconmark_ui.ui.session import enter, to_sign_in

ROWS = 50
LAST_PAGE = 10_000
FIELDS = ("action", "person", "outcome")


@dataclasses.dataclass(frozen=True)
class EntryView:
    """One entry, all of it text."""

    id: str = ""
    time: str = ""
    action: str = ""
    is_refused: bool = False
    person: str = ""
    customer: str = ""
    target: str = ""
    address: str = ""
    details: str = ""


class AuditState(rx.State):
    """The audit log as its address describes it."""

    phase: str = "loading"
    rows: list[EntryView] = []  # noqa: RUF012 — Reflex copies the defaults of state.
    total_text: str = ""
    page: int = 1
    is_last: bool = True
    action: str = ""
    person: str = ""
    outcome: str = ""
    export_query: str = ""
    failure: Failure = NO_FAILURE

    @rx.event
    async def load(self) -> Any:
        """Load the entries that the address asks for; an anonymous visitor is led to the sign-in page."""
        asked = self.router.url.query_parameters
        self.action, self.person = asked.get("action", "")[:60], asked.get("person", "")[:254]
        self.outcome = asked["outcome"] if asked.get("outcome") in OUTCOMES else ""
        self.page = min(max(1, number_of(asked.get("page", "1"))), LAST_PAGE)
        self.export_query = self._query()
        try:
            actor = await enter(self)
            if actor is None:
                return to_sign_in(self)
            wanted = EntryFilter(action=self.action, person=self.person.strip().lower(), outcome=self.outcome)
            found = await reading.list_entries(get_database(), actor, wanted, self.page, ROWS)
            self.rows = [_entry_view(row) for row in found["results"]]
            self.total_text = words.plural(found["total"], "entry", "entries")
            self.is_last = self.page * ROWS >= found["total"]
            self.phase = "ready"
        except Exception as error:
            self.phase, self.rows = "failed", []
            self.failure = describe_failure(error, "The audit log could not be loaded")
        return None

    @rx.event
    def search(self, form: dict[str, Any]) -> Any:
        """Filter by what the form says."""
        chosen = {name: str(form.get(name) or "").strip() for name in FIELDS}
        return rx.redirect(_address(chosen))

    @rx.event
    def turn(self, step: int) -> Any:
        """Go that many pages on or back."""
        page = min(max(1, self.page + (1 if step == 1 else -1)), LAST_PAGE)
        chosen = {"action": self.action, "person": self.person, "outcome": self.outcome, "page": str(page)}
        return rx.redirect(_address(chosen))

    def _query(self) -> str:
        chosen = {"action": self.action, "person": self.person, "outcome": self.outcome}
        return urlencode({name: value for name, value in chosen.items() if value})


def _address(chosen: dict[str, str]) -> str:
    query = urlencode({name: value for name, value in chosen.items() if value})
    return f"{urls.AUDIT}?{query}" if query else urls.AUDIT


def _entry_view(row: reading.EntryRow) -> EntryView:
    details = msgspec.json.encode(row["details"]).decode() if row["details"] else ""
    return EntryView(
        row["id"],
        utc_text(row["recorded_at"]),
        row["action"],
        row["outcome"] == "refused",
        row["person"],
        row["customer"],
        row["target"],
        row["address"],
        details,
    )
