"""Whom a signed token spoke for when it was last read, so that one statement confirms the person and reads for them.

Nobody is let in by what stands here: who reads with it asks the database in the same statement whether the person is
still active, in the same role and customer, and the token not revoked. What is spared is a round trip and a signature.
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from siliconmark_ui.accounts.roles import Actor
from siliconmark_ui.accounts.tokens import Spoken, TokenSigner
from siliconmark_ui.instants import now

MOST_RECALLED = 4096
_recalled: OrderedDict[tuple[str, str], "Recalled"] = OrderedDict()


@dataclass(frozen=True, slots=True)
class Recalled:
    """A person as they were when the token was last read."""

    actor: Actor
    spoken: Spoken

    @property
    def values(self) -> dict[str, Any]:
        """Return what the database has to say of the person still, as the values of `IS_AS_RECALLED`."""
        return {
            "caller_id": self.actor.user_id,
            "caller_generation": self.spoken.generation,
            "caller_role": self.actor.role.value,
            "caller_customer_id": self.actor.customer_id,
        }


def remember(signer: TokenSigner, token: str, spoken: Spoken, actor: Actor) -> None:
    """Keep whom a token speaks for; the one that was asked for longest ago goes when there are too many."""
    _recalled[signer.secret, token] = Recalled(actor, spoken)
    if len(_recalled) > MOST_RECALLED:
        _recalled.popitem(last=False)


def recall(signer: TokenSigner, token: str) -> Recalled | None:
    """Return whom a token spoke for; None for one that is unknown here or past its end."""
    found = _recalled.get((signer.secret, token))
    if found is None or found.spoken.expires <= now().timestamp():
        return None
    _recalled.move_to_end((signer.secret, token))
    return found
