"""The Export menus of a job's tabs lead to files of what the tabs show."""

import httpx

from siliconmark_ui.accounts.sessions import COOKIE_NAME
from siliconmark_ui.db import Database
from tests.exports.reading import read_csv
from tests.ui.conftest import SignIn
from tests.ui.finished import finished_job
from tests.ui.test_job_state import job_at


async def test_exports_of_the_tabs_hold_every_link_and_every_gpu(
    sign_in: SignIn, db: Database, http: httpx.AsyncClient
) -> None:
    actor, cookie = await sign_in()
    session = {"Cookie": f"{COOKIE_NAME}={cookie}"}
    job_id = await finished_job(db, actor, nodes=3, gpus=2)
    network = (await job_at(f"/jobs/{job_id}?tab=network", cookie)).network
    quickmark = (await job_at(f"/jobs/{job_id}?tab=quickmark", cookie)).quickmark
    [links], [figures] = network.exports, quickmark.exports
    rows = read_csv((await http.get(links.links["csv"], headers=session)).content)
    assert (len(rows), links.total, links.count) == (6, 6, "6 links")
    rows = read_csv((await http.get(figures.links["csv"], headers=session)).content)
    assert [row["scope"] for row in rows] == ["node", "gpu", "gpu"] * 3
    assert (figures.total, figures.count) == (9, "3 nodes, 6 GPUs")
    for address in (*links.links.values(), *figures.links.values()):
        assert (await http.get(address, headers=session)).status_code == 200
