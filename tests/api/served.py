"""The application that tests talk to over HTTP: the real API as a worker serves it, and one route that is broken."""

import os

from fastapi import FastAPI

from siliconmark_ui.agents import sweep
from siliconmark_ui.api.app import create_api
from siliconmark_ui.api.schema import PREFIX
from siliconmark_ui.config import load_settings
from siliconmark_ui.server.orphan import end_with_parent

SECRET_DETAIL = "the inside of the failure"


def serve() -> FastAPI:
    """Return what a worker serves; it ends with the server that started it."""
    end_with_parent()
    # Far more often than in earnest, so that a test whose rows a sweep can change fails soon and not once in a year.
    sweep.INTERVAL_SECONDS = 0.25
    api = create_api(load_settings(os.environ))
    api.add_api_route(f"{PREFIX}/broken", broken, include_in_schema=False)
    return api


async def broken() -> None:
    """Fail as a defect of ours would."""
    raise ZeroDivisionError(SECRET_DETAIL)
