"""The controls of the job list's filters: a bar on wide screens, a sheet on a phone, one set of parts for both."""

import reflex as rx

from siliconmark_ui.benchmarks.catalogue import BENCHMARKS
from siliconmark_ui.ui.pages.jobs.state import JobsState
from siliconmark_ui.ui.pages.jobs.view import PRESETS, SORT_NAMES
from siliconmark_ui.ui.theme import STATE_NAMES
from siliconmark_ui.ui.values import Shown

state: Shown = JobsState

TYPING_PAUSE_MS = 250
chosen: Shown = state.chosen


def filter_bar() -> rx.Component:
    """Draw the filters: search always, the others beside it or behind one button."""
    wide = rx.el.div(
        _state_select("All states"),
        _benchmark_select("All benchmarks"),
        _panel_button("Tags", "tag", chosen.tags.length() > 0, _tag_choice(), "tags"),
        _panel_button(
            "Created",
            "calendar",
            (chosen.created_after != "") | (chosen.created_before != ""),
            _created_choice(),
            "created",
        ),
        _panel_button(
            "Nodes", "server", (chosen.node_count_min != "") | (chosen.node_count_max != ""), _node_choice(), "nodes"
        ),
        _performance_button(),
        class_name="sm-filter-bar sm-wide-only",
    )
    return rx.el.div(_search(), wide, _sheet(), class_name="sm-filters", role="search", aria_label="Filter jobs")


def active_view() -> rx.Component:
    """Draw the active filters as chips and the whole question as one sentence."""
    clear = rx.el.button(
        "Clear filters", type="button", class_name="sm-button sm-button-quiet sm-button-small", on_click=state.clear
    )
    return rx.el.div(
        rx.foreach(state.chips, _chip),
        rx.cond(state.chips.length() > 0, clear),
        rx.el.span(state.sentence, aria_live="polite", data_testid="jobs-sentence"),
        class_name="sm-view",
    )


def _chip(chip: Shown) -> rx.Component:
    return rx.el.button(
        rx.el.span(chip.text),
        rx.icon("x", size=13),
        type="button",
        class_name="sm-chip",
        title=chip.text,
        aria_label=rx.Var.create("Remove filter: ") + chip.text,
        on_click=state.remove(chip.field, chip.value),
        data_testid="jobs-chip",
    )


def _search() -> rx.Component:
    return rx.el.input(
        key=rx.Var.create("name-") + state.name_round.to_string(),
        type="search",
        class_name="sm-input sm-search",
        placeholder="Search by name",
        aria_label="Name has",
        default_value=chosen.name,
        max_length=60,
        on_change=state.search.debounce(TYPING_PAUSE_MS),
        data_testid="jobs-search",
    )


def _state_select(none: str) -> rx.Component:
    return rx.el.select(
        rx.el.option(none, value=""),
        *(rx.el.option(word, value=name) for name, word in STATE_NAMES.items()),
        value=chosen.state,
        on_change=lambda value: state.choose("state", value),
        class_name="sm-select",
        aria_label="State",
        data_active=chosen.state != "",
        data_testid="jobs-state",
    )


def _benchmark_select(none: str) -> rx.Component:
    return rx.el.select(
        rx.el.option(none, value=""),
        *(rx.el.option(benchmark.name, value=benchmark.id) for benchmark in BENCHMARKS.values()),
        value=chosen.benchmark_id,
        on_change=lambda value: state.choose("benchmark_id", value),
        class_name="sm-select",
        aria_label="Benchmark",
        data_active=chosen.benchmark_id != "",
    )


def _panel_button(word: str, icon: str, is_active: Shown, content: rx.Component, name: str) -> rx.Component:
    button = rx.el.button(
        rx.icon(icon, size=14),
        word,
        rx.icon("chevron-down", size=13),
        type="button",
        class_name="sm-button",
        data_active=is_active,
        data_testid=f"jobs-{name}",
    )
    panel = rx.popover.content(
        rx.el.div(content, _problem(), class_name="sm-filter-panel"),
        size="1",
        aria_label=word,
        side="bottom",
        align="start",
    )
    return rx.popover.root(rx.popover.trigger(button), panel)


def _problem() -> rx.Component:
    return rx.cond(state.problem != "", rx.el.p(state.problem, class_name="sm-problem", role="alert"))


