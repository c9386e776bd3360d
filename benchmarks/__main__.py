"""`python -m benchmarks`: load the databases once, measure, print a report."""

import argparse
from collections.abc import Callable
from pathlib import Path

from benchmarks.dashboard import dashboard
from benchmarks.exports import exports, reports
from benchmarks.lists import against_raw, against_small, largest_job, searches
from benchmarks.live import live
from benchmarks.measure import Row, table
from benchmarks.stand import stand


def main() -> None:
    """Measure everything and print one Markdown table a topic."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(".data/benchmarks"), help="where the databases are kept")
    parser.add_argument("--jobs", type=int, default=1_000_000, help="jobs in the large database")
    parser.add_argument("--few", type=int, default=10_000, help="jobs in the small database")
    options = parser.parse_args()
    folder: Path = options.data.absolute()
    with stand(folder, options.few) as small, stand(folder, options.jobs) as big:
        parts: tuple[tuple[str, Callable[[], list[Row]]], ...] = (
            ("Lists of 20 rows against the raw queries", lambda: against_raw(big)),
            ("Many jobs against few", lambda: against_small(big, small)),
            ("Searches and the badge", lambda: searches(big)),
            ("The largest job", lambda: largest_job(big)),
            ("Exports", lambda: exports(big)),
            ("Reports", lambda: reports(big)),
            ("Live updates", live),
            ("The dashboard in a browser", lambda: dashboard(big)),
        )
        for title, measure in parts:
            print(f"\n## {title}\n\n{table(measure())}", flush=True)


if __name__ == "__main__":
    main()
