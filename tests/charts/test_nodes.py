"""What nodes are called."""

from siliconmark_ui.charts.nodes import natural_order, node_names


def test_node_is_called_by_its_address_or_by_the_start_of_its_uuid() -> None:
    nodes: list[dict[str, str | None]] = [
        {"machine_uuid": "aaaaaaaa-1", "machine_ip": "10.0.0.1"},
        {"machine_uuid": "bbbbbbbb-2", "machine_ip": None},
    ]
    assert node_names(nodes) == {"aaaaaaaa-1": "10.0.0.1", "bbbbbbbb-2": "bbbbbbbb"}


def test_names_stay_unique_when_two_machines_share_an_address() -> None:
    nodes = [{"machine_uuid": f"{letter * 8}-1", "machine_ip": "10.0.0.1"} for letter in "ab"]
    assert list(node_names(nodes).values()) == ["10.0.0.1 (aaaaaaaa)", "10.0.0.1 (bbbbbbbb)"]


def test_natural_order_sorts_addresses_by_number_and_before_names() -> None:
    names = ["b", "10.0.0.10", "fe80::1", "10.0.0.9", "10.0.0.9 (cc)"]
    assert sorted(names, key=natural_order) == ["10.0.0.9", "10.0.0.9 (cc)", "10.0.0.10", "fe80::1", "b"]
