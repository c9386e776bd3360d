"""Setting a report as PDF: tagged, with a title and a language, checked against PDF/UA-1 by the typesetter itself.

Letters of the bundled Inter come first, then the typesetter's own fonts, then the server's, and a character that none
of them has is written as its code point, `[U+6F22]`: a report never loses a character, and never fails over one.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import typst

from siliconmark_ui.reports.document import document_files
from siliconmark_ui.reports.source import ReportSource

_HERE = Path(__file__).parent
FONTS = _HERE / "fonts"
_TEMPLATE = (_HERE / "template" / "report.typ").read_bytes()
_NO_GLYPH = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")


def report_pdf(source: ReportSource) -> bytes:
    """Return the report of a job as PDF/UA-1; raises typst.TypstError when it cannot be set."""
    files, made_at = document_files(source), datetime.fromisoformat(source["made_at"]).replace(microsecond=0)
    try:
        return _compile(files, made_at, with_server_fonts=False)
    except typst.TypstError as problem:
        if not missing_characters(problem):
            raise
    try:
        return _compile(files, made_at, with_server_fonts=True)
    except typst.TypstError as problem:
        spelled = {ord(character): f"[U+{ord(character):04X}]" for character in missing_characters(problem)}
        spelled_files = {name: text.translate(spelled) for name, text in files.items()}
        return _compile(spelled_files, made_at, with_server_fonts=True)


def missing_characters(problem: typst.TypstError) -> set[str]:
    """Return the characters that the typesetter found no glyph for."""
    words = "".join(_NO_GLYPH.findall(str(getattr(problem, "diagnostic", problem))))
    return set(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), words))


def _compile(files: Mapping[str, str], made_at: datetime, *, with_server_fonts: bool) -> bytes:
    sources = {name: text.encode() for name, text in files.items()}
    # The library takes files by name as a dictionary, which its types do not tell.
    made: bytes = typst.compile(  # type: ignore[call-overload]
        {"main.typ": _TEMPLATE, **sources},
        font_paths=[str(FONTS)],
        ignore_system_fonts=not with_server_fonts,
        format="pdf",
        pdf_standards=["ua-1"],
        timestamp=made_at,
    )
    return made
