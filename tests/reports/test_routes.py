"""The report over HTTP: made when a job ends or on demand, opened by its link alone."""

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.db import Database
from siliconmark_ui.instants import at, now
from siliconmark_ui.reports.links import LIFE, report_url
from tests.api.agent import Agent, seen, start
from tests.api.expect import invalid, not_found, ok, token_refused
from tests.api.paths import ANONYMOUS, DELETE, JOBS
from tests.factories import Caller, bearer, cluster_network, make_caller
from tests.reports.reading import ReadReport

REPORTS = "/api/silicon-mark/v1/reports"


@pytest.fixture
async def ann(db: Database) -> Caller:
    return await make_caller(db)


async def generated(agent: Agent, headers: dict[str, str]) -> Any:
    return ok(await agent.http.post(f"{JOBS}/{agent.job['id']}/generate-report", headers=headers))["pdf_report_url"]


async def finished(http: httpx.AsyncClient, caller: Caller, nodes: int = 1, **fields: Any) -> Agent:
    """Return the agents of a job that has ended."""
    benchmarks = ["cluster_network"] if nodes > 1 else []
    agent = await start(http, caller, node_count=nodes, benchmarks=benchmarks, **fields)
    tasks = [await agent.joined(number) for number in range(nodes)]
    if nodes > 1:
        ok(await agent.send_cluster(cluster_network(nodes)))
    for task in tasks:
        await agent.complete(task)
    return agent


async def test_report_is_there_some_seconds_after_a_job_ends(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await finished(http, ann, 3, name="Automatic")
    async with asyncio.timeout(30):
        while not (detail := await seen(agent, ann))["pdf_report_url"]:  # noqa: ASYNC110 - as programs do.
            await asyncio.sleep(0.1)
    assert {task["pdf_report_url"] for task in detail["tasks"]} == {detail["pdf_report_url"]}
    answer = await http.get(detail["pdf_report_url"])
    assert answer.status_code == 200
    found = ReadReport(answer.content)
    assert "Automatic" in found.words
    assert "6 of 6" in found.words


async def test_link_opens_without_sign_in_as_a_named_document(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await finished(http, ann, name="Größe / 7")
    url = await generated(agent, agent.headers)
    assert url.startswith(str(http.base_url).rstrip("/") + REPORTS)
    answer = await http.get(url)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    told = answer.headers["content-disposition"]
    assert told.startswith(f'inline; filename="SiliconMark_Groe-7_{agent.job["id"]}.pdf"')
    assert f"SiliconMark_Gr%C3%B6%C3%9Fe-7_{agent.job['id']}.pdf" in told


async def test_asking_again_gives_the_same_link_to_agent_and_person(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await finished(http, ann)
    first = await generated(agent, agent.headers)
    assert await generated(agent, ann.headers) == first
    assert (await seen(agent, ann))["pdf_report_url"] == first


async def test_only_who_sees_the_job_may_ask(http: httpx.AsyncClient, db: Database, ann: Caller) -> None:
    agent = await finished(http, ann)
    path = f"{JOBS}/{agent.job['id']}/generate-report"
    stranger = await make_caller(db, "eve@other.example", customer="Other")
    staff = await make_caller(db, "sam@silicon.example", Role.STAFF, customer="Silicon")
    other = await start(http, ann)
    not_found(await http.post(path, headers=stranger.headers))
    token_refused(await http.post(path, headers=other.headers))
    token_refused(await http.post(path))
    assert await generated(agent, staff.headers)


async def test_anonymous_job_has_no_report(http: httpx.AsyncClient, db: Database) -> None:
    agent = Agent(http, ok(await http.post(ANONYMOUS), 201))
    await agent.complete(await agent.joined())
    assert await generated(agent, agent.headers) is None
    staff = await make_caller(db, "sam@silicon.example", Role.STAFF, customer="Silicon")
    assert (await seen(agent, staff))["pdf_report_url"] is None


async def test_link_of_another_job_or_with_a_changed_letter_is_refused(http: httpx.AsyncClient, ann: Caller) -> None:
    one, other = await finished(http, ann), await finished(http, ann)
    url = await generated(one, one.headers)
    ok_path = urlsplit(url)
    token = parse_qs(ok_path.query)["token"][0]
    await generated(other, other.headers)
    token_refused(await http.get(f"{REPORTS}/{other.job['id']}", params={"token": token}))
    place = len(token) // 2
    forged = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
    token_refused(await http.get(ok_path.path, params={"token": forged}))
    token_refused(await http.get(ok_path.path))
    token_refused(await http.get(ok_path.path, headers=ann.headers))


async def test_other_tokens_of_the_program_open_no_report(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await finished(http, ann)
    await generated(agent, agent.headers)
    for token in (agent.job["token"], ann.headers["Authorization"].removeprefix("Bearer ")):
        token_refused(await http.get(f"{REPORTS}/{agent.job['id']}", params={"token": token}))


async def test_token_of_a_link_opens_nothing_else(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await finished(http, ann)
    token = parse_qs(urlsplit(await generated(agent, agent.headers)).query)["token"][0]
    token_refused(await http.get(f"{JOBS}/{agent.job['id']}", headers=bearer(token)))
    token_refused(await http.get(f"{JOBS}/current", headers=bearer(token)))


async def test_link_dies_after_a_day(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await finished(http, ann)
    await generated(agent, agent.headers)
    job_id = int(agent.job["id"])
    for age, opens in ((timedelta(), True), (LIFE - timedelta(minutes=1), True), (LIFE + timedelta(hours=1), False)):
        with at(now() - age):
            path = report_url(job_id)
        answer = await http.get(path)
        if opens:
            assert answer.status_code == 200
        else:
            token_refused(answer)


async def test_report_of_a_deleted_job_is_gone(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await finished(http, ann)
    url = await generated(agent, agent.headers)
    ok(await http.request("DELETE", DELETE, json={"id": agent.job["id"]}, headers=ann.headers))
    not_found(await http.get(url))


async def test_signed_link_of_a_job_without_a_report_is_not_found(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann)
    not_found(await http.get(report_url(int(agent.job["id"]))))
    not_found(await http.get(report_url(17)))


async def test_unknown_parameter_of_a_link_is_refused(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await start(http, ann)
    path = report_url(int(agent.job["id"]))
    invalid(await http.get(f"{path}&page=2"), "page")
    invalid(await http.get(f"{path}&{urlencode({'token': 'x'})}"), "token")
    invalid(await http.get(f"{REPORTS}/seventeen"), "job_id")


async def test_requests_are_answered_while_a_report_is_made(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await finished(http, ann, 24)
    asked = asyncio.create_task(generated(agent, agent.headers))
    answered = 0
    while not asked.done():
        ok(await http.get(JOBS, headers=ann.headers))
        answered += 1
    assert await asked
    assert answered > 5


async def test_forged_host_makes_no_link_to_elsewhere(http: httpx.AsyncClient, ann: Caller) -> None:
    agent = await finished(http, ann)
    path = f"{JOBS}/{agent.job['id']}/generate-report"
    forwarded = {**agent.headers, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    assert "evil" not in ok(await http.post(path, headers=forwarded))["pdf_report_url"]
    odd = {**agent.headers, "Host": "a b/<script>"}
    assert ok(await http.post(path, headers=odd))["pdf_report_url"].startswith(REPORTS)
