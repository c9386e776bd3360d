"""What the acts of the audit log and their details are called; the names that programs use stand in the hover text."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from siliconmark_ui.charts import words
from siliconmark_ui.ui.session import ROLE_NAMES

GROUPS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "Signing in": (
        "session.",
        {
            "session.signed_in": "Signed in",
            "session.signed_out": "Signed out",
            "session.revoked": "Ended sessions",
            "sessions.read": "Looked at own sessions",
            "limit.reached": "Reached a limit",
        },
    ),
    "Passwords": (
        "password.",
        {
            "password.changed": "Changed the password",
            "password.reset": "Set a new password by link",
            "password.reset_requested": "Asked for a reset link",
        },
    ),
    "API tokens": (
        "token.",
        {
            "token.made": "Created an API token",
            "token.revoked": "Revoked an API token",
            "tokens.read": "Looked at API tokens",
            "api.written": "Changed something over the API",
        },
    ),
    "People": (
        "person.",
        {
            "person.invited": "Invited a person",
            "person.invitation_revoked": "Took an invitation back",
            "person.added": "Joined",
            "person.linked": "Linked to a sign-in provider",
            "person.role_changed": "Changed a role",
            "person.activated": "Let a person in again",
            "person.deactivated": "Kept a person out",
            "person.standing_changed": "Kept out or let in",
            "people.read": "Looked at people",
        },
    ),
    "Customers": (
        "customer.",
        {
            "customer.added": "Added a customer",
            "customer.renamed": "Renamed a customer",
            "customers.read": "Looked at customers",
        },
    ),
    "Jobs": ("job.", {"job.deleted": "Deleted a job"}),
    "Alerts": ("alert.", {"alert.acknowledged": "Acknowledged an alert", "alert.reopened": "Reopened an alert"}),
    "Audit log": ("audit.", {"audit.read": "Looked at the audit log", "audit.exported": "Exported the audit log"}),
}
"""The acts in the order of the filter: word of the group -> how their names begin, and name -> words."""
ACTS = {name: phrase for _, acts in GROUPS.values() for name, phrase in acts.items()}
# The filter asks how a name begins, and this one begins another.
WIDER = {"password.reset": "Set or asked to set a password by link"}
LABELS = {
    "access": "Access",
    "expires_at": "Expires",
    "format": "Format",
    "from": "From",
    "hint": "Begins with",
    "how": "By",
    "job_id": "Job",
    "limit": "Limit",
    "role": "Role",
    "scope": "May",
    "sessions": "Sessions",
    "to": "To",
    "why": "Why",
}
VALUES = {
    "access": {"full": "signed in", "write": "token that writes", "read": "token that reads"},
    "scope": {"read": "read", "write": "read and write"},
    "format": {"csv": "CSV", "json": "JSON"},
}
INSTANTS = frozenset({"expires_at"})


@dataclasses.dataclass(frozen=True)
class DetailView:
    """One detail of an act: its label, and a text or an instant (RFC 3339)."""

    label: str = ""
    text: str = ""
    instant: str = ""


def act_words(action: str) -> str:
    """Say an act in words; one that has none is told by its name."""
    return ACTS.get(action, action)


def kind_words(beginning: str) -> str:
    """Say which acts a filter asks for by how their names begin."""
    for group, (prefix, _) in GROUPS.items():
        if beginning == prefix:
            return f"{group}: all"
    return WIDER.get(beginning) or ACTS.get(beginning) or f"{beginning}…"


def detail_views(details: Mapping[str, Any]) -> list[DetailView]:
    """Say the details of an act, each with a label; what nobody foresaw is told as it was recorded."""
    return [_detail(name, value) for name, value in details.items() if (name, value) != ("access", "full")]


def _detail(name: str, value: Any) -> DetailView:
    label = LABELS.get(name, name.replace("_", " ").capitalize())
    if name in INSTANTS and isinstance(value, str):
        return DetailView(label, instant=value)
    text = words.count(value) if isinstance(value, int) and not isinstance(value, bool) else str(value)
    return DetailView(label, ROLE_NAMES.get(text, VALUES.get(name, {}).get(text, text)))
