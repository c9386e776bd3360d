"""What a page says when its load failed: a sentence for the person, and an id that finds the cause in the log."""

import dataclasses
import logging
import secrets

from siliconmark_ui.errors import AppError

_log = logging.getLogger(__name__)


@dataclasses.dataclass(frozen=True)
class Failure:
    """One failed load; `request_id` is empty when the sentence already says everything."""

    message: str = ""
    request_id: str = ""


NO_FAILURE = Failure()


def describe_failure(error: Exception, doing: str) -> Failure:
    """Give the sentence for `error`; one that nobody expected is logged under a new request id, its detail kept back.

    `doing` names the step that failed, as in "The job list could not be loaded".
    """
    if isinstance(error, AppError) and error.status < 500:
        return Failure(error.message)
    request_id = secrets.token_hex(8)
    _log.error("%s (request %s)", doing, request_id, exc_info=error)
    return Failure(f"{doing}.", request_id)
