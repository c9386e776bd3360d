"""The question before an act that hurts: who or what it meets, what follows, and the way out first."""

import reflex as rx

from siliconmark_ui.ui.values import Shown


class FocusReturn(rx.Component):
    """Gives the focus back, when the dialog around it closes, to what had it before."""

    library = "$/public/components/focus_return.jsx"
    tag = "FocusReturn"


def confirmation(state: Shown) -> rx.Component:
    """Draw the question of a state of `ui/acts.py`."""
    # The dialog gives this one the focus, so that Enter destroys nothing, and hears of its click by itself.
    cancel = rx.alert_dialog.cancel(
        rx.el.button("Cancel", type="button", class_name="sm-button", data_testid="confirm-cancel")
    )
    go_on = rx.el.button(
        state.question.word,
        type="button",
        class_name="sm-button sm-button-grave",
        on_click=state.confirm,
        data_testid="confirm-go-on",
    )
    return rx.alert_dialog.root(
        rx.alert_dialog.content(
            rx.alert_dialog.title(state.question.title, class_name="sm-sheet-title sm-break"),
            rx.alert_dialog.description(state.question.text, size="2", class_name="sm-muted sm-flat"),
            rx.el.div(cancel, go_on, class_name="sm-actions sm-actions-end"),
            FocusReturn.create(),
            class_name="sm-dialog",
            data_testid="confirm-dialog",
        ),
        open=state.is_asking,
        on_open_change=state.answered,
    )
