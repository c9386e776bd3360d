"""The fleet that percentiles are over: like nodes of all customers, the newest run of each machine."""

from datetime import timedelta

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.db import Database
from siliconmark_ui.instants import at, now
from siliconmark_ui.jobs.performance import performance_nodes
from siliconmark_ui.jobs.service import delete_job, get_job
from siliconmark_ui.scoreboard.service import fleet_spreads
from tests.factories import make_caller
from tests.ui.finished import finished_job

KIND = ("NVIDIA A100-SXM4-80GB", 1)


async def test_spread_holds_each_machine_once_of_every_customer_and_no_deleted_job(db: Database) -> None:
    ann = (await make_caller(db)).actor
    eve = (await make_caller(db, "eve@other.example", Role.CUSTOMER_ADMIN, "Other")).actor
    with at(now() - timedelta(days=2)):
        await finished_job(db, eve, nodes=9, odd={0: {"memory_bandwidth_gbs": 900.0}})
    job_id = await finished_job(db, ann, nodes=3, odd={1: {"memory_bandwidth_gbs": 1300.0}})
    gone = await finished_job(db, ann, odd={0: {"memory_bandwidth_gbs": 100.0}})
    await delete_job(db, ann, int(gone))
    await finished_job(db, ann, nodes=1, gpus=2)
    detail = await get_job(db, ann, int(job_id))
    spread = (await fleet_spreads(db, await performance_nodes(db, ann, detail)))[KIND]
    assert spread.runs == 9
    figures = spread.nodes["memory_bandwidth_gbs"].tolist()
    assert (figures[0], len(figures), 900.0 in figures) == (1300.0, 9, False)
    assert spread.node_percentile("memory_bandwidth_gbs", 1300.0) == 100 * 0.5 / 9
    assert spread.gpus["memory_bandwidth_gbs"].size == 9


async def test_no_nodes_ask_nothing_of_the_fleet(db: Database) -> None:
    assert await fleet_spreads(db, []) == {}
