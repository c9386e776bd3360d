"""What pages say by their address: words of ours alone, one for each way in which a form can fail."""

import ast
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconmark_ui.accounts import throttle
from siliconmark_ui.accounts.own_password import Post, make_reset_link
from siliconmark_ui.accounts.people import invite
from siliconmark_ui.accounts.providers import Provider
from siliconmark_ui.accounts.reasons import NOTICES, PROBLEMS, UNKNOWN_PROBLEM, notice_in, problem_in, problem_query
from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.accounts.sso import SignInWays, use_sign_in_ways
from siliconmark_ui.accounts.throttle import Exceeded, Limit
from siliconmark_ui.config import ROOT
from siliconmark_ui.db import Database
from siliconmark_ui.errors import InvalidInput
from tests.accounts.browsers import browser
from tests.factories import make_caller

HOSTILE = "Your account is locked: call +1 555 0100 <img src=x onerror=alert(1)>"
CORP = Provider("corp", "https://id.example", "us", None, "Corp {0} {wait}")
WAYS = r"(later|in \d+ (second|seconds|minutes))"


def _said_by_the_source() -> set[str]:
    """Return every code that an error of the program may carry to a page."""
    limits = {f"limit-{limit.name}" for limit in vars(throttle).values() if isinstance(limit, Limit)}
    given = [
        reason for path in (ROOT / "siliconmark_ui").rglob("*.py") for reason in _given(ast.parse(path.read_text()))
    ]
    return limits | {str(reason.value) for reason in given if isinstance(reason, ast.Constant) and reason.value}


def _given(tree: ast.AST) -> Iterator[Any]:
    """Yield what is raised with a second argument, and what a class calls its `reason`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            yield from node.exc.args[1:2]
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "reason":
            yield node.value


def test_every_reason_that_an_error_gives_has_its_words_and_no_words_are_without_one() -> None:
    # Limits of what no form does (anonymous jobs) are told by the API alone.
    assert _said_by_the_source() - {"limit-anonymous-job"} == PROBLEMS.keys()


def test_code_that_is_not_ours_says_nothing_of_its_own() -> None:
    assert problem_in({}) == problem_in({"error": ""}) == ""
    for code in (HOSTILE, "credentials ", "CREDENTIALS", "__class__", "{wait}", "x" * 100_000):
        assert problem_in({"error": code}) == UNKNOWN_PROBLEM
        assert notice_in({"done": code}, *NOTICES) == ""
    assert notice_in({"done": "reset"}, "sent") == ""
    assert problem_query(InvalidInput("x", HOSTILE))["error"] == problem_query(InvalidInput("x"))["error"] == "other"


@pytest.fixture
def corp() -> Iterator[None]:
    """One provider, whose label has what a template would read."""
    use_sign_in_ways(SignInWays(providers=(CORP,)))
    yield
    use_sign_in_ways(SignInWays())


@given(
    error=st.sampled_from(sorted(PROBLEMS)) | st.text(),
    wait=st.text() | st.integers().map(str),
    label=st.text() | st.just("corp"),
)
def test_any_address_makes_a_page_say_our_words_alone(error: str, wait: str, label: str) -> None:
    said = problem_in({"error": error, "wait": wait, "with": label})
    patterns = [
        re.escape(words).replace(r"\{wait\}", WAYS).replace(r"\{provider\}", "The sign-in provider")
        for words in ("", UNKNOWN_PROBLEM, *PROBLEMS.values())
    ]
    assert any(re.fullmatch(pattern, said) for pattern in patterns)


def test_time_and_provider_are_said_when_they_are_real(corp: None) -> None:
    limit = throttle.SIGN_IN_FAILURES
    for seconds, words in ((1, "in 1 second"), (90, "in 90 seconds"), (121, "in 3 minutes"), (900, "in 15 minutes")):
        query = problem_query(Exceeded(limit, "bucket", seconds))
        assert problem_in(query) == f"Too many failed sign-ins for this account; try again {words}"
    for wait in ("0", "-1", "3601", "99999", "9" * 400, "٣", "x", ""):
        assert problem_in({"error": "limit-reset", "wait": wait}).endswith("try again later")
    assert problem_in({"error": "provider-refused", "with": "corp"}) == "Corp {0} {wait} did not sign you in"
    assert problem_in({"error": "provider-refused", "with": HOSTILE}) == "The sign-in provider did not sign you in"


async def test_every_form_that_fails_leads_to_a_page_that_says_why(
    http: httpx.AsyncClient, db: Database, api_address: str
) -> None:
    admin = await make_caller(db, "root@acme.example", Role.ROOT_ADMIN)
    reset = dict(parse_qsl(urlsplit((await make_reset_link(db, "root@acme.example")).path).query))
    invited = await invite(db, admin.actor, Post(""), "new@acme.example", Role.USER)
    key = dict(parse_qsl(urlsplit(str(invited["link"])).query))
    long, short = {"new": "seven brown lamps hum", "again": "seven brown lamps hum"}, {"new": "short", "again": "short"}
    calls: tuple[tuple[str, dict[str, str], str], ...] = (
        ("/auth/sign-in", {"email": "root@acme.example", "password": "x"}, "/sign-in credentials"),
        ("/auth/sign-in", {"email": "\x07", "password": "x"}, "/sign-in characters"),
        ("/auth/forgot-password", {"email": "nobody"}, "/forgot-password email"),
        ("/auth/reset-password", {**reset, **short}, "/reset-password password-length"),
        ("/auth/reset-password", {**long, "key": "x"}, "/reset-password link-dead"),
        ("/auth/invitation", {**key, **long, "name": " "}, "/invitation name"),
        ("/auth/invitation", {**key, **long, "name": "\x07"}, "/invitation characters"),
        ("/auth/invitation", {**key, **short, "name": "n"}, "/invitation password-length"),
        ("/auth/invitation", {**key, "new": "password123", "again": "password123", "name": "n"},
         "/invitation password-guessed"),
    )  # fmt: skip
    async with browser(api_address) as one:
        for path, fields, expected in calls:
            answer = await one.post(path, **fields)
            led = urlsplit(answer.headers["location"])
            assert f"{led.path} {dict(parse_qsl(led.query))['error']}" == expected
        for _ in range(throttle.SIGN_IN_FAILURES.tries):
            answer = await one.post("/auth/sign-in", email="root@acme.example", password="x")
    query = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    assert query["error"] == "limit-sign-in"
    assert 1 <= int(query["wait"]) <= throttle.SIGN_IN_FAILURES.window.total_seconds()
    assert re.fullmatch(
        r"Too many failed sign-ins for this account; try again in \d+ (seconds|minutes)", problem_in(query)
    )
