"""Exports and reports of a large database: the speed of a CSV, the server's memory, and what lists feel meanwhile."""

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import psutil

from benchmarks.lists import COLUMNS
from benchmarks.measure import Row, in_turn
from benchmarks.stand import Stand
from siliconmark_ui.api.schema import PREFIX
from siliconmark_ui.instants import to_text

ROWS = 100_000
ROUNDS = 5
COMPLETED = "deleted_at IS NULL AND state = 'completed'"
LISTS = 300
WORKBOOKS = 3
BLOCK = 256 * 1024
COPY_BAR, MEMORY_BAR, LIST_BAR, REPORT_BAR = 2.0, 50.0, 2.0, 20.0
MIB = 1024 * 1024


def exports(stand: Stand) -> list[Row]:
    """Measure a CSV against COPY, the memory that it takes, and lists while a workbook is made."""
    query, condition = _cut(stand)
    with TemporaryDirectory() as folder:
        # The database server has an account of its own.
        Path(folder).chmod(0o777)
        csv = _csv_against_copy(stand, query, condition, Path(folder) / "rows.csv")
        return [*csv, _lists_meanwhile(stand, query, Path(folder) / "rows.xlsx")]


def reports(stand: Stand) -> list[Row]:
    """Measure the report of the largest job, asked for and waited for, and lists meanwhile."""
    found = stand.connection.execute("SELECT id FROM jobs WHERE node_count = 256 AND deleted_at IS NULL LIMIT 1")
    row = found.fetchone()
    assert row is not None, "there is no job of 256 nodes"
    usual = _p95(_list_times(stand, LISTS))
    taken, meanwhile = [], []
    for _ in range(ROUNDS):
        stand.connection.execute("DELETE FROM reports WHERE job_id = %s", row)
        start = time.perf_counter()
        meanwhile += _times_during(stand, partial(_make_report, stand, int(str(row[0]))))
        taken.append(time.perf_counter() - start)
    detail = f"usual {usual:.1f} ms, {_p95(meanwhile):.1f} ms meanwhile ({len(meanwhile)} requests)"
    return [
        Row("report of 256 nodes, asked for and waited for", max(taken), "s", REPORT_BAR, f"slowest of {ROUNDS}"),
        Row("p95 of lists while it is made", _p95(meanwhile) / usual, "times", None, detail),
    ]


def _cut(stand: Stand) -> tuple[str, str]:
    """Return the query string and the condition in SQL of the newest 100,000 completed jobs."""
    oldest = f"SELECT created_at FROM jobs WHERE {COMPLETED} ORDER BY id DESC OFFSET {ROWS} LIMIT 1"
    row = stand.connection.execute(oldest.encode()).fetchone()
    assert row is not None, f"there are fewer than {ROWS:,} completed jobs"
    assert isinstance(row[0], datetime)
    moment = to_text(row[0])
    query = urlencode({"state": "completed", "created_after": moment})
    return query, f"{COMPLETED} AND created_at > '{moment}'"


def _csv_against_copy(stand: Stand, query: str, condition: str, target: Path) -> list[Row]:
    plain = f"SELECT {COLUMNS} FROM jobs WHERE {condition} ORDER BY id DESC"
    over_http = partial(_download, stand, f"{query}&format=csv", target)
    processes = _processes(stand)
    before = _memory(processes)
    with _peak(processes) as peak:
        http_ms, copy_ms = in_turn([over_http, partial(_copy, stand, plain, target.with_suffix(".copy"))], ROUNDS)
    rows = target.read_bytes().count(b"\r\n") - 1
    detail = f"{http_ms:.0f} ms over HTTP, {copy_ms:.0f} ms by COPY of the plain columns; {rows:,} rows"
    grown, held = (peak[0] - before) / MIB, f"{before / MIB:.0f} MiB before"
    return [
        Row(f"CSV of {ROWS:,} filtered jobs against COPY into a file", http_ms / copy_ms, "times", COPY_BAR, detail),
        Row("the server's memory meanwhile, at its peak", grown, "MiB more", MEMORY_BAR, held),
    ]


