"""Answers held against the served OpenAPI document: every status that comes must be written there."""

import re
from typing import Any

import httpx

from tests.api.paths import V1

SCHEMA = f"{V1}/openapi.json"


class Described:
    """The served document, read once, and the check that a client runs on every answer."""

    def __init__(self, document: dict[str, Any]) -> None:
        # Plain addresses first, so that `jobs/current` is not taken for a job's id.
        paths = sorted(document["paths"], key=lambda path: path.count("{"))
        self._patterns = [(re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), document["paths"][path]) for path in paths]

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """Return the description of a call, None for an address or method that is not described."""
        for pattern, item in self._patterns:
            if pattern.fullmatch(path) and method.lower() in item:
                operation: dict[str, Any] = item[method.lower()]
                return operation
        return None

    async def check(self, answer: httpx.Response) -> None:
        """Fail on an answer whose status its route's description does not name."""
        request = answer.request
        operation = self.operation(request.method, request.url.path)
        if operation is not None:
            told = set(operation["responses"])
            assert str(answer.status_code) in told, f"{request.method} {request.url.path}: {answer.status_code}"
