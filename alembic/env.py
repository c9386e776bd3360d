"""Run migrations with the settings' database, or with the connection that a caller hands over."""

import os

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

import siliconmark_ui.accounts.tables
import siliconmark_ui.alerts.tables
import siliconmark_ui.audit.tables
import siliconmark_ui.machines.tables
import siliconmark_ui.reports.tables
import siliconmark_ui.saved_views.tables  # noqa: F401 - tables belong to the metadata once they are imported.
from alembic import context
from siliconmark_ui.db import sqlalchemy_url
from siliconmark_ui.models import Base


def migrate(connection: Connection) -> None:
    """Run the migrations asked for on an open connection, in one transaction."""
    context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


handed_over: Connection | None = context.config.attributes.get("connection")
if handed_over is not None:
    migrate(handed_over)
else:
    url = context.config.get_main_option("sqlalchemy.url") or os.environ["DATABASE_URL"]
    engine = create_engine(sqlalchemy_url(url), poolclass=NullPool)
    with engine.connect() as connection:
        migrate(connection)
    engine.dispose()