def _tag_choice() -> rx.Component:
    find = rx.el.input(
        type="search",
        class_name="sm-input",
        placeholder="Find a tag",
        aria_label="Find a tag",
        default_value=state.tag_search,
        on_change=state.find_tags.debounce(TYPING_PAUSE_MS),
    )
    options = rx.el.div(rx.foreach(state.tag_options, _tag_option), class_name="sm-options", tab_index=0)
    choice = rx.el.fieldset(
        rx.el.legend("Jobs that have all of", class_name="sm-label"), find, options, class_name="sm-fieldset"
    )
    return rx.cond(state.has_tags, choice, rx.el.p("No job has a tag yet.", class_name="sm-muted"))


def _tag_option(tag: Shown) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            checked=chosen.tags.contains(tag),
            on_change=lambda is_wanted: state.choose_tag(tag, is_wanted),
        ),
        rx.el.span(tag, class_name="sm-cut", title=tag),
        class_name="sm-check",
    )


def _created_choice() -> rx.Component:
    presets = [
        rx.el.button(word, type="button", class_name="sm-button", on_click=state.choose_span(days))
        for days, word in PRESETS.items()
    ]
    return rx.el.div(
        rx.el.div(*presets, class_name="sm-filter-row"),
        _field("After (UTC)", "created_after", chosen.created_after, type="datetime-local"),
        _field("Before (UTC)", "created_before", chosen.created_before, type="datetime-local"),
        class_name="sm-filter-panel",
    )


def _node_choice() -> rx.Component:
    limits: dict[str, Shown] = {"input_mode": "numeric", "max_length": 3}
    return rx.el.div(
        _field("Nodes, at least", "node_count_min", chosen.node_count_min, placeholder="1", **limits),
        _field("Nodes, at most", "node_count_max", chosen.node_count_max, placeholder="256", **limits),
        class_name="sm-filter-row",
    )


def _field(label: str, name: str, value: Shown, **props: str | int) -> rx.Component:
    return rx.el.label(
        rx.el.span(label, class_name="sm-label"),
        rx.el.input(
            key=rx.Var.create(f"{name}-") + value,
            default_value=value,
            class_name="sm-input",
            on_change=state.choose(name).debounce(2 * TYPING_PAUSE_MS),
            **props,
        ),
        class_name="sm-field",
    )


def _performance_button() -> rx.Component:
    return rx.el.button(
        rx.icon("gauge", size=14),
        "Has performance data",
        type="button",
        class_name="sm-button",
        aria_pressed=chosen.has_performance_data,
        data_active=chosen.has_performance_data,
        on_click=state.choose("has_performance_data", rx.cond(chosen.has_performance_data, "", "true")),
    )


def _sort_choice() -> rx.Component:
    fields = rx.el.select(
        *(rx.el.option(word, value=name) for name, word in SORT_NAMES.items()),
        value=chosen.sort_by,
        on_change=state.sort,
        class_name="sm-select",
        aria_label="Sort by",
    )
    directions = rx.el.select(
        rx.el.option("Descending", value="desc"),
        rx.el.option("Ascending", value="asc"),
        value=chosen.sort_order,
        on_change=state.order,
        class_name="sm-select",
        aria_label="Direction",
    )
    return rx.el.div(fields, directions, class_name="sm-filter-row")


def _sheet() -> rx.Component:
    opener = rx.el.button(
        rx.icon("sliders-horizontal", size=15),
        "Filters",
        rx.cond(state.chips.length() > 0, rx.el.span(state.chips.length(), class_name="sm-count")),
        type="button",
        class_name="sm-button sm-phone-only",
        data_testid="jobs-filters",
    )
    done = rx.dialog.close(
        rx.el.button("Show ", state.total_text, type="button", class_name="sm-button sm-button-main")
    )
    return rx.dialog.root(
        rx.dialog.trigger(opener),
        rx.dialog.content(
            rx.dialog.title("Filters", class_name="sm-sheet-title"),
            rx.dialog.description("Filters and order of the job list", class_name="sm-visually-hidden"),
            rx.el.div(
                _state_select("All states"),
                _benchmark_select("All benchmarks"),
                _performance_button(),
                _node_choice(),
                _created_choice(),
                _tag_choice(),
                _sort_choice(),
                _problem(),
                class_name="sm-sheet-body",
            ),
            done,
            class_name="sm-sheet",
        ),
    )
