"""The link that opens a report: signed, so that it needs no sign-in, and dead after a day."""

from datetime import timedelta

from siliconmark_ui.accounts.tokens import get_signer
from siliconmark_ui.errors import InvalidToken
from siliconmark_ui.instants import now

PATH = "/api/silicon-mark/v1/reports"
TOKEN = "token"  # noqa: S105 - the name of a query parameter.
LIFE = timedelta(hours=24)
# A link made anew within the hour is the same link, so that it can be compared and cached.
_STEP = 3600


def report_url(job_id: int, address: str = "") -> str:
    """Return the link of a job's report, which opens for the next 24 to 25 hours.

    `address` is that of the server as its callers know it, such as `https://bench.example.com`; empty gives a path.
    """
    end = int((now() + LIFE).timestamp())
    expires = -(-end // _STEP) * _STEP
    return f"{address}{PATH}/{job_id}?{TOKEN}={get_signer().report_token(job_id, expires)}"


def check_link(job_id: int, token: str) -> None:
    """Raise InvalidToken unless the link was made here, for that job, and has not expired."""
    problem = InvalidToken("This link is not valid or has expired; open the job for a new one")
    try:
        subject = get_signer().subject(token, "report")
    except InvalidToken as error:
        raise problem from error
    if subject != job_id:
        raise problem
