"""A database that nobody can reach for a while, although its server runs: connections end, and none is let in."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from siliconmark_ui.db import psycopg_url

END_EVERY = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


@contextmanager
def unreachable(url: str) -> Iterator[None]:
    """Keep everybody out of the database at `url` while the block runs."""
    parts = urlsplit(psycopg_url(url))
    name = parts.path.removeprefix("/")
    with psycopg.connect(urlunsplit(parts._replace(path="/template1")), autocommit=True) as connection:
        may_connect = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
        connection.execute(may_connect.format(sql.Identifier(name), sql.SQL("false")))
        try:
            connection.execute(END_EVERY, (name,))
            yield
        finally:
            connection.execute(may_connect.format(sql.Identifier(name), sql.SQL("true")))
