"""The controls that filter a list: a bar on wide screens, a sheet on a phone, one set of parts for every list.

Each takes the state of its list, which has the fields and handlers of `ui/listing.py`, and `place`, the word with
which the test ids of the page begin.
"""

from collections.abc import Mapping

import reflex as rx

from siliconmark_ui.benchmarks.catalogue import BENCHMARKS
from siliconmark_ui.ui.components.kept_field import kept_field
from siliconmark_ui.ui.components.local_words import local_words
from siliconmark_ui.ui.questions import PRESETS
from siliconmark_ui.ui.theme import JOB_STATES, STATE_NAMES
from siliconmark_ui.ui.values import Shown

TYPING_PAUSE_MS = 250


def filter_frame(*parts: rx.Component, what: str, wraps: bool = False) -> rx.Component:
    """Draw the row that holds the controls; `what` says what they filter."""
    kind = "sm-filters sm-filters-wrap" if wraps else "sm-filters"
    return rx.el.div(*parts, class_name=kind, role="search", aria_label=f"Filter {what}")


def question_line(state: Shown, place: str) -> rx.Component:
    """Draw the active filters as chips and the whole question as one sentence."""
    clear = rx.el.button(
        "Clear filters", type="button", class_name="sm-button sm-button-quiet sm-button-small", on_click=state.clear
    )
    problem = rx.el.span(state.problem, class_name="sm-problem", role="alert")
    return rx.el.div(
        rx.foreach(state.chips, lambda chip: _chip(state, place, chip)),
        rx.cond(state.chips.length() > 0, clear),
        rx.el.span(local_words(text=state.sentence), aria_live="polite", data_testid=f"{place}-sentence"),
        rx.cond(state.problem != "", problem),
        class_name="sm-view",
    )


def _chip(state: Shown, place: str, chip: Shown) -> rx.Component:
    return rx.el.button(
        local_words(text=chip.text),
        rx.icon("x", size=13),
        type="button",
        class_name="sm-chip",
        title=chip.text,
        aria_label=rx.Var.create("Remove filter: ") + chip.text,
        on_click=state.remove(chip.field, chip.value),
        data_testid=f"{place}-chip",
    )


def search_box(state: Shown, place: str, text: Shown, *, label: str, placeholder: str, **props: Shown) -> rx.Component:
    """Draw the search box; it keeps what is typed while somebody types."""
    return rx.el.input(
        key=rx.Var.create("search-") + state.search_round.to_string(),
        type="search",
        class_name="sm-input sm-search",
        placeholder=placeholder,
        aria_label=label,
        default_value=text,
        on_change=state.search.debounce(TYPING_PAUSE_MS),
        data_testid=f"{place}-search",
        **{"max_length": 60, **props},
    )


def name_search(state: Shown, place: str) -> rx.Component:
    """Draw the search box for a part of a job's name."""
    return search_box(state, place, state.chosen.name, label="Name has", placeholder="Search by name")


def filter_select(
    state: Shown, place: str, field: str, value: Shown, *options: rx.Component | Shown, label: str
) -> rx.Component:
    """Draw a choice of one value of a filter, or of none."""
    return rx.el.select(
        *options,
        value=value,
        on_change=lambda text: state.choose(field, text),
        class_name="sm-select",
        aria_label=label,
        data_active=value != "",
        data_testid=f"{place}-{field.replace('_', '-')}",
    )


def options_of(none: str, words: Mapping[str, str]) -> list[rx.Component]:
    """Draw the options of a choice: none, and each value with its word."""
    return [rx.el.option(none, value=""), *(rx.el.option(word, value=value) for value, word in words.items())]


def state_panel(state: Shown, place: str) -> rx.Component:
    """Draw the button of the states."""
    is_active = state.chosen.state.length() > 0
    return filter_panel(state, place, "State", "circle-dot", state_choice(state), is_active=is_active, name="state")


