"""What the audit page does: one handler loads what the address says, every control only changes the address."""

import dataclasses
from typing import Any, ClassVar

import msgspec
import reflex as rx

from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.audit import reading
from siliconmark_ui.charts import words
from siliconmark_ui.db import get_database
from siliconmark_ui.instants import now
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.admin_lists import AdminListState, AdminQuery
from siliconmark_ui.ui.components.export_menu import ExportChoice, export_links
from siliconmark_ui.ui.failures import Failure
from siliconmark_ui.ui.pages.audit.phrases import DetailView, act_words, detail_views
from siliconmark_ui.ui.pages.audit.question import AuditQuery, Chosen

FORMATS = ("csv", "json")


@dataclasses.dataclass(frozen=True)
class EntryView:
    """One entry; `recorded_at` is RFC 3339, `raw` the details as they were recorded."""

    id: str = ""
    recorded_at: str = ""
    action: str = ""
    act: str = ""
    outcome: str = ""
    person: str = ""
    customer: str = ""
    target: str = ""
    address: str = ""
    details: list[DetailView] = dataclasses.field(default_factory=list)
    raw: str = ""


class AuditState(AdminListState, rx.State):
    """The audit log as its address describes it."""

    rows: list[EntryView] = []  # noqa: RUF012 — Reflex copies the defaults of state.
    chosen: Chosen = Chosen()
    exports: list[ExportChoice] = []  # noqa: RUF012
    shows_customers: bool = False

    _doing: ClassVar[str] = "The audit log could not be loaded"
    _place: ClassVar[str] = "audit"
    _path: ClassVar[str] = urls.AUDIT
    _asks: ClassVar[type[AdminQuery]] = AuditQuery

    @rx.event
    def search(self, text: str) -> Any:
        """Filter by a part of the e-mail or name of who did it."""
        self._typed = text.strip()
        return self._choose("person", self._typed)

    @rx.event
    def choose_span(self, days: str) -> Any:
        """Filter by a range of time that ends now."""
        return self._go(lambda query: query.within(days, now()))

    async def _fill(self, actor: Actor) -> None:
        query: AuditQuery = self._question()
        self._show_filters(query)
        self.chosen, self.sentence = query.to_chosen(), query.sentence()
        self.nothing = "Nothing that you may read about is like that."
        self._keep_search(self.chosen.person)
        found = await reading.list_entries(get_database(), actor, query.to_filter(), query.page, query.per_page)
        self.rows = [_entry_view(row) for row in found["results"]]
        self.shows_customers = actor.role is Role.ROOT_ADMIN
        total = found["total"]
        is_narrowed = bool(query.narrowing)
        self._show_place(query, len(self.rows), total, what="entry", many="entries", is_narrowed=is_narrowed)
        plain = query.but(page=1, per_page=AuditQuery().per_page)
        links = export_links(urls.AUDIT_EXPORT, plain.pairs(), FORMATS)
        self.exports = [ExportChoice(links, total, words.plural(total, "entry", "entries"))]

    def _show_failure(self, failure: Failure) -> None:
        super()._show_failure(failure)
        self.rows, self.chips, self.exports = [], [], []
        self.total_pages = 0
        self.total_text = self.summary = self.sentence = self.pages_text = ""


def _entry_view(row: reading.EntryRow) -> EntryView:
    raw = msgspec.json.encode(row["details"]).decode() if row["details"] else ""
    return EntryView(
        id=row["id"],
        recorded_at=row["recorded_at"],
        action=row["action"],
        act=act_words(row["action"]),
        outcome=row["outcome"],
        person=row["person"],
        customer=row["customer"],
        target="" if row["target"] == row["person"] else row["target"],
        address=row["address"],
        details=detail_views(row["details"]),
        raw=raw,
    )
