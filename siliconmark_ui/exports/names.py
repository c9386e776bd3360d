"""What a file is called: its name says which jobs it holds, in characters that every file system and header takes."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from urllib.parse import quote

from siliconmark_ui.alerts.query import AlertQuery
from siliconmark_ui.instants import to_text
from siliconmark_ui.jobs.filters import JobQuery

# File systems take 255 bytes; this leaves room for letters of three bytes and for what a browser appends.
_LONGEST = 70
_UNSAFE = re.compile(r"[^\w+]+")
_NOT_ASCII = re.compile(r"[^ -~]+")


def file_name(table: str, query: JobQuery, extension: str, day: date) -> str:
    """Return a name such as `jobs_completed_tag-production_2026-11-23.csv`; letters of any script stay."""
    return named(table, _parts(query), extension, day)


def named(table: str, words: Iterable[str], extension: str, day: date) -> str:
    """Return a name that holds the table, the words as far as they fit, and the day."""
    stem = "_".join([table, *filter(None, map(_safe, words))])
    return f"{stem[:_LONGEST].rstrip('-_.')}_{day.isoformat()}.{extension}"


def disposition(name: str) -> str:
    """Return the `Content-Disposition` of an attachment (RFC 6266): plain ASCII, and the full name where it differs."""
    plain = _NOT_ASCII.sub("", unicodedata.normalize("NFKD", name))
    if plain == name:
        return f'attachment; filename="{name}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _safe(part: str) -> str:
    return _UNSAFE.sub("-", unicodedata.normalize("NFC", part)).strip("-")


def _parts(query: JobQuery) -> list[str]:
    words = [*query.state, f"picked-{len(query.ids)}" if query.ids else ""]
    words += [f"name-{query.name}" if query.name else "", query.benchmark_id or ""]
    words += [f"tag-{tag}" for tag in query.tags]
    words += [_nodes(query)]
    words += [f"after-{to_text(query.created_after)[:10]}" if query.created_after else ""]
    words += [f"before-{to_text(query.created_before)[:10]}" if query.created_before else ""]
    if isinstance(query, AlertQuery):
        words += [f"alerts-{query.review}" if query.review else "", query.gpu_model or ""]
    else:
        words += ["with-performance" if query.has_performance_data else ""]
    return [word for word in words if word]


def _nodes(query: JobQuery) -> str:
    least, most = query.node_count_min, query.node_count_max
    if least is None and most is None:
        return ""
    return f"nodes-{least or 1}-{most}" if most is not None else f"nodes-from-{least}"
