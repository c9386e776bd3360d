"""The served description: sound as a document, complete as a contract, and readable without a network."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from siliconmark_ui.jobs.parameters import LIST_PARAMETERS, STATS_PARAMETERS
from tests.api.described import SCHEMA, Described
from tests.api.paths import (
    ANONYMOUS,
    CREATED_FIELDS,
    CURRENT,
    DELETE,
    DETAIL_FIELDS,
    JOBS,
    LOGIN,
    REPORT,
    RESULT_FIELDS,
    ROW_FIELDS,
    STATS,
    TAGS,
    TASK_FIELDS,
    TASKS,
    TOKEN,
    V1,
)

# Every route of the specification and of the contract, with the answers that they name.
ROUTES: list[tuple[str, str, str]] = [
    ("post", JOBS, "201 400 401 409 413 415 500"),
    ("get", JOBS, "200 400 401 500"),
    ("get", TAGS, "200 400 401 500"),
    ("get", STATS, "200 400 401 500"),
    ("get", f"{JOBS}/{{job_id}}", "200 400 401 404 500"),
    ("get", f"{JOBS}/{{job_id}}/results", "200 400 401 404 500"),
    ("delete", DELETE, "200 400 401 403 404 413 415 500"),
    ("get", f"{JOBS}/export", "200 400 401 500"),
    ("post", ANONYMOUS, "201 400 413 429 500"),
    ("get", CURRENT, "200 401 500"),
    ("post", TASKS, "200 201 400 401 409 413 415 500"),
    ("patch", f"{TASKS}/{{task_id}}", "200 400 401 404 409 413 415 500"),
    ("put", f"{TASKS}/{{task_id}}/results/{{benchmark_id}}", "200 400 401 404 409 413 415 500"),
    ("put", f"{CURRENT}/results/{{benchmark_id}}", "200 400 401 404 409 413 415 500"),
    ("post", f"{JOBS}/{{job_id}}/generate-report", "200 400 401 404 500"),
    ("post", TOKEN, "200 400 401 413 415 429 500"),
    ("post", "/token", "200 400 401 413 415 429 500"),
    ("post", LOGIN, "200 400 401 413 415 429 500"),
]


@pytest.fixture
async def document(http_client: httpx.AsyncClient) -> dict[str, Any]:
    """The served document."""
    answer = await http_client.get(SCHEMA)
    assert answer.headers["content-type"] == "application/json"
    body: dict[str, Any] = answer.json()
    return body


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object within a document."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from parts(inner)


def resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def answer_schema(document: dict[str, Any], method: str, path: str, status: str) -> dict[str, Any]:
    content = document["paths"][path][method]["responses"][status]["content"]["application/json"]
    return resolved(document, content["schema"])


async def test_document_is_whole(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    assert document["info"]["title"]
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    references = {part["$ref"] for part in parts(document) if isinstance(part.get("$ref"), str)}
    assert references
    assert references <= {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    for method, path, operation in operations(document):
        assert method in {"get", "post", "put", "patch", "delete"}
        assert operation["summary"]
        assert operation["description"]
        for status, answer in operation["responses"].items():
            assert re.fullmatch(r"[1-5]\d\d", status)
            assert answer["description"]
        named = set(re.findall(r"\{(\w+)\}", path))
        in_path = [one for one in operation.get("parameters", []) if one["in"] == "path"]
        assert {one["name"] for one in in_path} == named
        assert all(one["required"] for one in in_path)


@pytest.mark.parametrize(("method", "path", "statuses"), ROUTES)
async def test_route_names_each_of_its_answers(document: dict[str, Any], method: str, path: str, statuses: str) -> None:
    told = set(document["paths"][path][method]["responses"])
    assert set(statuses.split()) <= told
    assert "422" not in told


async def test_every_error_has_the_contracts_body(document: dict[str, Any]) -> None:
    for _, _, operation in operations(document):
        for status, answer in operation["responses"].items():
            if status >= "400":
                schema = resolved(document, answer["content"]["application/json"]["schema"])
                assert schema["required"] == ["error"]
                error = resolved(document, schema["properties"]["error"])
                assert set(error["required"]) == {"code", "message"}


@pytest.mark.parametrize(
    ("method", "path", "status", "fields"),
    [
        ("post", JOBS, "201", CREATED_FIELDS),
        ("post", ANONYMOUS, "201", CREATED_FIELDS),
        ("get", f"{JOBS}/{{job_id}}", "200", DETAIL_FIELDS),
        ("post", TASKS, "201", TASK_FIELDS),
        ("patch", f"{TASKS}/{{task_id}}", "200", TASK_FIELDS),
        ("put", f"{CURRENT}/results/{{benchmark_id}}", "200", RESULT_FIELDS),
        ("get", STATS, "200", {"alert_job_count"}),
        ("get", TAGS, "200", {"tags"}),
        ("delete", DELETE, "200", {"message", "requires_agent_stop"}),
    ],
)
async def test_answer_is_described_with_its_fields(
    document: dict[str, Any], method: str, path: str, status: str, fields: set[str]
) -> None:
    schema = answer_schema(document, method, path, status)
    assert set(schema["properties"]) == set(schema["required"]) == fields


async def test_list_is_described_with_its_rows_and_parameters(document: dict[str, Any]) -> None:
    schema = answer_schema(document, "get", JOBS, "200")
    assert set(resolved(document, schema["properties"]["results"]["items"])["properties"]) == ROW_FIELDS
    for path, names in ((JOBS, LIST_PARAMETERS), (STATS, STATS_PARAMETERS)):
        told = document["paths"][path]["get"]["parameters"]
        assert [one["name"] for one in told] == list(names)
        assert all(one["in"] == "query" and one["required"] is False for one in told)
    defaults = {one["name"]: one["schema"].get("default") for one in document["paths"][JOBS]["get"]["parameters"]}
    assert (defaults["page"], defaults["per_page"], defaults["sort_by"]) == (1, 20, "created_at")
    assert (defaults["sort_order"], defaults["include_results"]) == ("desc", False)


async def test_ids_in_paths_are_integers(document: dict[str, Any]) -> None:
    for path in (f"{JOBS}/{{job_id}}", f"{JOBS}/{{job_id}}/results", f"{JOBS}/{{job_id}}/generate-report", REPORT):
        for operation in document["paths"][path].values():
            schema = next(one["schema"] for one in operation["parameters"] if one["name"] == "job_id")
            assert schema["type"] == "integer"


async def test_who_may_call_is_described(document: dict[str, Any]) -> None:
    schemes = document["components"]["securitySchemes"]
    assert schemes["OAuth2PasswordBearer"]["type"] == "oauth2"
    assert schemes["OAuth2PasswordBearer"]["flows"]["password"]["tokenUrl"] == "token"
    paths = document["paths"]
    assert paths[JOBS]["post"]["security"] == [{"OAuth2PasswordBearer": []}]
    assert paths[CURRENT]["get"]["security"] == [{"JobToken": []}]
    both = paths[f"{JOBS}/{{job_id}}/generate-report"]["post"]["security"]
    assert {name for entry in both for name in entry} == {"JobToken", "OAuth2PasswordBearer"}
    for path in (TOKEN, "/token", LOGIN, ANONYMOUS):
        assert paths[path]["post"]["security"] == []
    for _, path, operation in operations(document):
        assert operation["security"] or path in {TOKEN, "/token", LOGIN, ANONYMOUS, REPORT}


async def test_page_for_people_needs_no_network_and_no_script(
    http_client: httpx.AsyncClient, document: dict[str, Any]
) -> None:
    answer = await http_client.get(f"{V1}/docs")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    page = answer.text
    assert not re.search(r"https?://|<script|<link|<img|url\(|@import| on\w+=", page)
    for _, path, _ in operations(document):
        assert path in page
    for name in (*LIST_PARAMETERS, "alert_job_count", "requires_agent_stop", "OAuth2PasswordBearer"):
        assert name in page
    assert SCHEMA in page


async def test_answer_that_the_document_does_not_name_is_noticed() -> None:
    described = Described({"paths": {"/things/{id}": {"get": {"responses": {"200": {}}}}}})

    def answer(status: int) -> httpx.Response:
        return httpx.Response(status, request=httpx.Request("GET", "http://x/things/5"))

    await described.check(answer(200))
    with pytest.raises(AssertionError, match="GET /things/5: 418"):
        await described.check(answer(418))
