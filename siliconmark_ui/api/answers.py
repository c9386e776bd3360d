"""Answers: JSON bytes, and the one shape of every error."""

import logging
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from siliconmark_ui.errors import AppError, InvalidInput, InvalidToken, RateLimited

REQUEST_ID = "X-Request-ID"
log = logging.getLogger("siliconmark_ui.api")
_encode = msgspec.json.Encoder().encode
METHOD_NOT_ALLOWED = 405
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_HTTP_ERRORS = {
    404: ("RESOURCE_NOT_FOUND", "There is nothing at this address"),
    405: ("METHOD_NOT_ALLOWED", "This address does not take that method"),
    413: ("PAYLOAD_TOO_LARGE", "The body is too large"),
    415: ("UNSUPPORTED_MEDIA_TYPE", "The body must be application/json"),
}


class Json(Response):
    """An answer in JSON; typed dictionaries go in, stored documents pass through as they are."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Return the body."""
        return _encode(content)


def error_answer(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Json:
    """Return an error in the contract's shape."""
    return Json({"error": {"code": code, "message": message}}, status_code=status, headers=headers)


def answer_for(error: AppError) -> Json:
    """Return the answer to an expected error, with the headers that its status asks for."""
    headers: dict[str, str] = {}
    if isinstance(error, InvalidToken):
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, RateLimited):
        headers["Retry-After"] = str(error.retry_after)
    return error_answer(error.status, error.code, error.message, headers)


async def _expected(_: Request, error: Exception) -> Response:
    if not isinstance(error, AppError):
        raise error
    return answer_for(error)


async def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    headers = dict(error.headers or {})
    if error.status_code == METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_methods_at(request))
    code, message = _HTTP_ERRORS.get(error.status_code, ("PARAMETER_INCORRECT_VALUE", str(error.detail)))
    status = error.status_code if error.status_code in _HTTP_ERRORS else 400
    return error_answer(status, code, message, headers)


def _methods_at(request: Request) -> list[str]:
    """Return every method that the address takes: the router itself names those of its first route alone."""
    routes = request.app.router.routes
    scopes = {method: {**request.scope, "method": method} for method in _METHODS}
    return [
        method for method, scope in scopes.items() if any(route.matches(scope)[0] is Match.FULL for route in routes)
    ]


async def _invalid(_: Request, error: Exception) -> Response:
    return answer_for(InvalidInput(str(error)))


async def _unexpected(request: Request, error: Exception) -> Response:
    request_id: str = request.scope.get("request_id", "")
    log.error("request %s failed", request_id, exc_info=error)
    message = "Something went wrong here; the request id tells us what"
    # This answer is made outside of the middleware that gives every other one its id.
    return error_answer(500, "INTERNAL_ERROR", message, {REQUEST_ID: request_id})


def answer_errors(api: FastAPI) -> None:
    """Give every error of `api` the contract's body."""
    api.add_exception_handler(AppError, _expected)
    api.add_exception_handler(HTTPException, _http)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(Exception, _unexpected)
