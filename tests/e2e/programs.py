"""What programs do with the site over HTTP while a browser looks on."""

from typing import Any

import httpx

from tests.api.agent import Agent, start
from tests.api.expect import ok


class Api:
    """What programs of the demonstration do over HTTP."""

    def __init__(self, http: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self.http = http
        self.headers = headers

    async def start(self, **fields: Any) -> Agent:
        """Create a job and give its agents."""
        return await start(self.http, self, **fields)  # type: ignore[arg-type]

    async def delete(self, job: Any) -> None:
        """Delete a job."""
        address = "/api/silicon-mark/v1/jobs/delete"
        ok(await self.http.request("DELETE", address, json={"id": int(job["id"])}, headers=self.headers))
