"""What every name, description and tag must satisfy; pure, shared by the API, the pages and the command line.

Lengths are counted in Unicode code points, as PostgreSQL's `char_length` counts them.
"""

import re
import unicodedata

from siliconmark_ui.errors import InvalidInput

NAME_MAX = 60
DESCRIPTION_MAX = 512
TAGS_MAX = 10
TAG_MAX = 50

# Category Cc without newline and tab, and halves of surrogate pairs, which are no characters and cannot be stored.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_TAG_SIGNS = frozenset(" -_.:/@+")
# What sets the direction of all that follows it, until another of them ends that.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
# The same rules as patterns, in the dialect of JSON Schema, for the API's description of itself.
_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
TEXT_PATTERN = rf"^[^{_CONTROLS}]*$"
# What trimming takes away; lengths count what is left, which `maxLength` cannot say.
_TRIMMED = r"[^\S\x0b-\x1f\x85]*"
EMAIL_PATTERN = rf"^{_TRIMMED}[^\s{_CONTROLS}]+@[^\s@{_CONTROLS}]+{_TRIMMED}$"
_TAG_LETTERS = r"\p{L}\p{N}\p{M}_.:/@+-"


def _trimmed_pattern(ends: str, middle: str, most: int) -> str:
    return rf"^{_TRIMMED}{ends}({middle}{{0,{most - 2}}}{ends})?{_TRIMMED}$"


def name_pattern(most: int = NAME_MAX) -> str:
    """Return the pattern of names of 1 to `most` characters after trimming."""
    return _trimmed_pattern(rf"[^\s{_CONTROLS}]", rf"[^{_CONTROLS}]", most)


NAME_PATTERN = name_pattern()
TAG_PATTERN = _trimmed_pattern(f"[{_TAG_LETTERS}]", f"[ {_TAG_LETTERS}]", TAG_MAX)


def check_text(value: object, field: str) -> str:
    """Return `value` when it is text without control characters (newline and tab are fine).

    Raises InvalidInput naming `field` for anything else.
    """
    if not isinstance(value, str):
        raise InvalidInput(f"{field} must be text")
    if _FORBIDDEN.search(value):
        raise InvalidInput(f"{field} must not contain control characters other than newline and tab", "characters")
    return value


def straight(text: str) -> str:
    """Return what somebody wrote as a part of a sentence of ours, whose other words it cannot turn round."""
    return _TURNS.sub("", text)


def clean_name(value: object, field: str = "name") -> str:
    """Return the trimmed name of 1 to 60 characters; raises InvalidInput naming `field`."""
    name = check_text(value, field).strip()
    if not 1 <= len(name) <= NAME_MAX:
        raise InvalidInput(f"{field} must be 1 to {NAME_MAX} characters long after trimming", "name")
    return name


def clean_description(value: object, field: str = "description") -> str | None:
    """Return a description of at most 512 characters as it is, or None for None; raises InvalidInput."""
    if value is None:
        return None
    description = check_text(value, field)
    if len(description) > DESCRIPTION_MAX:
        raise InvalidInput(f"{field} must be at most {DESCRIPTION_MAX} characters long")
    return description


def clean_tags(value: object, field: str = "tags") -> list[str]:
    """Return trimmed tags in the caller's order, equal ones (after trimming, case counts) folded into the first.

    None means no tags. At most 10 may be given, repeated ones included, because the served schema states the limit
    for the list as it arrives. Raises InvalidInput naming the entry.
    """
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise InvalidInput(f"{field} must be a list of at most {TAGS_MAX} texts")
    if len(value) > TAGS_MAX:
        raise InvalidInput(f"{field} must have at most {TAGS_MAX} entries")
    return list(dict.fromkeys(_clean_tag(tag, f"{field}[{index}]") for index, tag in enumerate(value)))


def _clean_tag(value: object, field: str) -> str:
    tag = check_text(value, field).strip()
    if not 1 <= len(tag) <= TAG_MAX:
        raise InvalidInput(f"{field} must be 1 to {TAG_MAX} characters long after trimming")
    if not all(_is_tag_character(character) for character in tag):
        raise InvalidInput(f"{field} may hold letters and digits of any script, space and - _ . : / @ + only")
    return tag


def _is_tag_character(character: str) -> bool:
    # Marks (M) belong to letters: without them no word in Hindi or Thai could be written.
    return character in _TAG_SIGNS or unicodedata.category(character)[0] in "LNM"
