"""A reverse proxy that speaks TLS to browsers and plain HTTP to the server, on a port of its own.

It passes bytes on as they come or, told to, does what real ones do: it asks the server by the server's own name and
says in `X-Forwarded-…` who asked for what.
"""

import asyncio
import base64
import contextlib
import datetime
import hashlib
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PARTING_SECONDS = 3.0
CERTIFICATE = "proxy.pem"


@contextlib.contextmanager
def tls_proxy(folder: Path, target: int, *, tells: bool = False) -> Iterator[int]:
    """Forwards to port `target` of this machine, and tells it of the browser; yields its own port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_certificate(folder))
    # A loop in a thread of its own: Playwright's runs in this one.
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    listening = asyncio.start_server(
        lambda reader, writer: _forward(reader, writer, target, tells=tells), "127.0.0.1", 0, ssl=context
    )
    server = asyncio.run_coroutine_threadsafe(listening, loop).result(10)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        asyncio.run_coroutine_threadsafe(_close(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def name_of_key(folder: Path) -> str:
    """The SHA-256 of the public key of the proxy that has its certificate in `folder`, as Chromium is told of it."""
    key = x509.load_pem_x509_certificate((folder / CERTIFICATE).read_bytes()).public_key()
    subject = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(subject).digest()).decode()


async def _close(server: asyncio.Server) -> None:
    """Stops listening, lets connections end whose browser has gone, and ends those that are kept open."""
    server.close()
    if others := asyncio.all_tasks() - {asyncio.current_task()}:
        # What is cancelled while it connects leaves its socket to the garbage collector, whose warning fails a test.
        await asyncio.wait(others, timeout=PARTING_SECONDS)
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    # Closed connections let go of their sockets in the next rounds of the loop.
    await asyncio.sleep(0.05)


async def _forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, target: int, *, tells: bool) -> None:
    from_server, to_server = await asyncio.open_connection("127.0.0.1", target)
    ends = (writer, to_server)
    with contextlib.suppress(OSError, asyncio.CancelledError, asyncio.IncompleteReadError):
        if tells:
            head = await reader.readuntil(b"\r\n\r\n")
            to_server.write(_telling(head.decode("latin-1"), writer.get_extra_info("peername")[0], target))
        await asyncio.gather(_copy(reader, to_server), _copy(from_server, writer))
    for end in ends:
        end.close()
    for end in ends:
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await end.wait_closed()


def _telling(head: str, browser: str, target: int) -> bytes:
    """The head of a request as the server gets it; one request a connection, so that each has such a head."""
    request, *lines = head.rstrip().split("\r\n")
    fields = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    host = next(value for name, value in fields if name.lower() == "host")
    seen = [value for name, value in fields if name.lower() == "x-forwarded-for"]
    replaced = {"host", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "connection"}
    is_upgrade = any(name.lower() == "upgrade" for name, _ in fields)
    sent = [
        ("Host", f"127.0.0.1:{target}"),
        ("X-Forwarded-For", ", ".join([*seen, browser])),
        ("X-Forwarded-Host", host),
        ("X-Forwarded-Proto", "https"),
        ("Connection", "Upgrade" if is_upgrade else "close"),
        *((name, value) for name, value in fields if name.lower() not in replaced),
    ]
    return "\r\n".join([request, *(f"{name}: {value}" for name, value in sent), "", ""]).encode("latin-1")


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


def _certificate(folder: Path) -> Path:
    """A file with a key and a certificate for `localhost` that nobody has signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    path = folder / CERTIFICATE
    path.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
    return path
