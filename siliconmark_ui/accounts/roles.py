"""Roles, the person who acts, and how far that person sees."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from siliconmark_ui.errors import PermissionDenied


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


Access = Literal["full", "write", "read"]


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person. Ids are database ids; `customer_is_demo` marks demonstration data wherever it shows.

    `access` is `full` for the person themselves; an API token gives `write`, which leaves out the account and other
    people, or `read`, which changes nothing.
    """

    user_id: int
    email: str
    name: str
    role: Role
    customer_id: int
    customer_name: str
    customer_is_demo: bool = False
    access: Access = "full"

    @property
    def may_write(self) -> bool:
        """Whether anything at all may be changed with what the person called with."""
        return self.access != "read"

    def require_write(self) -> None:
        """Raise PermissionDenied for a token that only reads."""
        if not self.may_write:
            raise PermissionDenied("This API token may only read")

    def require_full(self) -> None:
        """Raise PermissionDenied unless the person signed in: an API token never makes another, nor changes people."""
        if self.access != "full":
            raise PermissionDenied("Sign in for this: an API token does not reach accounts and people")

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
        return self.may_write and customer_id is not None and customer_id == self.customer_id
