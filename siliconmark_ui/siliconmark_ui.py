"""The composition root: the only file that knows both faces, the pages and the API."""

import os

import reflex as rx
from starlette.types import ASGIApp

from siliconmark_ui.config import load_settings
from siliconmark_ui.server.dispatch import compose, run_api_with_pages
from siliconmark_ui.server.orphan import end_with_parent
from siliconmark_ui.ui.app import add_pages
from siliconmark_ui.ui.faults import answer_fault
from siliconmark_ui.ui.live import follow_tabs

# What happens is said where it happens: nothing uses pop-up messages, so their code is not sent either.
app = rx.App(html_lang="en", backend_exception_handler=answer_fault, toaster=None)
add_pages(app)


def serve() -> ASGIApp:
    """What a worker of the web server runs: the pages and the API, each behind its own paths."""
    from siliconmark_ui.api.app import create_api  # The front-end build imports this file and needs no API.

    end_with_parent()
    settings = load_settings(os.environ)
    api = create_api(settings)
    run_api_with_pages(app, api)
    pages = app()
    api.state.push = follow_tabs(app)
    return compose(pages, api, settings)
