"""What holds for every address: the shape of errors, request ids, methods, bodies and queries that cannot be read."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from siliconmark_ui.db import Database
from tests.api.expect import invalid, not_found, ok, refused
from tests.api.paths import ANONYMOUS, CURRENT, DELETE, JOBS, LOGIN, STATS, TAGS, TASKS, TOKEN, V1
from tests.api.served import SECRET_DETAIL
from tests.factories import Caller, bearer, make_caller, make_job

MIB = 1024 * 1024
JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def ann(db: Database) -> Caller:
    """A person of the customer Acme."""
    return await make_caller(db)


@pytest.mark.parametrize(
    "path",
    ["/api", "/api/", "/api/other", V1, f"{V1}/", f"{V1}/nothing", f"{JOBS}/", f"{TOKEN}/", f"{JOBS}/1/2", "/auth/x"],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
async def test_unknown_address_is_an_error_in_json(http: httpx.AsyncClient, method: str, path: str) -> None:
    not_found(await http.request(method, path))


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", JOBS, {"GET", "POST"}),
        ("DELETE", JOBS, {"GET", "POST"}),
        ("POST", TAGS, {"GET"}),
        ("PATCH", STATS, {"GET"}),
        ("POST", f"{JOBS}/5", {"GET"}),
        ("DELETE", f"{JOBS}/5", {"GET"}),
        ("POST", f"{JOBS}/5/results", {"GET"}),
        ("GET", TOKEN, {"POST"}),
        ("GET", "/token", {"POST"}),
        ("GET", LOGIN, {"POST"}),
        ("GET", TASKS, {"POST"}),
        ("GET", f"{TASKS}/5", {"PATCH"}),
        ("POST", f"{TASKS}/5/results/quick_mark", {"PUT"}),
        ("GET", f"{JOBS}/5/generate-report", {"POST"}),
        ("TRACE", JOBS, {"GET", "POST"}),
        ("OPTIONS", JOBS, {"GET", "POST"}),
        ("BREW", JOBS, {"GET", "POST"}),
    ],
)
async def test_method_that_an_address_does_not_take_is_refused(
    http: httpx.AsyncClient, method: str, path: str, allowed: set[str]
) -> None:
    answer = await http.request(method, path)
    refused(answer, 405, "METHOD_NOT_ALLOWED")
    assert set(answer.headers["allow"].split(", ")) == allowed


async def test_head_answers_without_a_body(http: httpx.AsyncClient, ann: Caller) -> None:
    answer = await http.head(JOBS, headers=ann.headers)
    assert answer.status_code in {200, 405}
    assert answer.content == b""


async def test_failure_of_ours_says_nothing_but_its_id(http: httpx.AsyncClient) -> None:
    answer = await http.get(f"{V1}/broken")
    message = refused(answer, 500, "INTERNAL_ERROR")
    assert SECRET_DETAIL not in answer.text
    assert "Traceback" not in message
    assert (await http.get(f"{V1}/broken")).headers["x-request-id"] != answer.headers["x-request-id"]


async def test_liveness_and_readiness(http: httpx.AsyncClient) -> None:
    assert ok(await http.get("/healthz")) == {"status": "ok"}
    assert ok(await http.get("/readyz")) == {"status": "ready"}


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "json", ""]
)
async def test_body_of_another_type_is_refused(http: httpx.AsyncClient, ann: Caller, media_type: str) -> None:
    headers = {**ann.headers, "Content-Type": media_type}
    for method, path in (("POST", JOBS), ("DELETE", DELETE)):
        answer = await http.request(method, path, content=b'{"benchmarks": []}', headers=headers)
        refused(answer, 415, "UNSUPPORTED_MEDIA_TYPE")


async def test_body_without_a_type_is_refused(http: httpx.AsyncClient, ann: Caller) -> None:
    answer = await http.post(JOBS, content=b'{"benchmarks": []}', headers=ann.headers)
    refused(answer, 415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize(
    "media_type", ["application/json; charset=utf-8", "Application/JSON", "application/json;", "application/vnd.x+json"]
)
async def test_body_of_a_json_type_is_read(http: httpx.AsyncClient, ann: Caller, media_type: str) -> None:
    headers = {**ann.headers, "Content-Type": media_type}
    ok(await http.post(JOBS, content=b'{"benchmarks": []}', headers=headers), 201)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b" ",
        b"{",
        b"null",
        b"true",
        b"5",
        b'"text"',
        b"[]",
        b'[{"benchmarks": []}]',
        b"{benchmarks: []}",
        b"{'benchmarks': []}",
        b'{"benchmarks": [],}',
        b'{"benchmarks": []} x',
        b'{"benchmarks": []}{"benchmarks": []}',
        b'{"benchmarks": [], "node_count": NaN}',
        b'{"benchmarks": [], "node_count": Infinity}',
        b'{"benchmarks": [], "node_count": -Infinity}',
        b'{"benchmarks": [], "node_count": 1e999}',
        b'{"benchmarks": [], "node_count": 01}',
        b'{"benchmarks": [], "name": "\\ud800"}',
        b'{"benchmarks": [], "name": "\\udc00"}',
        b'{"benchmarks": [], "name": "a\\ud800b and more"}',
        b'{"benchmarks": [], "name": "a\\udc00b and more"}',
        b'{"benchmarks": [], "\\ud800\\ud800": 1}',
        b'{"benchmarks": [], "name": "\xff"}',
        b'{"benchmarks": [], "name": "\xed\xa0\x80"}',
        b'{"benchmarks": [], "name": "a\nb\x01"}',
        b"\xef\xbb\xbf{}",
        '{"benchmarks": []}'.encode("utf-16"),
        b"[" * 100_000,
        b'{"benchmarks": ' + b"[" * 100_000,
        b'{"benchmarks": [], "tags": ' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b"\x00",
    ],
    ids=range(34),
)
async def test_body_that_is_no_json_object_is_invalid(http: httpx.AsyncClient, ann: Caller, content: bytes) -> None:
    invalid(await http.post(JOBS, content=content, headers={**ann.headers, **JSON}))
    invalid(await http.request("DELETE", DELETE, content=content, headers={**ann.headers, **JSON}))
    invalid(await http.post(LOGIN, content=content, headers=JSON))


async def test_request_without_any_body_is_invalid(http: httpx.AsyncClient, ann: Caller) -> None:
    invalid(await http.post(JOBS, headers=ann.headers))
    invalid(await http.request("DELETE", DELETE, headers=ann.headers))


@pytest.mark.parametrize("name", ["\x00", "a\x00b", "x" * 3000, "é", "</script>", "name ", "Name"])
async def test_unknown_field_is_named_in_the_error(http: httpx.AsyncClient, ann: Caller, name: str) -> None:
    invalid(await http.post(JOBS, json={"benchmarks": [], name: 1}, headers=ann.headers), "benchmarks")
    invalid(await http.request("DELETE", DELETE, json={"id": 1, name: 1}, headers=ann.headers), "id")


async def _chunks(size: int) -> AsyncIterator[bytes]:
    yield b'{"benchmarks": [], "description": "'
    for _ in range(size // 65536):
        yield b"x" * 65536
    yield b'"}'


async def test_body_above_one_mebibyte_is_too_large(http: httpx.AsyncClient, ann: Caller) -> None:
    headers = {**ann.headers, **JSON}
    content = b'{"benchmarks": []}' + b" " * MIB
    refused(await http.post(JOBS, content=content, headers=headers), 413, "PAYLOAD_TOO_LARGE")
    refused(await http.post(JOBS, content=_chunks(2 * MIB), headers=headers), 413, "PAYLOAD_TOO_LARGE")
    refused(await http.post(LOGIN, content=content, headers=JSON), 413, "PAYLOAD_TOO_LARGE")
    refused(await http.post(ANONYMOUS, content=b" " * (MIB + 1)), 413, "PAYLOAD_TOO_LARGE")
    refused(await http.post(TOKEN, data={"username": "x" * MIB, "password": "x"}), 413, "PAYLOAD_TOO_LARGE")


async def test_body_of_exactly_one_mebibyte_is_read(http: httpx.AsyncClient, ann: Caller) -> None:
    content = b'{"benchmarks": []}'.ljust(MIB)
    ok(await http.post(JOBS, content=content, headers={**ann.headers, **JSON}), 201)


async def test_body_sent_in_pieces_is_read(http: httpx.AsyncClient, ann: Caller) -> None:
    invalid(await http.post(JOBS, content=_chunks(4 * 65536), headers={**ann.headers, **JSON}), "description")


@pytest.mark.parametrize("expect", ["", "Expect: 100-continue\r\n"])
async def test_too_large_body_is_refused_when_it_is_only_announced(
    http: httpx.AsyncClient, api_address: str, expect: str
) -> None:
    head = f"POST {LOGIN} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{expect}"
    answer = await _raw(api_address, f"{head}Content-Length: 99999999\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"PAYLOAD_TOO_LARGE"' in answer


async def _raw(address: str, request: bytes) -> bytes:
    """Return the first bytes that come back for what is sent as it stands."""
    parts = urlsplit(address)

    def exchange() -> bytes:
        with socket.create_connection((str(parts.hostname), parts.port or 80), timeout=20) as connection:
            connection.sendall(request)
            return connection.recv(65536)

    return await asyncio.to_thread(exchange)


@pytest.mark.parametrize("path", [TAGS, f"{JOBS}/5", f"{JOBS}/5/results", JOBS, STATS])
async def test_unknown_query_parameter_is_named(http: httpx.AsyncClient, ann: Caller, path: str) -> None:
    invalid(await http.get(f"{path}?sate=failed", headers=ann.headers), "sate")


@pytest.mark.parametrize("path", [JOBS, f"{JOBS}/5/generate-report", ANONYMOUS, TASKS])
async def test_posts_take_no_query(http: httpx.AsyncClient, ann: Caller, path: str) -> None:
    invalid(await http.post(f"{path}?name=x", json={"benchmarks": []}, headers=ann.headers), "name")


@pytest.mark.parametrize("query", ["name=%zz", "name=%", "name=a%2", "name=%FF", "name=%ED%A0%80", "%FF=1", "name=%C3"])
async def test_query_that_cannot_be_decoded_is_invalid(http: httpx.AsyncClient, ann: Caller, query: str) -> None:
    url = httpx.URL(f"{http.base_url}").copy_with(raw_path=f"{JOBS}?{query}".encode())
    invalid(await http.get(url, headers=ann.headers))


async def test_query_in_unescaped_utf8_is_read_as_utf8(
    http: httpx.AsyncClient, db: Database, ann: Caller, api_address: str
) -> None:
    await make_job(db, ann.actor, name="Prüfstand")
    token = ann.headers["Authorization"]
    for part, total in (("ü", 1), ("û", 0)):
        head = f"GET {JOBS}?name={part} HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\n\r\n"
        answer = await _raw(api_address, head.encode())
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["pagination"]["total"] == total


async def test_query_of_very_many_parameters_is_invalid(http: httpx.AsyncClient, ann: Caller) -> None:
    query = "&".join(["tags=a"] * 101)
    invalid(await http.get(f"{JOBS}?{query}", headers=ann.headers))


@pytest.mark.parametrize("text", ["x", "1.0", "1e3", "+5", " 5", "5 ", "٣", "0x5", "true", "null", "%00", "9" * 41])
async def test_job_id_that_is_no_integer_is_invalid(http: httpx.AsyncClient, ann: Caller, text: str) -> None:
    invalid(await http.get(f"{JOBS}/{text}", headers=ann.headers), "job_id")
    invalid(await http.get(f"{JOBS}/{text}/results", headers=ann.headers), "job_id")


@pytest.mark.parametrize("number", [0, -1, 1, 2**53, 2**63 - 1, 2**63, 2**64, 10**39])
async def test_job_id_of_no_job_is_not_found(http: httpx.AsyncClient, ann: Caller, number: int) -> None:
    message = not_found(await http.get(f"{JOBS}/{number}", headers=ann.headers))
    assert message == f"Job with id {number} not found"
    not_found(await http.get(f"{JOBS}/{number}/results", headers=ann.headers))
    not_found(await http.post(f"{JOBS}/{number}/generate-report", headers=ann.headers))


async def test_two_answers_have_two_request_ids(http: httpx.AsyncClient) -> None:
    first, second = await http.get("/healthz"), await http.get("/healthz")
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


async def test_many_callers_at_once_are_all_answered(http: httpx.AsyncClient, db: Database, ann: Caller) -> None:
    calls: list[Any] = [http.get(JOBS, headers=ann.headers) for _ in range(40)]
    calls += [http.post(JOBS, json={"benchmarks": []}, headers=ann.headers) for _ in range(40)]
    job = await make_job(db, ann.actor)
    calls += [http.get(CURRENT, headers=bearer(job["token"])) for _ in range(40)]
    statuses = [answer.status_code for answer in await asyncio.gather(*calls)]
    assert statuses == [200] * 40 + [201] * 40 + [200] * 40
