"""The performance page: the address is the view, an opened row shows nodes and reviews, and plots lead to filters."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.alerts import service
from siliconmark_ui.db import Database
from siliconmark_ui.instants import at
from siliconmark_ui.ui.alert_badge import BadgeState
from siliconmark_ui.ui.pages.performance.state import PerformanceState
from tests.factories import make_job
from tests.ui.conftest import SignIn
from tests.ui.finished import finished_job
from tests.ui.visits import events_of, go, page_state, sent_by, target_of, visit

SLOW = {"share": 0.6}
MODEL = "NVIDIA A100-SXM4-80GB"


def performance_at(address: str, cookie: str | None) -> Any:
    """Give the page's state of a tab at that address."""
    return page_state(visit(address, cookie), PerformanceState)


def query_of(event: Any) -> dict[str, list[str]]:
    """Give the query that a control leads to."""
    return parse_qs(target_of(event).partition("?")[2])


async def test_page_shows_alerts_first_with_scores_groups_and_reasons(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    await finished_job(db, actor, nodes=2, odd={1: SLOW}, name="low")
    await finished_job(db, actor, name="sound")
    await make_job(db, actor, name="without figures")
    state = performance_at("/performance", cookie)
    assert await events_of(state.load()) == []
    low, sound = state.rows
    assert (low.name, low.status, low.review, low.low_nodes) == ("low", "underperforming", "open", "1 of 2")
    assert low.groups[0].name == "compute"
    assert low.groups[0].status == "underperforming"
    assert low.score == low.groups[0].score != sound.groups[0].score
    assert re.fullmatch(r"\S.* 0\.\d\d × on 10\.0\.0\.2", low.reason)
    assert "compare with" in low.reasons_hint
    assert (sound.name, sound.review, sound.reason, sound.low_nodes) == ("sound", "", "", "0 of 1")
    assert (state.phase, state.total_text, state.summary) == ("ready", "2 jobs", "1–2 of 2")
    assert state.sentence == "All jobs with performance data, alerts first"
    assert (state.models, state.chips) == ([MODEL], [])


async def test_page_leads_an_anonymous_visitor_to_the_sign_in_page(db: Database) -> None:
    state = performance_at("/performance?review=open", None)
    (event,) = await events_of(state.load())
    assert target_of(event) == "/sign-in?next=%2Fperformance%3Freview%3Dopen"
    assert (state.rows, state.phase) == ([], "loading")


async def test_page_shows_nobody_elses_jobs_models_or_reviews(sign_in: SignIn, db: Database) -> None:
    actor, _ = await sign_in()
    admin, _ = await sign_in("admin@acme.example", Role.CUSTOMER_ADMIN)
    _, cookie = await sign_in("bob@acme.example")
    job_id = await finished_job(db, actor, odd={0: SLOW}, name="of ann")
    await service.acknowledge(db, admin, int(job_id), "between us")
    root = visit(f"/performance?open={job_id}", cookie)
    state = page_state(root, PerformanceState)
    await events_of(state.load())
    assert (state.phase, state.rows, state.models, state.opened.nodes) == ("empty", [], [], [])
    assert "between us" not in sent_by(root)


async def test_page_tells_no_match_from_empty_and_from_a_page_past_the_end(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    await finished_job(db, actor, name="only one")
    root = visit("/performance", cookie)
    state = page_state(root, PerformanceState)
    phases = []
    for address in ("/performance?review=open", "/performance?page=9", "/performance", "/performance?gpu_model=other"):
        go(root, address, cookie)
        await events_of(state.load())
        phases.append(state.phase)
    assert phases == ["no_match", "past_end", "ready", "no_match"]
    assert state.nothing.endswith("answers this: all jobs with performance data on other.")


@pytest.mark.parametrize(
    "query", ["revew=open", "review=some", "open=abc", "sort_by=score", "include=performance", "gpu_model="]
)
async def test_page_says_what_is_wrong_when_the_address_is_not_valid(sign_in: SignIn, query: str) -> None:
    _, cookie = await sign_in()
    state = performance_at(f"/performance?{query}", cookie)
    await events_of(state.load())
    assert state.phase == "failed"
    assert query.partition("=")[0] in state.failure.message
    assert (state.sentence, state.chips, state.total_text) == ("", [], "")
    assert target_of(state.clear()) == "/performance"


async def test_page_shows_a_request_id_when_the_load_fails_unexpectedly(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise ConnectionError("postgres://secret@host")

    _, cookie = await sign_in()
    monkeypatch.setattr(service, "list_rows", fail)
    state = performance_at("/performance", cookie)
    await events_of(state.load())
    assert (state.phase, state.is_busy) == ("failed", False)
    assert "secret" not in state.failure.message
    assert state.failure.request_id in caplog.text


async def test_review_that_could_not_be_stored_says_so_with_the_request_and_what_to_do(
    sign_in: SignIn, db: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise ConnectionError("postgres://secret@host")

    admin, cookie = await sign_in(role=Role.CUSTOMER_ADMIN)
    job_id = await finished_job(db, admin, odd={0: SLOW})
    state = performance_at(f"/performance?open={job_id}", cookie)
    await events_of(state.load())
    monkeypatch.setattr(service, "acknowledge", fail)
    assert await state.acknowledge({"note": "fan replaced"}) is None
    said = re.fullmatch(r"The review could not be stored\. Request ([0-9a-f]{16}): try again\.", state.note_problem)
    assert said, state.note_problem
    assert f"request {said[1]}" in caplog.text


async def test_row_opens_to_its_nodes_lowest_first_with_bars_against_expectation(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    job_id = await finished_job(db, actor, nodes=3, odd={1: SLOW}, name="low")
    state = performance_at(f"/performance?open={job_id}", cookie)
    await events_of(state.load())
    assert state.rows[0].is_open
    assert state.opened.nodes[0].name == "10.0.0.2"
    assert (len(state.opened.nodes), state.opened.nodes_note) == (3, "3 nodes, lowest score first")
    worst, other = state.opened.nodes[0], state.opened.nodes[1]
    assert len(worst.metrics) == len(state.opened.heads)
    assert [metric.share for metric in worst.metrics] == sorted(metric.share for metric in worst.metrics)
    assert worst.metrics[0].status == "underperforming"
    assert 0 < worst.metrics[0].share < other.metrics[0].share <= 100
    assert " of expected " in worst.metrics[0].hint
    assert state.opened.can_review is False
    assert query_of(state.toggle(job_id)) == {}


async def test_open_row_stays_in_the_address_until_the_question_changes() -> None:
    state = performance_at("/performance?state=completed&page=2", None)
    state.total_pages = 3
    assert query_of(state.toggle("12")) == {"state": ["completed"], "page": ["2"], "open": ["12"]}
    state = performance_at("/performance?state=completed&open=12", None)
    assert query_of(state.toggle("13")) == {"state": ["completed"], "open": ["13"]}
    assert query_of(state.choose_state("failed", True)) == {"state": ["completed", "failed"]}


async def test_admin_acknowledges_and_reopens_the_open_row(sign_in: SignIn, db: Database) -> None:
    user, _ = await sign_in()
    _, cookie = await sign_in("admin@acme.example", Role.CUSTOMER_ADMIN)
    job_id = await finished_job(db, user, odd={0: SLOW})
    root = visit(f"/performance?open={job_id}", cookie)
    state, badge = page_state(root, PerformanceState), page_state(root, BadgeState)
    await events_of(state.load())
    assert (state.opened.can_review, state.opened.review) == (True, "open")
    assert await state.acknowledge({"note": " "}) is None
    assert state.note_problem == "note must be 1 to 512 characters long after trimming"
    events = await state.acknowledge({"note": "fan replaced"})
    assert [event.fn.__qualname__ for event in events] == [
        "PerformanceState.load",
        "BadgeState.load",
        "PerformanceState.tell_review",
    ]
    await events_of(state.load())
    await badge.load()
    # The row is still there and tells of its review itself; whoever worked in it stays in it.
    assert "performance_review_place" in str(state.tell_review())
    assert state.said == ""
    assert (state.rows[0].review, state.rows[0].reviewer) == ("done", "admin")
    assert state.rows[0].review_hint.endswith("UTC\nfan replaced")
    assert [(act.kind, act.note) for act in state.opened.reviews] == [("acknowledged", "fan replaced")]
    assert (badge.alerts, badge.not_reviewed, badge.words) == (1, 0, "1 alert, 0 not reviewed")
    await state.reopen({})
    await events_of(state.load())
    assert (state.rows[0].review, len(state.opened.reviews)) == ("open", 2)


async def test_plots_ask_for_their_figures_again_after_a_review_that_was_stored(sign_in: SignIn, db: Database) -> None:
    admin, cookie = await sign_in(role=Role.CUSTOMER_ADMIN)
    job_id = await finished_job(db, admin, odd={0: SLOW})
    state = performance_at(f"/performance?open={job_id}", cookie)
    await events_of(state.load())
    before = state.source
    for act, note, revision in (
        (state.acknowledge, " ", ""),
        (state.acknowledge, "fan replaced", "#1"),
        (state.reopen, "", "#2"),
    ):
        await act({"note": note})
        await events_of(state.load())
        assert state.source == before + revision


async def test_page_says_where_an_acknowledged_row_went_when_the_view_has_it_no_more(
    sign_in: SignIn, db: Database
) -> None:
    admin, cookie = await sign_in(role=Role.CUSTOMER_ADMIN)
    job_id = await finished_job(db, admin, odd={0: SLOW}, name="slow one")
    state = performance_at(f"/performance?review=open&open={job_id}", cookie)
    await events_of(state.load())
    assert state.tell_review() is None
    await state.acknowledge({"note": "fan replaced"})
    await events_of(state.load())
    assert "performance_said" in str(state.tell_review())
    assert state.said == "“slow one” is acknowledged and has left this view."
    await events_of(state.load())
    assert (state.said, state.tell_review()) == ("", None)


async def test_user_reads_reviews_and_the_handler_itself_refuses_theirs(sign_in: SignIn, db: Database) -> None:
    user, cookie = await sign_in()
    job_id = await finished_job(db, user, odd={0: SLOW})
    state = performance_at(f"/performance?open={job_id}", cookie)
    await events_of(state.load())
    assert state.opened.can_review is False
    assert await state.acknowledge({"note": "mine"}) is None
    assert "customer admins and staff" in state.note_problem
    assert await service.list_reviews(db, user, int(job_id)) == []


async def test_reviewing_needs_a_session_and_an_open_row(sign_in: SignIn, db: Database) -> None:
    _, cookie = await sign_in(role=Role.CUSTOMER_ADMIN)
    assert target_of(await performance_at("/performance", None).acknowledge({"note": "x"})).startswith("/sign-in")
    state = performance_at("/performance", cookie)
    assert await state.acknowledge({"note": "x"}) is None
    assert "not found" in state.note_problem


async def test_badge_counts_for_who_is_signed_in_and_is_empty_without(sign_in: SignIn, db: Database) -> None:
    user, cookie = await sign_in()
    await finished_job(db, user, odd={0: SLOW})
    root = visit("/", cookie)
    badge = page_state(root, BadgeState)
    await badge.load()
    assert (badge.alerts, badge.alerts_text, badge.words) == (1, "1", "1 alert, 1 not reviewed")
    go(root, "/", None)
    await badge.load()
    assert (badge.alerts, badge.words) == (0, "0 alerts, 0 not reviewed")


async def test_badge_that_cannot_be_counted_leaves_the_page_alone(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise ConnectionError

    _, cookie = await sign_in()
    monkeypatch.setattr(service, "count_badge", fail)
    badge = page_state(visit("/", cookie), BadgeState)
    await badge.load()
    assert badge.alerts == 0
    assert "could not be counted" in caplog.text


async def test_controls_change_only_their_own_part_of_the_address_and_begin_at_the_first_page() -> None:
    state = performance_at("/performance?state=failed&tags=a&tags=b&page=3&per_page=50&review=open", None)
    kept = {"state": ["failed"], "tags": ["a", "b"], "per_page": ["50"], "review": ["open"]}
    assert query_of(state.choose("node_count_min", "4")) == kept | {"node_count_min": ["4"]}
    assert query_of(state.choose("gpu_model", MODEL)) == kept | {"gpu_model": [MODEL]}
    assert query_of(state.choose("review", "done")) == kept | {"review": ["done"]}
    assert query_of(state.search("  night ")) == kept | {"name": ["night"]}
    assert query_of(state.choose_tag("c", True)) == kept | {"tags": ["a", "b", "c"]}
    assert query_of(state.choose_order("name asc")) == kept | {"sort_by": ["name"], "sort_order": ["asc"]}
    assert query_of(state.remove("tags", "a")) == kept | {"tags": ["b"]}
    assert query_of(state.remove("review", "")) == {name: kept[name] for name in ("state", "tags", "per_page")}
    assert query_of(state.resize("20")) == {name: kept[name] for name in ("state", "tags", "review")}
    assert query_of(state.clear()) == {"per_page": ["50"]}
    (after,) = query_of(state.choose_span("7"))["created_after"]
    assert after.endswith(":00Z")
    for refused in (state.choose("page", "2"), state.choose_order("score asc"), state.choose_span("8")):
        assert refused is None


async def test_week_of_the_trend_becomes_one_chip_and_goes_again(sign_in: SignIn, db: Database) -> None:
    _, cookie = await sign_in()
    with at(datetime(2026, 3, 4, 12, tzinfo=UTC)):
        root = visit("/performance", cookie)
        state = page_state(root, PerformanceState)
        await events_of(state.load())
        assert state.source == "/auth/figures/performance?last=2026-03-04"
        address = target_of(state.pick_week("2026-02-23"))
        go(root, address, cookie)
        await events_of(state.load())
    assert [(chip.field, chip.text) for chip in state.chips] == [("week", "Week of 23 February 2026")]
    assert state.sentence == "All jobs with performance data created in the week of 23 February 2026, alerts first"
    assert target_of(state.pick_week("2026-02-23")) == "/performance"
    assert target_of(state.remove("week", "")) == "/performance"
    for wrong in (24, None, "", "2026-02-24", "2025-02-24", "0001-01-01"):
        assert state.pick_week(wrong) is None


async def test_bar_of_a_model_filters_by_it_and_the_same_again_shows_all(sign_in: SignIn, db: Database) -> None:
    user, cookie = await sign_in()
    await finished_job(db, user, odd={0: SLOW})
    await finished_job(db, user)
    root = visit("/performance?name=job", cookie)
    state = page_state(root, PerformanceState)
    await events_of(state.load())
    address = target_of(state.pick_model(MODEL))
    assert parse_qs(address.partition("?")[2]) == {"name": ["job"], "gpu_model": [MODEL]}
    go(root, address, cookie)
    await events_of(state.load())
    assert [chip.text for chip in state.chips] == ["A100-SXM4-80GB", "Name has “job”"]
    assert target_of(state.pick_model(MODEL)) == "/performance?name=job"
    for wrong in (1, None, "", "x" * 1000, "a\x00b"):
        assert state.pick_model(wrong) is None


async def test_sentence_says_review_model_and_order_in_words(sign_in: SignIn, db: Database) -> None:
    _, cookie = await sign_in()
    state = performance_at("/performance?state=completed&tags=a&review=done&gpu_model=NVIDIA+L4&sort_by=name", cookie)
    await events_of(state.load())
    assert state.sentence == "Completed jobs tagged a on L4, only acknowledged alerts, by name, Z to A"
    assert state.chosen.review == "done"
    assert state.chosen.order == "name desc"


async def test_trend_ends_with_the_week_of_the_visit(sign_in: SignIn, db: Database) -> None:
    user, cookie = await sign_in()
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    with at(monday):
        await finished_job(db, user, odd={0: SLOW}, at=monday)
    weeks = await service.alert_trend(db, user, performance_at("/performance", cookie)._view().query, date(2026, 3, 8))
    assert weeks[-1]["week"] == "2026-03-02"
    assert weeks[-1]["alerts"] == 1
    assert weeks[0]["week"] == (monday - timedelta(weeks=25)).date().isoformat()
