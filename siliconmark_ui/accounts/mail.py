"""Mail by SMTP: short plain texts, sent outside the event loop; without a server set, none is sent."""

import asyncio
import logging
import smtplib
import ssl
from collections.abc import Coroutine
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from siliconmark_ui.errors import InvalidInput

SECONDS = 20.0
log = logging.getLogger(__name__)
_sending: set[asyncio.Task[None]] = set()


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in; `tls` is `smtps` (at once), `starttls`, or `none`, which suits the loopback alone."""

    host: str
    port: int
    tls: str
    user: str
    password: str
    sender: str


def read_mail_server(url: str) -> MailServer:
    """Return the server of `smtp[s]://[user:password@]host[:port]?from=ADDRESS[&tls=none]`; raises InvalidInput."""
    problem = InvalidInput("SILICONMARK_SMTP_URL must be smtp[s]://[user:password@]host[:port]?from=name@example.org")
    try:
        parts = urlsplit(url)
        options, port = parse_qs(parts.query, strict_parsing=True), parts.port
    except ValueError:
        raise problem from None
    secure = parts.scheme == "smtps"
    tls = "smtps" if secure else options.pop("tls", ["starttls"])[0]
    sender = options.pop("from", [""])[0]
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or "@" not in sender or options:
        raise problem
    if tls not in {"smtps", "starttls", "none"}:
        raise problem
    usual_port = 465 if secure else 587
    return MailServer(
        parts.hostname, port or usual_port, tls, unquote(parts.username or ""), unquote(parts.password or ""), sender
    )


def send_soon(server: MailServer, to: str, subject: str, text: str) -> None:
    """Send a mail in the background; a failure is logged. The answer to a request never tells whether one was sent."""
    do_soon(send_or_log(server, to, subject, text))


def do_soon(work: Coroutine[Any, Any, None]) -> None:
    """Find out in the background whether to send a mail, and send it; neither the answer nor its time tells which."""
    task = asyncio.create_task(work)
    _sending.add(task)
    task.add_done_callback(_finished)


def _finished(task: asyncio.Task[None]) -> None:
    _sending.discard(task)
    if not task.cancelled() and task.exception():
        log.error("a mail could not be made", exc_info=task.exception())


async def send_or_log(server: MailServer, to: str, subject: str, text: str) -> None:
    """Send a mail; a failure is logged."""
    try:
        await asyncio.to_thread(send, server, to, subject, text)
    except (OSError, smtplib.SMTPException) as error:
        log.error("mail '%s' could not be handed to %s:%d: %s", subject, server.host, server.port, error)  # noqa: TRY400


def send(server: MailServer, to: str, subject: str, text: str) -> None:
    """Hand one mail in; raises OSError or SMTPException. Blocks."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = server.sender, to, subject
    message.set_content(text)
    context = ssl.create_default_context()
    if server.tls == "smtps":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    with connection:
        if server.tls == "starttls":
            connection.starttls(context=context)
        if server.user:
            connection.login(server.user, server.password)
        connection.send_message(message)
