"""The script of one demonstration job: what its agents send, and at which moment. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import numpy as np

from siliconmark_ui.benchmarks.catalogue import CLUSTER_NETWORK, QUICK_MARK
from siliconmark_ui.benchmarks.sequence import parse_sequence, result_keys
from siliconmark_ui.demo.figures import RunConditions, cluster_network, quick_mark
from siliconmark_ui.demo.machines import GPU_MODELS, Machine
from siliconmark_ui.demo.plan import JobPlan
from siliconmark_ui.demo.wording import NETWORK_FAILURES, TASK_FAILURES
from siliconmark_ui.instants import to_text


@dataclass(frozen=True, slots=True)
class Registers:
    """A machine registers for the job with `body`."""

    moment: datetime
    machine: Machine
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reports:
    """A machine tells how its task goes on."""

    moment: datetime
    machine: Machine
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Uploads:
    """A result is uploaded under `key`: of a machine, or with None of the whole job. `body` is JSON."""

    moment: datetime
    machine: Machine | None
    key: str
    body: bytes


Step = Registers | Reports | Uploads


@dataclass(frozen=True, slots=True)
class _Times:
    """When a job's nodes register (in their order), when it runs, and when its node and network benchmarks end."""

    registered: tuple[datetime, ...]
    measured: tuple[datetime, ...]
    networks_end: tuple[datetime, ...]
    finished: datetime

    @property
    def running(self) -> datetime:
        return max(self.registered) + timedelta(seconds=4)


def script_of(plan: JobPlan, seed: int) -> list[Step]:
    """Return the steps of a job in the order of their moments; the same for the same plan and seed."""
    rng = np.random.default_rng([seed, 3, plan.number])
    times = _times(rng, plan)
    steps: list[Step] = list(_registrations(plan, times))
    if len(steps) == len(plan.machines):
        for place in range(len(plan.machines)):
            steps += _node(rng, plan, times, place)
        steps += _networks(rng, plan, times)
    return sorted(steps, key=lambda step: step.moment)


def _times(rng: np.random.Generator, plan: JobPlan) -> _Times:
    """Registration takes minutes, QuickMark some seconds a GPU, the network a while for every node."""
    nodes = len(plan.machines)
    waits = np.sort(rng.uniform(20.0, 420.0, nodes))
    registered = tuple(plan.created_at + _seconds(wait) for wait in waits.tolist())
    running = max(registered) + _seconds(4)
    spans = rng.uniform(95.0, 120.0, nodes) + 19.0 * plan.machines[0].gpu_count
    measured = tuple(running + _seconds(span) for span in spans.tolist())
    ends = []
    end = max(measured)
    for _ in _network_keys(plan):
        end += _seconds(30.0 + 9.0 * nodes + float(rng.uniform(0, 60)))
        ends.append(end)
    return _Times(registered, measured, tuple(ends), end + _seconds(15))


def _seconds(count: float) -> timedelta:
    return timedelta(milliseconds=round(count * 1000))


def _registrations(plan: JobPlan, times: _Times) -> Iterator[Step]:
    machines = len(plan.machines)
    if plan.fate == "waits":
        machines = 0
    elif plan.fate in {"gathers", "expires_unstarted"}:
        machines = plan.number % machines
        machines = max(machines, 1) if plan.fate == "gathers" else machines
    for machine, moment in zip(plan.machines[:machines], times.registered, strict=False):
        body = {
            "machine_uuid": machine.uuid,
            "machine_ip": machine.ip,
            "gpu_model": machine.gpu_model,
            "gpu_count": machine.gpu_count,
            "inventory": _inventory(machine),
        }
        yield Registers(moment, machine, body)