def state_choice(state: Shown) -> rx.Component:
    """Draw the choice of the states that a job may be in, any of them."""
    legend = rx.el.legend("Jobs in any of", class_name="sm-label")
    return rx.el.fieldset(legend, *(_state_option(state, name) for name in STATE_NAMES), class_name="sm-fieldset")


def _state_option(state: Shown, name: str) -> rx.Component:
    look = JOB_STATES[name]
    box = rx.el.input(
        type="checkbox",
        checked=state.chosen.state.contains(name),
        on_change=lambda is_wanted: state.choose_state(name, is_wanted),
    )
    sign = rx.el.span(rx.icon(look.icon, size=13), class_name=f"sm-status sm-tone-{look.tone}", aria_hidden="true")
    return rx.el.label(box, sign, STATE_NAMES[name], class_name="sm-check")


def benchmark_select(state: Shown, place: str) -> rx.Component:
    """Draw the choice of a benchmark in the sequence."""
    options = options_of("All benchmarks", {benchmark.id: benchmark.name for benchmark in BENCHMARKS.values()})
    return filter_select(state, place, "benchmark_id", state.chosen.benchmark_id, *options, label="Benchmark")


def filter_panel(
    state: Shown, place: str, word: str, icon: str, content: rx.Component, *, is_active: Shown, name: str
) -> rx.Component:
    """Draw a button behind which a filter of more than one value stands."""
    button = rx.el.button(
        rx.icon(icon, size=14),
        word,
        rx.icon("chevron-down", size=13),
        type="button",
        class_name="sm-button",
        data_active=is_active,
        data_testid=f"{place}-{name}",
    )
    panel = rx.popover.content(
        rx.el.div(content, problem_line(state), class_name="sm-filter-panel"),
        size="1",
        aria_label=word,
        side="bottom",
        align="start",
    )
    return rx.popover.root(rx.popover.trigger(button), panel)


def problem_line(state: Shown) -> rx.Component:
    """Draw what is wrong with what a control was given, nothing while all is well or the control says it itself."""
    is_said_here = (state.problem != "") & (state.problem_field == "")
    return rx.cond(is_said_here, rx.el.p(state.problem, class_name="sm-problem", role="alert"))


def tag_panel(state: Shown, place: str) -> rx.Component:
    """Draw the button of the tags."""
    is_active = state.chosen.tags.length() > 0
    return filter_panel(state, place, "Tags", "tag", tag_choice(state), is_active=is_active, name="tags")


def created_panel(state: Shown, place: str) -> rx.Component:
    """Draw the button of the created range."""
    return time_panel(state, place, "Created", "created_after", "created_before")


def time_panel(state: Shown, place: str, word: str, after: str, before: str) -> rx.Component:
    """Draw the button of a range of time between the filters named `after` and `before`."""
    is_active = (getattr(state.chosen, after) != "") | (getattr(state.chosen, before) != "")
    choice = time_choice(state, after, before)
    return filter_panel(state, place, word, "calendar", choice, is_active=is_active, name=word.lower())


def node_panel(state: Shown, place: str) -> rx.Component:
    """Draw the button of the node count's range."""
    is_active = (state.chosen.node_count_min != "") | (state.chosen.node_count_max != "")
    return filter_panel(state, place, "Nodes", "server", node_choice(state), is_active=is_active, name="node-range")


def tag_choice(state: Shown) -> rx.Component:
    """Draw the choice of the tags that a job must have, all of them."""
    find = rx.el.input(
        type="search",
        class_name="sm-input",
        placeholder="Find a tag",
        aria_label="Find a tag",
        default_value=state.tag_search,
        on_change=state.find_tags.debounce(TYPING_PAUSE_MS),
    )
    options = rx.el.div(
        rx.foreach(state.tag_options, lambda tag: _tag_option(state, tag)), class_name="sm-options", tab_index=0
    )
    legend = rx.el.legend("Jobs that have all of", class_name="sm-label")
    choice = rx.el.fieldset(legend, find, options, class_name="sm-fieldset")
    return rx.cond(state.has_tags, choice, rx.el.p("No job has a tag yet.", class_name="sm-muted"))


