"""The words of the demonstration: people, purposes of jobs, what goes wrong. Pure."""

from dataclasses import dataclass

from siliconmark_ui.accounts.roles import Role

CUSTOMERS = ("Demo: Northgate Compute", "Demo: Larkfield Research")


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who signs in to the demonstration; `customer` counts from 0."""

    email: str
    name: str
    role: Role
    customer: int


PEOPLE = (
    DemoPerson("admin@demo.example", "Ada Nyberg", Role.CUSTOMER_ADMIN, 0),
    DemoPerson("maya@demo.example", "Maya Okafor", Role.USER, 0),
    DemoPerson("tomas@demo.example", "Tomas Vanek", Role.USER, 0),
    DemoPerson("research-admin@demo.example", "Ines Duarte", Role.CUSTOMER_ADMIN, 1),
    DemoPerson("lena@demo.example", "Lena Brandt", Role.USER, 1),
    DemoPerson("staff@demo.example", "Sam Whitlock", Role.STAFF, 0),
    DemoPerson("root@demo.example", "Robin Aalto", Role.ROOT_ADMIN, 0),
)


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why a job is run: its name (with `{cluster}`, `{day}`, `{number}`), tags, description, and how often."""

    name: str
    tags: tuple[str, ...]
    description: str | None
    weight: float


PURPOSES = (
    Purpose("nightly {cluster} {day}", ("nightly",), None, 0.30),
    Purpose(
        "acceptance {cluster} rack {number}", ("acceptance",), "Acceptance of a rack before it is handed over", 0.14
    ),
    Purpose("burn-in {cluster} batch {number}", ("burn-in",), "72 h burn-in, figures taken at the end", 0.08),
    Purpose("{cluster} before training {number}", ("team:training",), "Check of the nodes of a reservation", 0.12),
    Purpose("weekly {cluster} {day}", ("weekly",), None, 0.12),
    Purpose("driver 570.195 on {cluster} #{number}", ("driver:570",), "Before and after the driver update", 0.08),
    Purpose("{cluster} after repair #{number}", ("repair", "team:hardware"), "Node came back from the vendor", 0.07),
    Purpose("firmware check {cluster} {number}", ("firmware", "team:hardware"), None, 0.05),
    Purpose(
        "Vergleich Lüfterprofil {number}",
        ("lüfter", "team:hardware"),
        "Fan profile “quiet” against “performance”",
        0.04,
    ),
)
ENVIRONMENTS = (("production", 0.46), ("staging", 0.24), (None, 0.30))

TASK_FAILURES = (
    "CUDA error: an illegal memory access was encountered (GPU {gpu})",
    "Xid 79: GPU {gpu} has fallen off the bus",
    "Uncorrectable ECC error on GPU {gpu}, 12 rows remapped, reset needed",
    "NCCL time-out after 600 s in all-reduce, rank {gpu} did not answer",
    "Driver 570.195.03 does not match the CUDA runtime 13.0 of the container",
    "Container image could not be pulled: connection reset by peer",
    "GPU {gpu} is in use: 71.4 of 79.1 GiB are held by process 21894",
)
NETWORK_FAILURES = (
    "iperf server did not start on {ip}: address already in use",
    "No route to host {ip}",
    "mlx5_1: port is down on {ip}",
)
