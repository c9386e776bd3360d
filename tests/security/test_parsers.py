"""Whatever comes from outside is read, or refused with a sentence: no reader of it ever fails in another way."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from fastapi import Request
from hypothesis import example, given, settings
from hypothesis import strategies as st

from siliconmark_ui.accounts import sessions
from siliconmark_ui.accounts.landing import asked_in, local_path
from siliconmark_ui.accounts.mail import read_mail_server
from siliconmark_ui.accounts.oidc import Proven
from siliconmark_ui.accounts.people import read_role
from siliconmark_ui.accounts.providers import Provider, read_providers
from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.accounts.service import clean_customer_name, clean_email
from siliconmark_ui.accounts.sso import LONGEST_NAME, _name_in
from siliconmark_ui.accounts.tokens import TokenSigner
from siliconmark_ui.agents.bodies import read_node, read_progress, read_upload
from siliconmark_ui.alerts.query import ALERT_PARAMETERS, AlertQuery
from siliconmark_ui.api.address import public_address
from siliconmark_ui.api.audit import read_filter
from siliconmark_ui.api.callers import is_from_foreign_page
from siliconmark_ui.api.limits import address_of
from siliconmark_ui.api.requests import stored_id, whole_number
from siliconmark_ui.benchmarks.cluster_network import read_cluster_network
from siliconmark_ui.benchmarks.quick_mark import read_quick_mark
from siliconmark_ui.config import load_settings
from siliconmark_ui.errors import AppError
from siliconmark_ui.exports.columns import PERFORMANCE_JOBS, PERFORMANCE_NODES
from siliconmark_ui.exports.names import disposition
from siliconmark_ui.exports.order import (
    read_comparison_order,
    read_links_order,
    read_order,
    read_performance_order,
    read_quickmark_order,
)
from siliconmark_ui.identifiers import LARGEST_ID
from siliconmark_ui.instants import parse_instant
from siliconmark_ui.jobs.filters import JobQuery, pairs_of
from siliconmark_ui.jobs.parameters import LIST_PARAMETERS
from siliconmark_ui.jobs.service import read_deletion, read_new_job
from siliconmark_ui.machines.filters import MachineQuery
from siliconmark_ui.server.origin import is_own_page
from siliconmark_ui.ui.pages.performance.view import read_view
from siliconmark_ui.words import clean_description, clean_name, clean_tags
from tests.conftest import SECRET
from tests.factories import cluster_network, node, quick_mark, upload

# Halves of surrogate pairs included: JSON and headers can carry them.
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=80)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)
NAMES = st.sampled_from([*LIST_PARAMETERS, "format", "columns", "bom", "result", "review", "gpu_model", "search", "job",
                         "status", "metric", "open"])  # fmt: skip
WORDS = st.sampled_from(["1", "0", "-1", "9" * 30, "true", "asc", "failed", "quick_mark", "csv", "id", "score",
                         "cluster_network:2", "performance", "performance_nodes", "alerts", ""])  # fmt: skip
PAIRS = st.lists(st.tuples(NAMES | ANY_TEXT, WORDS | ANY_TEXT), max_size=6)


def reads(read: Callable[..., Any], *arguments: Any) -> Any:
    """Return what is read, or None for what is refused with a sentence that a person may see."""
    found, refusal = None, None
    try:
        found = read(*arguments)
    except AppError as error:
        refusal = error
    assert refusal is None or (400 <= refusal.status < 500 and refusal.message)
    return found


def _replaced(sound: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return sound bodies in which some fields, known and unknown, are anything."""
    changes = st.dictionaries(st.sampled_from(sorted(sound)) | ANY_TEXT, JSON, max_size=3)
    return changes.map(lambda change: {**sound, **change})


@given(PAIRS)
@pytest.mark.parametrize(
    "read",
    [
        JobQuery.from_query, MachineQuery.from_query, read_order, read_links_order,
        read_quickmark_order, read_comparison_order,
        lambda pairs: read_performance_order(PERFORMANCE_JOBS, pairs),
        lambda pairs: read_performance_order(PERFORMANCE_NODES, pairs),
        lambda pairs: AlertQuery.from_query(pairs, allowed=tuple(ALERT_PARAMETERS)),
        lambda pairs: read_filter(dict(pairs)),
    ],
)  # fmt: skip
def test_any_filter_sorting_or_choice_of_columns_is_read_or_refused(
    read: Callable[[Any], Any], pairs: list[tuple[str, str]]
) -> None:
    reads(read, pairs)


