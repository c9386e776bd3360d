"""The page on which a job is made."""

import reflex as rx

from siliconmark_ui.benchmarks.catalogue import BENCHMARKS, QUICK_MARK, Benchmark
from siliconmark_ui.jobs.service import LARGEST_NODE_COUNT
from siliconmark_ui.ui import urls
from siliconmark_ui.ui.components.feedback import bone
from siliconmark_ui.ui.components.focus_at import FocusAt
from siliconmark_ui.ui.components.sections import failed_page
from siliconmark_ui.ui.layout import demo_mark, frame
from siliconmark_ui.ui.pages.new_job.state import NewJobState
from siliconmark_ui.ui.values import Shown
from siliconmark_ui.words import DESCRIPTION_MAX, NAME_MAX, TAGS_MAX

state: Shown = NewJobState

TYPING_PAUSE_MS = 250


def new_job_page() -> rx.Component:
    """Draw the form of a new job."""
    crumbs = rx.el.nav(
        rx.el.a("Jobs", href=urls.HOME, class_name="sm-link"),
        rx.icon("chevron-right", size=13),
        rx.el.span("New job", custom_attrs={"aria-current": "page"}),
        class_name="sm-crumbs",
        aria_label="Breadcrumbs",
    )
    title = rx.el.div(rx.el.h1("New job", class_name="sm-title"), demo_mark(), class_name="sm-page-head sm-job-head")
    copied = rx.el.p("Filled as “", rx.el.strong(state.source_name), "” was asked for.", class_name="sm-muted sm-flat")
    failed = failed_page("The form could not be shown", state, "new-job-failed")
    return frame(
        crumbs,
        title,
        rx.cond(state.source_name != "", copied),
        rx.match(state.phase, ("ready", _form()), ("failed", failed), _skeleton()),
        current="jobs",
    )


def _skeleton() -> rx.Component:
    return rx.el.div(
        *(rx.el.div(bone(4), class_name="sm-field") for _ in range(5)), class_name="sm-form", aria_busy="true"
    )


def _form() -> rx.Component:
    name = rx.el.input(
        **_control("name"),
        default_value=state.start.name,
        max_length=NAME_MAX,
        placeholder="Made for you when left empty",
        class_name="sm-input",
    )
    description = rx.el.textarea(
        **_control("description"),
        default_value=state.start.description,
        max_length=DESCRIPTION_MAX,
        class_name="sm-input sm-area",
    )
    node_count = rx.el.input(
        **_control("node_count"),
        default_value=state.start.node_count,
        input_mode="numeric",
        class_name="sm-input sm-narrow",
    )
    tags = rx.el.input(
        **_control("tags"),
        default_value=state.start.tags,
        on_change=state.type_tags.debounce(TYPING_PAUSE_MS),
        placeholder="production, rack 7",
        class_name="sm-input",
    )
    return rx.el.form(
        _field("name", "Name", "", name),
        _field("description", "Description", "", description),
        _field("node_count", "Nodes", f"How many machines take part, 1 to {LARGEST_NODE_COUNT}.", node_count),
        _benchmarks(),
        _field("tags", "Tags", f"Up to {TAGS_MAX}, with commas between them.", tags, _suggestions()),
        rx.cond(state.failure.message != "", _failure()),
        FocusAt.create(place=state.wrong, round=state.refusals),
        FocusAt.create(place=state.next_place, round=state.removals),
        rx.el.div(
            rx.el.button(
                rx.cond(state.is_sending, "Creating…", "Create job"),
                type="submit",
                class_name="sm-button sm-button-main",
                disabled=state.is_sending,
                data_testid="new-job-submit",
            ),
            rx.el.a("Cancel", href=urls.HOME, class_name="sm-button"),
            class_name="sm-actions sm-actions-start",
        ),
        key=rx.Var.create("form-") + state.round.to_string(),
        on_submit=state.submit,
        no_validate=True,
        class_name="sm-form",
        data_testid="new-job-form",
    )


def _control(name: str) -> dict[str, Shown]:
    place = f"new-job-{name.replace('_', '-')}"
    return {
        "id": place,
        "name": name,
        "auto_complete": "off",
        "aria_invalid": rx.cond(state.problems[name] != "", "true", "false"),
        "aria_describedby": f"{place}-says",
    }


def _field(name: str, label: str, hint: str, control: rx.Component, *more: rx.Component) -> rx.Component:
    place = f"new-job-{name.replace('_', '-')}"
    return rx.el.div(rx.el.label(label, html_for=place), control, *more, _says(name, hint), class_name="sm-field")


