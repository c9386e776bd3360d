"""The command line: `python -m siliconmark_ui COMMAND`.

Each command is a function from parsed arguments to an exit status, registered in `_parser`; what it needs is imported
when it runs, so that `--help` and a wrong setting answer at once.
"""

import argparse
import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts it without make should read this, not a traceback.
    sys.exit("error: SiliconMark UI needs Python 3.11 or newer")

from siliconmark_ui.config import load_settings
from siliconmark_ui.errors import AppError
from siliconmark_ui.server.failures import StartFailure

INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; an expected failure is one line on stderr and status 1."""
    parsed = _parser().parse_args(arguments)
    try:
        status: int = parsed.run(parsed)
    except (StartFailure, AppError) as failure:
        print(f"error: {failure}", file=sys.stderr)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m siliconmark_ui", description="SiliconMark UI")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="migrate, build if need be, and serve dashboard and API")
    serve.add_argument("--with-parent", action="store_true", help="stop when the process that started this one ends")
    serve.set_defaults(run=_serve)
    build = commands.add_parser("build", help="build the front end if its sources have changed")
    build.set_defaults(run=_build)
    return parser


def _serve(parsed: argparse.Namespace) -> int:
    settings = load_settings(os.environ)
    from siliconmark_ui.server.launch import serve
    from siliconmark_ui.server.orphan import stop_with_parent

    if parsed.with_parent:
        stop_with_parent()
    serve(settings, _say)
    return 0


def _build(_: argparse.Namespace) -> int:
    from siliconmark_ui.server.front_end import build_front_end

    _say(f"The front end is in {build_front_end(say=_say)}")
    return 0


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
