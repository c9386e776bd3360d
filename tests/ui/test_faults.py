"""What a tab says when an event of a page fails where nobody foresaw it."""

from types import SimpleNamespace
from typing import Any

import pytest
import reflex as rx
from reflex.app import default_frontend_exception_handler

from siliconmark_ui.db import Database
from siliconmark_ui.ui.faults import FaultState, answer_fault
from siliconmark_ui.ui.live import LiveState
from tests.ui.visits import page_state, sent_by, visit


def told(root: rx.State, error: Exception) -> Any:
    """Let an event of the tab fail, as Reflex does with what a handler raises; give the state that says it."""
    ((_, request_id),) = answer_fault(error).args
    state = page_state(root, FaultState)
    state.tell(str(request_id).strip('"'))
    return state


def test_answer_has_the_form_that_reflex_demands_when_the_program_starts() -> None:
    handlers: Any = SimpleNamespace(
        frontend_exception_handler=default_frontend_exception_handler, backend_exception_handler=answer_fault
    )
    rx.App._validate_exception_handlers(handlers)  # type: ignore[no-untyped-call]


def test_failure_is_logged_under_the_id_that_is_told_and_its_detail_kept_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    root = visit("/", None)
    state = told(root, ConnectionError("postgres://secret@host"))
    assert len(state.request_id) == 16
    assert f"request {state.request_id}" in caplog.text
    assert "secret" in caplog.text
    assert "secret" not in sent_by(root)


async def test_failure_is_said_until_it_is_dismissed_or_the_address_changes(db: Database) -> None:
    root = visit("/", None)
    state = told(root, KeyError("gone"))
    state.forget()
    assert state.request_id == ""
    state = told(root, KeyError("gone"))
    await page_state(root, LiveState).attend()
    assert state.request_id == ""
