"""The addresses of the dashboard: a view is its address, so every link and redirect is made here."""

from urllib.parse import quote, urlencode

HOME = "/"
SIGN_IN = "/sign-in"
SIGN_IN_ACTION = "/auth/sign-in"
SIGN_OUT_ACTION = "/auth/sign-out"
API_DOCS = "/api/silicon-mark/v1/docs"


def jobs(query: str = "") -> str:
    """Give the address of the job list; `query` is the encoded query string, empty for the plain list."""
    return f"{HOME}?{query}" if query else HOME


def job(job_id: str, **view: str) -> str:
    """Give the address of a job; `view` holds the query parameters that are not empty (tab, node, order)."""
    chosen = urlencode({name: value for name, value in view.items() if value})
    return f"/jobs/{quote(job_id, safe='')}" + (f"?{chosen}" if chosen else "")


def figures(job_id: str, sheet: str, **options: str) -> str:
    """Give the address of a job's figure sheet, which the session cookie opens."""
    chosen = urlencode({name: value for name, value in options.items() if value})
    return f"/auth/figures/jobs/{quote(job_id, safe='')}/{sheet}" + (f"?{chosen}" if chosen else "")


def sign_in(after: str) -> str:
    """Give the address of the sign-in page that leads back to the local address `after`."""
    return SIGN_IN if after in {"", HOME} else f"{SIGN_IN}?{urlencode({'next': after})}"


def local_path(address: str) -> str:
    """Give `address` when it is a path of this site, else the home page: a sign-in never leads elsewhere."""
    is_local = address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable()
    return address if is_local and "\\" not in address else HOME
