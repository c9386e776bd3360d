"""Pieces of the OpenAPI document: every route names its answers and errors, from the types that really leave."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from siliconmark_ui.jobs.parameters import PARAMETERS

PREFIX = "/api/silicon-mark/v1"
OpenApi = dict[str, Any]


class ErrorBody(TypedDict):
    """What went wrong: a code for programs, a sentence for people."""

    code: str
    message: str


class ErrorAnswer(TypedDict):
    """The body of every error."""

    error: ErrorBody


_WORDS = {
    400: "The input breaks a rule; the message names the field and what is allowed",
    401: "The token is missing, invalid or expired",
    403: "The caller may not do this",
    404: "Not found, or not for this caller",
    409: "In conflict with what is stored",
    413: "The body is too large",
    415: "The body is not in the format that the route reads",
    429: "Too many requests; `Retry-After` says when to come back",
    500: "A failure here; `X-Request-ID` names it",
}


def answers(*statuses: int) -> dict[int | str, OpenApi]:
    """Return the error answers of a route; 500 is always among them."""
    return {status: {"model": ErrorAnswer, "description": _WORDS[status]} for status in (*statuses, 500)}


def query_parameters(names: Sequence[str], only: Mapping[str, Sequence[str]] | None = None, **defaults: str) -> OpenApi:
    """Return the description of a route's query parameters, from the registry that reads them.

    `only` names those that take fewer words here than elsewhere.
    """
    parameters = []
    for name in names:
        parameter = PARAMETERS[name]
        schema = dict(parameter.schema) | ({"default": defaults[name]} if name in defaults else {})
        schema |= {"enum": list(only[name])} if only and name in only else {}
        parameters.append(
            {"name": name, "in": "query", "required": False, "description": parameter.description, "schema": schema}
        )
    return {"parameters": parameters}


def body(schema: Any, media_type: str = "application/json") -> OpenApi:
    """Return the description of a request body of that (typed-dictionary) schema."""
    content = {media_type: {"schema": _inlined(TypeAdapter(schema).json_schema())}}
    return {"requestBody": {"required": True, "content": content}}


def _inlined(schema: Any) -> Any:
    """Return a JSON schema without `$defs`: OpenAPI would look for them elsewhere."""
    definitions = schema.pop("$defs", {})

    def replaced(part: Any) -> Any:
        if isinstance(part, dict):
            reference = part.get("$ref")
            if isinstance(reference, str):
                return replaced(definitions[reference.rpartition("/")[2]])
            return {key: replaced(value) for key, value in part.items()}
        return [replaced(item) for item in part] if isinstance(part, list) else part

    return replaced(schema)
