"""A browser tab without a browser: the page state that the server keeps for it, at an address, with a cookie."""

from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex_base.utils.format import json_dumps

from siliconmark_ui.accounts import sessions

# Where the tab's browser is.
ADDRESS = "198.51.100.7"


def visit(address: str, cookie: str | None = None) -> rx.State:
    """Give the root state of a tab at `address`, whose websocket carries the session cookie's value."""
    root = rx.State(_reflex_internal_init=True)  # type: ignore[call-arg]
    go(root, address, cookie)
    return root


def go(root: rx.State, address: str, cookie: str | None = None) -> None:
    """Take the tab to another address, with the cookie that its websocket has."""
    headers = {"origin": "http://test", "cookie": f"{sessions.COOKIE_NAME}={cookie}" if cookie else ""}
    place = {"pathname": address.partition("?")[0], "asPath": address, "query": {}}
    data = {**place, "headers": headers, "token": "tab", "ip": ADDRESS}
    root._update_router_vars(data, root.router_data)
    root.router_data = data


def page_state(root: rx.State, kind: type[rx.State]) -> Any:
    """Give the tab's state of one kind; untyped, because its handlers are methods at run time only."""
    found: Any = root
    for part in kind.get_full_name().split(".")[1:]:
        found = found.substates[part]
    assert isinstance(found, kind)
    return found


async def events_of(handler: AsyncIterator[Any]) -> list[Any]:
    """Run a handler that yields and give the events it yielded, without the empty ones that only send what changed."""
    return [event async for event in handler if event is not None]


def target_of(event: Any) -> str:
    """Give the address that a redirect leads to."""
    arguments = {str(name): value for name, value in event.args}
    return str(arguments["path"]).strip('"')


def sent_by(root: rx.State) -> str:
    """Give everything that the tab's browser would be sent, as text."""
    return json_dumps([root.get_delta(), root.dict()])
