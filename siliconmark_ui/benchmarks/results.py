"""One door to the checks of uploaded results: by benchmark id, with the catalogue's own rules for a plain benchmark."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from siliconmark_ui.benchmarks.catalogue import BENCHMARKS, CLUSTER_NETWORK, QUICK_MARK, benchmark_of_key
from siliconmark_ui.benchmarks.cluster_network import check_cluster_network
from siliconmark_ui.benchmarks.figures import check_fields, check_object
from siliconmark_ui.benchmarks.quick_mark import check_quick_mark
from siliconmark_ui.errors import InvalidInput

_CHECKS: Mapping[str, Callable[[object], None]] = MappingProxyType(
    {QUICK_MARK: check_quick_mark, CLUSTER_NETWORK: check_cluster_network}
)


def check_result(benchmark_id: str, results: object) -> None:
    """Check an uploaded result of the benchmark, given by id or by result key (`cluster_network:2`).

    A benchmark whose result is a flat object of figures needs no check of its own: its catalogue fields are the rules.
    Raises InvalidInput naming the path that is wrong, or that the benchmark is not known.
    """
    benchmark = BENCHMARKS.get(benchmark_of_key(benchmark_id))
    if benchmark is None:
        raise InvalidInput(f"Benchmark '{benchmark_id}' not found")
    check = _CHECKS.get(benchmark.id)
    if check is not None:
        check(results)
    else:
        check_fields(check_object(results, "results"), benchmark.fields, "results")
