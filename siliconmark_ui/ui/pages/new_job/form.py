"""From what stands in the form to the body that the API takes too, and from its refusals to sentences by field."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from typing import Any

from siliconmark_ui.benchmarks.catalogue import BENCHMARKS, QUICK_MARK
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.jobs.schemas import JobDetail
from siliconmark_ui.jobs.service import LARGEST_NODE_COUNT, NewJob, read_new_job
from siliconmark_ui.words import NAME_MAX, TAGS_MAX

_GENERATED = re.compile(r"job-[0-9a-z]{8,}")
_SETTING = re.compile(r"^benchmarks\[0\]\.config\.\w+")
_PARTS = (("name", "Name"), ("description", "Description"), ("node_count", "The number of nodes"))
_COPY = " copy"
TAGS_SUGGESTED = 8


@dataclasses.dataclass(frozen=True)
class SettingView:
    """One setting of a benchmark; `field` is its name in the form, `value` its text, empty for the default.

    `problem` says what is wrong with what was entered, empty when nothing is.
    """

    field: str = ""
    label: str = ""
    value: str = ""
    hint: str = ""
    problem: str = ""


@dataclasses.dataclass(frozen=True)
class EntryView:
    """One benchmark of the job besides QuickMark; `key` tells two entries of the same benchmark apart."""

    key: str = ""
    benchmark_id: str = ""
    name: str = ""
    settings: list[SettingView] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class FormView:
    """What the form begins with."""

    name: str = ""
    description: str = ""
    node_count: str = "1"
    tags: str = ""


@dataclasses.dataclass(frozen=True)
class Problems:
    """What is wrong, one sentence a field in the order of the form, empty where nothing is.

    Those of `settings` stand under the name of their field.
    """

    name: str = ""
    description: str = ""
    node_count: str = ""
    settings: dict[str, str] = dataclasses.field(default_factory=dict)
    benchmarks: str = ""
    tags: str = ""

    @property
    def first(self) -> str:
        """The first field with a problem, empty when there is none."""
        wrong = next((name for name, problem in vars(self).items() if problem), "")
        return next(iter(self.settings)) if wrong == "settings" else wrong


def tags_in(text: str) -> tuple[list[str], str]:
    """Give the tags that a text with commas has finished, and the one that is being typed."""
    *done, last = text.split(",")
    return [tag for part in done if (tag := part.strip())], last.strip()


def suggested_tags(tags: Sequence[str], text: str) -> list[str]:
    """Give the tags to suggest for what is typed: those not entered yet that contain it in any case, at most 8."""
    done, part = tags_in(text)
    if len(done) >= TAGS_MAX:
        return []
    found = [tag for tag in tags if part.lower() in tag.lower() and tag not in done and tag != part]
    found.sort(key=lambda tag: not tag.lower().startswith(part.lower()))
    return found[:TAGS_SUGGESTED]


def with_suggestion(text: str, tag: str) -> str:
    """Give the text with a suggested tag in the place of the one that was being typed, ready for the next."""
    done, _ = tags_in(text)
    return ", ".join([*done, tag, ""])


def entry_view(key: int, benchmark_id: str, config: Mapping[str, int] | None = None) -> EntryView:
    """Give the form's part for one benchmark of the catalogue; raises KeyError for another."""
    benchmark = BENCHMARKS[benchmark_id]
    settings = [
        SettingView(
            field=f"{name}-{key}",
            label=f"{parameter.label} ({parameter.unit})",
            value=str((config or {}).get(name, "")),
            hint=f"{parameter.minimum}–{parameter.maximum}, optional",
        )
        for name, parameter in benchmark.config.items()
    ]
    return EntryView(str(key), benchmark.id, benchmark.name, settings)


def place_after(entries: Sequence[EntryView], index: int, removed: str) -> str:
    """Give the id of where the keyboard goes on when a benchmark `removed` has left `entries` at `index`.

    That is the button that removes the next one, else the one before it, else the button that adds such a benchmark.
    """
    return f"new-job-remove-{entries[min(index, len(entries) - 1)].key}" if entries else f"new-job-add-{removed}"