@given(st.binary(max_size=120) | ANY_TEXT)
@example(b"a=%ff&b=%f")
@example("open=²")
@example("a=\ud800")
def test_any_query_string_is_split_or_refused(raw: bytes | str) -> None:
    pairs = reads(pairs_of, raw)
    assert pairs is None or all(isinstance(part, str) for pair in pairs for part in pair)
    if isinstance(raw, str):
        reads(read_view, raw)


@given(ANY_TEXT | st.integers(-(2**80), 2**80).map(str))
@example("٣")
@example("1_000")
@example(" 1")
def test_any_identifier_is_a_number_that_a_row_can_have_or_refused(text: str) -> None:
    number = reads(stored_id, text, "id")
    assert number is None or 0 <= number <= LARGEST_ID
    whole = reads(whole_number, text, "id")
    assert (
        whole is None
        or str(whole) == (text.lstrip("-").lstrip("0") or "0")
        or text.startswith("-")
        or whole == int(text)
    )


@given(ANY_TEXT | st.datetimes().map(str))
@example("0001-01-01T00:00:00+23:59")
@example("9999-12-31T23:59:59-23:59")
def test_any_time_is_read_in_utc_or_refused(text: str) -> None:
    moment = reads(parse_instant, text, "created_after")
    assert moment is None or moment.utcoffset().total_seconds() == 0


@given(_replaced(node(1, machine_ip="10.0.0.1", inventory={"a": 1})))
def test_any_registration_of_a_node_is_read_or_refused(body: dict[str, Any]) -> None:
    found = reads(read_node, body)
    assert found is None or (1 <= found.gpu_count <= 64 and type(found.gpu_count) is int)


@given(_replaced({"state": "failed", "failed_message": "x"}))
def test_any_progress_of_a_task_is_read_or_refused(body: dict[str, Any]) -> None:
    reads(read_progress, body)


@given(JSON, st.sampled_from(["quick_mark", "cluster_network", "cluster_network:2", "no_such", ""]))
@example(float("nan"), "quick_mark")
def test_any_uploaded_result_is_read_or_refused(results: Any, key: str) -> None:
    reads(read_upload, json.dumps(upload(results)).encode(), key)


@given(_replaced(quick_mark(2)), _replaced(cluster_network(2)))
def test_results_with_odd_fields_are_read_or_refused_and_what_is_read_can_be_shown(
    node_result: dict[str, Any], whole: dict[str, Any]
) -> None:
    for results, key, show in (
        (node_result, "quick_mark", lambda found: read_quick_mark(found, 2)),
        (whole, "cluster_network", read_cluster_network),
    ):
        found = reads(read_upload, json.dumps(upload(results)).encode(), key)
        if found is not None:
            show(msgspec.json.decode(found.document))


@given(st.binary(max_size=200))
def test_any_bytes_as_a_result_are_refused(body: bytes) -> None:
    assert reads(read_upload, body, "quick_mark") is None


@given(_replaced({"name": "n", "benchmarks": ["quick_mark"], "node_count": 2, "tags": ["a"], "description": "d"}))
def test_any_request_for_a_job_is_read_or_refused(body: dict[str, Any]) -> None:
    reads(read_new_job, body)
    reads(read_deletion, body)


@given(JSON)
def test_any_name_tag_role_or_address_is_cleaned_or_refused(value: Any) -> None:
    for read in (clean_name, clean_description, clean_tags, read_role):
        reads(read, value)
    if isinstance(value, str):
        for clean in (clean_email, clean_customer_name):
            cleaned = reads(clean, value)
            assert cleaned is None or cleaned == cleaned.strip()


CLAIMS = st.dictionaries(
    st.sampled_from(["sub", "email", "email_verified", "name", "preferred_username", "groups", "org"]), JSON, max_size=6
)
PROVIDER = Provider(
    "corp", "https://id.example", "bench", None, "Corp", customer_claim="org", role_claim="groups",
    role_map=(("admins", Role.CUSTOMER_ADMIN),),
)  # fmt: skip


