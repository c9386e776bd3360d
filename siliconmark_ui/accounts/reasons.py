"""What pages say of a form that was posted: a closed set of codes in their address, and the words of each.

Anybody can send somebody an address of this site. So none brings words of its own: the forms' routes write a code
(`error`, `done`), with it at most a number of seconds and the name of a configured provider, and pages look them up.
"""

from collections.abc import Mapping

from siliconmark_ui.accounts.passwords import LONGEST, SHORTEST
from siliconmark_ui.accounts.sso import sign_in_ways
from siliconmark_ui.accounts.throttle import LONGEST_WINDOW
from siliconmark_ui.errors import AppError, RateLimited
from siliconmark_ui.words import NAME_MAX

PROBLEM, NOTICE, WAIT, PROVIDER = "error", "done", "wait", "with"
# `{wait}` is a time such as `in 12 minutes`, `{provider}` what a configured provider is called.
PROBLEMS: Mapping[str, str] = {
    "account-exists": "There is an account with this e-mail already; sign in with it",
    "characters": "A field holds control characters, which cannot be stored",
    "credentials": "Incorrect e-mail or password",
    "current-password": "The current password is not right",
    "customer": "{provider} names a customer that cannot be stored here; ask an admin",
    "deactivated": "This account is deactivated; ask an admin",
    "email": "The e-mail must be an address such as name@example.org",
    "limit-reset": "Too many password resets were asked for; try again {wait}",
    "limit-reset-address": "Too many password resets were asked for; try again {wait}",
    "limit-sign-in": "Too many failed sign-ins for this account; try again {wait}",
    "limit-sign-in-account": "Too many failed sign-ins for this account; try again {wait}",
    "limit-sign-in-address": "Too many failed sign-ins from this address; try again {wait}",
    "link-dead": "This link has been used or is too old; ask for a new one",
    "name": f"The name must have 1 to {NAME_MAX} characters",
    "no-provider": "There is no such sign-in provider",
    "no-verified-email": "{provider} gives no verified e-mail address for you, so no account can be found",
    "not-invited": "Nobody has invited you yet; ask an admin of your customer",
    "password-length": f"The password must have {SHORTEST} to {LONGEST} characters",
    "password-guessed": "The password is among those that are guessed first; choose a longer phrase of unrelated words",
    "password-off": "Sign-in with a password is switched off here; use a sign-in provider",
    "passwords-differ": "The two new passwords differ",
    "password-same": "The new password must differ from the current one",
    "provider-account": "There is an account with your e-mail already; ask an admin to let {provider} open it",
    "provider-fails": "{provider} cannot be reached for sign-in now; try again in a while",
    "provider-refused": "{provider} did not sign you in",
    "sign-in-incomplete": "The sign-in could not be completed; begin again",
}
UNKNOWN_PROBLEM = "That could not be done; try again"
NOTICES: Mapping[str, str] = {
    "password": "Your password is changed; everything that was open is closed.",
    "reset": "Your password is changed. Sign in with the new one.",
    "sent": "If there is an account with this e-mail, a link is on its way to it. It works once, within the hour.",
}


def problem_query(error: AppError, provider: str = "") -> dict[str, str]:
    """Return what an address says of a problem; `provider` is the name of the provider that it is about."""
    code = error.reason if error.reason in PROBLEMS else "other"
    wait = str(error.retry_after) if isinstance(error, RateLimited) else ""
    return {PROBLEM: code, WAIT: wait, PROVIDER: provider if "{provider}" in PROBLEMS.get(code, "") else ""}


def problem_in(query: Mapping[str, str]) -> str:
    """Return the words of the problem that an address names, empty for none; a code that is not ours has no own."""
    code = query.get(PROBLEM, "")
    if not code:
        return ""
    words = PROBLEMS.get(code, UNKNOWN_PROBLEM)
    return words.format(wait=_wait(query.get(WAIT, "")), provider=_label(query.get(PROVIDER, "")))


def notice_in(query: Mapping[str, str], *allowed: str) -> str:
    """Return the words of what was done, by its code, empty unless it is one of those that the page may say."""
    code = query.get(NOTICE, "")
    return NOTICES[code] if code in allowed else ""


def _wait(text: str) -> str:
    seconds = int(text) if text.isascii() and text.isdecimal() and len(text) <= 5 else 0
    if not 1 <= seconds <= LONGEST_WINDOW.total_seconds():
        return "later"
    if seconds < 120:
        return f"in {seconds} second{'' if seconds == 1 else 's'}"
    return f"in {-(-seconds // 60)} minutes"


def _label(name: str) -> str:
    labels = {provider.name: provider.label for provider in sign_in_ways().providers}
    return labels.get(name, "The sign-in provider")