def form_like(job: JobDetail) -> tuple[FormView, list[EntryView]]:
    """Give the form filled as that job was asked for, under a name of its own."""
    name = "" if _GENERATED.fullmatch(job["name"]) else f"{job['name'][: NAME_MAX - len(_COPY)]}{_COPY}"
    form = FormView(name, job["description"] or "", str(job["node_count"]), ", ".join(job["tags"]))
    others = [entry for entry in job["benchmark_sequence"] if entry["benchmark_id"] != QUICK_MARK]
    return form, [entry_view(key, entry["benchmark_id"], entry["config"]) for key, entry in enumerate(others)]


def body_of(fields: Mapping[str, str], entries: Sequence[EntryView]) -> dict[str, Any]:
    """Give the body of a creation for what was entered; what is no number stays text, for the check to refuse."""
    return {
        "name": fields.get("name", "").strip() or None,
        "description": fields.get("description", "").replace("\r\n", "\n").strip() or None,
        "node_count": _number(fields.get("node_count", "")),
        "tags": [tag for part in fields.get("tags", "").split(",") if (tag := part.strip())],
        "benchmarks": [{"benchmark_id": entry.benchmark_id, "config": _config(fields, entry)} for entry in entries],
    }


def with_problems(entries: Sequence[EntryView], problems: Problems) -> list[EntryView]:
    """Give the form's benchmarks with what is wrong with each of their settings."""

    def told(setting: SettingView) -> SettingView:
        return dataclasses.replace(setting, problem=problems.settings.get(setting.field, ""))

    return [dataclasses.replace(entry, settings=[*map(told, entry.settings)]) for entry in entries]


def check(body: Mapping[str, Any], entries: Sequence[EntryView]) -> tuple[NewJob | None, Problems]:
    """Check every field by the rules of the API; gives the checked request, or what is wrong with each field.

    `entries` are the benchmarks of the form, in the order of those of the body.
    """
    count = {"node_count": body["node_count"]}
    problems = {name: _problem({name: body[name]}) for name in ("name", "description", "tags")}
    problems["node_count"] = _problem(count)
    # Too few nodes for a benchmark are the fault of the number of nodes, which is checked by itself before.
    together = _problem({**({} if problems["node_count"] else count), "benchmarks": body["benchmarks"]})
    is_about_nodes = together.startswith("node_count")
    settings = _wrong_settings(body, entries)
    problems["benchmarks"] = "" if is_about_nodes or settings else together
    problems["node_count"] = problems["node_count"] or (together if is_about_nodes else "")
    found = Problems(settings=settings, **{name: _in_words(text) for name, text in problems.items()})
    return (None, found) if found.first else (read_new_job(body), found)


def _wrong_settings(body: Mapping[str, Any], entries: Sequence[EntryView]) -> dict[str, str]:
    """Check each setting by itself, so that all that are wrong are said at once."""
    problems = {}
    for asked, entry in zip(body["benchmarks"], entries, strict=True):
        for name, value in asked["config"].items():
            alone = {"benchmark_id": asked["benchmark_id"], "config": {name: value}}
            problem = _problem({"node_count": LARGEST_NODE_COUNT, "benchmarks": [alone]})
            if problem:
                label = BENCHMARKS[entry.benchmark_id].config[name].label
                problems[f"{name}-{entry.key}"] = _SETTING.sub(label, problem)
    return problems


def _problem(part: Mapping[str, Any]) -> str:
    try:
        read_new_job({"benchmarks": [], **part})
    except InvalidInput as error:
        return error.message
    return ""


def _in_words(message: str) -> str:
    text = re.sub(r"tags\[(\d+)\]", lambda match: f"Tag {int(match[1]) + 1}", message)
    text = re.sub(r"benchmarks\[(\d+)\]: ", "", text)
    for name, word in _PARTS:
        text = re.sub(rf"^{name}\b", word, text)
    for benchmark in BENCHMARKS.values():
        text = text.replace(f"'{benchmark.id}'", benchmark.name)
    return text[:1].upper() + text[1:]


def _config(fields: Mapping[str, str], entry: EntryView) -> dict[str, int | str]:
    values = {setting.field: fields.get(setting.field, "").strip() for setting in entry.settings}
    return {field.rpartition("-")[0]: _number(text) for field, text in values.items() if text}


def _number(text: str) -> int | str:
    stripped = text.strip()
    return int(stripped) if stripped.isascii() and stripped.isdecimal() and len(stripped) < 10 else stripped
