"""Roles, the person who acts, and how far that person sees."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Role(StrEnum):
    """What a person may do; spelled as the contract spells it."""

    USER = "user"
    CUSTOMER_ADMIN = "customer_admin"
    STAFF = "staff"
    ROOT_ADMIN = "root_admin"


ScopeKind = Literal["all", "customer", "owner"]


@dataclass(frozen=True, slots=True)
class Scope:
    """The jobs that a caller sees: all of them (`id` 0), a customer's, or an owner's."""

    kind: ScopeKind
    id: int


EVERYTHING = Scope("all", 0)


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person. Ids are database ids; `customer_is_demo` marks demonstration data wherever it shows."""

    user_id: int
    email: str
    name: str
    role: Role
    customer_id: int
    customer_name: str
    customer_is_demo: bool = False

    @property
    def scope(self) -> Scope:
        """Return what this person's lists, totals, tags and exports cover."""
        if self.role in {Role.STAFF, Role.ROOT_ADMIN}:
            return EVERYTHING
        if self.role is Role.CUSTOMER_ADMIN:
            return Scope("customer", self.customer_id)
        return Scope("owner", self.user_id)

    def may_delete_for(self, customer_id: int | None) -> bool:
        """Tell whether jobs of that customer may be deleted: those of the person's own customer, whatever the role."""
        return customer_id is not None and customer_id == self.customer_id
