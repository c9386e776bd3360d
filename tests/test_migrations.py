"""Migrations on a database of their own: up, down, up again; models say the same; the constraints really refuse."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import NullPool

from alembic import command
from siliconmark_ui.config import ROOT
from siliconmark_ui.identifiers import make_id
from siliconmark_ui.models import Base
from siliconmark_ui.server.database import migrate
from tests.jobs.population import NOON

OWN_DATABASE = "migrations"
KEPT_OBJECTS = text("""
    SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'table ' || relname FROM pg_class WHERE relkind IN ('r', 'S', 'v')
      AND relnamespace = 'public'::regnamespace
""")


@pytest.fixture
def own_url(database_url: str) -> Iterator[str]:
    """The address of an empty database beside the run's own."""
    admin = create_engine(database_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {OWN_DATABASE}"))
    yield urlunsplit(urlsplit(database_url)._replace(path=f"/{OWN_DATABASE}"))
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {OWN_DATABASE} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def engine(own_url: str) -> Iterator[Engine]:
    """An engine on that database."""
    made = create_engine(own_url, poolclass=NullPool)
    yield made
    made.dispose()


def configured(connection: Connection) -> Config:
    """Return Alembic's settings, bound to a connection."""
    configuration = Config(ROOT / "alembic.ini")
    configuration.attributes["connection"] = connection
    return configuration


def objects_in(engine: Engine) -> set[str]:
    """Return the tables, sequences, functions and triggers of ours."""
    with engine.connect() as connection:
        return set(connection.scalars(KEPT_OBJECTS)) - {"table alembic_version"}


def test_schema_goes_up_down_and_up_again(own_url: str, engine: Engine) -> None:
    assert objects_in(engine) == set()
    migrate(own_url)
    first = objects_in(engine)
    assert {f"table {table}" for table in Base.metadata.tables} <= first
    with engine.begin() as connection:
        command.downgrade(configured(connection), "base")
    assert objects_in(engine) == set()
    migrate(own_url)
    assert objects_in(engine) == first


def test_each_step_can_be_taken_back(engine: Engine) -> None:
    revisions = [step.revision for step in ScriptDirectory.from_config(Config(ROOT / "alembic.ini")).walk_revisions()]
    before: list[set[str]] = []
    for revision in reversed(revisions):
        before.append(objects_in(engine))
        with engine.begin() as connection:
            command.upgrade(configured(connection), revision)
    for _ in revisions:
        with engine.begin() as connection:
            command.downgrade(configured(connection), "-1")
        assert objects_in(engine) == before.pop()


def test_migrating_again_changes_nothing(own_url: str, engine: Engine) -> None:
    migrate(own_url)
    first = objects_in(engine)
    migrate(own_url)
    assert objects_in(engine) == first


def test_history_has_one_head() -> None:
    assert len(ScriptDirectory.from_config(Config(ROOT / "alembic.ini")).get_heads()) == 1


def test_models_say_what_the_migrations_made(own_url: str, engine: Engine) -> None:
    migrate(own_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_models_have_the_indexes_and_constraints_of_the_migrations(own_url: str, engine: Engine) -> None:
    # Alembic compares neither check constraints nor an index's condition and included columns; the server writes both.
    indexes = text("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
    checks = text("""
        SELECT conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace""")

    def described() -> dict[str, str]:
        with engine.connect() as connection:
            rows = [*connection.execute(indexes), *connection.execute(checks)]
        return {name: definition for name, definition in rows if "alembic_version" not in name}

    migrate(own_url)
    migrated = described()
    with engine.begin() as connection:
        command.downgrade(configured(connection), "base")
        Base.metadata.create_all(connection)
    assert described() == migrated


JOB: dict[str, Any] = {
    "id": make_id(NOON, 1),
    "customer_id": 1,
    "owner_id": 2,
    "name": "x",
    "name_lower": "x",
    "node_count": 4,
    "benchmark_sequence": "[]",
    "benchmark_ids": ["quick_mark"],
    "tags": [],
    "created_at": "2040-05-04T12:00:00Z",
    "expires_at": "2040-05-05T12:00:00Z",
    "state": "created",
    "current_nodes": 0,
    "started_at": None,
    "ended_at": None,
    "deleted_at": None,
    "gpu_models": [],
    "performance_status": None,
}
TASK: dict[str, Any] = {
    "id": 5,
    "job_id": JOB["id"],
    "machine_uuid": "m",
    "gpu_count": 1,
    "created_at": "2040-05-04T12:00:00Z",
    "state": "created",
}
RESULT: dict[str, Any] = {
    "id": 6,
    "job_id": JOB["id"],
    "task_id": None,
    "key": "k",
    "state": "completed",
    "started_at": "2040-05-04T12:00:00Z",
    "ended_at": "2040-05-04T12:00:00Z",
    "config": "{}",
    "document": "{}",
}
USER: dict[str, Any] = {
    "id": 2, "email": "ann@acme.example", "name": "ann", "password_hash": "x", "role": "user", "customer_id": 1,
}  # fmt: skip


def insert(connection: Connection, table: str, row: dict[str, Any], **changes: Any) -> None:
    """Insert a row as SQL would, past every check of the program."""
    values = {**row, **changes}
    columns, places = ", ".join(values), ", ".join(f":{name}" for name in values)
    connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({places})"), values)  # noqa: S608


@pytest.fixture(scope="module")
def migrated(database_url: str) -> Iterator[Connection]:
    """A connection to a migrated database with one person; what a test inserts is rolled back."""
    admin = create_engine(database_url, poolclass=NullPool)
    with admin.connect() as connection, connection.begin() as transaction:
        for table in ("jobs", "job_counts", "users", "customers"):
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - our own tables.
        insert(connection, "customers", {"id": 1, "name": "Acme"})
        insert(connection, "users", USER)
        insert(connection, "jobs", JOB, id=make_id(NOON, 9), name="other", name_lower="other")
        yield connection
        transaction.rollback()
    admin.dispose()


NEVER: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("jobs", JOB, {"state": "done"}, "ck_jobs_state"),
    ("jobs", JOB, {"state": None}, "state"),
    ("jobs", JOB, {"node_count": 0}, "ck_jobs"),
    ("jobs", JOB, {"node_count": 257}, "ck_jobs_node_count"),
    ("jobs", JOB, {"current_nodes": 5}, "ck_jobs_current_nodes"),
    ("jobs", JOB, {"current_nodes": -1}, "ck_jobs_current_nodes"),
    ("jobs", JOB, {"name": ""}, "ck_jobs_name_length"),
    ("jobs", JOB, {"name": "x" * 61}, "ck_jobs_name_length"),
    ("jobs", JOB, {"tags": ["t"] * 11}, "ck_jobs_tags_count"),
    ("jobs", JOB, {"owner_id": None}, "ck_jobs_owner_has_customer"),
    ("jobs", JOB, {"customer_id": None}, "ck_jobs_owner_has_customer"),
    ("jobs", JOB, {"state": "completed"}, "ck_jobs_ended_with_state"),
    ("jobs", JOB, {"ended_at": "2040-05-04T13:00:00Z"}, "ck_jobs_ended_with_state"),
    ("jobs", JOB, {"expires_at": "2040-05-05T12:00:01Z"}, "ck_jobs_expiry"),
    ("jobs", JOB, {"id": 77}, "ck_jobs_created_at_in_id"),
    ("jobs", JOB, {"performance_status": "bad"}, "ck_jobs_performance_status"),
    ("jobs", JOB, {"owner_id": 99}, "fk_jobs_owner_id"),
    ("jobs", JOB, {"customer_id": 99}, "fk_jobs_customer_id"),
    ("jobs", JOB, {"name": "other"}, "uq_jobs_live_customer_name"),
    ("tasks", TASK, {"state": "starting"}, "ck_tasks_state"),
    ("tasks", TASK, {"gpu_count": 0}, "ck_tasks_gpu_count"),
    ("tasks", TASK, {"gpu_count": 65}, "ck_tasks_gpu_count"),
    ("tasks", TASK, {"job_id": 99}, "fk_tasks_job_id"),
    ("tasks", TASK, {"id": 7, "machine_uuid": "taken"}, "uq_tasks_job_id"),
    ("results", RESULT, {"state": "running"}, "ck_results_state"),
    ("results", RESULT, {"id": 8, "key": "taken"}, "uq_results_job"),
    ("results", RESULT, {"id": 8, "key": "taken", "task_id": 4}, "uq_results_task"),
    ("users", USER, {"id": 3, "role": "king", "email": "king@acme.example"}, "ck_users_role"),
    ("users", USER, {"id": 3}, "uq_users_email"),
    ("users", USER, {"id": 3, "email": "zoe@zeta.example", "customer_id": 99}, "fk_users_customer_id"),
    ("customers", {"id": 2, "name": "Acme"}, {}, "uq_customers_name"),
    (
        "job_counts",
        {"scope_kind": "planet", "scope_id": 0, "state": "created", "jobs": 1, "alerts": 0},
        {},
        "ck_job_counts_scope_kind",
    ),
]


@pytest.mark.parametrize(("table", "row", "changes", "constraint"), NEVER, ids=lambda part: str(part)[:30])
def test_database_refuses_what_must_never_be(
    migrated: Connection, table: str, row: dict[str, Any], changes: dict[str, Any], constraint: str
) -> None:
    savepoint = migrated.begin_nested()
    if table in {"tasks", "results"}:
        insert(migrated, "jobs", JOB)
        insert(migrated, "tasks", TASK, id=4, machine_uuid="taken")
        insert(migrated, "results", RESULT, id=4, key="taken")
        insert(migrated, "results", RESULT, id=5, key="taken", task_id=4)
    with pytest.raises(IntegrityError, match=constraint):
        insert(migrated, table, row, **changes)
    savepoint.rollback()


def test_database_takes_the_rows_that_these_break(migrated: Connection) -> None:
    savepoint = migrated.begin_nested()
    insert(migrated, "jobs", JOB)
    insert(migrated, "jobs", JOB, id=make_id(NOON, 2), name="other", deleted_at="2040-05-04T12:00:00Z")
    insert(migrated, "jobs", JOB, id=make_id(NOON, 3), customer_id=None, owner_id=None, name="other")
    insert(migrated, "tasks", TASK)
    insert(migrated, "results", RESULT)
    savepoint.rollback()


def test_tables_of_the_models_are_all_there(migrated: Connection) -> None:
    assert set(inspect(migrated).get_table_names()) == {*Base.metadata.tables, "alembic_version"}
