"""The controls of the performance page: a bar on wide screens, a sheet on a phone, one set of parts for both."""

import reflex as rx

from siliconmark_ui.benchmarks.catalogue import BENCHMARKS
from siliconmark_ui.ui.pages.jobs.view import PRESETS
from siliconmark_ui.ui.pages.performance.state import PerformanceState
from siliconmark_ui.ui.pages.performance.view import ORDERS, REVIEW_NAMES
from siliconmark_ui.ui.theme import STATE_NAMES
from siliconmark_ui.ui.values import Shown

state: Shown = PerformanceState
chosen: Shown = state.chosen

TYPING_PAUSE_MS = 250


def filter_bar() -> rx.Component:
    """Draw the filters: search and review always, the others beside them or behind one button."""
    has_range = (chosen.created_after != "") | (chosen.created_before != "")
    has_nodes = (chosen.node_count_min != "") | (chosen.node_count_max != "")
    wide = rx.el.div(
        _state_select(),
        _model_select(),
        _benchmark_select(),
        _panel_button("Tags", "tag", chosen.tags.length() > 0, _tag_choice(), "tags"),
        _panel_button("Created", "calendar", has_range, _created_choice(), "created"),
        _panel_button("Nodes", "server", has_nodes, _node_choice(), "node-range"),
        _order_select(),
        class_name="sm-filter-bar sm-wide-only",
    )
    return rx.el.div(
        _search(),
        _review_choice(),
        wide,
        _sheet(),
        class_name="sm-filters sm-filters-wrap",
        role="search",
        aria_label="Filter jobs",
    )


def active_view() -> rx.Component:
    """Draw the active filters as chips and the whole question as one sentence."""
    clear = rx.el.button(
        "Clear filters", type="button", class_name="sm-button sm-button-quiet sm-button-small", on_click=state.clear
    )
    problem = rx.cond(state.problem != "", rx.el.span(state.problem, class_name="sm-problem", role="alert"))
    return rx.el.div(
        rx.foreach(state.chips, _chip),
        rx.cond(state.chips.length() > 0, clear),
        rx.el.span(state.sentence, aria_live="polite", data_testid="performance-sentence"),
        problem,
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
        data_testid="performance-chip",
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
        data_testid="performance-search",
    )


def _review_choice() -> rx.Component:
    buttons = [
        rx.el.button(
            word,
            type="button",
            class_name="sm-button",
            aria_pressed=chosen.review == value,
            data_active=chosen.review == value,
            on_click=state.choose("review", value),
            data_testid=f"performance-review-{value or 'all'}",
        )
        for value, word in REVIEW_NAMES.items()
    ]
    return rx.el.div(*buttons, class_name="sm-segments", role="group", aria_label="Review of alerts")


def _select(label: str, field: str, value: Shown, *options: rx.Component | Shown) -> rx.Component:
    return rx.el.select(
        *options,
        value=value,
        on_change=lambda text: state.choose(field, text),
        class_name="sm-select",
        aria_label=label,
        data_active=value != "",
        data_testid=f"performance-{field.replace('_', '-')}",
    )


def _state_select() -> rx.Component:
    options = [rx.el.option(word, value=name) for name, word in STATE_NAMES.items()]
    return _select("State", "state", chosen.state, rx.el.option("All states", value=""), *options)


def _model_select() -> rx.Component:
    options = rx.foreach(state.models, lambda model: rx.el.option(model, value=model))
    # An address may name a model that no job here has: it stands in the list as long as it is chosen.
    unknown = (chosen.gpu_model != "") & ~state.models.contains(chosen.gpu_model)
    other = rx.cond(unknown, rx.el.option(chosen.gpu_model, value=chosen.gpu_model))
    return _select("GPU model", "gpu_model", chosen.gpu_model, rx.el.option("All GPU models", value=""), options, other)


def _benchmark_select() -> rx.Component:
    options = [rx.el.option(benchmark.name, value=benchmark.id) for benchmark in BENCHMARKS.values()]
    return _select("Benchmark", "benchmark_id", chosen.benchmark_id, rx.el.option("All benchmarks", value=""), *options)


def _order_select() -> rx.Component:
    return rx.el.select(
        *(rx.el.option(word, value=order) for order, word in ORDERS.items()),
        value=chosen.order,
        on_change=state.choose_order,
        class_name="sm-select",
        aria_label="Order",
        data_testid="performance-order",
    )


def _panel_button(word: str, icon: str, is_active: Shown, content: rx.Component, name: str) -> rx.Component:
    button = rx.el.button(
        rx.icon(icon, size=14),
        word,
        rx.icon("chevron-down", size=13),
        type="button",
        class_name="sm-button",
        data_active=is_active,
        data_testid=f"performance-{name}",
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
    legend = rx.el.legend("Jobs that have all of", class_name="sm-label")
    choice = rx.el.fieldset(legend, find, options, class_name="sm-fieldset")
    return rx.cond(state.has_tags, choice, rx.el.p("No job has a tag yet.", class_name="sm-muted"))


def _tag_option(tag: Shown) -> rx.Component:
    box = rx.el.input(
        type="checkbox",
        checked=chosen.tags.contains(tag),
        on_change=lambda is_wanted: state.choose_tag(tag, is_wanted),
    )
    return rx.el.label(box, rx.el.span(tag, class_name="sm-cut", title=tag), class_name="sm-check")


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
        _field("At least", "node_count_min", chosen.node_count_min, placeholder="1", **limits),
        _field("At most", "node_count_max", chosen.node_count_max, placeholder="256", **limits),
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


def _sheet() -> rx.Component:
    opener = rx.el.button(
        rx.icon("sliders-horizontal", size=15),
        "Filters",
        rx.cond(state.chips.length() > 0, rx.el.span(state.chips.length(), class_name="sm-count")),
        type="button",
        class_name="sm-button sm-phone-only",
        data_testid="performance-filters",
    )
    parts = (
        _order_select(),
        _state_select(),
        _model_select(),
        _benchmark_select(),
        _node_choice(),
        _created_choice(),
        _tag_choice(),
        _problem(),
        rx.dialog.close(rx.el.button("Show ", state.total_text, type="button", class_name="sm-button sm-button-main")),
    )
    return rx.dialog.root(
        rx.dialog.trigger(opener),
        rx.dialog.content(
            rx.dialog.title("Filters", class_name="sm-sheet-title"),
            rx.dialog.description("Filters and order of the jobs", class_name="sm-visually-hidden"),
            rx.el.div(*parts, class_name="sm-sheet-body"),
            class_name="sm-sheet",
        ),
    )
