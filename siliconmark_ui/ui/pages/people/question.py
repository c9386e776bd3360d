"""One question about people, its form in the address, and its words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from siliconmark_ui.accounts.people import PersonRow
from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.ui.admin_lists import PAGING, AdminQuery, Reader, one_of, text_up_to
from siliconmark_ui.ui.session import ROLE_NAMES
from siliconmark_ui.words import straight

SEARCH_MAX, CUSTOMER_MAX = 60, 120
STANDINGS = {"in": "Signs in", "out": "Kept out"}


@dataclass(frozen=True)
class Chosen:
    """The values that the controls show; texts, empty where nothing is chosen."""

    search: str = ""
    role: str = ""
    customer: str = ""
    standing: str = ""
    per_page: str = "50"


@dataclass(frozen=True, kw_only=True)
class PeopleQuery(AdminQuery):
    """Which people: with a part of e-mail or name, a role, of a customer, who may sign in or not."""

    search: str | None = None
    role: str | None = None
    customer: str | None = None
    standing: str | None = None

    readers: ClassVar[Mapping[str, Reader]] = {
        **PAGING,
        "search": text_up_to(SEARCH_MAX),
        "role": one_of(*Role),
        "customer": text_up_to(CUSTOMER_MAX),
        "standing": one_of(*STANDINGS),
    }

    def words_of(self, name: str, value: Any) -> str:
        """Say one filter in words."""
        words = {
            "search": f"Has “{straight(value)}”",
            "role": ROLE_NAMES.get(value, value),
            "standing": STANDINGS.get(value, value),
        }
        return str(words.get(name, value))

    def matches(self, row: PersonRow) -> bool:
        """Tell whether a person is meant."""
        part = (self.search or "").lower()
        return (
            (part in row["email"].lower() or part in row["name"].lower())
            and self.role in (None, row["role"])
            and self.customer in (None, row["customer"])
            and self.standing in (None, "in" if row["is_active"] else "out")
        )

    def to_chosen(self) -> Chosen:
        """Return what the controls show."""
        return Chosen(self.search or "", self.role or "", self.customer or "", self.standing or "", str(self.per_page))

    def sentence(self) -> str:
        """Say the whole question: `People with “ada”, customer admins, by e-mail`."""
        parts = [
            "People" if self.narrowing else "Everybody",
            f" matching “{straight(self.search)}”" if self.search else "",
            f" with the role {ROLE_NAMES[self.role].lower()}" if self.role else "",
            f" of {self.customer}" if self.customer else "",
            {"in": " who may sign in", "out": " who are kept out"}.get(self.standing or "", ""),
        ]
        return f"{''.join(parts)}, by e-mail"
