"""The API as one application: routes, errors, request ids, limits, and what lives as long as the process."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import cache

from alembic.config import Config
from alembic.script import ScriptDirectory
from fastapi import FastAPI, Request
from starlette.responses import HTMLResponse

from siliconmark_ui.accounts.own_password import Post, use_post
from siliconmark_ui.accounts.sessions import use_lives, use_secure_cookies
from siliconmark_ui.accounts.sso import SignInWays, use_sign_in_ways
from siliconmark_ui.accounts.tokens import TokenSigner, use_signer
from siliconmark_ui.agents.sweep import sweep_for_ever
from siliconmark_ui.api import (
    accounts,
    agents,
    audit,
    browser,
    exports,
    figures,
    fleet_figures,
    job_papers,
    job_report,
    jobs,
    login,
    people,
    reports,
    side_figures,
    sso,
)
from siliconmark_ui.api.answers import Json, answer_errors, error_answer
from siliconmark_ui.api.callers import Callers
from siliconmark_ui.api.describe import describe
from siliconmark_ui.api.direct import Direct
from siliconmark_ui.api.docs import POLICY, docs_page
from siliconmark_ui.api.limits import RequestIds, RequestLimit
from siliconmark_ui.api.requests import Db
from siliconmark_ui.api.schema import PREFIX
from siliconmark_ui.config import ROOT, Settings
from siliconmark_ui.db import Database, use_database
from siliconmark_ui.live.listener import listen_for_ever
from siliconmark_ui.live.service import LiveUpdates, use_live
from siliconmark_ui.reports.queue import make_reports_for_ever
from siliconmark_ui.reports.store import open_store

SCHEMA_URL = f"{PREFIX}/openapi.json"


def create_api(settings: Settings) -> FastAPI:
    """Return the API; its lifespan opens the database, sweeps and makes reports, and closes the database."""
    api = FastAPI(
        title="SiliconMark Jobs API",
        version="1",
        description="Create, list, read and delete GPU benchmarking jobs; report on them as an agent.",
        docs_url=None,
        openapi_url=SCHEMA_URL,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    # FastAPI asks for the document by this name.
    api.openapi = cache(lambda: describe(api))  # type: ignore[method-assign]
    api.state.settings = settings
    # How open pages are told of changes; none is told where the API is served alone.
    api.state.push = None
    api.state.newest_migration = ScriptDirectory.from_config(Config(ROOT / "alembic.ini")).get_current_head()
    answer_errors(api)
    # The list comes first, being asked for most; routes with an id in their path come after `current` and other words.
    api.include_router(jobs.router, prefix=PREFIX)
    api.include_router(exports.router, prefix=PREFIX)
    api.include_router(login.router)
    api.include_router(agents.router, prefix=PREFIX)
    api.include_router(jobs.one_job, prefix=PREFIX)
    api.include_router(accounts.router, prefix=PREFIX)
    api.include_router(people.router, prefix=PREFIX)
    api.include_router(audit.router, prefix=PREFIX)
    api.include_router(exports.follow)
    api.include_router(reports.router)
    api.include_router(browser.router)
    api.include_router(sso.router)
    api.include_router(figures.router)
    api.include_router(job_papers.router)
    api.include_router(job_report.router)
    api.include_router(fleet_figures.router)
    api.include_router(side_figures.router)
    api.add_api_route(f"{PREFIX}/docs", docs, include_in_schema=False)
    api.add_api_route("/healthz", alive, include_in_schema=False)
    api.add_api_route("/readyz", ready, include_in_schema=False)
    # What is added last is passed first: the direct way lies behind everything that all requests pass.
    api.add_middleware(Direct, endpoints=jobs.DIRECT)
    if settings.rate_limit is not None:
        api.add_middleware(RequestLimit, a_minute=settings.rate_limit, trusted_hops=settings.trusted_proxy_hops)
    api.add_middleware(Callers, settings=settings)
    api.add_middleware(RequestIds)
    return api


@contextlib.asynccontextmanager
async def _lifespan(api: FastAPI) -> AsyncIterator[None]:
    settings: Settings = api.state.settings
    database = Database(settings.database_url)
    await database.open()
    api.state.database = database
    use_database(database)
    use_signer(TokenSigner(settings.secret_key))
    use_secure_cookies(settings.secure_cookies)
    use_lives(settings.session_lives)
    use_sign_in_ways(SignInWays(settings.password_sign_in, settings.providers))
    use_post(Post(settings.public_url or "", settings.mail_server))
    api.state.report_store = store = open_store(settings.report_store, settings.data_dir)
    live = LiveUpdates(database, api.state.push) if api.state.push else None
    use_live(live)
    background = [
        asyncio.create_task(sweep_for_ever(database)),
        asyncio.create_task(make_reports_for_ever(database, store)),
        *([asyncio.create_task(listen_for_ever(database.url, live))] if live else []),
    ]
    try:
        yield
    finally:
        use_live(None)
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        if live:
            await live.close()
        use_database(None)
        use_signer(None)
        await database.close()


async def docs(request: Request) -> HTMLResponse:
    """Show the API to people."""
    return HTMLResponse(docs_page(request.app.openapi(), SCHEMA_URL), headers={"Content-Security-Policy": POLICY})


async def alive() -> Json:
    """Tell that the process answers."""
    return Json({"status": "ok"})


async def ready(request: Request, db: Db) -> Json:
    """Tell whether the database is reachable and its migrations are current."""
    newest = request.app.state.newest_migration
    try:
        found = await db.migration()
    except Exception as error:
        return error_answer(503, "NOT_READY", f"The database cannot be reached ({type(error).__name__})")
    if found != newest:
        return error_answer(503, "NOT_READY", f"The database is at migration {found}, the program at {newest}")
    return Json({"status": "ready"})