def _tag_option(state: Shown, tag: Shown) -> rx.Component:
    box = rx.el.input(
        type="checkbox",
        checked=state.chosen.tags.contains(tag),
        on_change=lambda is_wanted: state.choose_tag(tag, is_wanted),
    )
    # A chosen tag moves to the front: by its key the focus goes along instead of staying on what follows.
    return rx.el.label(box, rx.el.span(tag, class_name="sm-cut", title=tag), class_name="sm-check", key=tag)


def created_choice(state: Shown) -> rx.Component:
    """Draw the choice of the created range."""
    return time_choice(state, "created_after", "created_before")


def time_choice(state: Shown, after: str, before: str) -> rx.Component:
    """Draw the choice of a range of time, with spans that end now."""
    presets = [
        rx.el.button(word, type="button", class_name="sm-button", on_click=state.choose_span(days))
        for days, word in PRESETS.items()
    ]
    return rx.el.div(
        rx.el.div(*presets, class_name="sm-filter-row"),
        _field(state, "After", after, getattr(state.chosen, after), type="datetime-local"),
        _field_problem(state, after),
        _field(state, "Before", before, getattr(state.chosen, before), type="datetime-local"),
        _field_problem(state, before),
        class_name="sm-filter-panel",
    )


def node_choice(state: Shown) -> rx.Component:
    """Draw the choice of the least and the most nodes."""
    limits: dict[str, Shown] = {"input_mode": "numeric", "max_length": 3}
    row = rx.el.div(
        _field(state, "Nodes, at least", "node_count_min", state.chosen.node_count_min, placeholder="1", **limits),
        _field(state, "Nodes, at most", "node_count_max", state.chosen.node_count_max, placeholder="256", **limits),
        class_name="sm-filter-row",
    )
    return rx.fragment(row, _field_problem(state, "node_count_min"), _field_problem(state, "node_count_max"))


def _field(state: Shown, label: str, name: str, value: Shown, **props: str | int) -> rx.Component:
    says = {
        "aria-invalid": rx.cond(state.problem_field == name, "true", "false"),
        "aria-describedby": f"{name}-problem",
    }
    control = kept_field(
        value=value,
        class_name="sm-input",
        on_text=state.choose(name).debounce(2 * TYPING_PAUSE_MS),
        custom_attrs=says,
        **props,
    )
    return rx.el.label(rx.el.span(label, class_name="sm-label"), control, class_name="sm-field")


def _field_problem(state: Shown, name: str) -> rx.Component:
    line = rx.el.p(state.problem, id=f"{name}-problem", class_name="sm-problem", role="alert")
    return rx.cond(state.problem_field == name, line)


def filter_sheet(state: Shown, place: str, *parts: rx.Component) -> rx.Component:
    """Draw the phone's button, with the count of active filters, and the sheet behind it."""
    opener = rx.el.button(
        rx.icon("sliders-horizontal", size=15),
        "Filters",
        rx.cond(state.chips.length() > 0, rx.el.span(state.chips.length(), class_name="sm-count")),
        type="button",
        class_name="sm-button sm-phone-only",
        data_testid=f"{place}-filters",
    )
    done = rx.dialog.close(
        rx.el.button("Show ", state.total_text, type="button", class_name="sm-button sm-button-main")
    )
    return rx.dialog.root(
        rx.dialog.trigger(opener),
        rx.dialog.content(
            rx.dialog.title("Filters", class_name="sm-sheet-title"),
            rx.dialog.description(f"Filters and order: {place}", class_name="sm-visually-hidden"),
            rx.el.div(*parts, problem_line(state), class_name="sm-sheet-body"),
            done,
            class_name="sm-sheet",
        ),
    )
