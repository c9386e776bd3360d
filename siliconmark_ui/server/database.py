"""The database before anybody is served: reached, and brought to the newest migration."""

from urllib.parse import urlsplit

import psycopg
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from alembic import command
from siliconmark_ui.config import DRIVER, ROOT
from siliconmark_ui.server.failures import StartFailure

CONNECT_SECONDS = 10
# Any number, the same in every process: who holds it in the database migrates, the others wait.
MIGRATION_LOCK = 7_345_112_090_118_227


def check_reachable(url: str) -> None:
    """Opens and closes one connection; raises StartFailure with the reason, and never with the password."""
    try:
        psycopg.connect(f"postgresql{url.removeprefix(DRIVER)}", connect_timeout=CONNECT_SECONDS).close()
    except psycopg.Error as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        reason = next((line for line in lines if not line.startswith("Multiple connection attempts")), "no answer")
        raise StartFailure(f"The database at {place_of(url)} (DATABASE_URL) cannot be reached: {reason}") from None


def place_of(url: str) -> str:
    """Host, port and name of the database in `url`, without user and password."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "the given address"
    return f"{parts.hostname or 'a local socket'}{port}{parts.path}"


def migrate(url: str) -> None:
    """Brings the schema to the newest revision; of several processes one does it, the others wait for it."""
    engine = create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": CONNECT_SECONDS})
    configuration = Config(ROOT / "alembic.ini")
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
            # Alembic commits its own transaction only when none is open; the lock belongs to the session.
            connection.commit()
            configuration.attributes["connection"] = connection
            command.upgrade(configuration, "head")
    except CommandError as error:
        raise StartFailure(f"The database does not fit this version of SiliconMark UI: {error}") from None
    except OperationalError as error:
        raise StartFailure(f"The database at {place_of(url)} failed: {error.orig}") from None
    finally:
        engine.dispose()
