"""`serve`: from settings to a running server, in the order in which each step needs the one before."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import FrameType

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from siliconmark_ui.config import Settings
from siliconmark_ui.server import database, postgres
from siliconmark_ui.server.address import check_free, wait_until_ready
from siliconmark_ui.server.failures import StartFailure
from siliconmark_ui.server.folder import prepare_folder
from siliconmark_ui.server.front_end import build_front_end
from siliconmark_ui.server.reflex_environment import prepare_serving
from siliconmark_ui.server.secret_key import secret_key_in

APPLICATION = "siliconmark_ui.siliconmark_ui:serve"
READY_SECONDS = 120.0
# Open pages hold their websockets until the end; a request under way has this long to finish.
STOP_SECONDS = 10
FORK_SECONDS = 0.7

Say = Callable[[str], None]


def serve(settings: Settings, say: Say) -> None:
    """Serves until SIGINT or SIGTERM, then stops what it started. Raises StartFailure in one sentence."""
    with stopped_by_signals():
        check_free(settings.host, settings.port)
        with running_database(settings, say) as complete:
            say("Bringing the database to the newest migration")
            database.migrate(complete.database_url)
            if complete.demo:
                fill_if_empty(complete)
            build = build_front_end(say=say)
            check_free(complete.host, complete.port)
            _run(complete, build, say)


@contextlib.contextmanager
def running_database(settings: Settings, say: Say) -> Iterator[Settings]:
    """The settings with a reachable database and a key in them; an embedded server runs while the block does."""
    prepare_folder(settings.data_dir)
    key = settings.secret_key or secret_key_in(settings.data_dir)
    if settings.database_url:
        database.check_reachable(settings.database_url)
        yield replace(settings, secret_key=key)
        return
    say(f"Starting PostgreSQL in {settings.data_dir}")
    with postgres.start(settings.data_dir) as server:
        yield replace(settings, secret_key=key, database_url=server.url)


def fill_if_empty(settings: Settings) -> None:
    """Puts the demo data into a database that has none of anything."""
    from siliconmark_ui.demo.service import fill_empty_database  # Only a first start needs what it needs.

    fill_empty_database(settings)


@contextlib.contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal end the block alike, so that everything started is stopped."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _run(settings: Settings, build: Path, say: Say) -> None:
    _tell_workers(settings, build)
    server = Granian(
        APPLICATION,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        factory=True,
        workers=settings.workers,
        log_level=LogLevels.warning,
        workers_kill_timeout=STOP_SECONDS,
        process_name=None,
    )
    ended = threading.Event()
    # A closed terminal ends the server; by itself Granian would start new workers.
    server.on_startup(lambda: signal.signal(signal.SIGHUP, server.signal_handler_interrupt))
    announcer = threading.Thread(target=_announce, args=(settings, say, ended), daemon=True)
    server.on_startup(announcer.start)
    try:
        server.serve()
    except (OSError, RuntimeError) as error:
        raise StartFailure(f"Cannot listen on {settings.host}:{settings.port}: {error}") from None
    except SystemExit:
        raise StartFailure("A worker process ended by itself; its reason is above") from None
    finally:
        ended.set()


def _tell_workers(settings: Settings, build: Path) -> None:
    """Workers are fresh processes that read their settings anew: from the same environment, completed."""
    prepare_serving(os.environ, build)
    os.environ["DATABASE_URL"] = settings.database_url
    os.environ["SILICONMARK_DATA_DIR"] = str(settings.data_dir)
    os.environ["SILICONMARK_SECRET_KEY"] = settings.secret_key


def _announce(settings: Settings, say: Say, ended: threading.Event) -> None:
    # Workers are forked now: a lock that this thread held meanwhile, as for an import, would be held in them for ever.
    ended.wait(FORK_SECONDS)
    address = settings.public_url or f"http://localhost:{settings.port}"
    if wait_until_ready(settings.host, settings.port, READY_SECONDS, ended.is_set):
        say(f"SiliconMark UI is ready: {address}")
    elif not ended.is_set():
        print(f"SiliconMark UI does not answer /readyz after {READY_SECONDS:.0f} seconds", file=sys.stderr)  # noqa: T201
