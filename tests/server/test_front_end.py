"""The front-end build: when it is made, and that it is whole and fits every address."""

import importlib.util
from pathlib import Path

import pytest

from siliconmark_ui.config import ROOT
from siliconmark_ui.server import front_end as front_end_module
from siliconmark_ui.server.failures import StartFailure
from siliconmark_ui.server.front_end import BUILDS, SOURCES, build_front_end, fingerprint
from siliconmark_ui.server.same_address import UnknownClient, serve_from_any_address


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder that has what a build is made of, in small."""
    for name, content in {
        "siliconmark_ui/ui/page.py": "one",
        "siliconmark_ui/api/app.py": "server only",
        "assets/style.css": "body {}",
        "rxconfig.py": "config",
        "requirements.txt": "reflex==0",
        "reflex.lock/package-lock.json": "{}",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        "siliconmark_ui/ui/page.py",
        "assets/style.css",
        "rxconfig.py",
        "requirements.txt",
        "reflex.lock/package-lock.json",
        "siliconmark_ui/ui/new.py",
    ],
)
def test_fingerprint_when_a_source_changes(checkout: Path, name: str) -> None:
    before = fingerprint(checkout)
    assert fingerprint(checkout) == before
    (checkout / name).write_text("changed")
    assert fingerprint(checkout) != before


# The bundler leaves smaller files as they are: compressing them would gain nothing.
WORTH_COMPRESSING = 1024


def test_fingerprint_when_what_no_page_shows_changes(checkout: Path) -> None:
    before = fingerprint(checkout)
    (checkout / "siliconmark_ui/api/app.py").write_text("changed")
    (checkout / "README.md").write_text("new")
    (checkout / "siliconmark_ui/ui/__pycache__").mkdir()
    (checkout / "siliconmark_ui/ui/__pycache__/page.pyc").write_text("compiled")
    assert fingerprint(checkout) == before


def test_fingerprint_when_a_source_is_renamed(checkout: Path) -> None:
    before = fingerprint(checkout)
    (checkout / "siliconmark_ui/ui/page.py").rename(checkout / "siliconmark_ui/ui/other.py")
    assert fingerprint(checkout) != before


def test_build_when_its_sources_are_unchanged_is_found(checkout: Path) -> None:
    finished = checkout / BUILDS / fingerprint(checkout)
    finished.mkdir(parents=True)
    said: list[str] = []
    assert build_front_end(checkout, said.append) == finished
    assert said == []


def test_build_when_it_fails_leaves_nothing_that_is_believed(checkout: Path) -> None:
    (checkout / BUILDS / "unfinished" / "build").mkdir(parents=True)
    (checkout / "rxconfig.py").write_text("raise RuntimeError('no configuration here')\n")
    said: list[str] = []
    with pytest.raises(StartFailure, match="could not be built"):
        build_front_end(checkout, said.append)
    assert any("no configuration here" in line for line in said)
    assert not (checkout / BUILDS / fingerprint(checkout)).exists()


def test_client_when_rewritten_asks_the_page_for_its_address() -> None:
    package = importlib.util.find_spec("reflex_base")
    assert package is not None
    assert package.origin is not None
    client = (Path(package.origin).parent / ".templates/web/utils/state.js").read_text()
    rewritten = serve_from_any_address(client)
    assert "endpoint.port = window.location.port;" in rewritten
    assert "Assume websocket is on https port" not in rewritten
    assert serve_from_any_address(rewritten) == rewritten
    assert abs(len(rewritten) - len(client)) < 1000


def test_build_when_its_locks_end_as_those_of_an_earlier_one_is_that_one(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = checkout / "reflex.lock" / "package-lock.json"

    def export(root: Path, work: Path, say: object) -> None:
        for name in ("build/client/index.html", "backend/state", "reflex.json"):
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).write_text("made")
        lock.write_text("completed by npm")

    monkeypatch.setattr(front_end_module, "_export", export)
    first = build_front_end(checkout)
    lock.write_text("{}")
    assert build_front_end(checkout) == first
    assert (first / "build/client/index.html").read_text() == "made"


def test_client_when_it_is_not_the_known_one() -> None:
    with pytest.raises(UnknownClient, match="stands 0 times"):
        serve_from_any_address("export const other = 1;\n")


def test_build_when_finished_carries_the_rewritten_client_in_every_encoding(front_end: Path) -> None:
    assert front_end == ROOT / BUILDS / fingerprint(ROOT)
    client = front_end / "build" / "client"
    scripts = list((client / "assets").glob("*.js"))
    assert any("window.location.port" in script.read_text() for script in scripts)
    for script in scripts:
        if script.stat().st_size < WORTH_COMPRESSING:
            continue
        assert script.with_name(f"{script.name}.br").exists()
        assert script.with_name(f"{script.name}.gz").exists()
    assert not list(client.rglob("*.map"))
    assert not (client / "sitemap.xml").exists()


def test_sources_when_listed_exist() -> None:
    assert [name for name in SOURCES if not (ROOT / name).exists()] == []
