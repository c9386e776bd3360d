"""The server's own address as its callers know it: what links begin with that leave the program."""

import re

from fastapi import Request

from siliconmark_ui.config import Settings

# A name or an IPv4 address, or an IPv6 address in brackets, and maybe a port.
_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?", re.ASCII)
_SCHEMES = frozenset({"http", "https"})


def public_address(request: Request) -> str:
    """Return `https://bench.example.com`: the setting, else what the caller (or a trusted proxy) asked for.

    Empty for a request that names no sound host; a link is then a path, which the caller's client completes.
    """
    settings: Settings = request.app.state.settings
    if settings.public_url:
        return settings.public_url
    hops = settings.trusted_proxy_hops
    host = _forwarded(request, "x-forwarded-host", hops) or request.headers.get("host", "")
    scheme = _forwarded(request, "x-forwarded-proto", hops).lower()
    scheme = scheme if scheme in _SCHEMES else request.url.scheme
    return f"{scheme}://{host}" if _HOST.fullmatch(host) else ""


def _forwarded(request: Request, name: str, hops: int) -> str:
    """Return what the outermost trusted proxy says; empty without one."""
    said = [part.strip() for value in request.headers.getlist(name) for part in value.split(",") if part.strip()]
    return said[-min(hops, len(said))] if hops and said else ""
