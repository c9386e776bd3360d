"""What nodes are called in charts and tables, and in which order they stand."""

import ipaddress
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

SHORT_UUID = 8


def node_names(nodes: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Give machine UUID -> name for tasks or scored nodes: the address, or the start of the UUID where it has none.

    An address that two machines share is followed by the start of the UUID, so that names stay unique.
    """
    addresses = Counter(node["machine_ip"] for node in nodes)
    names = {}
    for node in nodes:
        uuid, address = str(node["machine_uuid"]), node["machine_ip"]
        short = uuid[:SHORT_UUID]
        names[uuid] = short if not address else address if addresses[address] == 1 else f"{address} ({short})"
    return names


def natural_order(name: str) -> tuple[int, int, str]:
    """Give a sorting key that puts addresses in numerical order and before other names."""
    try:
        address = ipaddress.ip_address(name.split(" ")[0])
    except ValueError:
        return (1, 0, name)
    return (0, int(address), name)
