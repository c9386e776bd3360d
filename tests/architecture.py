"""The rules of docs/architecture.md as a checker: from a file's path and text to the sentences that it breaks."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

PACKAGE = "siliconmark_ui"
ROOTS = {"siliconmark_ui.py", "__main__.py"}
WEB = {"fastapi", "starlette"}
SQL_HOMES = {"repository.py", "statements.py", "tables.py"}
SQL_FILES = {"models.py", "db.py", "relay.py", "demo/bulk.py", "server/database.py"}
# What is no statement: errors to catch, and the type of a session that is handed on.
NO_SQL = {"sqlalchemy.exc", "sqlalchemy.ext.asyncio"}
COMMIT_FILES = {"db.py", "server/database.py"}
PURE = ("benchmarks/", "charts/", "words.py", "identifiers.py", "instants.py", "errors.py", "scoreboard/")
IMPURE = {"scoreboard/service.py", "scoreboard/repository.py"}
IMPURE_IMPORTS = {"sqlalchemy", "psycopg", "fastapi", "starlette", "reflex", f"{PACKAGE}.db", f"{PACKAGE}.models"}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "backend", "core"}
LONGEST_FUNCTION = 60
LONGEST_FILE = 400


@dataclass(frozen=True)
class Source:
    """One file of the package; `path` is relative to the package."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.text)

    @property
    def room(self) -> str:
        """The folder that the file stands in, empty at the top."""
        return self.path.split("/")[0] if "/" in self.path else ""


def problems(source: Source) -> list[str]:
    """Return every rule that a file of the package breaks, each as a sentence."""
    checks = (faces, frameworks, statements, commits, purity, names, lengths, docstrings)
    return [f"{source.path}: {problem}" for check in checks for problem in check(source)]


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted names that a file imports, wherever it does: `a.b` and each `a.b.name`."""
    for part in ast.walk(tree):
        if isinstance(part, ast.Import):
            yield from (alias.name for alias in part.names)
        elif isinstance(part, ast.ImportFrom) and part.module:
            yield part.module
            yield from (f"{part.module}.{alias.name}" for alias in part.names)


def _is_under(name: str, parents: set[str]) -> bool:
    return any(name == parent or name.startswith(f"{parent}.") for parent in parents)


def faces(source: Source) -> Iterator[str]:
    """API and pages know nothing of each other, nobody else knows them, and they ask services, not the database."""
    both = {f"{PACKAGE}.api", f"{PACKAGE}.ui"}
    own = {f"{PACKAGE}.{source.room}"} if source.room in {"api", "ui"} else set()
    for name in imported(source.tree):
        if source.path not in ROOTS and _is_under(name, both - own):
            yield f"imports {name}, which is for the root alone"
        if own and (name.endswith((".repository", ".statements")) or ".repository." in name):
            yield f"imports {name}; a face asks a service"


def frameworks(source: Source) -> Iterator[str]:
    """FastAPI and Starlette are for the API, the server and the root; Reflex is for the pages and the root."""
    for name in imported(source.tree):
        if _is_under(name, WEB) and source.room not in {"api", "server"} and source.path not in ROOTS:
            yield f"imports {name}, which is for api/ and server/"
        if _is_under(name, {"reflex"}) and source.room != "ui" and source.path not in ROOTS:
            yield f"imports {name}, which is for ui/"


def statements(source: Source) -> Iterator[str]:
    """SQL stands in repositories, statements and tables alone."""
    if PurePosixPath(source.path).name in SQL_HOMES or source.path in SQL_FILES:
        return
    for part in ast.walk(source.tree):
        modules = []
        if isinstance(part, ast.ImportFrom):
            modules = [part.module or ""]
        elif isinstance(part, ast.Import):
            modules = [alias.name for alias in part.names]
        for module in modules:
            if _is_under(module, {"sqlalchemy"}) and not _is_under(module, NO_SQL):
                yield f"imports {module}; statements stand in a repository"


def commits(source: Source) -> Iterator[str]:
    """One file commits."""
    if source.path in COMMIT_FILES:
        return
    for part in ast.walk(source.tree):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr == "commit":
            yield f"calls commit() in line {part.lineno}; session_scope() does"


def purity(source: Source) -> Iterator[str]:
    """Rules, readers and drawings know neither database nor web framework."""
    if not source.path.startswith(PURE) or source.path in IMPURE:
        return
    for name in imported(source.tree):
        if _is_under(name, IMPURE_IMPORTS) or name.endswith((".repository", ".service")):
            yield f"imports {name}, and is to be pure"


def names(source: Source) -> Iterator[str]:
    """Files and folders are named for what they hold."""
    for part in PurePosixPath(source.path).with_suffix("").parts:
        if part in FORBIDDEN_NAMES:
            yield f"is named {part}, which says nothing"


def _functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for part in ast.walk(tree):
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            yield part


def lengths(source: Source) -> Iterator[str]:
    """Functions of at most 60 lines, files of fewer than 400."""
    if (lines := source.text.count("\n")) >= LONGEST_FILE:
        yield f"has {lines} lines, {LONGEST_FILE - 1} are allowed"
    for function in _functions(source.tree):
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION:
            yield f"{function.name}() has {lines} lines, {LONGEST_FUNCTION} are allowed"


def docstrings(source: Source) -> Iterator[str]:
    """What is public says what it is for: every module, class and function at the top or in a public class."""
    yield from ([] if ast.get_docstring(source.tree) or not source.text.strip() else ["has no docstring"])
    yield from _undocumented(source.tree)


def _undocumented(parent: ast.Module | ast.ClassDef) -> Iterator[str]:
    for part in parent.body:
        if not isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or part.name.startswith("_"):
            continue
        if not ast.get_docstring(part):
            yield f"{part.name} has no docstring"
        if isinstance(part, ast.ClassDef):
            yield from _undocumented(part)