def _suggestions() -> rx.Component:
    buttons = rx.foreach(
        state.suggestions,
        lambda tag: rx.el.button(
            rx.icon("plus", size=12),
            rx.el.span(tag, class_name="sm-cut"),
            type="button",
            title=tag,
            class_name="sm-chip",
            on_click=state.take_tag(tag),
        ),
    )
    group = rx.el.div(
        rx.el.span("In use:", class_name="sm-muted"),
        buttons,
        class_name="sm-tag-suggestions",
        role="group",
        aria_label="Suggestions",
        data_testid="new-job-suggestions",
    )
    return rx.cond(state.suggestions.length() > 0, group)


def _says(name: str, hint: str) -> rx.Component:
    place = f"new-job-{name.replace('_', '-')}-says"
    problem = rx.el.span(state.problems[name], class_name="sm-problem", data_testid=f"problem-{name}")
    return rx.el.div(
        rx.cond(state.problems[name] != "", problem, rx.el.span(hint, class_name="sm-hint")),
        id=place,
        role="status",
    )


def _benchmarks() -> rx.Component:
    others = [benchmark for benchmark in BENCHMARKS.values() if benchmark.id != QUICK_MARK]
    always = rx.el.div(
        rx.el.strong(BENCHMARKS[QUICK_MARK].name),
        rx.el.span("Always part of a job", class_name="sm-muted"),
        class_name="sm-entry",
    )
    return rx.el.fieldset(
        rx.el.legend("Benchmarks", class_name="sm-label"),
        always,
        rx.foreach(state.entries, lambda entry, place: _entry(entry, place)),
        rx.el.div(*map(_add_button, others), class_name="sm-actions sm-actions-start sm-entry"),
        _says("benchmarks", "A benchmark may run more than once, each time with other settings."),
        id="new-job-benchmarks",
        tab_index=-1,
        aria_describedby="new-job-benchmarks-says",
        class_name="sm-fieldset",
    )


def _add_button(benchmark: Benchmark) -> rx.Component:
    needs = f" (from {benchmark.min_nodes} nodes)" if benchmark.min_nodes > 1 else ""
    return rx.el.button(
        rx.icon("plus", size=14),
        f"Add {benchmark.name}{needs}",
        id=f"new-job-add-{benchmark.id}",
        type="button",
        class_name="sm-button",
        on_click=state.add(benchmark.id),
        data_testid=f"new-job-add-{benchmark.id}",
    )


def _entry(entry: Shown, place: Shown) -> rx.Component:
    # QuickMark is the first benchmark of every job.
    number = (place + 2).to_string()
    return rx.el.div(
        rx.el.strong(entry.name),
        rx.foreach(entry.settings, _setting),
        rx.el.button(
            rx.icon("x", size=14),
            id=rx.Var.create("new-job-remove-") + entry.key.to(str),
            type="button",
            class_name="sm-button sm-button-quiet sm-button-icon",
            aria_label=rx.Var.create("Remove ") + entry.name.to(str) + ", benchmark " + number,
            on_click=state.remove(entry.key),
        ),
        key=entry.key,
        class_name="sm-entry",
    )


def _setting(setting: Shown) -> rx.Component:
    place = rx.Var.create("new-job-") + setting.field.to(str)
    problem = rx.el.span(setting.problem, class_name="sm-problem", data_testid="problem-setting")
    return rx.el.div(
        rx.el.label(setting.label, html_for=place),
        rx.el.input(
            id=place,
            name=setting.field,
            default_value=setting.value,
            placeholder=setting.hint,
            input_mode="numeric",
            auto_complete="off",
            aria_invalid=rx.cond(setting.problem != "", "true", "false"),
            aria_describedby=place + "-says",
            class_name="sm-input",
        ),
        rx.el.div(rx.cond(setting.problem != "", problem), id=place + "-says", role="status"),
        key=setting.field,
        class_name="sm-field",
    )


def _failure() -> rx.Component:
    request = rx.cond(
        state.failure.request_id != "",
        rx.el.span(" Request ", rx.el.code(state.failure.request_id, class_name="sm-mono")),
    )
    return rx.el.div(
        rx.icon("circle-x", size=15),
        rx.el.span(state.failure.message, request),
        class_name="sm-alert",
        role="alert",
        data_testid="new-job-failure",
    )
