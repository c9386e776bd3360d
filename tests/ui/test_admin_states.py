"""The pages of people, of the audit log and of the account: the address is the view, and acts are asked about first."""

import re
from datetime import timedelta
from typing import Any

import pytest

from siliconmark_ui.accounts import people
from siliconmark_ui.accounts.own_password import get_post
from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.accounts.sessions import USUAL_LIVES, Lives, use_lives
from siliconmark_ui.config import ROOT
from siliconmark_ui.db import Database
from siliconmark_ui.ui.pages.account.browsers import browser_words
from siliconmark_ui.ui.pages.account.state import AccountState
from siliconmark_ui.ui.pages.audit.phrases import ACTS, detail_views, kind_words
from siliconmark_ui.ui.pages.audit.state import AuditState
from siliconmark_ui.ui.pages.people.state import PeopleState
from tests.ui.conftest import SignIn
from tests.ui.visits import events_of, go, page_state, target_of, visit

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"
EDGE = CHROME.replace("X11; Linux x86_64", "Windows NT 10.0; Win64; x64").replace("156", "130") + " Edg/130.0.0.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)


async def loaded(kind: type[Any], address: str, cookie: str) -> Any:
    """Give the state of a tab that has loaded its page."""
    state = page_state(visit(address, cookie), kind)
    assert await events_of(state.load()) == []
    return state


async def test_people_are_those_of_the_address(sign_in: SignIn) -> None:
    _, cookie = await sign_in("root@acme.example", Role.ROOT_ADMIN)
    await sign_in("ada@acme.example", Role.CUSTOMER_ADMIN)
    await sign_in("bob@umbra.example", customer="Umbra")
    state = await loaded(PeopleState, "/people?search=ACME&role=customer_admin&customer=Acme&standing=in", cookie)
    assert [(row.email, row.role_name) for row in state.rows] == [("ada@acme.example", "Customer admin")]
    assert (state.phase, state.total_text, state.summary) == ("ready", "1 person", "1–1 of 1")
    assert state.sentence == "People matching “ACME” with the role customer admin of Acme who may sign in, by e-mail"
    assert [chip.text for chip in state.chips] == ["Has “ACME”", "Customer admin", "Acme", "Signs in"]
    assert target_of(state.remove("role", "")) == "/people?search=ACME&customer=Acme&standing=in"
    assert target_of(state.clear()) == "/people"
    assert state.customer_names == ["Acme", "Umbra"]


@pytest.mark.parametrize("kind", [PeopleState, AuditState])
async def test_list_tells_no_match_past_the_end_and_failed(sign_in: SignIn, kind: type[Any]) -> None:
    _, cookie = await sign_in("root@acme.example", Role.ROOT_ADMIN)
    path, narrow = ("/people", "search=nobody") if kind is PeopleState else ("/audit", "person=nobody@x.example")
    root = visit(path, cookie)
    state = page_state(root, kind)
    phases = []
    for query in (narrow, "page=4", "page=0", "colour=red", narrow + "&" + narrow, "per_page=", ""):
        go(root, f"{path}?{query}", cookie)
        await events_of(state.load())
        phases.append(state.phase)
    assert phases == ["no_match", "past_end", "failed", "failed", "failed", "failed", "ready"]


async def test_who_is_no_admin_sees_nobody(sign_in: SignIn) -> None:
    _, cookie = await sign_in("ann@acme.example")
    for kind, path in ((PeopleState, "/people"), (AuditState, "/audit")):
        state = await loaded(kind, path, cookie)
        assert (state.phase, state.rows) == ("failed", [])
        assert state.failure.message.startswith("Only admins")


async def test_anonymous_visitor_is_led_to_the_sign_in_page_and_back(db: Database) -> None:
    state = page_state(visit("/audit?outcome=refused"), AuditState)
    (event,) = await events_of(state.load())
    assert target_of(event) == "/sign-in?next=%2Faudit%3Foutcome%3Drefused"


