"""Errors that a caller can act on: each carries its HTTP status, its contract code and a sentence for people.

Services raise them; the two faces (API, pages) turn them into an answer. Nothing here knows a web framework.
"""


class AppError(Exception):
    """Base of every expected error: `status` is the HTTP status, `code` the contract's error code.

    `reason` is what a page's address says of it, where a form leads to a page: see `accounts/reasons.py`.
    """

    status: int = 500
    code: str = "INTERNAL_ERROR"
    reason: str = ""

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or self.reason


class InvalidInput(AppError):
    """The input breaks a rule; the message names the field and what is allowed."""

    status = 400
    code = "PARAMETER_INCORRECT_VALUE"


class JobStateConflict(AppError):
    """The state of the job forbids an agent's call."""

    status = 409
    code = "JOB_STATE_CONFLICT"


class JobIsRunning(JobStateConflict):
    """A running job cannot be deleted; the specification answers 400 here."""

    status = 400


class InvalidToken(AppError):
    """No bearer token, an unreadable or expired one, or one of the wrong use."""

    status = 401
    code = "CLIENT_TOKEN_INVALID"

    def __init__(self, message: str = "Invalid or expired token") -> None:
        super().__init__(message)


class InvalidCredentials(AppError):
    """Sign-in failed; the answer is the same whether or not the account exists."""

    status = 401
    code = "CLIENT_CREDENTIALS_INVALID"
    reason = "credentials"

    def __init__(self, message: str = "Incorrect e-mail or password", reason: str = "") -> None:
        super().__init__(message, reason)


class PermissionDenied(AppError):
    """The caller is known and may not do this."""

    status = 403
    code = "PERMISSION_DENIED"


class NotFound(AppError):
    """The thing does not exist, or not for this caller."""

    status = 404
    code = "RESOURCE_NOT_FOUND"


class AlreadyExists(AppError):
    """A unique name is taken."""

    status = 409
    code = "RESOURCE_ALREADY_EXISTS"


class PayloadTooLarge(AppError):
    """The body is larger than the route takes."""

    status = 413
    code = "PAYLOAD_TOO_LARGE"


class UnsupportedMediaType(AppError):
    """The body is not in the one format that the route reads."""

    status = 415
    code = "UNSUPPORTED_MEDIA_TYPE"


class RateLimited(AppError):
    """Too many tries; `retry_after` is in whole seconds."""

    status = 429
    code = "RATE_LIMITED"

    def __init__(self, message: str, retry_after: int, reason: str = "") -> None:
        super().__init__(message, reason)
        self.retry_after = retry_after
