"""The `demo` command: more demonstration jobs, lived through when few, loaded in bulk when many."""

from siliconmark_ui.config import Settings
from siliconmark_ui.demo.bulk import load_jobs
from siliconmark_ui.demo.service import Say, fill, run_on
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.instants import now

# Up to so many jobs are lived through by the services, some twenty a second; more are copied in.
MOST_LIVED = 2000
MOST_JOBS = 20_000_000


def add_demo_jobs(settings: Settings, count: int, seed: int, say: Say) -> int:
    """Add `count` demonstration jobs to the migrated database of `settings`; return the exit status.

    Raises InvalidInput for a count or a seed out of range.
    """
    if not 1 <= count <= MOST_JOBS:
        raise InvalidInput(f"--jobs must be from 1 to {MOST_JOBS:,}")
    if seed < 0:
        raise InvalidInput("--seed must be 0 or more")
    if count <= MOST_LIVED:
        run_on(settings, lambda db: fill(db, seed, count, now(), say))
    else:
        load_jobs(settings, count, seed, now(), say)
    return 0
