"""What the address of a machine's page asks for: a page of its jobs, and how many metrics have their history shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from siliconmark_ui.errors import InvalidInput
from siliconmark_ui.machines.filters import read_parameter
from siliconmark_ui.ui import urls

ALL = "all"


@dataclass(frozen=True)
class MachineQuestion:
    """The page of jobs, from 1; `shows_all` asks for the metrics that are not scored too."""

    machine_uuid: str
    page: int = 1
    shows_all: bool = False

    @classmethod
    def from_query(cls, machine_uuid: str, parameters: Mapping[str, str]) -> Self:
        """Read an address; raises InvalidInput naming the parameter and what is allowed."""
        if parameters.get("metrics", ALL) != ALL:
            raise InvalidInput(f"metrics must be {ALL}, or not given")
        return cls(machine_uuid, read_parameter("page", parameters.get("page", "1")), "metrics" in parameters)

    def turned(self, page: int) -> str:
        """Give the address of another page of jobs."""
        return self._address(page, shows_all=self.shows_all)

    def with_all(self, *, shows_all: bool) -> str:
        """Give the address that shows all metrics, or only those that are scored or have changed."""
        return self._address(self.page, shows_all=shows_all)

    def _address(self, page: int, *, shows_all: bool) -> str:
        return urls.machine(self.machine_uuid, page=str(page) if page > 1 else "", metrics=ALL if shows_all else "")
