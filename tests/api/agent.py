"""An agent as tests play it: the job token and the calls of a machine."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.api.expect import ok
from tests.api.paths import CURRENT, JOBS, TASKS
from tests.factories import Caller, bearer, node, quick_mark, upload


@dataclass(frozen=True)
class Agent:
    """The agents of one job, which share its token."""

    http: httpx.AsyncClient
    job: Any

    @property
    def headers(self) -> dict[str, str]:
        """The headers of every call."""
        return bearer(self.job["token"])

    async def register(self, number: int = 0, **fields: Any) -> httpx.Response:
        """Register the machine with that number."""
        return await self.http.post(TASKS, json=node(number, **fields), headers=self.headers)

    async def joined(self, number: int = 0, **fields: Any) -> Any:
        """Register a machine that is new; return its task."""
        return ok(await self.register(number, **fields), 201)

    async def report(self, task: Any, state: str, **fields: Any) -> httpx.Response:
        """Say what has become of a task."""
        path = f"{TASKS}/{task['id']}"
        return await self.http.patch(path, json={"state": state, **fields}, headers=self.headers)

    async def send(self, task: Any, results: Any, key: str = "quick_mark", **fields: Any) -> httpx.Response:
        """Upload a node's result."""
        path = f"{TASKS}/{task['id']}/results/{key}"
        return await self.http.put(path, json=upload(results, **fields), headers=self.headers)

    async def send_cluster(self, results: Any, key: str = "cluster_network", **fields: Any) -> httpx.Response:
        """Upload a cluster-level result."""
        return await self.http.put(f"{CURRENT}/results/{key}", json=upload(results, **fields), headers=self.headers)

    async def current(self) -> httpx.Response:
        """Ask for the job."""
        return await self.http.get(CURRENT, headers=self.headers)

    async def complete(self, task: Any, results: Any = None) -> None:
        """Upload a task's QuickMark result and report its end."""
        ok(await self.send(task, results or quick_mark()))
        ok(await self.report(task, "completed"))


async def start(http: httpx.AsyncClient, caller: Caller, **fields: Any) -> Agent:
    """Create a job and return its agents."""
    created = await http.post(JOBS, json={"benchmarks": [], **fields}, headers=caller.headers)
    return Agent(http, ok(created, 201))


async def seen(agent: Agent, caller: Caller) -> Any:
    """Return the detail of the agents' job as a person sees it."""
    return ok(await agent.http.get(f"{JOBS}/{agent.job['id']}", headers=caller.headers))
