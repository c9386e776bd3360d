"""Where a sign-in leads: to a path of this site, whatever the address of the sign-in page asks for."""

from urllib.parse import parse_qs, urlsplit

HOME = "/"


def local_path(address: str) -> str:
    """Return `address` when it is a path of this site, else the front page: a sign-in never leads elsewhere."""
    is_local = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_local and "\\" not in address else HOME


def asked_in(address: str, page: str) -> str:
    """Return the local path that an address of `page` names as `next`; for any other address, the front page."""
    try:
        parts = urlsplit(address)
        named = parse_qs(parts.query, max_num_fields=20).get("next", []) if parts.path == page else []
    except ValueError:
        named = []
    return local_path(named[0]) if named else HOME
