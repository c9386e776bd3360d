"""What of the audit log is asked for; one object for the API, the page and the command line."""

from dataclasses import dataclass
from datetime import datetime

OUTCOMES = ("ok", "refused")


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries: of one customer (None: all), whose action begins so, of whom, with that outcome, when.

    `person` is a whole e-mail of an account, or a part of an e-mail or of an account's name.
    """

    customer_id: int | None = None
    action: str = ""
    person: str = ""
    outcome: str = ""
    after: datetime | None = None
    before: datetime | None = None
