"""Where a sign-in leads: to a path of this site, whatever the address of the sign-in page asks for."""

from urllib.parse import parse_qs

HOME = "/"


def local_path(address: str) -> str:
    """Return `address` when it is a path of this site, else the front page: a sign-in never leads elsewhere."""
    is_local = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_local and "\\" not in address else HOME


def asked_in(query: str) -> str:
    """Return the local path that the query of the sign-in page's address names as `next`, else the front page."""
    try:
        named = parse_qs(query, max_num_fields=20).get("next", [])
    except ValueError:
        named = []
    return local_path(named[0]) if named else HOME
