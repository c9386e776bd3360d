"""From where the present request came: set once where it enters, read where an act is recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_address: ContextVar[str] = ContextVar("audit_address", default="")


@contextmanager
def from_address(address: str) -> Iterator[None]:
    """Let every act of this block come from `address`: an IP address, or `command line`."""
    before = _address.set(address)
    try:
        yield
    finally:
        _address.reset(before)


def come_from(address: str) -> None:
    """Let every further act of this task come from `address`: for events of pages, each of which is one task."""
    _address.set(address)


def caller_address() -> str:
    """Return where the present request came from, empty when nobody said so."""
    return _address.get()
