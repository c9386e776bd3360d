"""The command line: `python -m siliconmark_ui COMMAND`.

Each command is a function from parsed arguments to an exit status, registered in `_parser`; what it needs is imported
when it runs, so that `--help` and a wrong setting answer at once.
"""

import argparse
import contextlib
import os
import sys
from collections.abc import Iterator
from dataclasses import replace

if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts it without make should read this, not a traceback.
    sys.exit("error: SiliconMark UI needs Python 3.11 or newer")

from siliconmark_ui.config import Settings, load_settings
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
    _add_user_commands(commands.add_parser("user", help="look after people").add_subparsers(required=True))
    _add_customer_commands(commands.add_parser("customer", help="add, list, rename").add_subparsers(required=True))
    audit = commands.add_parser("audit", help="write the audit log to standard output")
    audit.add_argument("--format", choices=("csv", "json"), default="csv")
    audit.set_defaults(run=_audit)
    _add_demo_command(commands.add_parser("demo", help="add demonstration jobs to any database"))
    return parser


def _add_user_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    add = commands.add_parser("add", help="add a person; the customer is made when it is new")
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("--customer", required=True, metavar="NAME")
    add.add_argument("--role", required=True, help="user, customer_admin, staff or root_admin")
    add.add_argument("--password-stdin", action="store_true", required=True, help="read the password, one line, there")
    add.set_defaults(run=_add_user)
    people = commands.add_parser("list", help="list everybody")
    people.set_defaults(run=_list_users)
    invitations = commands.add_parser("invitations", help="list the open invitations")
    invitations.set_defaults(run=_list_invitations)
    _add_care_commands(commands)


def _add_care_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    words = {
        "invite": ("print the link by which somebody becomes a person of a customer", _invite),
        "uninvite": ("take every open invitation for an e-mail back", _uninvite),
        "role": ("give a person another role", _change_role),
        "deactivate": ("keep a person out and end all they hold", _deactivate),
        "activate": ("let a person in again", _activate),
        "reset-password": ("print the link by which a person sets a new password", _reset_password),
    }
    for name, (text, run) in words.items():
        command = commands.add_parser(name, help=text)
        command.add_argument("email", metavar="EMAIL")
        command.set_defaults(run=run)
        if name == "role":
            command.add_argument("role", metavar="ROLE")
        if name == "invite":
            command.add_argument("--customer", required=True, metavar="NAME")
            command.add_argument("--role", default="user", help="user, customer_admin, staff or root_admin")


def _add_customer_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    commands.add_parser("list", help="list all").set_defaults(run=_list_customers)
    add = commands.add_parser("add", help="make one")
    rename = commands.add_parser("rename", help="give one another name")
    for command in (add, rename):
        command.add_argument("name", metavar="NAME")
    rename.add_argument("new_name", metavar="NEW_NAME")
    add.set_defaults(run=_add_customer)
    rename.set_defaults(run=_rename_customer)


def _add_demo_command(demo: argparse.ArgumentParser) -> None:
    demo.description = (
        "Adds demonstration jobs. Up to 2,000 are lived through by the services, as agents would; more are loaded in "
        "bulk, with 200 customers and 5,000 people of their own, a few of whom can sign in (they are printed)."
    )
    demo.add_argument("--jobs", type=int, default=400, metavar="N", help="how many (default 400)")
    demo.add_argument("--seed", type=int, default=2026, metavar="S", help="what they are made from (default 2026)")
    demo.set_defaults(run=_demo)


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


def _add_user(parsed: argparse.Namespace) -> int:
    from siliconmark_ui.accounts.commands import add_user_command

    with _database() as settings:
        return add_user_command(settings.database_url, parsed.email, parsed.customer, parsed.role, sys.stdin, _say)


def _list_users(_: argparse.Namespace) -> int:
    from siliconmark_ui.accounts.commands import list_users_command

    with _database() as settings:
        return list_users_command(settings.database_url, _say)


def _list_invitations(_: argparse.Namespace) -> int:
    from siliconmark_ui.accounts.commands import list_invitations_command

    with _database() as settings:
        return list_invitations_command(settings.database_url, _say)


def _reset_password(parsed: argparse.Namespace) -> int:
    from siliconmark_ui.accounts.commands import reset_password_command

    with _database() as settings:
        return reset_password_command(settings.database_url, _base(settings), parsed.email, _say)


def _invite(parsed: argparse.Namespace) -> int:
    from siliconmark_ui.accounts.commands import invite_command

    with _database() as settings:
        url, base = settings.database_url, _base(settings)
        return invite_command(url, base, parsed.email, parsed.customer, parsed.role, _say)


def _uninvite(parsed: argparse.Namespace) -> int:
    from siliconmark_ui.accounts.commands import uninvite_command

    with _database() as settings:
        return uninvite_command(settings.database_url, parsed.email, _say)


def _change_role(parsed: argparse.Namespace) -> int:
    from siliconmark_ui.accounts.commands import change_role_command

    with _database() as settings:
        return change_role_command(settings.database_url, parsed.email, parsed.role, _say)


def _deactivate(parsed: argparse.Namespace) -> int:
    return _set_active(parsed.email, is_active=False)


def _activate(parsed: argparse.Namespace) -> int:
    return _set_active(parsed.email, is_active=True)


def _set_active(email: str, *, is_active: bool) -> int:
    from siliconmark_ui.accounts.commands import set_active_command

    with _database() as settings:
        return set_active_command(settings.database_url, email, is_active=is_active, say=_say)


def _list_customers(_: argparse.Namespace) -> int:
    from siliconmark_ui.accounts.commands import list_customers_command

    with _database() as settings:
        return list_customers_command(settings.database_url, _say)


def _add_customer(parsed: argparse.Namespace) -> int:
    from siliconmark_ui.accounts.commands import add_customer_command

    with _database() as settings:
        return add_customer_command(settings.database_url, parsed.name, _say)


def _rename_customer(parsed: argparse.Namespace) -> int:
    from siliconmark_ui.accounts.commands import rename_customer_command

    with _database() as settings:
        return rename_customer_command(settings.database_url, parsed.name, parsed.new_name, _say)


def _audit(parsed: argparse.Namespace) -> int:
    from siliconmark_ui.accounts.commands import export_audit_command

    with _database() as settings:
        return export_audit_command(settings.database_url, parsed.format, sys.stdout.buffer)


def _base(settings: Settings) -> str:
    """What a printed link begins with."""
    return settings.public_url or f"http://localhost:{settings.port}"


def _demo(parsed: argparse.Namespace) -> int:
    from siliconmark_ui.demo.commands import add_demo_jobs

    with _database() as settings:
        return add_demo_jobs(settings, parsed.jobs, parsed.seed, _say)


@contextlib.contextmanager
def _database() -> Iterator[Settings]:
    """The settings with a key and a migrated database: the one named, the running server's own, or one started here."""
    from siliconmark_ui.server import database, postgres
    from siliconmark_ui.server.folder import prepare_folder
    from siliconmark_ui.server.secret_key import secret_key_in

    settings = load_settings(os.environ)
    prepare_folder(settings.data_dir)
    settings = replace(settings, secret_key=settings.secret_key or secret_key_in(settings.data_dir))
    if settings.database_url:
        database.check_reachable(settings.database_url)
        database.migrate(settings.database_url)
        yield settings
        return
    with postgres.attach_or_start(settings.data_dir) as server:
        database.migrate(server.url)
        yield replace(settings, database_url=server.url)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
