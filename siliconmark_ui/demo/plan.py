"""What will happen to each demonstration job, decided from the seed alone before anything is stored. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import numpy as np

from siliconmark_ui.demo.figures import LinkFaults, RunConditions
from siliconmark_ui.demo.machines import CLUSTERS, Cluster, Fleet, Machine
from siliconmark_ui.demo.wording import ENVIRONMENTS, PEOPLE, PURPOSES
from siliconmark_ui.words import NAME_MAX

DAYS = 90
# Unfinished jobs are younger than a day by a margin, so that the sweep leaves them alone for a while.
UNFINISHED_HOURS = 18.0
Fate = Literal[
    "healthy",
    "large",
    "lower_memory",
    "half_speed",
    "throttled",
    "weak_interconnect",
    "power_sensor",
    "slow_link",
    "dead_link",
    "node_fails",
    "network_fails",
    "all_fail",
    "retry",
    "expires_unstarted",
    "expires_running",
    "waits",
    "gathers",
    "runs",
    "deleted",
    "anonymous",
]
UNFINISHED: tuple[Fate, ...] = ("waits", "gathers", "runs")
# Shares of all jobs; what is left is healthy.
SHARES: Mapping[Fate, float] = {
    "large": 0.0025,
    "waits": 0.015,
    "gathers": 0.0125,
    "runs": 0.0225,
    "node_fails": 0.035,
    "network_fails": 0.015,
    "all_fail": 0.045,
    "expires_unstarted": 0.035,
    "expires_running": 0.0075,
    "half_speed": 0.0225,
    "lower_memory": 0.04,
    "dead_link": 0.0125,
    "slow_link": 0.0225,
    "power_sensor": 0.02,
    "throttled": 0.0125,
    "weak_interconnect": 0.01,
    "retry": 0.02,
    "deleted": 0.01,
    "anonymous": 0.0075,
}
SIZES = (1, 2, 4, 8, 16, 32)
SIZE_SHARES = (0.49, 0.26, 0.16, 0.065, 0.018, 0.007)
# What the story of a job needs: at least so many nodes, and where it can happen.
LEAST_NODES: Mapping[Fate, int] = {"gathers": 2, "node_fails": 2, "network_fails": 2, "slow_link": 4, "dead_link": 4}
ON_H100: tuple[Fate, ...] = ("large", "half_speed", "weak_interconnect", "power_sensor")


@dataclass(frozen=True, slots=True)
class Request:
    """A job as its owner asks for it; `owner` is an e-mail, None for an anonymous job. `cluster` is where it runs."""

    owner: str | None
    cluster: Cluster
    name: str
    description: str | None
    tags: tuple[str, ...]
    node_count: int
    benchmarks: tuple[str | dict[str, Any], ...]

    @property
    def body(self) -> dict[str, Any]:
        """The body of the request, as a script sends it."""
        return {
            "name": self.name,
            "description": self.description,
            "tags": list(self.tags),
            "node_count": self.node_count,
            "benchmarks": list(self.benchmarks),
        }


@dataclass(frozen=True, slots=True)
class JobPlan:
    """One job: what is asked for, when, on which machines (first the one with a fault), and how it goes on."""

    number: int
    request: Request
    created_at: datetime
    fate: Fate
    machines: tuple[Machine, ...]
    conditions: RunConditions
    faults: LinkFaults


def plan_jobs(fleet: Fleet, seed: int, count: int, today: datetime) -> list[JobPlan]:
    """Return `count` jobs of the last 90 days before `today`, oldest first; the same for the same arguments."""
    rng = np.random.default_rng([seed, 1])
    fates = _fates(rng, count)
    moments = _moments(rng, fates, today)
    names: set[str] = set()
    plans: list[JobPlan] = []
    failed: list[JobPlan] = []
    for number, (fate, moment) in enumerate(zip(fates, moments, strict=True)):
        own = np.random.default_rng([seed, 2, number])
        earlier = failed.pop(0) if fate == "retry" and failed else None
        request = _again(earlier, names) if earlier else _request(own, fate, moment, names)
        created_at = earlier.created_at + timedelta(minutes=float(own.uniform(50, 200))) if earlier else moment
        plan = _plan(own, number, request, min(created_at, today - timedelta(hours=2)), fate, fleet)
        plans.append(plan)
        if fate == "all_fail" and request.owner:
            failed.append(plan)
    return sorted(plans, key=lambda plan: (plan.created_at, plan.number))


def _fates(rng: np.random.Generator, count: int) -> list[Fate]:
    fates: list[Fate] = [fate for fate, share in SHARES.items() for _ in range(max(1, round(share * count)))]
    # A handful of jobs shows the commonest stories first.
    fates = fates[: max(count - 1, 0)]
    fates += ["healthy"] * (count - len(fates))
    order = rng.permutation(count).tolist()
    return [fates[place] for place in order]


def _moments(rng: np.random.Generator, fates: Sequence[Fate], today: datetime) -> list[datetime]:
    """Moments of creation, oldest first for the jobs that have ended; unfinished ones are of the last hours."""
    # An ended job had a day to end or to expire.
    ages = np.sort(rng.uniform(1.1, DAYS, len(fates)))[::-1]
    moments = []
    for fate, age in zip(fates, ages.tolist(), strict=True):
        hours = rng.uniform(0.8, UNFINISHED_HOURS) if fate in UNFINISHED else 24 * age
        moments.append(_whole(today - timedelta(hours=float(hours))))
    return moments


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _request(rng: np.random.Generator, fate: Fate, moment: datetime, names: set[str]) -> Request:
    cluster = _cluster(rng, fate)
    purpose = PURPOSES[_pick(rng, [purpose.weight for purpose in PURPOSES])]
    environment = ENVIRONMENTS[_pick(rng, [share for _, share in ENVIRONMENTS])][0]
    where = cluster.tags if rng.random() < 0.8 else ()
    node_count = _node_count(rng, fate, cluster)
    name = purpose.name.format(cluster=cluster.name, day=f"{moment:%Y-%m-%d}", number=int(rng.integers(2, 90)))
    if fate == "anonymous":
        return Request(None, cluster, _free(name, names), None, (), 1, ())
    return Request(
        owner=_owner(rng, cluster),
        cluster=cluster,
        name=_free(name, names),
        description=purpose.description,
        tags=tuple(dict.fromkeys([*([environment] if environment else []), *purpose.tags, *where])),
        node_count=node_count,
        benchmarks=_benchmarks(rng, fate, node_count),
    )


def _cluster(rng: np.random.Generator, fate: Fate) -> Cluster:
    if fate in ON_H100:
        return CLUSTERS[0]
    if fate == "lower_memory":
        return CLUSTERS[int(rng.integers(0, 2))]
    allowed = [cluster for cluster in CLUSTERS if cluster.nodes >= 8 or LEAST_NODES.get(fate, 1) <= 2]
    return allowed[_pick(rng, [cluster.weight for cluster in allowed])]


def _owner(rng: np.random.Generator, cluster: Cluster) -> str:
    own = [person.email for person in PEOPLE if person.customer == cluster.customer and person.role in _OWNERS]
    return own[int(rng.integers(len(own)))]


_OWNERS = ("user", "customer_admin")


def _node_count(rng: np.random.Generator, fate: Fate, cluster: Cluster) -> int:
    if fate == "large":
        return cluster.nodes
    size = SIZES[_pick(rng, SIZE_SHARES)]
    # A job that goes wrong on many nodes takes much to store and shows nothing more.
    most = cluster.nodes if fate in {"healthy", "dead_link"} else min(cluster.nodes, 8)
    least = LEAST_NODES.get(fate, 1)
    return max(min(size, most), least)


def _benchmarks(rng: np.random.Generator, fate: Fate, node_count: int) -> tuple[str | dict[str, Any], ...]:
    if node_count < 2 or (fate not in {"large", "network_fails", "slow_link", "dead_link"} and rng.random() < 0.25):
        return ("quick_mark",) if rng.random() < 0.5 else ()
    network: dict[str, Any] = {"benchmark_id": "cluster_network", "config": {}}
    if rng.random() < 0.12:
        return (network, {"benchmark_id": "cluster_network", "config": {"timeout": 600}})
    return ("quick_mark", network) if rng.random() < 0.6 else ("cluster_network",)


def _again(earlier: JobPlan, names: set[str]) -> Request:
    was = earlier.request
    tags = (*was.tags[:9], "retry")
    name = _free(f"{was.name[: NAME_MAX - 10]} (retry)", names)
    return Request(was.owner, was.cluster, name, was.description, tags, was.node_count, was.benchmarks)


def _plan(
    rng: np.random.Generator, number: int, request: Request, created_at: datetime, fate: Fate, fleet: Fleet
) -> JobPlan:
    sound = fleet.sound[request.cluster.name]
    machines = [sound[place] for place in rng.permutation(len(sound))[: request.node_count].tolist()]
    broken = {
        "half_speed": fleet.half_speed,
        "weak_interconnect": fleet.weak_interconnect,
        "power_sensor": fleet.power_sensor,
    }
    if fate in broken:
        machines[0] = broken[fate]
    conditions = RunConditions(lower_memory=fate == "lower_memory", throttle=0.82 if fate == "throttled" else 1.0)
    pair = (0, 1)
    faults = LinkFaults(
        slow=[pair, pair[::-1]] if fate == "slow_link" else (),
        dead=[pair] if fate == "dead_link" else (),
    )
    return JobPlan(number, request, _whole(created_at), fate, tuple(machines), conditions, faults)


def _free(name: str, names: set[str]) -> str:
    """The name, with a number behind it when an earlier job has it."""
    candidate, number = name, 1
    while candidate in names:
        number += 1
        candidate = f"{name[: NAME_MAX - 5]} /{number}"
    names.add(candidate)
    return candidate


def _pick(rng: np.random.Generator, weights: Sequence[float]) -> int:
    shares = np.asarray(weights, dtype=np.float64)
    return int(rng.choice(shares.size, p=shares / shares.sum()))
