"""One question about the audit log, its form in the address, and its words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from siliconmark_ui.audit.filters import OUTCOMES, EntryFilter
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.instants import parse_instant, to_text
from siliconmark_ui.ui.admin_lists import PAGING, AdminQuery, Reader, one_of, text_up_to
from siliconmark_ui.ui.pages.audit.phrases import kind_words
from siliconmark_ui.ui.questions import PRESETS
from siliconmark_ui.words import straight

OUTCOME_NAMES = {"ok": "Done", "refused": "Refused"}
ACTION_MAX, PERSON_MAX = 60, 254


@dataclass(frozen=True)
class Chosen:
    """The values that the controls show; texts, empty where nothing is chosen. Times are UTC to the minute."""

    action: str = ""
    person: str = ""
    outcome: str = ""
    after: str = ""
    before: str = ""
    per_page: str = "50"


@dataclass(frozen=True, kw_only=True)
class AuditQuery(AdminQuery):
    """Which entries: whose action begins so, of whom, with that outcome, between two times (exclusive)."""

    action: str | None = None
    person: str | None = None
    outcome: str | None = None
    after: datetime | None = None
    before: datetime | None = None

    readers: ClassVar[Mapping[str, Reader]] = {
        **PAGING,
        "action": text_up_to(ACTION_MAX),
        "person": text_up_to(PERSON_MAX),
        "outcome": one_of(*OUTCOMES),
        "after": parse_instant,
        "before": parse_instant,
    }

    def __post_init__(self) -> None:
        """Hold the times against each other; raises InvalidInput."""
        if self.after is not None and self.before is not None and self.after >= self.before:
            raise InvalidInput("after must be earlier than before")

    def text_of(self, value: Any) -> str:
        """Write a value as its reader reads it."""
        return to_text(value) if isinstance(value, datetime) else str(value)

    def words_of(self, name: str, value: Any) -> str:
        """Say one filter in words."""
        if isinstance(value, datetime):
            return f"{name.capitalize()} {value:%Y-%m-%d %H:%M} UTC"
        if name == "person":
            return f"By “{straight(value)}”"
        return kind_words(value) if name == "action" else OUTCOME_NAMES[value]

    def to_filter(self) -> EntryFilter:
        """Return what the service is asked."""
        return EntryFilter(None, self.action or "", self.person or "", self.outcome or "", self.after, self.before)

    def to_chosen(self) -> Chosen:
        """Return what the controls show."""
        after, before = (f"{moment:%Y-%m-%dT%H:%M}" if moment else "" for moment in (self.after, self.before))
        return Chosen(self.action or "", self.person or "", self.outcome or "", after, before, str(self.per_page))

    def sentence(self) -> str:
        """Say the whole question: `Refused acts by “maya”, newest first`."""
        kind = f"{OUTCOME_NAMES[self.outcome]} acts" if self.outcome else "All acts"
        what = f" of the kind “{kind_words(self.action)}”" if self.action else ""
        whose = f" by “{straight(self.person)}”" if self.person else ""
        after = f" after {self.after:%Y-%m-%d %H:%M} UTC" if self.after else ""
        before = f" before {self.before:%Y-%m-%d %H:%M} UTC" if self.before else ""
        return f"{kind}{what}{whose}{after}{before}, newest first"

    def within(self, days: str, moment: datetime) -> "AuditQuery":
        """Return the question for the `days` before `moment`, as an absolute time that a shared link keeps."""
        if days not in PRESETS:
            raise InvalidInput("The span must be one of the offered ones")
        after = (moment - timedelta(days=int(days))).replace(second=0, microsecond=0)
        return self.but(page=1, after=after, before=None)
