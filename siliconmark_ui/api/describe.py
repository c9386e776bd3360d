"""The OpenAPI document: what FastAPI gathers from the routes, completed by what it cannot see in them."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from siliconmark_ui.api.schema import OpenApi
from siliconmark_ui.identifiers import LARGEST_ID

PERSON = "OAuth2PasswordBearer"
AGENT = "JobToken"
_SCHEMES: OpenApi = {
    PERSON: {
        "type": "oauth2",
        "description": "The token of a person: from the e-mail and the password of an account",
        "flows": {"password": {"tokenUrl": "token", "scopes": {}}},
    },
    AGENT: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The `token` of a job, which opens the agents' routes of that job until it expires",
    },
}
# Routes that anybody may call: what they answer 401 to is what is sent along, a password or a link's signature.
_SIGNED = frozenset({"Sign-in", "Reports"})
_OF_AGENTS = "Agents"
_OPEN_TO_BOTH = "generate-report"
_ID: OpenApi = {"type": "integer", "format": "int64", "minimum": 1, "maximum": LARGEST_ID}
# FastAPI's own answer to invalid input, which this API never gives: such input is 400 with the contract's body.
_NEVER_GIVEN = "422"
_NEVER_USED = ("HTTPValidationError", "ValidationError")


def describe(api: FastAPI) -> OpenApi:
    """Return the document of `api`: who may call, ids as the integers that they are, and no answer that never comes."""
    document: OpenApi = get_openapi(
        title=api.title, version=api.version, description=api.description, routes=api.routes, tags=api.openapi_tags
    )
    for path, operation in operations(document):
        operation["responses"].pop(_NEVER_GIVEN, None)
        operation["security"] = _security(path, operation)
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "path" and parameter["name"].endswith("_id") and parameter["name"] != "benchmark_id":
                parameter["schema"] = _ID
    components = document["components"]
    components["schemas"] = {name: of for name, of in components["schemas"].items() if name not in _NEVER_USED}
    components["securitySchemes"] = _SCHEMES
    return document


def operations(document: OpenApi) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the path and the description of every operation in a document."""
    for path, item in document["paths"].items():
        for operation in item.values():
            yield path, operation


def _security(path: str, operation: OpenApi) -> list[OpenApi]:
    if path.endswith(_OPEN_TO_BOTH):
        return [{AGENT: []}, {PERSON: []}]
    if "401" not in operation["responses"] or not _SIGNED.isdisjoint(operation["tags"]):
        return []
    return [{AGENT: []}] if _OF_AGENTS in operation["tags"] else [{PERSON: []}]
