"""The process that makes one report: reads its source on the input, writes the PDF to the output, and ends.

`python -m siliconmark_ui.reports.worker`. It runs at low priority, so that requests come first, and what it needed of
memory goes back when it ends.
"""

import os
import sys

from siliconmark_ui.reports.source import decode_source
from siliconmark_ui.reports.typesetting import report_pdf

PRIORITY = 10


def main() -> None:
    """Make the report of the source on the standard input."""
    os.nice(PRIORITY)
    sys.stdout.buffer.write(report_pdf(decode_source(sys.stdin.buffer.read())))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
