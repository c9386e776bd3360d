"""Acts of a page that changes something: each is asked about first where it hurts, done, said, and shown."""

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

import reflex as rx

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.ui.failures import describe_failure
from siliconmark_ui.ui.session import enter, to_sign_in


@dataclasses.dataclass(frozen=True)
class Question:
    """What is asked before an act; `word` stands on the button that goes on with it."""

    title: str = ""
    text: str = ""
    word: str = ""


def number_of(text: object) -> int:
    """Give the number that a control sent, 0 for anything else: any client may send anything."""
    digits = text if isinstance(text, str) else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 19 else 0


class ActState(rx.State, mixin=True):
    """What came of the last act, and the question before the next one. A page gives the methods that raise here.

    The question spares people a slip and protects nothing: the services decide who may do what.
    """

    act_problem: str = ""
    done: str = ""
    question: Question = Question()
    is_asking: bool = False
    _agreed: tuple[str, ...] = ()

    @rx.event
    def answered(self, is_open: bool) -> None:
        """Hear of the question being closed, by its button or the Escape key."""
        if not is_open:
            self._stop_asking()

    @rx.event
    async def confirm(self) -> Any:
        """Do what was asked about."""
        agreed = self._agreed
        self._stop_asking()
        return await self._carry_out(*agreed) if agreed else None

    def _ask(self, question: Question, *agreed: str) -> None:
        """Ask before `_carry_out` is called with `agreed`."""
        self.question, self._agreed, self.is_asking = question, agreed, True

    def _stop_asking(self) -> None:
        # The words stay while the dialog fades.
        self._agreed, self.is_asking = (), False

    async def _do(self, act: Callable[[Actor], Awaitable[str]]) -> Any:
        """Do an act, say what it returns, and show the page anew; without a session lead to the sign-in page."""
        self._forget()
        try:
            actor = await enter(self)
            if actor is None:
                return to_sign_in(self)
            self.done = await act(actor)
        except Exception as error:
            self.act_problem = describe_failure(error, "That could not be done").line
        return await self._show()

    def _forget(self) -> None:
        """Forget what the page says of an earlier act."""
        self.act_problem = self.done = ""
        self._stop_asking()

    async def _carry_out(self, act: str, *values: str) -> Any:
        """Do an act that was agreed to."""
        raise NotImplementedError

    async def _show(self) -> Any:
        """Show the page as it is now."""
        raise NotImplementedError
