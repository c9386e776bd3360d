"""What programs do with the site over HTTP while a browser looks on."""

from typing import Any

import httpx

from tests.api.agent import Agent, start
from tests.api.expect import ok
from tests.api.paths import JOBS


class Api:
    """What programs of the demonstration do over HTTP."""

    def __init__(self, http: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self.http = http
        self.headers = headers
        self.started: list[int] = []

    async def start(self, **fields: Any) -> Agent:
        """Create a job and give its agents."""
        agents = await start(self.http, self, **fields)  # type: ignore[arg-type]
        self.started.append(int(agents.job["id"]))
        return agents

    async def clear(self) -> None:
        """Delete what was started and is still there, so that the same test may come again under the same names.

        A job that runs cannot be deleted, and stays.
        """
        for number in self.started:
            answer = await self._delete(number)
            is_running = "JOB_STATE_CONFLICT" in answer.text
            assert is_running or answer.status_code in {200, 404}, answer.text

    async def delete(self, job: Any) -> None:
        """Delete a job."""
        ok(await self._delete(int(job["id"])))

    async def _delete(self, number: int) -> httpx.Response:
        return await self.http.request("DELETE", f"{JOBS}/delete", json={"id": number}, headers=self.headers)
