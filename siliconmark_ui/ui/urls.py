"""The addresses of the dashboard: a view is its address, so every link and redirect is made here."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

from siliconmark_ui.accounts.landing import HOME as HOME

PERFORMANCE = "/performance"
SIGN_IN = "/sign-in"
SIGN_IN_ACTION = "/auth/sign-in"
SIGN_OUT_ACTION = "/auth/sign-out"
API_DOCS = "/api/silicon-mark/v1/docs"
ACCOUNT = "/account"
PEOPLE = "/people"
AUDIT = "/audit"
AUDIT_EXPORT = "/api/silicon-mark/v1/audit/export"
FORGOT = "/forgot-password"
RESET = "/reset-password"
INVITATION = "/invitation"
PASSWORD_ACTION = "/auth/password"  # noqa: S105 - an address.
FORGOT_ACTION = "/auth/forgot-password"
RESET_ACTION = "/auth/reset-password"
INVITATION_ACTION = "/auth/invitation"
JOBS_EXPORT = "/api/silicon-mark/v1/jobs/export"
PERFORMANCE_EXPORT = f"{JOBS_EXPORT}/performance"
PERFORMANCE_NODES_EXPORT = f"{JOBS_EXPORT}/performance-nodes"
COMPARISON_EXPORT = f"{JOBS_EXPORT}/comparison"
NEW_JOB = "/jobs/new"
MACHINES = "/machines"
COMPARISON = "/compare"


def jobs(query: str = "") -> str:
    """Give the address of the job list; `query` is the encoded query string, empty for the plain list."""
    return f"{HOME}?{query}" if query else HOME


def performance(query: str = "") -> str:
    """Give the address of the performance page; `query` is the encoded query string, empty for the plain page."""
    return f"{PERFORMANCE}?{query}" if query else PERFORMANCE


def performance_figures(query: str) -> str:
    """Give the address of the figure sheet of the performance page, which the session cookie opens."""
    return f"/auth/figures/performance?{query}"


def job(job_id: str, **view: str) -> str:
    """Give the address of a job; `view` holds the query parameters that are not empty (tab, node, order)."""
    chosen = urlencode({name: value for name, value in view.items() if value})
    return f"/jobs/{quote(job_id, safe='')}" + (f"?{chosen}" if chosen else "")


def shown_commands(job_id: str) -> str:
    """Give the address of the commands of a job's agents that shows them at once, as `agent_command.jsx` does."""
    return job(job_id, tab="agent") + "#commands"


def new_job(job_id: str = "") -> str:
    """Give the address of the form for a new job; with a job's id the form begins as that job was."""
    return f"{NEW_JOB}?{urlencode({'from': job_id})}" if job_id else NEW_JOB


def api_job(job_id: str) -> str:
    """Give the address under which the API answers for a job."""
    return f"/api/silicon-mark/v1/jobs/{quote(job_id, safe='')}"


def agent_commands(job_id: str) -> str:
    """Give the address of the commands that start an agent of a job, which the session cookie opens."""
    return f"/auth/jobs/{quote(job_id, safe='')}/agent"


def raw_job(job_id: str) -> str:
    """Give the address of what the API answers for a job, which the session cookie opens."""
    return f"/auth/jobs/{quote(job_id, safe='')}/raw"


def report(job_id: str) -> str:
    """Give the address of how the report of a job stands, which the session cookie opens; `/open` below it opens it."""
    return f"/auth/jobs/{quote(job_id, safe='')}/report"


def figures(job_id: str, sheet: str, **options: str) -> str:
    """Give the address of a job's figure sheet, which the session cookie opens."""
    chosen = urlencode({name: value for name, value in options.items() if value})
    return f"/auth/figures/jobs/{quote(job_id, safe='')}/{sheet}" + (f"?{chosen}" if chosen else "")


def machines(query: str = "") -> str:
    """Give the address of the list of machines; `query` is the encoded query string, empty for the plain list."""
    return f"{MACHINES}?{query}" if query else MACHINES


def machine(machine_uuid: str, **view: str) -> str:
    """Give the address of a machine; `view` holds the query parameters that are not empty (page)."""
    chosen = urlencode({name: value for name, value in view.items() if value})
    return f"{MACHINES}/{quote(machine_uuid, safe='')}" + (f"?{chosen}" if chosen else "")


def machine_figures(machine_uuid: str) -> str:
    """Give the address of a machine's figure sheet."""
    return f"/auth/figures/machines/{quote(machine_uuid, safe='')}"


def comparison(job_ids: Sequence[str], **view: str) -> str:
    """Give the address of a comparison, the first job being what the others are held against."""
    chosen = _comparison_query(job_ids, view)
    return f"{COMPARISON}?{chosen}" if chosen else COMPARISON


def comparison_figures(job_ids: Sequence[str], metric: str) -> str:
    """Give the address of the figure sheet of a comparison."""
    return f"/auth/figures/comparison?{_comparison_query(job_ids, {'metric': metric})}"


def _comparison_query(job_ids: Sequence[str], view: Mapping[str, str]) -> str:
    jobs = [("job", job_id) for job_id in job_ids]
    return urlencode([*jobs, *((name, value) for name, value in view.items() if value)])


def sign_in(after: str) -> str:
    """Give the address of the sign-in page that leads back to the local address `after`."""
    return SIGN_IN if after in {"", HOME} else f"{SIGN_IN}?{urlencode({'next': after})}"


def sign_in_at(provider: str, after: str) -> str:
    """Give the address that begins a sign-in at a provider and leads to the local address `after`."""
    return f"/auth/sso/{quote(provider, safe='')}?{urlencode({'next': after})}"
