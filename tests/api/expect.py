"""What every answer is held against, in one place."""

from typing import Any

import httpx


def refused(answer: httpx.Response, status: int, code: str, *words: str) -> str:
    """Hold an error to the contract's shape, headers and code; return its message, which must have all of `words`."""
    assert answer.status_code == status, f"{answer.status_code} instead of {status}: {answer.text[:400]}"
    assert answer.headers["content-type"].partition(";")[0] == "application/json"
    assert answer.headers["x-request-id"]
    body = answer.json()
    assert body.keys() == {"error"}
    assert body["error"].keys() == {"code", "message"}
    assert body["error"]["code"] == code
    message: str = body["error"]["message"]
    assert message
    for word in words:
        assert word in message
    if code == "CLIENT_TOKEN_INVALID":
        assert answer.headers["www-authenticate"] == "Bearer"
    return message


def invalid(answer: httpx.Response, *words: str) -> str:
    """Hold an answer to that of invalid input; return its message."""
    return refused(answer, 400, "PARAMETER_INCORRECT_VALUE", *words)


def not_found(answer: httpx.Response) -> str:
    """Hold an answer to that of a thing that is not there; return its message."""
    return refused(answer, 404, "RESOURCE_NOT_FOUND")


def token_refused(answer: httpx.Response) -> str:
    """Hold an answer to that of a missing, wrong or dead token; return its message."""
    return refused(answer, 401, "CLIENT_TOKEN_INVALID")


def conflict(answer: httpx.Response) -> str:
    """Hold an answer to that of an agent's call which the state forbids; return its message."""
    return refused(answer, 409, "JOB_STATE_CONFLICT")


def ok(answer: httpx.Response, status: int = 200) -> Any:
    """Return the body of a success in JSON."""
    assert answer.status_code == status, f"{answer.status_code} instead of {status}: {answer.text[:400]}"
    assert answer.headers["content-type"].partition(";")[0] == "application/json"
    assert answer.headers["x-request-id"]
    return answer.json()