async def test_own_role_is_changed_after_a_question_alone(sign_in: SignIn) -> None:
    me, cookie = await sign_in("root@acme.example", Role.ROOT_ADMIN)
    other, _ = await sign_in("rex@acme.example", Role.ROOT_ADMIN)
    state = await loaded(PeopleState, "/people", cookie)
    await state.change_role(str(me.user_id), "user")
    assert (state.is_asking, state.question.title) == (True, "Change your own role to user?")
    assert next(row.role for row in state.rows if row.is_self) == "root_admin"
    state.answered(False)
    await state.confirm()
    assert next(row.role for row in state.rows if row.is_self) == "root_admin"
    await state.change_role(str(other.user_id), "staff")
    assert (state.is_asking, state.done) == (False, "rex@acme.example is staff now.")
    await state.change_role(str(me.user_id), "user")
    await state.confirm()
    assert (state.is_asking, state.act_problem.split(";")[0]) == (False, "The last root admin cannot be removed")


async def test_person_is_kept_out_after_a_question_that_names_them(sign_in: SignIn) -> None:
    me, cookie = await sign_in("root@acme.example", Role.ROOT_ADMIN)
    ann, _ = await sign_in("ann@acme.example")
    state = await loaded(PeopleState, "/people", cookie)
    state.ask_keep_out(str(me.user_id))
    assert state.question.text.startswith("That is you")
    state.ask_keep_out(str(ann.user_id))
    assert state.question.title == "Keep ann@acme.example out?"
    assert all(row.is_active for row in state.rows)
    await state.confirm()
    assert state.done == "ann@acme.example may not sign in now."
    assert [row.email for row in state.rows if not row.is_active] == ["ann@acme.example"]
    await state.confirm()
    await state.set_active(str(ann.user_id), True)
    assert all(row.is_active for row in state.rows)


async def test_refused_invitation_stays_in_its_form(sign_in: SignIn) -> None:
    _, cookie = await sign_in("root@acme.example", Role.ROOT_ADMIN)
    state = await loaded(PeopleState, "/people", cookie)
    state.show_invite(True)
    await state.invite({"email": "root@acme.example", "role": "user", "customer": "Acme"})
    assert (state.is_inviting, "already exists" in state.invite_problem, state.act_problem) == (True, True, "")
    await state.invite({"email": "new@acme.example", "role": "user", "customer": "Acme"})
    assert (state.is_inviting, state.invite_problem, state.done) == (False, "", "new@acme.example is invited.")
    assert [(row.email, row.role_name) for row in state.invitations] == [("new@acme.example", "User")]
    assert "/invitation?key=" in state.link


async def test_act_that_fails_says_so_with_the_request_and_what_to_do(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise ConnectionError("postgres://secret@host")

    _, cookie = await sign_in("root@acme.example", Role.ROOT_ADMIN)
    state = await loaded(PeopleState, "/people", cookie)
    monkeypatch.setattr(people, "invite", fail)
    await state.invite({"email": "new@acme.example", "role": "user", "customer": "Acme"})
    words = r"That could not be done\. Request ([0-9a-f]{16}): try again\."
    said = re.fullmatch(words, state.invite_problem)
    assert said, state.invite_problem
    assert f"request {said[1]}" in caplog.text
    assert state.is_inviting


async def test_audit_log_tells_acts_and_details_in_words(sign_in: SignIn, db: Database) -> None:
    me, cookie = await sign_in("root@acme.example", Role.ROOT_ADMIN)
    await people.invite(db, me, get_post(), "new@acme.example", Role.CUSTOMER_ADMIN)
    state = await loaded(AuditState, "/audit?action=person.&person=ROOT@acme.example&outcome=ok", cookie)
    (row,) = state.rows
    assert (row.act, row.action, row.target) == ("Invited a person", "person.invited", "new@acme.example")
    assert [(one.label, one.text) for one in row.details] == [("Role", "Customer admin")]
    assert row.raw == '{"role":"customer_admin"}'
    assert [chip.text for chip in state.chips] == ["People: all", "By “ROOT@acme.example”", "Done"]
    (choice,) = state.exports
    assert choice.links["csv"].endswith("/audit/export?action=person.&person=ROOT%40acme.example&outcome=ok&format=csv")
    assert set(choice.links) == {"csv", "json"}


async def test_audit_search_takes_a_part_and_keeps_the_other_filters(sign_in: SignIn) -> None:
    _, cookie = await sign_in("root@acme.example", Role.ROOT_ADMIN)
    state = await loaded(AuditState, "/audit?outcome=ok&page=3", cookie)
    assert target_of(state.search(" Root ")) == "/audit?person=Root&outcome=ok"
    assert target_of(state.search("")) == "/audit?outcome=ok"
    found = await loaded(AuditState, "/audit?person=OT", cookie)
    assert {row.person for row in found.rows} == {"root@acme.example"}
    assert found.sentence == "All acts by “OT”, newest first"


async def test_audit_times_that_exclude_each_other_are_refused(sign_in: SignIn) -> None:
    _, cookie = await sign_in("root@acme.example", Role.ROOT_ADMIN)
    state = await loaded(AuditState, "/audit?after=2026-01-02T00:00:00Z", cookie)
    assert state.choose("before", "2026-01-01T00:00") is None
    assert state.problem == "after must be earlier than before"


def test_every_act_that_is_recorded_has_words() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "siliconmark_ui").rglob("*.py"))
    found = set(re.findall(r'(?:Act|refusal_recorded|_act|_act_of)\([^")]*"([a-z]+\.[a-z_]+)"', source))
    found |= {f"alert.{kind}" for kind in ("acknowledged", "reopened")}
    assert {"job.deleted", "token.made", "session.signed_in", "people.read"} <= found
    assert found - set(ACTS) == set()


