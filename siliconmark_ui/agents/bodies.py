"""What agents send, read and checked: nodes that register, progress of a task, results. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Any

import msgspec

from siliconmark_ui.benchmarks.catalogue import benchmark_of_key
from siliconmark_ui.benchmarks.figures import check_storable
from siliconmark_ui.benchmarks.results import check_result
from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.instants import parse_instant
from siliconmark_ui.words import check_text

MOST_GPUS = 64
LONGEST_MODEL = 200
LONGEST_MESSAGE = 10_000
REPORTED_STATES = ("running", "completed", "failed")
RESULT_STATES = ("completed", "failed")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_NODE_FIELDS = ("machine_uuid", "machine_ip", "gpu_model", "gpu_count", "inventory")
_PROGRESS_FIELDS = ("state", "failed_message")
_RESULT_FIELDS = ("started_at", "ended_at", "config", "state", "error_message", "results")


@dataclass(frozen=True, slots=True)
class NewNode:
    """A machine that registers for a job; `gpu_count` is 1 to 64."""

    machine_uuid: str
    machine_ip: str | None
    gpu_model: str | None
    gpu_count: int
    inventory: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Progress:
    """What a task says of itself."""

    state: str
    failed_message: str | None


@dataclass(frozen=True, slots=True)
class Upload:
    """One benchmark's result; `document` is the JSON text of `results` exactly as it was sent."""

    state: str
    started_at: datetime
    ended_at: datetime
    config: dict[str, Any]
    error_message: str | None
    document: str


def refuse_unknown(body: Mapping[str, object], allowed: tuple[str, ...]) -> None:
    """Raise InvalidInput for a field that the body does not have."""
    for field in body:
        if field not in allowed:
            raise InvalidInput(f"Unknown field '{field}'; allowed are: {', '.join(allowed)}")


def read_node(body: Mapping[str, object]) -> NewNode:
    """Check the registration of a node; raises InvalidInput naming the field and what is allowed."""
    refuse_unknown(body, _NODE_FIELDS)
    uuid = body.get("machine_uuid")
    if not isinstance(uuid, str) or not _UUID.fullmatch(uuid.lower()):
        raise InvalidInput("machine_uuid must be a UUID such as 550e8400-e29b-41d4-a716-446655440000")
    gpus = body.get("gpu_count")
    if type(gpus) is not int or not 1 <= gpus <= MOST_GPUS:
        raise InvalidInput(f"gpu_count must be an integer from 1 to {MOST_GPUS}")
    model = _text(body.get("gpu_model"), "gpu_model", LONGEST_MODEL)
    return NewNode(uuid.lower(), _address(body.get("machine_ip")), model, gpus, _object(body, "inventory"))


def read_progress(body: Mapping[str, object]) -> Progress:
    """Check what a task says of itself; raises InvalidInput."""
    refuse_unknown(body, _PROGRESS_FIELDS)
    state = _choice(body.get("state"), "state", REPORTED_STATES)
    message = _text(body.get("failed_message"), "failed_message", LONGEST_MESSAGE)
    if message is not None and state != "failed":
        raise InvalidInput("failed_message is allowed with state failed only")
    return Progress(state, message)


def read_upload(body: bytes, key: str) -> Upload:
    """Check an uploaded result against its benchmark's schema; raises InvalidInput. Slow for large bodies."""
    try:
        raw = msgspec.json.decode(body, type=dict[str, msgspec.Raw])
        fields = {name: msgspec.json.decode(value) for name, value in raw.items()}
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise InvalidInput(f"The body must be a JSON object of finite numbers and UTF-8 text: {error}") from error
    refuse_unknown(fields, _RESULT_FIELDS)
    state = _choice(fields.get("state"), "state", RESULT_STATES)
    started_at = parse_instant(fields.get("started_at"), "started_at")
    ended_at = parse_instant(fields.get("ended_at"), "ended_at")
    if ended_at < started_at:
        raise InvalidInput("ended_at must not be before started_at")
    document = _document(fields, raw, state, key)
    message = _text(fields.get("error_message"), "error_message", LONGEST_MESSAGE)
    return Upload(state, started_at, ended_at, _object(fields, "config") or {}, message, document)


def _document(fields: Mapping[str, object], raw: Mapping[str, msgspec.Raw], state: str, key: str) -> str:
    results = fields.get("results")
    if state == "completed":
        check_result(benchmark_of_key(key), results)
    elif not isinstance(results, dict | None):
        raise InvalidInput("results must be an object, or null with state failed")
    else:
        check_storable(results, "results")
    return bytes(raw["results"]).decode() if results is not None else "{}"


def _choice(value: object, field: str, allowed: tuple[str, ...]) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise InvalidInput(f"{field} must be one of: {', '.join(allowed)}")
    return value


def _text(value: object, field: str, longest: int) -> str | None:
    if value is None:
        return None
    text = check_text(value, field)
    if len(text) > longest:
        raise InvalidInput(f"{field} must have at most {longest} characters")
    return text


def _address(value: object) -> str | None:
    if value is None:
        return None
    try:
        return str(ip_address(check_text(value, "machine_ip")))
    except ValueError as error:
        raise InvalidInput("machine_ip must be an IPv4 or IPv6 address") from error


def _object(body: Mapping[str, object], field: str) -> dict[str, Any] | None:
    value = body.get(field)
    if value is not None and not isinstance(value, dict):
        raise InvalidInput(f"{field} must be an object")
    check_storable(value, field)
    return value
