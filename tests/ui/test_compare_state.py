"""Compare: the address is the view; what may not be seen is refused and never sent."""

import re
from typing import Any
from urllib.parse import parse_qsl

import pytest

from siliconmark_ui.db import Database
from siliconmark_ui.ui.pages.compare.state import CompareState
from tests.factories import make_job
from tests.ui.conftest import SignIn
from tests.ui.finished import finished_job
from tests.ui.visits import events_of, go, page_state, sent_by, target_of, visit


def pairs(address: str) -> list[tuple[str, str]]:
    """Give the query of an address."""
    return parse_qsl(address.partition("?")[2])


async def loaded(address: str, cookie: str | None) -> Any:
    """Give the state of a tab that has loaded that address."""
    state = page_state(visit(address, cookie), CompareState)
    assert await events_of(state.load()) == []
    return state


async def test_differences_alone_are_shown_until_the_address_asks_for_all(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    ids = [
        await finished_job(db, actor, nodes=2, name="before"),
        await finished_job(db, actor, nodes=2, name="after", odd={0: {"memory_bandwidth_gbs": 1500.0}}),
    ]
    state = await loaded(f"/compare?job={ids[0]}&job={ids[1]}", cookie)
    labels = [row.label for section in state.view.sections for row in section.rows]
    assert "Memory bandwidth (GB/s)" in labels
    assert "Nodes expected" not in labels
    assert [(column.name, column.is_base) for column in state.view.columns] == [("before", True), ("after", False)]
    assert pairs(state.view.toggle_href) == [("job", ids[0]), ("job", ids[1]), ("all", "1")]
    assert pairs(state.view.columns[1].base_href) == [("job", ids[1]), ("job", ids[0])]
    assert pairs(state.view.columns[0].remove_href) == [("job", ids[1])]
    assert state.view.metric == "memory_bandwidth_gbs"
    assert state.view.network_charts == ["bandwidth", "latency", "bandwidth/curves", "latency/curves"]
    assert "hidden" in state.view.summary
    whole = await loaded(state.view.toggle_href, cookie)
    assert "Nodes expected" in [row.label for section in whole.view.sections for row in section.rows]
    assert pairs(whole.view.toggle_href) == [("job", ids[0]), ("job", ids[1])]


async def test_links_of_a_network_never_reach_the_page_state(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    ids = [await finished_job(db, actor, nodes=4), await finished_job(db, actor, nodes=4)]
    root = visit(f"/compare?job={ids[0]}&job={ids[1]}&all=1", cookie)
    await events_of(page_state(root, CompareState).load())
    sent = sent_by(root)
    assert "measurements" not in sent
    assert "bandwidth_gbps" not in sent
    assert len(sent) < 100_000


async def test_refused_ids_are_said_and_can_be_removed_while_the_rest_is_shown(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    other, _ = await sign_in("eve@other.example", customer="Other")
    mine, hers = (await make_job(db, actor))["id"], (await make_job(db, other, name="secret plan"))["id"]
    root = visit(f"/compare?job={hers}&job={mine}&job=nonsense", cookie)
    state = page_state(root, CompareState)
    await events_of(state.load())
    assert [column.id for column in state.view.columns] == [mine]
    assert [each.message for each in state.view.refused] == [
        f"Job with id {each} not found" for each in (hers, "nonsense")
    ]
    assert pairs(state.view.refused[0].remove_href) == [("job", mine), ("job", "nonsense")]
    assert "secret plan" not in sent_by(root)


async def test_page_without_jobs_is_empty_and_offers_those_with_figures(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    await make_job(db, actor, name="has not run")
    done = await finished_job(db, actor, name="has run")
    state = await loaded("/compare", cookie)
    assert (state.phase, state.view.columns) == ("empty", [])
    assert [(each.name, pairs(each.href)) for each in state.suggestions] == [("has run", [("job", done)])]


async def test_search_offers_jobs_by_name_and_by_id_without_those_already_there(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    other, _ = await sign_in("eve@other.example", customer="Other")
    ids = {name: (await make_job(db, actor, name=name))["id"] for name in ("night 1", "night 2", "day")}
    foreign = (await make_job(db, other, name="night 3"))["id"]
    root = visit(f"/compare?job={ids['night 1']}", cookie)
    state = page_state(root, CompareState)
    await events_of(state.load())
    await state.find(" NIGHT ")
    assert [each.name for each in state.suggestions] == ["night 2"]
    assert pairs(state.suggestions[0].href) == [("job", ids["night 1"]), ("job", ids["night 2"])]
    await state.find(ids["day"])
    assert [each.id for each in state.suggestions] == [ids["day"]]
    await state.find(foreign)
    assert state.suggestions == []
    await state.find("\x00")
    assert state.problem != ""


async def test_search_leads_an_anonymous_visitor_to_the_sign_in_page(db: Database) -> None:
    state = page_state(visit("/compare?job=12", None), CompareState)
    assert target_of(await state.find("night")) == "/sign-in?next=%2Fcompare%3Fjob%3D12"
    (event,) = await events_of(state.load())
    assert target_of(event).startswith("/sign-in")


async def test_search_that_fails_says_so_with_the_request_and_what_to_do(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def fail(*_: object) -> None:
        raise ConnectionError("postgres://secret@host")

    _, cookie = await sign_in()
    state = await loaded("/compare", cookie)
    for place in ("siliconmark_ui.jobs.service.list_jobs", "siliconmark_ui.ui.pages.compare.state.find_actor"):
        with monkeypatch.context() as broken:
            broken.setattr(place, fail)
            assert await state.find("night") is None
        said = re.fullmatch(r"The jobs could not be searched\. Request ([0-9a-f]{16}): try again\.", state.problem)
        assert said, state.problem
        assert f"request {said[1]}" in caplog.text
    await state.find("night")
    assert state.problem == ""


async def test_eight_jobs_are_full(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    ids = [(await make_job(db, actor))["id"] for _ in range(8)]
    state = await loaded("/compare?" + "&".join(f"job={job_id}" for job_id in ids), cookie)
    assert state.is_full
    assert state.view.source == ""
    fewer = await loaded("/compare?" + "&".join(f"job={job_id}" for job_id in ids[:7]), cookie)
    assert not fewer.is_full


@pytest.mark.parametrize("query", ["jobs=1", "all=1&all=1", "all=yes", "metric=a&metric=b"])
async def test_address_that_cannot_be_read_fails_by_name(sign_in: SignIn, query: str) -> None:
    _, cookie = await sign_in()
    state = await loaded(f"/compare?{query}", cookie)
    assert state.phase == "failed"
    assert query.partition("=")[0] in state.failure.message
    assert target_of(state.clear()) == "/compare"


async def test_metric_is_chosen_in_the_address_and_an_unknown_one_falls_back(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    job_id = await finished_job(db, actor)
    root = visit(f"/compare?job={job_id}&all=1", cookie)
    state = page_state(root, CompareState)
    chosen = target_of(state.choose_metric("bf16_tflops"))
    assert pairs(chosen) == [("job", job_id), ("all", "1"), ("metric", "bf16_tflops")]
    go(root, chosen, cookie)
    await events_of(state.load())
    assert (state.view.metric, pairs(state.view.source)) == (
        "bf16_tflops",
        [("job", job_id), ("metric", "bf16_tflops")],
    )
    go(root, f"/compare?job={job_id}&metric=gpus", cookie)
    await events_of(state.load())
    assert state.view.metric in [option.value for option in state.view.metrics]