def test_details_that_nobody_foresaw_are_told_as_recorded() -> None:
    views = detail_views({"sessions": 1204, "brand_new": [1], "expires_at": "2026-01-02T00:00:00Z", "access": "full"})
    assert [(one.label, one.text, one.instant) for one in views] == [
        ("Sessions", "1,204", ""),
        ("Brand new", "[1]", ""),
        ("Expires", "", "2026-01-02T00:00:00Z"),
    ]
    assert [kind_words(each) for each in ("token.", "token.made", "tok")] == [
        "API tokens: all",
        "Created an API token",
        "tok…",
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (CHROME, "Chrome 156 on Linux"),
        (CHROME.replace("Chrome/", "HeadlessChrome/"), "Chrome 156 on Linux"),
        (EDGE, "Edge 130 on Windows"),
        (IPHONE, "Safari 18 on iOS 18"),
        ("curl/8.5.0", "curl 8"),
        ("", "Unknown browser"),
        ("<script>", "Unknown browser"),
    ],
)
def test_browser_is_named_as_people_name_it(line: str, words: str) -> None:
    assert browser_words(line) == words


@pytest.mark.parametrize(
    ("idle", "absolute", "words"),
    [
        (timedelta(days=3), timedelta(days=14), "after 3 days without use, and after 14 days"),
        (timedelta(minutes=90), timedelta(hours=12), "after 90 minutes without use, and after 12 hours"),
        (timedelta(hours=1), timedelta(days=1), "after 1 hour without use, and after 1 day"),
    ],
)
async def test_account_says_how_long_sessions_last_by_the_settings(
    sign_in: SignIn, idle: timedelta, absolute: timedelta, words: str
) -> None:
    _, cookie = await sign_in()
    state = page_state(visit("/account", cookie), AccountState)
    use_lives(Lives(idle, absolute))
    try:
        await state.load()
    finally:
        use_lives(USUAL_LIVES)
    assert words in state.session_rule


async def test_token_is_revoked_after_a_question_that_names_it(sign_in: SignIn) -> None:
    _, cookie = await sign_in()
    state = page_state(visit("/account", cookie), AccountState)
    await state.load()
    await state.make_token({"name": "nightly", "scope": "read", "days": "7"})
    assert state.fresh_token.startswith("smk_")
    (token,) = state.tokens
    state.ask_revoke(token.id)
    assert (state.question.title, len(state.tokens)) == ("Revoke the token “nightly”?", 1)
    state.ask_revoke("no such id")
    await state.confirm()
    assert (state.tokens, state.fresh_token, state.done) == ([], "", "Token revoked.")
