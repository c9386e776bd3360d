"""The job list: the address is the view, and every control only changes the address."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, parse_qsl

import pytest

from siliconmark_ui.accounts.roles import Actor, Role
from siliconmark_ui.db import Database
from siliconmark_ui.exports.order import read_order
from siliconmark_ui.exports.service import export_jobs
from siliconmark_ui.jobs import service
from siliconmark_ui.ui.pages.jobs.state import JobsState
from tests.exports.reading import content_of
from tests.factories import make_job
from tests.jobs.population import Stored, store
from tests.ui.conftest import SignIn
from tests.ui.visits import events_of, go, page_state, target_of, visit


def jobs_at(address: str, cookie: str | None) -> Any:
    """Give the list's state of a tab at that address."""
    return page_state(visit(address, cookie), JobsState)


def query_of(event: Any) -> dict[str, list[str]]:
    """Give the query that a control leads to."""
    return parse_qs(target_of(event).partition("?")[2])


async def test_list_shows_the_jobs_of_the_address_when_loaded(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    for name, tags in (("night 1", ["production"]), ("night 2", []), ("day", ["production"])):
        await make_job(db, actor, name=name, tags=tags)
    state = jobs_at("/?name=NIGHT&tags=production", cookie)
    assert await events_of(state.load()) == []
    assert [row.name for row in state.rows] == ["night 1"]
    assert (state.phase, state.total_text, state.summary) == ("ready", "1 job", "1–1 of 1")
    assert state.sentence == "All jobs tagged production named like “NIGHT”, newest first"
    assert [chip.text for chip in state.chips] == ["Name has “NIGHT”", "Tag: production"]
    assert state.tag_options == ["production"]


async def test_list_leads_an_anonymous_visitor_to_the_sign_in_page(db: Database) -> None:
    state = jobs_at("/?state=failed", None)
    (event,) = await events_of(state.load())
    assert target_of(event) == "/sign-in?next=%2F%3Fstate%3Dfailed"
    assert (state.rows, state.phase) == ([], "loading")


async def test_list_shows_nobody_elses_jobs(sign_in: SignIn, db: Database) -> None:
    actor, _ = await sign_in("ann@acme.example")
    _, cookie = await sign_in("bob@acme.example")
    await make_job(db, actor, name="of ann", tags=["secret"])
    state = jobs_at("/", cookie)
    await events_of(state.load())
    assert (state.phase, state.rows, state.tag_options) == ("empty", [], [])


async def test_list_tells_no_match_from_empty_and_from_a_page_past_the_end(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    await make_job(db, actor, name="only one")
    root = visit("/?state=failed", cookie)
    state = page_state(root, JobsState)
    phases = []
    for address in ("/?state=failed", "/?page=9", "/"):
        go(root, address, cookie)
        await events_of(state.load())
        phases.append(state.phase)
    assert phases == ["no_match", "past_end", "ready"]
    assert state.nothing == "There are no jobs among those that you may see."


@pytest.mark.parametrize("query", ["stat=failed", "state=lost", "node_count_min=0", "name=", "include=performance"])
async def test_list_says_what_is_wrong_when_the_address_is_not_valid(sign_in: SignIn, query: str) -> None:
    _, cookie = await sign_in()
    state = jobs_at(f"/?{query}", cookie)
    await events_of(state.load())
    assert state.phase == "failed"
    assert query.partition("=")[0] in state.failure.message
    assert query_of(state.clear()) == {}


async def test_list_shows_nothing_of_the_view_before_when_the_address_is_not_valid(sign_in: SignIn) -> None:
    _, cookie = await sign_in()
    state = jobs_at("/?name=nightly&state=failed", cookie)
    await events_of(state.load())
    assert {chip.field for chip in state.chips} == {"name", "state"}
    round_before = state.search_round
    go(state.parent_state, "/?node_count_min=many", cookie)
    await events_of(state.load())
    assert (state.chips, state.sentence, state.total_text, state.summary) == ([], "", "", "")
    assert (state.chosen.name, state.search_round) == ("", round_before + 1)


async def test_list_shows_a_request_id_when_the_load_fails_unexpectedly(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise ConnectionError("postgres://secret@host")

    _, cookie = await sign_in()
    monkeypatch.setattr(service, "list_rows", fail)
    state = jobs_at("/", cookie)
    await events_of(state.load())
    assert (state.phase, state.is_busy) == ("failed", False)
    assert "secret" not in state.failure.message
    assert state.failure.request_id in caplog.text


async def test_controls_change_only_their_own_part_of_the_address_and_begin_at_the_first_page() -> None:
    state = jobs_at("/?state=failed&tags=a&tags=b&page=3&per_page=50", None)
    kept = {"state": ["failed"], "tags": ["a", "b"], "per_page": ["50"]}
    assert query_of(state.choose("node_count_min", "4")) == kept | {"node_count_min": ["4"]}
    assert query_of(state.choose("has_performance_data", "true")) == kept | {"has_performance_data": ["true"]}
    assert query_of(state.search("  night ")) == kept | {"name": ["night"]}
    assert query_of(state.choose_tag("c", True)) == kept | {"tags": ["a", "b", "c"]}
    assert query_of(state.choose_tag("a", False)) == kept | {"tags": ["b"]}
    assert query_of(state.choose_state("completed", True)) == kept | {"state": ["completed", "failed"]}
    assert query_of(state.remove("state", "failed")) == {"tags": ["a", "b"], "per_page": ["50"]}
    assert query_of(state.resize("20")) == {"state": ["failed"], "tags": ["a", "b"]}
    assert query_of(state.clear()) == {"per_page": ["50"]}


async def test_sort_turns_the_direction_when_the_same_head_is_clicked_again() -> None:
    assert query_of(jobs_at("/", None).sort("created_at")) == {"sort_order": ["asc"]}
    assert query_of(jobs_at("/", None).sort("name")) == {"sort_by": ["name"], "sort_order": ["asc"]}
    assert query_of(jobs_at("/?sort_by=name&sort_order=asc", None).sort("name")) == {"sort_by": ["name"]}


async def test_pages_turn_within_the_whole() -> None:
    state = jobs_at("/?page=2", None)
    state.total_pages = 3
    assert query_of(state.turn(1)) == {"page": ["3"]}
    assert query_of(state.turn(-1)) == {}
    assert query_of(state.turn(9)) == {"page": ["3"]}


async def test_a_control_says_what_is_wrong_instead_of_leading_to_a_wrong_address() -> None:
    state = jobs_at("/?node_count_max=4", None)
    assert state.choose("node_count_min", "8") is None
    assert state.problem == "node_count_min must not be above node_count_max"
    assert state.choose("page", "2") is None
    assert state.sort("token") is None


async def test_span_filters_by_an_absolute_time_that_a_shared_link_keeps() -> None:
    (after,) = query_of(jobs_at("/", None).choose_span("7"))["created_after"]
    assert after.endswith(":00Z")
    assert jobs_at("/", None).choose_span("8") is None


async def test_search_box_is_laid_anew_only_when_the_name_comes_from_elsewhere(sign_in: SignIn) -> None:
    _, cookie = await sign_in()
    root = visit("/", cookie)
    state = page_state(root, JobsState)
    state.search("night")
    go(root, "/?name=night", cookie)
    await events_of(state.load())
    assert state.search_round == 0
    go(root, "/", cookie)
    await events_of(state.load())
    assert state.search_round == 1


async def test_tags_are_offered_as_searched_with_the_chosen_ones_first(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in(role=Role.CUSTOMER_ADMIN)
    for index in range(7):
        await make_job(db, actor, name=f"job {index}", tags=[f"rack-{index}-{place}" for place in range(10)])
    state = jobs_at("/?tags=rack-6-9", cookie)
    await events_of(state.load())
    assert len(state.tag_options) == 51
    assert state.tag_options[0] == "rack-6-9"
    state.find_tags("RACK-5")
    assert state.tag_options == ["rack-6-9", *(f"rack-5-{place}" for place in range(10))]


async def test_export_has_the_filters_and_order_of_the_view_and_every_row(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    for index in range(3):
        await make_job(db, actor, name=f"night {index}", tags=["a/b"])
    await make_job(db, actor, name="day")
    state = jobs_at("/?name=night&tags=a%2Fb&sort_by=name&sort_order=asc&page=2&per_page=1", cookie)
    await events_of(state.load())
    assert [row.name for row in state.rows] == ["night 1"]
    for choice in state.exports:
        assert (choice.total, choice.count) == (3, "3 jobs")
        assert list(choice.links) == ["csv", "xlsx", "parquet", "json"]
        for kind, address in choice.links.items():
            path, _, query = address.partition("?")
            order = read_order(parse_qsl(query))
            assert (path, order.format) == ("/api/silicon-mark/v1/jobs/export", kind)
            assert order.chosen == (choice.name == "shown")
            exported = json.loads(await content_of(await export_jobs(db, actor, replace(order, format="json"))))
            assert [row["name"] for row in exported] == ["night 0", "night 1", "night 2"]


async def test_shown_columns_are_those_of_the_chooser_when_some_are_hidden(sign_in: SignIn) -> None:
    _, cookie = await sign_in()
    state = jobs_at("/", cookie)
    await events_of(state.load())
    for name in ("nodes", "performance", "gpus", "started", "expires", "benchmarks"):
        state.show_column(name, False)
    shown, every = state.exports
    orders = {each.name: read_order(parse_qsl(each.links["csv"].partition("?")[2])) for each in (shown, every)}
    names = ["id", "name", "state", "created_at", "started_at", "ended_at", "tags"]
    assert [column.name for column in orders["shown"].columns] == names
    assert shown.note == "(7)"
    assert {"performance.score", "gpu_models", "description"} < {column.name for column in orders["all"].columns}
    assert every.note == f"({len(orders['all'].columns)})"
    state.show_all_columns()
    names = [column.name for column in read_order(parse_qsl(state.exports[0].links["csv"].partition("?")[2])).columns]
    assert {"performance.score", "gpu_models", "expires_at"} < set(names)


async def test_export_of_several_states_has_the_rows_of_the_view(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    states = ("created", "failed", "completed", "failed")
    await store(db, [Stored(f"{name} {at}", at, at, name, owner=actor) for at, name in enumerate(states)])
    state = jobs_at("/?state=failed&state=created", cookie)
    await events_of(state.load())
    assert state.sentence == "Failed or created jobs, newest first"
    assert state.total_text == "3 jobs"
    order = read_order(parse_qsl(state.exports[0].links["csv"].partition("?")[2]))
    page = await service.list_jobs(db, actor, order.query)
    names = [row["name"] for row in page["results"]]
    assert names == [row.name for row in state.rows] == ["failed 3", "failed 1", "created 0"]


async def test_export_of_picked_rows_has_those_alone_whatever_the_filters(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    other, _ = await sign_in("bob@other.example", customer="Other")
    states = ("created", "failed", "completed", "failed")
    await store(db, [Stored(f"{name} {at}", at, at, name, owner=actor) for at, name in enumerate(states)])
    root = visit("/?state=failed&sort_order=asc", cookie)
    state = page_state(root, JobsState)
    await events_of(state.load())
    assert state.picked_exports == []
    state.pick(state.rows[1].id, True)
    go(root, "/?sort_by=name&sort_order=asc", cookie)
    await events_of(state.load())
    state.pick(state.rows[0].id, True)
    shown, every = state.picked_exports
    assert (shown.count, every.total) == ("2 jobs", 2)
    order = read_order(parse_qsl(every.links["csv"].partition("?")[2]))
    page = await service.list_jobs(db, actor, order.query)
    assert [row["name"] for row in page["results"]] == ["completed 2", "failed 3"]
    assert (await service.list_jobs(db, other, order.query))["results"] == []


async def test_rows_are_shown_before_and_without_what_the_menus_offer(
    sign_in: SignIn, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor, cookie = await sign_in()
    await make_job(db, actor, name="one", tags=["a"])
    asked: list[str] = []

    async def fail(*_: object) -> list[str]:
        asked.append(state.phase)
        raise ConnectionError("gone")

    monkeypatch.setattr("siliconmark_ui.ui.listing.list_tags", fail)
    root = visit("/", cookie)
    state = page_state(root, JobsState)
    await events_of(state.load())
    assert (asked, state.phase, state.is_busy, len(state.rows), state.tag_options) == (["ready"], "ready", False, 1, [])
    monkeypatch.setattr("siliconmark_ui.ui.listing.list_tags", service.list_tags)
    await events_of(state.load())
    assert state.tag_options == ["a"]


async def test_what_the_menus_offer_is_read_once_for_changes_of_the_view(
    sign_in: SignIn, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor, cookie = await sign_in()
    await make_job(db, actor, name="one", tags=["a", "b"])
    calls: list[str] = []

    async def counted(db: Database, actor: Actor) -> list[str]:
        calls.append(actor.email)
        return await service.list_tags(db, actor)

    monkeypatch.setattr("siliconmark_ui.ui.listing.list_tags", counted)
    root = visit("/", cookie)
    state = page_state(root, JobsState)
    for address in ("/", "/?tags=b", "/?state=created"):
        go(root, address, cookie)
        await events_of(state.load())
        if "tags" in address:
            assert state.tag_options == ["b", "a"]
    assert calls == ["ann@acme.example"]
