"""The reference catalogue: plausible figures, and names that never match another product."""

import pytest

from siliconmark_ui.benchmarks.catalogue import METRICS
from siliconmark_ui.scoreboard.reference import REFERENCE, ReferenceEntry, expected_per_gpu, reference_entry

# Published ratios of peaks: a tensor figure derived from a non-tensor peak would break them.
TENSOR_OVER_TF32 = 2.0
LEAST_SHARE = {"bf16_tflops": 0.4, "fp16_tflops": 0.4, "fp32_tflops": 0.4, "memory_bandwidth_gbs": 0.75}


@pytest.mark.parametrize("entry", REFERENCE, ids=lambda entry: entry.gpu_model)
def test_figures_are_plausible_when_held_against_the_peak(entry: ReferenceEntry) -> None:
    assert {"bf16_tflops", "fp16_tflops", "memory_bandwidth_gbs"} <= entry.figures.keys() <= METRICS.keys()
    for metric, figure in entry.figures.items():
        assert LEAST_SHARE.get(metric, 0.3) * figure.peak < figure.expected < figure.peak
        assert figure.source.startswith("Peak: ")
        assert "Expected: " in figure.source
        assert METRICS[metric].group in ("compute", "memory")


@pytest.mark.parametrize("entry", REFERENCE, ids=lambda entry: entry.gpu_model)
def test_tensor_figures_come_from_tensor_peaks_when_compared(entry: ReferenceEntry) -> None:
    peaks = {metric: figure.peak for metric, figure in entry.figures.items()}
    assert peaks["bf16_tflops"] == peaks["fp16_tflops"] == peaks["mixed_precision_tflops"]
    if "fp32_tflops" in peaks:
        assert peaks["bf16_tflops"] / peaks["fp32_tflops"] == pytest.approx(TENSOR_OVER_TF32, rel=0.02)
        assert entry.figures["fp32_tflops"].expected > entry.figures["fp32_cuda_core_tflops"].expected
    if "fp32_cuda_core_tflops" in peaks:
        assert peaks["fp32_cuda_core_tflops"] <= peaks["bf16_tflops"] / 2


@pytest.mark.parametrize(
    "model",
    [
        "NVIDIA H100 80GB HBM3", "NVIDIA H100 PCIe", "NVIDIA H100 NVL", "NVIDIA H200", "NVIDIA A100-SXM4-40GB",
        "NVIDIA A100-SXM4-80GB", "NVIDIA A100-PCIE-40GB", "NVIDIA A100 80GB PCIe", "NVIDIA B200", "NVIDIA L40S",
        "NVIDIA L4",
        "NVIDIA GeForce RTX 4090", "AMD Instinct MI300X", "AMD Instinct MI300X OAM",
    ],
)  # fmt: skip
def test_model_is_known_when_the_driver_names_it(model: str) -> None:
    entry = reference_entry(model)
    assert entry is not None
    assert model in entry.aliases
    tolerant = "  " + model.removeprefix("NVIDIA ").removeprefix("AMD ").lower().replace(" ", "   ") + " "
    assert reference_entry(tolerant) is entry


@pytest.mark.parametrize(
    "model",
    [
        "NVIDIA L40", "NVIDIA L40G", "NVIDIA L20", "NVIDIA GeForce RTX 4090 D", "NVIDIA GeForce RTX 4090 Laptop GPU",
        "NVIDIA A100", "NVIDIA A100X", "NVIDIA A10", "NVIDIA H100", "NVIDIA H100 80GB HBM2e", "NVIDIA H200 NVL",
        "NVIDIA GH200 480GB",
        "NVIDIA H20", "NVIDIA B200 NVL", "NVIDIA GB200", "NVIDIA H800", "AMD Instinct MI300A", "AMD Instinct MI325X",
        "NVIDIA A100-SXM4-40GB MIG 1g.5gb", "NVIDIA", "", "unknown", None,
    ],
)  # fmt: skip
def test_other_product_is_unknown_when_its_name_is_only_alike(model: str | None) -> None:
    assert expected_per_gpu(model) == {}


def test_sizes_of_one_chip_differ_when_their_memory_does() -> None:
    small, large = expected_per_gpu("NVIDIA A100-SXM4-40GB"), expected_per_gpu("NVIDIA A100-SXM4-80GB")
    assert small["bf16_tflops"] == large["bf16_tflops"]
    assert small["memory_bandwidth_gbs"] < large["memory_bandwidth_gbs"]