def _lists_meanwhile(stand: Stand, query: str, target: Path) -> Row:
    """Hold lists while a workbook is made against those just before; the middle one of a few such pairs."""
    pairs = []
    for _ in range(WORKBOOKS):
        usual = _list_times(stand, LISTS)
        start = time.perf_counter()
        meanwhile = _times_during(stand, partial(_download, stand, f"{query}&format=xlsx", target))
        pairs.append((_p95(meanwhile) / _p95(usual), usual, meanwhile, time.perf_counter() - start))
    ratio, usual, meanwhile, taken = sorted(pairs, key=lambda pair: pair[0])[WORKBOOKS // 2]
    detail = (
        f"p95 {_p95(usual):.1f} ms usually, {_p95(meanwhile):.1f} ms meanwhile; medians {median(usual):.1f} and "
        f"{median(meanwhile):.1f} ms; {len(meanwhile)} requests in the {taken:.1f} s that the workbook took; "
        f"the middle of {', '.join(f'{pair[0]:.2f}' for pair in pairs)}"
    )
    return Row(f"p95 of lists while an XLSX of {ROWS:,} jobs is made", ratio, "times", LIST_BAR, detail)


def _list_times(stand: Stand, count: int) -> list[float]:
    return [_timed(stand) for _ in range(count)]


def _timed(stand: Stand) -> float:
    start = time.perf_counter()
    stand.list("", stand.customer_token)
    # As people do, and so that the client does not take the other core for itself.
    taken = (time.perf_counter() - start) * 1000
    time.sleep(0.01)
    return taken


def _times_during(stand: Stand, work: Callable[[], object]) -> list[float]:
    """Return the milliseconds of list requests that are made while `work` runs in a thread."""
    worker = threading.Thread(target=work)
    worker.start()
    times = []
    while worker.is_alive():
        times.append(_timed(stand))
    worker.join()
    return times


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def _download(stand: Stand, query: str, target: Path) -> None:
    client = http.client.HTTPConnection("127.0.0.1", stand.port)
    headers = {"Authorization": f"Bearer {stand.staff_token}"}
    client.request("GET", f"{PREFIX}/jobs/export?{query}", headers=headers)
    answer = client.getresponse()
    assert answer.status == http.HTTPStatus.OK, answer.read()
    with target.open("wb") as file:
        while block := answer.read1(BLOCK):
            file.write(block)
    client.close()


def _copy(stand: Stand, select: str, target: Path) -> None:
    """Let the database itself write the rows to a file, which is as fast as they can become one."""
    place = str(target).replace("'", "''")
    stand.connection.execute(f"COPY ({select}) TO '{place}' WITH (FORMAT csv, HEADER)".encode())


def _make_report(stand: Stand, job_id: int) -> None:
    client = http.client.HTTPConnection("127.0.0.1", stand.port)
    headers = {"Authorization": f"Bearer {stand.staff_token}"}
    client.request("POST", f"{PREFIX}/jobs/{job_id}/generate-report", headers=headers)
    answer = client.getresponse()
    body = answer.read()
    assert answer.status == http.HTTPStatus.OK, body
    client.close()


def _processes(stand: Stand) -> list[psutil.Process]:
    """Return the server's own processes; workers that come and go while they make files are none of them."""
    children = stand.server.children(recursive=True)
    return [stand.server, *(child for child in children if "granian" in child.cmdline())]


def _memory(processes: list[psutil.Process]) -> int:
    return sum(process.memory_info().rss for process in processes)


@contextmanager
def _peak(processes: list[psutil.Process]) -> Iterator[list[int]]:
    """Give a list whose one entry is the most memory that the processes held while the block ran."""
    peak, done = [_memory(processes)], threading.Event()

    def watch() -> None:
        while not done.wait(0.01):
            peak[0] = max(peak[0], _memory(processes))

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        done.set()
        watcher.join()
