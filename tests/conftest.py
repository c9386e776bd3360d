"""What every test may use: one PostgreSQL for the run, an empty migrated database for each test, the API over HTTP."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from siliconmark_ui.accounts.tokens import TokenSigner, use_signer
from siliconmark_ui.agents.repository import SWEEP_LOCK
from siliconmark_ui.db import Database, use_database
from siliconmark_ui.models import Base
from siliconmark_ui.server import postgres
from siliconmark_ui.server.database import migrate
from tests.api.described import SCHEMA, Described
from tests.api.serving import served_api

SECRET = "a secret of the tests, at least 32 characters long"
REQUEST_SECONDS = 60.0


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a migrated database on a server of this run's own."""
    with postgres.start(Path(tmp_path_factory.mktemp("postgres")), durable=False) as server:
        migrate(server.url)
        yield server.url


@pytest.fixture(scope="session")
async def open_database(database_url: str) -> AsyncIterator[Database]:
    """The run's one connection pool; tests take `db`, which is empty."""
    database = Database(database_url, pool_size=8)
    await database.open()
    use_database(database)
    use_signer(TokenSigner(SECRET))
    yield database
    use_database(None)
    use_signer(None)
    await database.close()


async def empty(database: Database) -> None:
    """Remove every row."""
    # Rows go in this order: those that refer before those referred to, and the counts after the jobs whose removal
    # their triggers write down. Emptying by DELETE is far quicker than TRUNCATE, which makes every index anew.
    tables = [table.name for table in reversed(Base.metadata.sorted_tables)]
    kept_by_triggers = [name for name in tables if name in {"job_counts", "job_names", "job_tags"}]
    order = [*(name for name in tables if name not in kept_by_triggers), *kept_by_triggers]
    statements = [
        "BEGIN",
        # The served API sweeps meanwhile; its sweep and this would otherwise take the same rows in different orders.
        f"SELECT pg_advisory_xact_lock({SWEEP_LOCK})",
        # The audit log refuses to be emptied, as it should; only a superuser can look away, and only in here.
        "SET LOCAL session_replication_role = replica",
        *(f"DELETE FROM {name}" for name in order),  # noqa: S608 - our own tables.
        "COMMIT",
    ]
    # In one round trip: most tests begin with this.
    async with database.reader() as reader:
        await reader.execute("; ".join(statements).encode())


@pytest.fixture
async def db(open_database: Database) -> Database:
    """A migrated database without a single row."""
    await empty(open_database)
    return open_database


@pytest.fixture(scope="module")
async def module_db(open_database: Database) -> Database:
    """The same, emptied once for a module whose tests only read; none of them takes `db` or `http`."""
    await empty(open_database)
    return open_database


@pytest.fixture(scope="session")
async def open_quiet_database(database_url: str, open_database: Database) -> AsyncIterator[Database]:
    """A second database of the run's server, which the served API does not know."""
    url = beside(database_url, "quiet")
    migrate(url)
    database = Database(url, pool_size=8)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
async def quiet_db(open_quiet_database: Database) -> Database:
    """A migrated database without a single row, which nobody sweeps but the test."""
    await empty(open_quiet_database)
    return open_quiet_database


def beside(database_url: str, name: str) -> str:
    """Create an empty database on the same server and return its address."""
    admin = create_engine(database_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return urlunsplit(urlsplit(database_url)._replace(path=f"/{name}"))


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of every server of the run's database: whichever makes a report, all find it."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="session")
def api_address(database_url: str, data_folder: Path) -> Iterator[str]:
    """The address of the API, served by a process of its own from the run's database."""
    with served_api(database_url, SECRET, data_folder / "api.log", TMPDIR=str(data_folder)) as address:
        yield address


@pytest.fixture(scope="session")
async def http_client(api_address: str, open_database: Database) -> AsyncIterator[httpx.AsyncClient]:
    """The run's one client of the served API; tests take `http`, whose database is empty."""
    limits = httpx.Limits(max_connections=50)
    async with httpx.AsyncClient(
        base_url=api_address, timeout=REQUEST_SECONDS, limits=limits, trust_env=False
    ) as client:
        described = Described((await client.get(SCHEMA)).json())
        client.event_hooks = {"response": [described.check]}
        yield client


@pytest.fixture
def http(http_client: httpx.AsyncClient, db: Database) -> httpx.AsyncClient:
    """A client of the served API over an empty database."""
    return http_client
