"""What every test may use: one PostgreSQL for the run, an empty migrated database for each test, and its people."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from siliconmark_ui.accounts.tokens import TokenSigner, use_signer
from siliconmark_ui.db import Database, use_database
from siliconmark_ui.models import Base
from siliconmark_ui.server import postgres
from siliconmark_ui.server.database import migrate

SECRET = "a secret of the tests, at least 32 characters long"


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


@pytest.fixture
async def db(open_database: Database) -> Database:
    """A migrated database without a single row."""
    names = ", ".join(table.name for table in Base.metadata.sorted_tables)
    async with open_database.session_scope() as session:
        await session.execute(text(f"TRUNCATE {names}"))
    return open_database
