"""The process that makes typed files: how it ends."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from siliconmark_ui.config import ROOT
from siliconmark_ui.exports.plan import XLSX_ROWS, FileFormat, Plan, PlannedColumn

# What a library's threads do rarely, while the interpreter takes itself apart, this does each time.
ABORTING = "import atexit, os; atexit.register(os.abort); from siliconmark_ui.exports import worker; worker.main()"


@pytest.mark.parametrize("wanted", ["xlsx", "parquet"])
def test_worker_ends_well_once_its_file_is_whole_whatever_happens_at_the_end_of_the_interpreter(
    wanted: FileFormat, tmp_path: Path
) -> None:
    columns = (PlannedColumn("id", "id", ""), PlannedColumn("nodes", "integer", ""))
    plan = Plan(wanted, "jobs", columns, XLSX_ROWS, str(tmp_path))
    arguments = [sys.executable, "-c", ABORTING, msgspec.json.encode(plan).decode()]
    ended = subprocess.run(arguments, cwd=ROOT, input=b"id,nodes\n7,4\n", capture_output=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout[:4] == {"xlsx": b"PK\x03\x04", "parquet": b"PAR1"}[wanted]
