"""The report of a job as its page sees it: how it stands, an order for one, and the way to its signed link."""

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI

from siliconmark_ui.accounts.sessions import COOKIE_NAME
from siliconmark_ui.api import job_report, reports
from siliconmark_ui.api.answers import answer_errors
from siliconmark_ui.db import Database
from siliconmark_ui.instants import now
from siliconmark_ui.jobs import service
from siliconmark_ui.reports import queue, repository
from siliconmark_ui.reports.making import ReportFailure
from siliconmark_ui.reports.queue import LEASE, make_next
from siliconmark_ui.reports.store import ReportStore, open_store
from tests.factories import make_job
from tests.ui.conftest import SignIn
from tests.ui.finished import finished_job


@pytest.fixture
def store(tmp_path: Path) -> ReportStore:
    """Where documents are kept."""
    return open_store("", tmp_path)


@pytest.fixture
async def client(db: Database, store: ReportStore) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the routes alone."""
    api = FastAPI()
    api.state.database, api.state.report_store = db, store
    api.state.settings = SimpleNamespace(public_url="https://bench.example", trusted_proxy_hops=0)
    answer_errors(api)
    api.include_router(job_report.router)
    api.include_router(reports.router)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=api), base_url="http://test") as made:
        yield made


def cookie(key: str) -> dict[str, str]:
    """Give the header that a browser with this session sends."""
    return {"Cookie": f"{COOKIE_NAME}={key}"}


async def asked(client: httpx.AsyncClient, method: str, job_id: str, key: str) -> dict[str, Any]:
    """Give what the page is told."""
    answer = await client.request(method, f"/auth/jobs/{job_id}/report", headers=cookie(key))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_report_is_ordered_made_and_opened_from_the_page(
    client: httpx.AsyncClient, sign_in: SignIn, db: Database, store: ReportStore
) -> None:
    actor, key = await sign_in()
    job = await make_job(db, actor)
    found = await asked(client, "GET", job["id"], key)
    nothing = {"error": None, "made_at": None, "bytes": None, "is_current": False, "can_be_made": True}
    assert found == {"state": "none", **nothing}
    assert (await asked(client, "POST", job["id"], key))["state"] == "queued"
    async with db.session_scope() as session:
        claimed = await repository.claim(session, now(), LEASE)
    assert claimed is not None
    assert (await asked(client, "GET", job["id"], key))["state"] == "making"
    async with db.session_scope() as session:
        await repository.release(session, claimed)
    assert await make_next(db, store)
    found = await asked(client, "GET", job["id"], key)
    assert (found["state"], found["is_current"], found["bytes"] > 10_000) == ("ready", False, True)
    opened = await client.get(f"/auth/jobs/{job['id']}/report/open", headers=cookie(key))
    assert opened.status_code == 303
    link = urlsplit(opened.headers["location"])
    assert (link.scheme, link.netloc) == ("https", "bench.example")
    document = await client.get(f"{link.path}?{link.query}")
    assert document.content.startswith(b"%PDF-")


async def test_the_report_that_an_ended_job_orders_is_queued_and_then_current(
    client: httpx.AsyncClient, sign_in: SignIn, db: Database, store: ReportStore
) -> None:
    actor, key = await sign_in()
    job_id = await finished_job(db, actor, is_reported=True)
    assert (await asked(client, "GET", job_id, key))["state"] == "queued"
    assert await make_next(db, store)
    before = await asked(client, "GET", job_id, key)
    assert (before["state"], before["is_current"]) == ("ready", True)
    assert await asked(client, "POST", job_id, key) == before


async def test_a_failure_is_told_with_its_reason_and_tried_again(
    client: httpx.AsyncClient,
    sign_in: SignIn,
    db: Database,
    store: ReportStore,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    actor, key = await sign_in()
    job_id = await finished_job(db, actor, is_reported=True)

    async def fail(_source: object) -> bytes:
        raise ReportFailure("The report took longer than 120 seconds")

    with monkeypatch.context() as broken:
        broken.setattr(queue, "make_pdf", fail)
        assert await make_next(db, store)
    found = await asked(client, "GET", job_id, key)
    assert (found["state"], found["error"]) == ("failed", "The report took longer than 120 seconds")
    assert (await asked(client, "POST", job_id, key))["state"] == "queued"
    assert await make_next(db, store)
    assert (await asked(client, "GET", job_id, key))["state"] == "ready"


async def test_only_those_who_see_the_job_may_ask_order_or_open(
    client: httpx.AsyncClient, sign_in: SignIn, db: Database
) -> None:
    actor, _ = await sign_in()
    _, stranger = await sign_in("bob@acme.example")
    job_id = await finished_job(db, actor, is_reported=True)
    for method, path in (("GET", "report"), ("POST", "report"), ("GET", "report/open")):
        address = f"/auth/jobs/{job_id}/{path}"
        refused = await client.request(method, address, headers=cookie(stranger))
        assert (refused.status_code, refused.json()["error"]["code"]) == (404, "RESOURCE_NOT_FOUND")
        answer = await client.request(method, address)
        if path == "report":
            assert answer.status_code == 401
        else:
            assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next=%2Fjobs%2F{job_id}")


async def test_the_signed_link_is_never_told_and_opening_without_a_document_leads_to_the_page(
    client: httpx.AsyncClient, sign_in: SignIn, db: Database, store: ReportStore
) -> None:
    actor, key = await sign_in()
    job_id = await finished_job(db, actor, is_reported=True)
    opened = await client.get(f"/auth/jobs/{job_id}/report/open", headers=cookie(key))
    assert opened.headers["location"] == f"/jobs/{job_id}"
    assert await make_next(db, store)
    link = (await service.get_job(db, actor, int(job_id)))["pdf_report_url"]
    assert link is not None
    assert "token" not in str(await asked(client, "GET", job_id, key))
