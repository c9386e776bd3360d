"""What the demonstration claims about its machines, held against the documents that its agents send."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import msgspec
import numpy as np
import pytest

from siliconmark_ui.agents.bodies import read_node, read_progress, read_upload
from siliconmark_ui.benchmarks.cluster_network import read_cluster_network
from siliconmark_ui.benchmarks.quick_mark import QuickMarkReading, read_quick_mark
from siliconmark_ui.demo.machines import GPU_MODELS, H100, Fleet, Machine, build_fleet
from siliconmark_ui.demo.plan import SHARES, UNFINISHED, Fate, JobPlan, plan_jobs
from siliconmark_ui.demo.script import Registers, Reports, Step, Uploads, script_of
from siliconmark_ui.jobs.service import read_new_job
from siliconmark_ui.scoreboard.reference import expected_per_gpu

SEED = 11
JOBS = 400
TODAY = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@cache
def fleet() -> Fleet:
    return build_fleet(np.random.default_rng([SEED, 0]))


@cache
def story() -> list[tuple[JobPlan, list[Step]]]:
    return [(plan, script_of(plan, SEED)) for plan in plan_jobs(fleet(), SEED, JOBS, TODAY)]


def uploads(*fates: Fate) -> list[tuple[JobPlan, Uploads, dict[str, Any]]]:
    """Completed uploads of jobs with one of those fates, with their documents."""
    found = []
    for plan, steps in story():
        for step in steps:
            if isinstance(step, Uploads) and plan.fate in fates:
                body = msgspec.json.decode(step.body)
                if body["results"] is not None:
                    found.append((plan, step, body["results"]))
    return found


def readings(*fates: Fate) -> list[tuple[Machine, QuickMarkReading]]:
    """What QuickMark measured on the machines of jobs with one of those fates."""
    return [
        (step.machine, read_quick_mark(document, step.machine.gpu_count))
        for _, step, document in uploads(*fates)
        if step.machine is not None
    ]


def test_plan_is_the_same_when_seed_and_day_are() -> None:
    assert [(plan, script_of(plan, SEED)) for plan in plan_jobs(fleet(), SEED, JOBS, TODAY)] == story()


def test_plan_differs_when_the_seed_does() -> None:
    names = [plan.request.name for plan, _ in story()]
    assert [plan.request.name for plan in plan_jobs(fleet(), SEED + 1, JOBS, TODAY)] != names


def test_plan_tells_every_story_when_it_has_400_jobs() -> None:
    assert {plan.fate for plan, _ in story()} == {"healthy", *SHARES}
    assert len(story()) == JOBS
    sizes = {plan.request.node_count for plan, _ in story()}
    assert (min(sizes), max(sizes)) == (1, 64)
    assert len({machine.gpu_model for plan, _ in story() for machine in plan.machines}) >= 8


@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_plan_has_as_many_jobs_as_asked_for_when_they_are_few(count: int) -> None:
    assert len(plan_jobs(fleet(), SEED, count, TODAY)) == count


def test_requests_pass_the_services_checks_and_have_distinct_names() -> None:
    names = [read_new_job(plan.request.body)["name"] for plan, _ in story()]
    assert len(set(names)) == JOBS
    assert sum(len(plan.request.tags) > 1 for plan, _ in story()) > JOBS / 2


def test_steps_pass_the_agents_checks_in_the_order_of_time() -> None:
    for plan, steps in story():
        moments = [plan.created_at, *(step.moment for step in steps), TODAY]
        assert all(earlier <= later for earlier, later in pairwise(moments)), plan
        assert not steps or steps[-1].moment < plan.created_at + timedelta(hours=24)
        for step in steps:
            if isinstance(step, Registers):
                read_node(step.body)
            elif isinstance(step, Reports):
                read_progress(step.body)
            else:
                read_upload(step.body, step.key)


def test_jobs_lie_in_90_days_and_unfinished_ones_in_the_last() -> None:
    for plan, _ in story():
        age = TODAY - plan.created_at
        assert age < (timedelta(hours=20) if plan.fate in UNFINISHED else timedelta(days=90))


def test_healthy_compute_varies_by_one_to_four_percent() -> None:
    figures: dict[tuple[str, int], list[float]] = defaultdict(list)
    for machine, reading in readings("healthy", "large", "slow_link", "dead_link"):
        # Two cooled cards of one cluster are no ordinary machines.
        if machine.compute < 1.1:
            figures[machine.gpu_model, machine.gpu_count].append(reading.node["bf16_tflops"] / machine.gpu_count)
    spreads = {key: np.std(values) / np.mean(values) for key, values in figures.items() if len(values) >= 20}
    assert len(spreads) >= 6
    assert all(0.01 <= spread <= 0.04 for spread in spreads.values()), spreads


def test_h100_memory_has_two_modes_13_to_15_percent_apart() -> None:
    figures = np.array(
        [
            reading.node["memory_bandwidth_gbs"] / machine.gpu_count
            for machine, reading in readings(*SHARES, "healthy")
            if machine.gpu_model == H100
        ]
    )
    upper, lower = figures[figures > 2800], figures[figures <= 2800]
    assert np.median(upper) == pytest.approx(3015, rel=0.01)
    assert np.median(lower) == pytest.approx(2610, rel=0.01)
    assert 0.13 <= 1 - np.median(lower) / np.median(upper) <= 0.15
    assert 0.01 < lower.size / figures.size < 0.15
    assert not np.any((figures > 2700) & (figures < 2900))


def test_half_speed_node_computes_at_57_percent_with_healthy_memory() -> None:
    expected = expected_per_gpu(H100)
    found = [reading for machine, reading in readings("half_speed") if machine == fleet().half_speed]
    assert len(found) >= 5
    for reading in found:
        assert reading.node["bf16_tflops"] / 8 / expected["bf16_tflops"] == pytest.approx(0.57, abs=0.03)
        assert reading.node["memory_bandwidth_gbs"] / 8 / expected["memory_bandwidth_gbs"] > 0.97


def test_broken_power_sensor_reads_a_few_watts_while_the_node_computes() -> None:
    found = [reading for machine, reading in readings("power_sensor") if machine == fleet().power_sensor]
    assert found
    for reading in found:
        assert not reading.power_sound
        assert 0 < reading.node["power_consumption_watts"] / 8 < 10
        assert reading.node["bf16_tflops"] > 8 * 600


def test_other_power_sensors_are_sound() -> None:
    others = [reading for machine, reading in readings(*SHARES, "healthy") if machine != fleet().power_sensor]
    assert all(reading.power_sound for reading in others)


def test_slow_link_stands_far_below_the_other_links() -> None:
    found = [read_cluster_network(document) for _, step, document in uploads("slow_link") if step.machine is None]
    assert found
    for reading in found:
        assert reading.bandwidth_spread is not None
        assert reading.slowest_links(1)[0].bandwidth_gbps < 0.25 * reading.bandwidth_spread.median
        assert reading.slowest_links(3)[2].bandwidth_gbps > 0.8 * reading.bandwidth_spread.median


def test_dead_link_reports_an_error_and_no_figures() -> None:
    found = [(plan, document) for plan, step, document in uploads("dead_link") if step.machine is None]
    assert found
    for plan, document in found:
        dead = read_cluster_network(document).dead
        assert [(link.source, link.target) for link in dead] == [(plan.machines[0].uuid, plan.machines[1].uuid)]
        assert "timed out" in dead[0].error


def test_every_network_result_measures_each_directed_pair() -> None:
    for plan, step, document in uploads(*SHARES, "healthy"):
        if step.machine is None:
            nodes = plan.request.node_count
            assert document["total_links_tested"] == len(document["measurements"]) == nodes * (nodes - 1)


def test_some_jobs_ask_for_the_network_benchmark_twice() -> None:
    assert any(step.key == "cluster_network:2" for _, step, _ in uploads(*SHARES, "healthy"))


def test_some_jobs_run_on_a_model_that_nobody_expects_anything_of() -> None:
    strangers = {
        machine.uuid: machine.gpu_model
        for plan, _ in story()
        for machine in plan.machines
        if not expected_per_gpu(machine.gpu_model)
    }
    # Fewer than the eight others that a median of the fleet needs.
    assert 1 <= len(strangers) <= 8
    assert len(set(strangers.values())) == 1


def test_gpu_models_have_every_figure_that_is_scored() -> None:
    for model in GPU_MODELS.values():
        assert {"bf16_tflops", "fp16_tflops", "fp32_tflops", "memory_bandwidth_gbs"} <= model.base().keys()