def _inventory(machine: Machine) -> dict[str, Any]:
    amd = machine.gpu_model.startswith("AMD")
    cores = 96 if machine.gpu_count == 8 else 32
    return {
        "cpu": {"arch": "x86_64", "count": cores * 2, "os": "ubuntu 24.04", "processor": f"AMD EPYC {cores}-Core"},
        "memory": {"total_gb": 240 * machine.gpu_count, "type": "DDR5"},
        "gpu": {
            "count": machine.gpu_count,
            "driver_version": "6.4.1" if amd else "570.195.03",
            "memory_gb": GPU_MODELS[machine.gpu_model].memory_gb,
            "model": machine.gpu_model,
            "vendor": "AMD" if amd else "NVIDIA",
        },
    }


def _node(rng: np.random.Generator, plan: JobPlan, times: _Times, place: int) -> Iterator[Step]:
    machine, measured = plan.machines[place], times.measured[place]
    yield Reports(times.running + _seconds(float(rng.uniform(0, 3))), machine, {"state": "running"})
    if plan.fate == "all_fail" or (plan.fate == "node_fails" and place == 0):
        yield from _failure(rng, machine, times.running, measured)
        return
    stuck = plan.fate in {"runs", "expires_running"} and place % 2 == 0
    if stuck:
        return
    document = quick_mark(rng, machine, measured, _conditions(plan, place))
    yield Uploads(measured, machine, QUICK_MARK, _upload(times.running, measured, document))
    if plan.fate != "runs":
        yield Reports(times.finished + _seconds(float(rng.uniform(0, 20))), machine, {"state": "completed"})


def _conditions(plan: JobPlan, place: int) -> RunConditions:
    # Heat slows one node of a job, the memory's state differs from node to node.
    touched = place == 0 if plan.conditions.throttle < 1.0 else place % 2 == 0
    return plan.conditions if touched else RunConditions()


def _failure(rng: np.random.Generator, machine: Machine, began: datetime, ended: datetime) -> Iterator[Step]:
    text = TASK_FAILURES[int(rng.integers(len(TASK_FAILURES)))]
    message = text.format(gpu=int(rng.integers(machine.gpu_count)))
    if rng.random() < 0.5:
        yield Uploads(ended, machine, QUICK_MARK, _upload(began, ended, None, message))
    yield Reports(ended + _seconds(2), machine, {"state": "failed", "failed_message": message})


def _network_keys(plan: JobPlan) -> list[str]:
    sequence = parse_sequence(list(plan.request.benchmarks), plan.request.node_count)
    return [key for key in result_keys(sequence) if key.startswith(CLUSTER_NETWORK)]


def _networks(rng: np.random.Generator, plan: JobPlan, times: _Times) -> Iterator[Step]:
    if plan.fate in {"all_fail", "runs", "expires_running"}:
        return
    begin = max(times.measured)
    cluster = plan.request.cluster
    configs = [entry["config"] for entry in plan.request.benchmarks if isinstance(entry, dict)] or [{}]
    for place, (key, end) in enumerate(zip(_network_keys(plan), times.networks_end, strict=True)):
        config = configs[place] if place < len(configs) else {}
        if plan.fate == "network_fails" and place == 0:
            message = NETWORK_FAILURES[int(rng.integers(len(NETWORK_FAILURES)))].format(ip=plan.machines[-1].ip)
            body = _upload(begin, end, None, message, config)
        else:
            uuids = [machine.uuid for machine in plan.machines]
            document = cluster_network(rng, uuids, cluster.fabric_gbps, cluster.latency_ms, plan.faults)
            body = _upload(begin, end, document, None, config)
        yield Uploads(end, None, key, body)
        begin = end


def _upload(
    began: datetime,
    ended: datetime,
    document: Mapping[str, Any] | None,
    message: str | None = None,
    config: Mapping[str, Any] | None = None,
) -> bytes:
    return msgspec.json.encode(
        {
            "started_at": to_text(began),
            "ended_at": to_text(ended),
            "config": config or {},
            "state": "failed" if message else "completed",
            "error_message": message,
            "results": document,
        }
    )
