"""The package keeps the rules of docs/architecture.md; and the checker notices when it would not."""

from pathlib import Path

import pytest

from siliconmark_ui.config import ROOT
from tests.architecture import PACKAGE, Source, problems

SOURCES = [
    Source(path.relative_to(ROOT / PACKAGE).as_posix(), path.read_text())
    for path in sorted((ROOT / PACKAGE).rglob("*.py"))
]


def test_sources_are_found() -> None:
    assert len(SOURCES) > 80
    assert {"api", "ui", "jobs", "agents", "accounts", "scoreboard", "server"} <= {source.room for source in SOURCES}


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.path)
def test_file_keeps_the_rules(source: Source) -> None:
    assert problems(source) == []


@pytest.mark.parametrize("path", sorted((ROOT / "tests").rglob("*.py")), ids=lambda path: path.name)
def test_tests_are_short_enough_to_read(path: Path) -> None:
    source = Source("tests.py", path.read_text())
    assert [problem for problem in problems(source) if "lines" in problem] == []


LONG_FUNCTION = "def f() -> None:\n" + "    x = 1\n" * 60

BROKEN = [
    ("api/x.py", "from siliconmark_ui.ui.layout import shell", "for the root alone"),
    ("api/x.py", "import siliconmark_ui.ui", "for the root alone"),
    ("ui/x.py", "from siliconmark_ui import api", "for the root alone"),
    ("ui/x.py", "def _f() -> None:\n    from siliconmark_ui.api.app import create_api", "for the root alone"),
    ("jobs/x.py", "from siliconmark_ui.api.answers import Json", "for the root alone"),
    ("server/x.py", "from siliconmark_ui.ui import app", "for the root alone"),
    ("ui/x.py", "from siliconmark_ui.jobs import repository", "a face asks a service"),
    ("api/x.py", "from siliconmark_ui.jobs.repository import page", "a face asks a service"),
    ("api/x.py", "import siliconmark_ui.jobs.statements", "a face asks a service"),
    ("jobs/x.py", "from fastapi import Request", "for api/ and server/"),
    ("ui/x.py", "from starlette.responses import Response", "for api/ and server/"),
    ("jobs/x.py", "import reflex as rx", "for ui/"),
    ("api/x.py", "from reflex import State", "for ui/"),
    ("jobs/service.py", "from sqlalchemy import select", "stand in a repository"),
    ("jobs/service.py", "import sqlalchemy", "stand in a repository"),
    ("api/x.py", "from sqlalchemy.dialects.postgresql import insert", "stand in a repository"),
    ("jobs/service.py", "async def _f(session) -> None:\n    await session.commit()", "calls commit() in line 3"),
    ("charts/x.py", "from siliconmark_ui.db import get_database", "to be pure"),
    ("scoreboard/ratios.py", "from siliconmark_ui.models import Job", "to be pure"),
    ("benchmarks/x.py", "from siliconmark_ui.jobs import service", "to be pure"),
    ("words.py", "import psycopg", "to be pure"),
    ("jobs/helpers.py", "", "says nothing"),
    ("utils/words.py", "", "says nothing"),
    ("jobs/x.py", LONG_FUNCTION, "f() has 61 lines"),
    ("jobs/x.py", "x = 1\n" * 399, "has 400 lines"),
    ("jobs/x.py", "def f() -> None:\n    pass", "f has no docstring"),
    ("jobs/x.py", "class A:\n    '''A.'''\n    async def f(self) -> None:\n        pass", "f has no docstring"),
    ("jobs/x.py", "class A:\n    pass", "A has no docstring"),
]
SOUND = [
    ("siliconmark_ui.py", "import reflex\nfrom siliconmark_ui.api.app import a\nfrom siliconmark_ui.ui.app import b"),
    (
        "api/x.py",
        "from fastapi import APIRouter\nfrom siliconmark_ui.jobs import service\nimport siliconmark_ui.api.app",
    ),
    ("ui/pages/jobs/state.py", "import reflex as rx\nfrom siliconmark_ui.ui.components import badges"),
    ("server/x.py", "from starlette.types import Scope"),
    ("jobs/service.py", "from sqlalchemy.exc import IntegrityError\nfrom siliconmark_ui.jobs import repository"),
    ("jobs/repository.py", "from sqlalchemy import select"),
    ("scoreboard/repository.py", "from sqlalchemy import select\nfrom siliconmark_ui.models import Task"),
    ("db.py", "def _f(session) -> None:\n    session.commit()"),
    ("jobs/x.py", "def _f() -> None:\n    pass\n\n\nclass _A:\n    def f(self) -> None:\n        pass"),
    ("jobs/__init__.py", ""),
]


@pytest.mark.parametrize(("path", "text", "problem"), BROKEN)
def test_checker_notices(path: str, text: str, problem: str) -> None:
    found = problems(Source(path, f'"""A module."""\n{text}'))
    assert any(problem in sentence for sentence in found), found


@pytest.mark.parametrize(("path", "text"), SOUND)
def test_checker_lets_be(path: str, text: str) -> None:
    assert problems(Source(path, f'"""A module."""\n{text}')) == []


def test_checker_notices_a_module_without_a_docstring() -> None:
    assert problems(Source("jobs/x.py", "X = 1\n")) == ["jobs/x.py: has no docstring"]
