"""A job's page: what each tab says of a job that has really run."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
import reflex as rx
from reflex.event import Event

from siliconmark_ui.agents import service as agents
from siliconmark_ui.agents.bodies import read_node, read_progress, read_upload
from siliconmark_ui.db import Database
from siliconmark_ui.instants import now
from siliconmark_ui.ui.pages.job_detail.state import JobState, OtherViewForgotten
from tests.factories import cluster_network, machine, make_job, node, quick_mark, upload
from tests.ui.conftest import SignIn
from tests.ui.finished import finished_job
from tests.ui.visits import events_of, go, page_state, sent_by, target_of, visit

WEAK = {"bf16_tflops": 150.7, "fp16_tflops": 147.8, "fp32_tflops": 70.2, "mixed_precision_tflops": 140.9}


async def job_at(address: str, cookie: str | None) -> Any:
    """Give the state of a tab at that address after its load."""
    state = page_state(visit(address, cookie), JobState)
    await events_of(state.load())
    return state


async def test_overview_says_which_node_is_weak_and_why(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    job_id = await finished_job(db, actor, nodes=3, odd={1: WEAK}, name="trio", tags=["x"])
    state = await job_at(f"/jobs/{job_id}", cookie)
    assert (state.phase, state.tab, state.heading.name, state.heading.state) == (
        "ready",
        "overview",
        "trio",
        "completed",
    )
    assert state.heading.nodes == "3 / 3"
    assert state.overview.finding == "1 of 3 nodes is below what is expected"
    assert "10.0.0.2 is 0.5" in state.overview.reasons[0]
    assert [score.word for score in state.overview.scores] == ["Job score", "Compute", "Memory"]
    facts = {fact.word: fact.text for fact in state.overview.results[0].facts}
    assert facts["Average bandwidth"] == "92.4 Gbit/s"
    assert facts["Average latency"] == "0.0131 ms"
    assert facts["Links tested"] == "6"


async def test_overview_names_the_failed_nodes_with_their_messages(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    job_id = await finished_job(db, actor, nodes=2, failed={1: "ECC error on GPU 3"})
    state = await job_at(f"/jobs/{job_id}", cookie)
    assert state.heading.state == "completed_with_warnings"
    assert state.overview.problems == ["Node 10.0.0.2 failed: ECC error on GPU 3"]


async def test_network_tab_lists_the_slowest_links_as_measured(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    job_id = await finished_job(db, actor, nodes=4)
    state = await job_at(f"/jobs/{job_id}?tab=network&order=mean", cookie)
    slowest = state.network.slowest[0]
    assert (slowest.source, slowest.target, slowest.bandwidth) == ("10.0.0.1", "10.0.0.2", "90.3")
    assert len(state.network.slowest) == 12
    assert len(state.network.means) == 4
    assert state.network.source == f"/auth/figures/jobs/{job_id}/network?order=mean"
    assert [choice.is_current for choice in state.network.orders] == [False, True, False]


async def test_network_tab_is_ordered_by_mean_latency_as_the_address_says(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    job_id = await finished_job(db, actor, nodes=4)
    state = await job_at(f"/jobs/{job_id}?tab=network&order=latency", cookie)
    assert state.network.source == f"/auth/figures/jobs/{job_id}/network?order=latency"
    chosen = state.network.orders[2]
    assert (chosen.word, chosen.is_current) == ("By mean latency", True)
    assert chosen.href == f"/jobs/{job_id}?tab=network&order=latency"
    means = [(float(mean.latency_out) + float(mean.latency_in)) / 2 for mean in state.network.means]
    assert means == sorted(means, reverse=True)
    assert means[0] > means[-1]


async def test_network_tab_says_why_it_is_empty_before_a_result(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    job = await make_job(db, actor, node_count=2, benchmarks=["cluster_network"])
    state = await job_at(f"/jobs/{job['id']}?tab=network", cookie)
    assert state.network.source == ""
    assert state.network.reason == "The cluster network benchmark has not reported a result yet."


async def test_quickmark_tab_puts_the_lowest_node_first_and_marks_its_figures(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    job_id = await finished_job(db, actor, nodes=3, odd={1: WEAK})
    state = await job_at(f"/jobs/{job_id}?tab=quickmark", cookie)
    tab = state.quickmark
    assert tab.rows[0].name == "10.0.0.2"
    assert tab.gpu_title == "GPUs of 10.0.0.2"
    cell = tab.rows[0].cells[tab.heads.index("BF16 (TFLOPS)")]
    assert (cell.text, cell.status) == ("151", "underperforming")
    assert "× of expected" in cell.hint
    assert {cell.status for cell in tab.rows[1].cells} == {""}


async def test_quickmark_tab_shows_the_chosen_nodes_gpus(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    job_id = await finished_job(db, actor, nodes=2, gpus=2)
    first = await job_at(f"/jobs/{job_id}?tab=quickmark", cookie)
    address = first.quickmark.rows[1].href.partition("#")[0]
    state = await job_at(address, cookie)
    assert state.quickmark.gpu_title == f"GPUs of {first.quickmark.rows[1].name}"
    assert [gpu.name for gpu in state.quickmark.gpus] == ["GPU 0", "GPU 1"]


async def test_quickmark_tab_holds_each_figure_against_the_fleet_and_says_over_how_many_runs(
    sign_in: SignIn, db: Database
) -> None:
    actor, cookie = await sign_in()
    few = await job_at(f"/jobs/{await finished_job(db, actor, nodes=3)}?tab=quickmark", cookie)
    assert few.quickmark.fleet_note == "No percentiles: fewer than 8 runs of such nodes in the fleet"
    assert (few.quickmark.has_ranks, few.quickmark.rows[0].cells[0].rank) == (False, "")
    odd = {0: {"memory_bandwidth_gbs": 900.0, "temperature_centigrade": 88}}
    job_id = await finished_job(db, actor, nodes=10, odd=odd)
    tab = (await job_at(f"/jobs/{job_id}?tab=quickmark", cookie)).quickmark
    assert "10 runs of nodes with 1 × NVIDIA A100-SXM4-80GB" in tab.fleet_note
    memory = tab.rows[0].cells[tab.heads.index("Memory bandwidth (GB/s)")]
    assert (memory.text, memory.rank, memory.status) == ("900", "p5", "underperforming")
    assert memory.hint.endswith("; higher than 5 % of 10 runs")
    gpu = tab.gpus[0].cells[tab.gpu_heads.index("Temperature (°C)")]
    assert (gpu.text, gpu.rank) == ("88", "p95")
    assert gpu.hint.endswith("; higher than 95 % of the GPUs of 10 runs")
    assert (tab.gpu_charts, tab.no_links) == ([], "This node has one GPU, so there are no links between GPUs.")


async def test_quickmark_tab_names_the_chosen_machines_matrix_and_takes_its_uuid(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    matrix = {"gpu0_to_gpu1": {"connection_type": "nvlink", "simplex_gbs": 390.0, "duplex_gbs": 700.0}}
    job = await make_job(db, actor)
    task, _ = await agents.register_node(db, job["token"], read_node(node(0, gpu_count=2)))
    result = quick_mark(2)
    result["aggregate_results"]["gpu_bandwidth_matrix"] = matrix
    body = read_upload(msgspec.json.encode(upload(result)), "quick_mark")
    await agents.store_task_result(db, job["token"], int(task["id"]), "quick_mark", body)
    await agents.report_task(db, job["token"], int(task["id"]), read_progress({"state": "completed"}))
    tab = (await job_at(f"/jobs/{job['id']}?tab=quickmark&node={machine(0)}", cookie)).quickmark
    assert tab.gpu_charts == ["gpu_links_simplex", "gpu_links_duplex"]
    assert tab.gpu_source == f"/auth/figures/jobs/{job['id']}/gpus?node={machine(0)}"


async def test_quickmark_tab_shows_a_broken_power_sensor_as_such(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    job_id = await finished_job(db, actor, odd={0: {"power_consumption_watts": 1.2}})
    state = await job_at(f"/jobs/{job_id}?tab=quickmark", cookie)
    power = state.quickmark.rows[0].cells[state.quickmark.heads.index("Power (W)")]
    assert (power.text, power.status) == ("sensor?", "sensor")
    assert "1" not in [cell.text for cell in state.quickmark.gpus[0].cells]


async def test_nodes_tab_leads_to_machines_and_says_when_each_node_registered_began_and_ended(
    sign_in: SignIn, db: Database
) -> None:
    actor, cookie = await sign_in()
    job_id = await finished_job(db, actor, nodes=2, gpus=4)
    first = (await job_at(f"/jobs/{job_id}?tab=nodes", cookie)).tasks[0]
    assert (first.machine_href, first.machine_uuid) == (f"/machines/{machine(0)}", machine(0))
    assert first.gpus == "4 × NVIDIA A100-SXM4-80GB"
    assert first.registered_at <= first.started_at <= first.ended_at
    assert first.registered_at.endswith("Z")


async def test_nodes_tab_puts_failed_nodes_first(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    job_id = await finished_job(db, actor, nodes=3, failed={2: "lost power"})
    state = await job_at(f"/jobs/{job_id}?tab=nodes", cookie)
    assert [(task.name, task.state, task.message) for task in state.tasks] == [
        ("10.0.0.3", "failed", "lost power"),
        ("10.0.0.1", "completed", ""),
        ("10.0.0.2", "completed", ""),
    ]


async def test_only_the_shown_tab_is_kept_in_state(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    job_id = await finished_job(db, actor, nodes=2)
    state = await job_at(f"/jobs/{job_id}?tab=network", cookie)
    assert (state.tasks, state.quickmark.rows, state.overview.scores) == ([], [], [])


async def test_state_holds_no_figure_and_no_job_token(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    job_id = await finished_job(db, actor, nodes=8)
    root = visit(f"/jobs/{job_id}?tab=network", cookie)
    await events_of(page_state(root, JobState).load())
    sent = sent_by(root)
    assert "eyJ" not in sent
    assert "bdata" not in sent
    assert "measurements" not in sent


@pytest.mark.parametrize("job_id", ["1", "0", "9" * 19, "9" * 30, "12x", "-5"])
async def test_unknown_job_reads_as_not_found(sign_in: SignIn, job_id: str) -> None:
    _, cookie = await sign_in()
    state = await job_at(f"/jobs/{job_id}", cookie)
    assert state.phase == "not_found"
    assert state.failure.message.startswith("Job with id ")


async def test_unknown_job_shows_nothing_of_the_job_before(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    root = visit(f"/jobs/{await finished_job(db, actor, name='before')}", cookie)
    state = page_state(root, JobState)
    await events_of(state.load())
    assert state.heading.name == "before"
    go(root, "/jobs/1", cookie)
    await events_of(state.load())
    assert (state.phase, state.heading.name, state.heading.id) == ("not_found", "", "")


async def reloaded_at(root: rx.State, address: str, cookie: str) -> None:
    """Load a page anew in the tab, up to where its browser is sent the state that the server kept for it."""
    go(root, address, cookie)
    event = Event(name="reflex___state____state.hydrate_and_load")
    assert await OtherViewForgotten().preprocess(None, root, event) is None  # type: ignore[arg-type]


@pytest.mark.parametrize("rest", ["?tab=quickmark", "?tab=network", "?tab=network&order=latency", ""])
async def test_page_loaded_anew_begins_without_the_view_before(sign_in: SignIn, db: Database, rest: str) -> None:
    actor, cookie = await sign_in()
    job_id = await finished_job(db, actor, nodes=2)
    root = visit(f"/jobs/{job_id}?tab=network&order=mean", cookie)
    state = page_state(root, JobState)
    await events_of(state.load())
    await reloaded_at(root, f"/jobs/{job_id}{rest}", cookie)
    assert (state.phase, state.heading.id, state.network.source) == ("loading", "", "")


async def test_page_that_connects_again_keeps_what_it_shows(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    job_id = await finished_job(db, actor, nodes=2)
    root = visit(f"/jobs/{job_id}?tab=network&order=mean", cookie)
    state = page_state(root, JobState)
    await events_of(state.load())
    await reloaded_at(root, f"/jobs/{job_id}?tab=network&order=mean&node={machine(1)}", cookie)
    assert (state.phase, state.heading.id) == ("ready", job_id)
    assert state.network.source.endswith("order=mean")


async def test_ended_job_without_figures_does_not_promise_any(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    job_id = await finished_job(db, actor, nodes=1, failed={0: "the driver is missing"})
    state = await job_at(f"/jobs/{job_id}", cookie)
    assert state.overview.finding == "No node reported QuickMark figures"
    assert state.overview.hint == "The job has ended: what its nodes said is in the tab Nodes."


async def test_job_of_another_customer_reads_as_not_found(sign_in: SignIn, db: Database) -> None:
    actor, _ = await sign_in("ann@acme.example")
    _, cookie = await sign_in("eve@other.example", customer="Other")
    job_id = await finished_job(db, actor, name="not for eve")
    state = await job_at(f"/jobs/{job_id}?tab=quickmark", cookie)
    assert state.phase == "not_found"
    assert state.heading.name == ""


async def test_anonymous_visitor_is_led_to_the_sign_in_page_and_back(sign_in: SignIn, db: Database) -> None:
    actor, _ = await sign_in()
    job_id = await finished_job(db, actor)
    state = page_state(visit(f"/jobs/{job_id}?tab=nodes"), JobState)
    (event,) = await events_of(state.load())
    assert target_of(event) == f"/sign-in?next=%2Fjobs%2F{job_id}%3Ftab%3Dnodes"
    assert state.heading.name == ""


async def test_unknown_tab_falls_back_to_the_overview(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    job_id = await finished_job(db, actor)
    state = await job_at(f"/jobs/{job_id}?tab=nonsense", cookie)
    assert (state.phase, state.tab) == ("ready", "overview")
    assert [tab.name for tab in state.heading.tabs] == ["overview", "quickmark", "nodes", "raw"]


async def test_benchmark_that_runs_twice_is_told_apart_by_its_key_and_settings(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    runs = ["cluster_network", {"benchmark_id": "cluster_network", "config": {"timeout": 60}}]
    job = await make_job(db, actor, node_count=2, benchmarks=runs)
    for index in range(2):
        await agents.register_node(db, job["token"], read_node(node(index)))
    for key in ("cluster_network", "cluster_network:2"):
        config = {"config": {"timeout": 60}} if key.endswith("2") else {}
        body = msgspec.json.encode(upload(cluster_network(2), **config))
        await agents.store_cluster_result(db, job["token"], key, read_upload(body, "cluster_network"))
    state = await job_at(f"/jobs/{job['id']}", cookie)
    assert [result.name for result in state.overview.results] == [
        "Cluster Network (cluster_network: default settings)",
        "Cluster Network (cluster_network:2: timeout 60 s)",
    ]


async def test_head_says_that_a_job_has_expired(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    old = await make_job(db, actor, at=now() - timedelta(hours=25))
    new = await make_job(db, actor)
    assert [(await job_at(f"/jobs/{job['id']}", cookie)).heading.is_expired for job in (old, new)] == [True, False]


async def test_agent_tab_is_there_only_while_the_job_takes_agents_and_holds_no_token(
    sign_in: SignIn, db: Database
) -> None:
    actor, cookie = await sign_in()
    job = await make_job(db, actor)
    root = visit(f"/jobs/{job['id']}?tab=agent", cookie)
    state = page_state(root, JobState)
    await events_of(state.load())
    assert (state.tab, state.heading.takes_agents) == ("agent", True)
    assert "eyJ" not in sent_by(root)
    ended = await job_at(f"/jobs/{await finished_job(db, actor)}?tab=agent", cookie)
    assert (ended.tab, ended.heading.takes_agents) == ("overview", False)