@given(CLAIMS)
@example({"groups": 5, "org": {"a": 1}, "email_verified": [True], "email": None})
@example({"groups": {"admins": 1}, "email_verified": {"x": 1}})
def test_any_claims_of_a_provider_are_mapped(claims: dict[str, Any]) -> None:
    proven = Proven(claims, "")
    role = PROVIDER.role_in(claims)
    assert role in {Role.USER, Role.CUSTOMER_ADMIN}
    customer = PROVIDER.customer_in(claims)
    assert customer is None or (isinstance(customer, str) and customer.strip())
    email = proven.verified_email
    if email is not None:
        assert claims["email_verified"] in (True, "true")
        reads(clean_email, email)
    assert 0 <= len(_name_in(proven, "ann@acme.example")) <= LONGEST_NAME


@given(ANY_TEXT)
@example("a" * 5000)
@example("siliconmark_session=x; siliconmark_session=y")
@example('siliconmark_session="\\012"')
def test_any_cookie_header_is_read(header: str) -> None:
    key = sessions.key_in(header)
    assert key is None or isinstance(sessions.hash_of(key), str)


@given(ANY_TEXT | st.tuples(ANY_TEXT, ANY_TEXT, ANY_TEXT).map(".".join) | JSON.map(repr))
@example("e30.e30.")
@example("eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.")
def test_any_token_is_refused_that_we_did_not_sign(token: str) -> None:
    for use in ("user", "job", "report"):
        assert reads(TokenSigner(SECRET).spoken_by, token, use) is None


HEADERS = st.dictionaries(
    st.sampled_from(["host", "origin", "sec-fetch-site", "cookie", "x-forwarded-host", "x-forwarded-proto",
                     "x-forwarded-for"]),
    st.text(st.characters(max_codepoint=255), max_size=60),
)  # fmt: skip


class _App:
    """As much of an application as a request needs."""

    def __init__(self, hops: int) -> None:
        self.state = self
        self.settings = load_settings({"SILICONMARK_TRUSTED_PROXY_HOPS": str(hops)})


@given(HEADERS, st.integers(0, 3))
@example({"host": "[::1", "origin": "http://[::1"}, 0)
@example({"host": "a:99999999", "origin": "http://a:99999999"}, 1)
@example({"host": "x\r\nSet-Cookie: a=b"}, 0)
def test_any_headers_are_read_and_no_link_begins_with_anything_but_an_address(
    headers: dict[str, str], hops: int
) -> None:
    pairs = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    app = _App(hops)
    scope = {"type": "http", "method": "POST", "path": "/auth/x", "scheme": "http", "query_string": b"",
             "headers": pairs, "app": app, "client": ("192.0.2.1", 1), "server": ("here", 80)}  # fmt: skip
    request = Request(scope)
    base = public_address(request)
    assert base == "" or base.startswith(("http://", "https://"))
    assert not set(base) & set(" \r\n\t<>\"'\\")
    assert isinstance(is_from_foreign_page(request, app.settings), bool)
    assert isinstance(is_own_page(headers.get("origin", ""), headers.get("host", ""), "https://bench.example"), bool)
    if not hops:
        assert address_of(scope, 0) == "192.0.2.1"


@given(ANY_TEXT)
@example("/\\evil.example")
@example("/\t/evil.example")
@example("//evil.example")
@example("http://[")
def test_any_way_back_stays_on_this_site(target: str) -> None:
    path = local_path(target)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))
    assert not any(ord(letter) < 32 for letter in path)
    assert asked_in("/sign-in?" + urlencode({"next": target}, errors="replace"), "/sign-in") in {path, "/"}
    assert asked_in(target, "/sign-in") == "/"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_file_name_makes_one_harmless_header(name: str) -> None:
    header = disposition(name)
    assert header.isascii()
    assert "\r" not in header
    assert "\n" not in header


@settings(max_examples=60)
@given(st.sampled_from(["PUBLIC_URL", "SMTP_URL", "SESSION_MINUTES", "SECRET_KEY", "OIDC_CORP_ISSUER",
                        "OIDC_CORP_ROLE_MAP", "REPORT_STORE"]), ANY_TEXT)  # fmt: skip
def test_any_setting_is_read_or_refused(name: str, value: str) -> None:
    environ = {f"SILICONMARK_{name}": value, "SILICONMARK_OIDC_CORP_CLIENT_ID": "x"}
    reads(load_settings, environ)
    reads(read_providers, environ)
    reads(read_mail_server, value)
