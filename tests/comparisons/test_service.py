"""Comparisons of real jobs: scopes as everywhere, and what cannot be shown is said."""

import base64
from typing import Any

import numpy as np

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.charts.comparison import comparison_sheet, job_names, most_different_metric, network_keys
from siliconmark_ui.comparisons.service import compare_jobs
from siliconmark_ui.db import Database
from tests.factories import make_caller, make_job
from tests.ui.finished import finished_job


def numbers(array: Any) -> list[float]:
    """Give the numbers of an array that left in Plotly's compact form, sorted."""
    return sorted(np.frombuffer(base64.b64decode(array["bdata"]), dtype=array["dtype"]).tolist())


async def test_jobs_are_read_in_the_order_asked_for_each_once(db: Database) -> None:
    ann = (await make_caller(db)).actor
    first = await finished_job(db, ann, nodes=2, gpus=2, name="first")
    second = (await make_job(db, ann, name="second", node_count=2, tags=["b", "a"]))["id"]
    found = await compare_jobs(db, ann, [second, first, second])
    assert [job.name for job in found.jobs] == ["second", "first"]
    assert found.refused == []
    later = found.jobs[1]
    assert later.gpus["bf16_tflops"].tolist() == [264.4] * 4
    assert later.nodes["bf16_tflops"].tolist() == [528.8] * 2
    assert later.aggregate is not None
    assert later.aggregate["gpu_count"] == 4
    assert later.networks["cluster_network"].bandwidth.size == 2
    assert (found.jobs[0].aggregate, found.jobs[0].tags, found.jobs[0].networks) == (None, ["a", "b"], {})


async def test_unknown_and_foreign_ids_are_refused_alike_and_the_rest_is_kept(db: Database) -> None:
    ann = (await make_caller(db)).actor
    eve = (await make_caller(db, "eve@other.example", customer="Other")).actor
    mine, hers = (await make_job(db, ann))["id"], (await make_job(db, eve))["id"]
    asked = [hers, "12", mine, "x", "-1", "9" * 30, "٣"]
    found = await compare_jobs(db, ann, asked)
    assert [job.id for job in found.jobs] == [mine]
    assert [each.job_id for each in found.refused] == [each for each in asked if each != mine]
    assert {each.message.replace(each.job_id, "…") for each in found.refused} == {"Job with id … not found"}
    head = (await make_caller(db, "head@acme.example", Role.CUSTOMER_ADMIN)).actor
    staff = (await make_caller(db, "staff@silicon.example", Role.STAFF, "Silicon")).actor
    assert [job.id for job in (await compare_jobs(db, head, [mine, hers])).jobs] == [mine]
    assert [job.id for job in (await compare_jobs(db, staff, [mine, hers])).jobs] == [mine, hers]


async def test_ninth_job_is_left_out_and_said(db: Database) -> None:
    ann = (await make_caller(db)).actor
    ids = [(await make_job(db, ann))["id"] for _ in range(9)]
    found = await compare_jobs(db, ann, ids)
    assert [job.id for job in found.jobs] == ids[:8]
    assert [(each.job_id, "At most 8" in each.message) for each in found.refused] == [(ids[8], True)]


async def test_sheet_overlays_the_most_different_metric_and_the_links(db: Database) -> None:
    ann = (await make_caller(db)).actor
    sound = await finished_job(db, ann, nodes=2, gpus=2, name="a <b> & a name that is longer than an axis can show")
    slow = await finished_job(
        db, ann, nodes=3, odd={0: {"memory_bandwidth_gbs": 900.0}, 1: {"memory_bandwidth_gbs": 900.0}}
    )
    jobs = (await compare_jobs(db, ann, [sound, slow])).jobs
    assert most_different_metric(jobs) == "memory_bandwidth_gbs"
    assert network_keys(jobs) == ["cluster_network"]
    sheet = comparison_sheet(jobs, "memory_bandwidth_gbs")
    assert set(sheet) == {f"{chart}{end}" for chart in ("metric", "bandwidth", "latency") for end in ("", "/curves")}
    drawn = sheet["metric"]["figure"]
    assert [numbers(trace["x"]) for trace in drawn["data"]] == [[1741.5] * 4, [900.0, 900.0, 1741.5]]
    assert drawn["layout"]["xaxis"]["title"]["text"] == "Memory bandwidth (GB/s)"
    assert "48 % lower" in sheet["metric"]["title"]
    assert "3 GPUs, median 900 GB/s" in sheet["metric"]["alternative"]
    assert drawn["layout"]["yaxis"]["ticktext"][0] == "a &lt;b&gt; &amp; a name that is…"
    assert {chart.partition("/")[0] for chart in comparison_sheet(jobs, "unknown")} == {"bandwidth", "latency"}
    assert comparison_sheet([], "bf16_tflops") == {}


async def test_more_than_64_values_leave_as_a_histogram_and_never_one_by_one(db: Database) -> None:
    ann = (await make_caller(db)).actor
    large = await finished_job(db, ann, nodes=9)
    small = await finished_job(db, ann, nodes=8)
    sheet = comparison_sheet((await compare_jobs(db, ann, [large, small])).jobs, "")
    bars, dots = sheet["bandwidth"]["figure"]["data"]
    assert (bars["type"], dots["type"]) == ("bar", "scatter")
    assert sum(int(each[2]) for each in bars["customdata"]) == 72
    assert len(numbers(bars["x"])) <= 20
    assert len(numbers(dots["x"])) == 56
    assert "72 live links" in sheet["bandwidth"]["alternative"]


async def test_jobs_of_one_name_are_told_apart(db: Database) -> None:
    ann = (await make_caller(db)).actor
    eve = (await make_caller(db, "eve@other.example", customer="Other")).actor
    staff = (await make_caller(db, "staff@silicon.example", Role.STAFF, "Silicon")).actor
    ids = [(await make_job(db, actor, name="night"))["id"] for actor in (ann, eve)]
    names = job_names((await compare_jobs(db, staff, ids)).jobs)
    assert names == [f"night ({job_id[-4:]})" for job_id in ids]
