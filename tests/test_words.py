"""What names, descriptions and tags must satisfy."""

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.words import NAME_PATTERN, TAG_PATTERN, check_text, clean_description, clean_name, clean_tags


def test_name_is_trimmed_when_it_has_outer_white_space() -> None:
    assert clean_name("  GPU Benchmark Test\n") == "GPU Benchmark Test"


@pytest.mark.parametrize("name", ["x", "é" * 60, "日本" * 30, " " + "a" * 60 + " ", "two\nlines\tand a tab"])
def test_name_is_taken_when_it_is_within_the_limits(name: str) -> None:
    assert clean_name(name) == name.strip()


@pytest.mark.parametrize(
    "name", ["", "   ", "\n\t", "a" * 61, None, 7, True, ["a"], "a\x00b", "a\x7fb", "a\x85b", "\ud800"]
)
def test_name_is_refused_with_its_field_when_it_breaks_a_rule(name: object) -> None:
    with pytest.raises(InvalidInput, match=r"^job_name ") as refusal:
        clean_name(name, "job_name")
    assert refusal.value.status == 400


def test_control_character_is_refused_when_trimming_would_have_removed_it() -> None:
    with pytest.raises(InvalidInput, match="control characters"):
        clean_name("name\x1f")


@given(st.characters())
def test_text_is_refused_exactly_when_a_character_is_a_control_or_half_a_pair(character: str) -> None:
    category = unicodedata.category(character)
    if category == "Cs" or (category == "Cc" and character not in "\n\t"):
        with pytest.raises(InvalidInput):
            check_text(character, "field")
    else:
        assert check_text(character, "field") == character


def test_description_stays_as_it_is_when_it_fits() -> None:
    assert clean_description(None) is None
    assert clean_description("") == ""
    assert clean_description(" line one\n\tline two ") == " line one\n\tline two "
    assert clean_description("d" * 512) == "d" * 512


@pytest.mark.parametrize("description", ["d" * 513, 5, {}, "bell\x07"])
def test_description_is_refused_when_it_breaks_a_rule(description: object) -> None:
    with pytest.raises(InvalidInput, match=r"^description "):
        clean_description(description)


def test_tags_are_folded_in_order_when_some_are_equal_after_trimming() -> None:
    assert clean_tags(["b", " a ", "b ", "A", "a"]) == ["b", "a", "A"]
    assert clean_tags(None) == []
    assert clean_tags([]) == []


@pytest.mark.parametrize(
    "tag",
    [
        "provider: aws",
        "a-b_c.d:e/f@g+h",
        "Größe",
        "東京",
        "हिन्दी",
        "ไทย",
        "٣",
        "Ⅷ",
        "e\u0301",
        "x" * 50,
        " " + "x" * 50,
    ],
)
def test_tag_is_taken_when_its_characters_are_allowed(tag: str) -> None:
    assert clean_tags([tag]) == [tag.strip()]


@pytest.mark.parametrize(
    "tag",
    ["", " ", "x" * 51, "a,b", "a;b", "<b>", "50%", "a\tb", "a\nb", "a\u00a0b", "a\u200bb", "🚀", "a#", "a'b", "a\\b"],
)
def test_tag_is_refused_with_its_place_when_it_breaks_a_rule(tag: str) -> None:
    with pytest.raises(InvalidInput, match=r"^tags\[1\] "):
        clean_tags(["fine", tag])


@pytest.mark.parametrize("tags", ["production", {"a": 1}, 3, True, [f"t{i}" for i in range(11)], ["same"] * 11])
def test_tags_are_refused_when_they_are_no_list_of_ten(tags: object) -> None:
    with pytest.raises(InvalidInput, match=r"^tags must "):
        clean_tags(tags)


@pytest.mark.parametrize("tag", [None, 1, True, ["a"]])
def test_tag_is_refused_when_it_is_no_text(tag: object) -> None:
    with pytest.raises(InvalidInput, match=r"^tags\[0\] must be text"):
        clean_tags([tag])


@given(
    st.lists(
        st.text(alphabet="abC -_.:/@+ü9", min_size=1, max_size=50).filter(lambda tag: tag.strip() != ""), max_size=10
    )
)
def test_cleaned_tags_stay_the_same_when_cleaned_again(tags: list[str]) -> None:
    cleaned = clean_tags(tags)
    assert clean_tags(cleaned) == cleaned
    assert len(set(cleaned)) == len(cleaned)
    assert set(cleaned) == {tag.strip() for tag in tags}


@pytest.mark.parametrize(
    ("pattern", "clean", "longest"),
    [(NAME_PATTERN, clean_name, 60), (TAG_PATTERN, lambda tag: clean_tags([tag])[0], 50)],
)
def test_pattern_of_the_schema_says_what_trimming_leaves(
    pattern: str, clean: Callable[[str], str], longest: int
) -> None:
    # The dialect of the schema is not Python's; these texts need none of what differs but the letters of a script.
    spelled = re.compile(pattern.replace(r"\p{L}\p{N}\p{M}", "a-zé0-9"))
    blank, control = "\u00a0 \n", "\x1f"
    for text in ("a", "é" * longest, f"{blank}{'a' * longest}{blank}", f"a{' ' * (longest - 2)}b"):
        assert spelled.fullmatch(text)
        assert len(clean(text)) <= longest
    for text in ("", " ", blank, "a" * (longest + 1), f"{blank}{'a' * (longest + 1)}", f"{control}a", f"a{control}"):
        assert not spelled.fullmatch(text)
        with pytest.raises(InvalidInput):
            clean(text)
