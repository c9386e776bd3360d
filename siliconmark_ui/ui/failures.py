"""What a page says when a step of it failed: a sentence for the person, and an id that finds the cause in the log."""

import dataclasses
import logging
import secrets

from siliconmark_ui.errors import AppError

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Failure:
    """One failed step; `request_id` is empty when the sentence already says everything."""

    message: str = ""
    request_id: str = ""

    @property
    def line(self) -> str:
        """All of it in one line, for a place that has no room for more; what nobody expected may go well again."""
        return f"{self.message} Request {self.request_id}: try again." if self.request_id else self.message


NO_FAILURE = Failure()


def describe_failure(error: Exception, doing: str) -> Failure:
    """Give the sentence for `error`; one that nobody expected is logged under a new request id, its detail kept back.

    `doing` names the step that failed, as in "The job list could not be loaded".
    """
    if isinstance(error, AppError) and error.status < 500:
        return Failure(error.message)
    return Failure(f"{doing}.", log_failure(error, doing))


def log_failure(error: Exception, doing: str) -> str:
    """Log `error` under a new request id and give the id."""
    request_id = secrets.token_hex(8)
    _log.error("%s (request %s)", doing, request_id, exc_info=error)
    return request_id
