"""The websocket of the production build under hostile events: every handler, by name, with payloads of every kind.

What a role may not do through the API it may not do here either; whatever is sent, nothing outside its rights happens
(every row of the database is compared), nothing that it may not see comes back, and the server goes on answering.
"""

import json
import random
from typing import Any

import httpx
import pytest
import reflex as rx
import simple_websocket
from playwright.async_api import Browser, BrowserContext, Page, expect

import siliconmark_ui.ui.app  # noqa: F401 - states are known once the pages are.
from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.accounts.service import sign_in
from siliconmark_ui.accounts.sessions import COOKIE_NAME
from siliconmark_ui.db import Database
from siliconmark_ui.ui.pages.performance.view import OPEN
from tests.factories import PASSWORD, make_caller
from tests.security.websocket import Socket, handshake_status, socket
from tests.security.worlds import World, make_world, photograph, trespasses
from tests.server.conftest import ServerUnderTest

pytestmark = pytest.mark.e2e
TEXTS = (
    "", "x", "root_admin", "customer_admin", "1", "-1", "9" * 40, "<script>", "../../etc/passwd", "\x00", "false",
    "'; DROP TABLE users; --", "state", "name", "csv",
)  # fmt: skip
EVENTS_A_HANDLER = 3
FRAMES = (
    "", "4", "42", "42/_event,", '42/_event,["event"]', '42/_event,["event",null]', "42/_event,[", "9",
    '42/_event,["event",{"name":7}]', '42/_event,["event",{"name":"a.b","payload":[]}]', '42/_event,["event","{"]',
    "45-1/_event,[]", '42/other,["x"]', "x" * 100_000, '42/_event,["event",' + "[" * 300_000,
)  # fmt: skip
FRAME_MAX = 1_000_000
PREFIX = "reflex___state____state."


def handlers() -> dict[str, list[str]]:
    """Return the full name of every event handler that any client may name, with its arguments."""
    found: dict[str, list[str]] = {}
    states: list[type[Any]] = [rx.State]
    while states:
        state = states.pop()
        states.extend(state.get_substates())
        for name, handler in state.event_handlers.items():
            arguments = list(handler.fn.__code__.co_varnames[1 : handler.fn.__code__.co_argcount])
            found[f"{state.get_full_name()}.{name}"] = arguments
    return found


def paths_of(world: World) -> list[str]:
    """Return the addresses of every page, those of what the person may not see among them."""
    jobs = [f"/jobs/{job}{tab}" for job in world.job_ids for tab in ("", "?tab=nodes", "?tab=quickmark", "?tab=agent")]
    machines = [f"/machines/{uuid}" for uuid in world.machines]
    copies = [f"/jobs/new?from={job}" for job in world.job_ids]
    compared = "/compare?" + "&".join(f"job={job}" for job in world.job_ids)
    return [
        "/", "/?name=veiled", "/performance", "/machines", "/account", "/people", "/audit",
        "/invitation?key=x", "/sign-in", "/nowhere", compared, *jobs, *machines, *copies,
    ]  # fmt: skip


def hostile_value(chance: random.Random, ids: list[str]) -> Any:
    """Return a value of any kind that JSON can carry, ids of real people, customers and jobs among them."""
    simple: list[Any] = [None, True, False, 0, -1, 2**70, 1.5, *TEXTS, *ids]
    form = {
        "email": "x@y.example", "role": "root_admin", "customer": "Umbra", "name": "n", "scope": "write",
        "days": "7", "note": "seen", "benchmarks": "quick_mark", "node_count": "1", "customer_name": "New one",
        f"{PREFIX}siliconmark_ui___ui___session____person_state.role": "root_admin",
    }  # fmt: skip
    return chance.choice([chance.choice(simple), [chance.choice(simple)], {"x": chance.choice(simple)}, form])


async def _be_hostile(tab: Socket, chance: random.Random, world: World) -> None:
    """Name every handler with arguments of every kind, each that takes an id with every id, and some that are none."""
    paths = paths_of(world)
    await tab.event(f"{PREFIX}hydrate", {})
    for handler, arguments in sorted(handlers().items()):
        for _ in range(EVENTS_A_HANDLER):
            payload = {name: hostile_value(chance, world.ids) for name in arguments}
            await tab.event(handler, payload, chance.choice(paths))
        for number in world.ids if any(name.endswith("_id") for name in arguments) else ():
            plausible = {"role": "customer_admin", "is_active": False, "name": "taken", "is_picked": True}
            payload = {name: plausible.get(name, number) for name in arguments}
            await tab.event(handler, payload, chance.choice(paths))
        for path in paths if handler.endswith(".load") else ():
            await tab.event(handler, {}, path)
        await tab.listen(0.01)
    for job in world.job_ids:
        await _act_on(tab, job)
    for number in world.ids:
        await _act_on_people(tab, number)
    await tab.event(f"{PREFIX}no_such_handler", {"x": 1})
    await tab.event("os.system", {"command": "id"})
    await tab.listen()


async def _act_on(tab: Socket, job: str) -> None:
    """Open, acknowledge, reopen and delete a job, as the pages would."""
    performance = f"{PREFIX}siliconmark_ui___ui___pages___performance___state____performance_state"
    deletion = f"{PREFIX}siliconmark_ui___ui___pages___jobs___deletion____deletion_state"
    opened = f"/performance?{OPEN}={job}"
    await tab.event(f"{performance}.load", {}, opened)
    for act in ("acknowledge", "reopen"):
        await tab.event(f"{performance}.{act}", {"form": {"note": "seen"}}, opened)
    await tab.event(f"{deletion}.ask", {"job_id": job, "name": "x"}, "/")
    await tab.event(f"{deletion}.confirm", {}, "/")


async def _act_on_people(tab: Socket, number: str) -> None:
    """Answer the questions of the people page about whoever has that id, and rename the customer that has it."""
    people = f"{PREFIX}siliconmark_ui___ui___pages___people___state____people_state"
    await tab.event(f"{people}.load", {}, "/people")
    await tab.event(f"{people}.begin_rename", {"customer_id": number}, "/people")
    await tab.event(f"{people}.rename_customer", {"form": {"renamed_customer": f"taken {number}"}}, "/people")
    await tab.event(f"{people}.ask_keep_out", {"person_id": number}, "/people")
    await tab.event(f"{people}.confirm", {}, "/people")


@pytest.mark.parametrize("role", ["", *Role])
async def test_hostile_events_do_nothing_outside_the_rights_of_a_role(
    served: ServerUnderTest, db: Database, role: str
) -> None:
    world, me = await make_world(db, Role(role or "user"))
    key = await sign_in(db, me.actor.email, PASSWORD, "127.0.0.1") if role else ""
    before = await photograph(db)
    async with socket(served.url, f"{COOKIE_NAME}={key}" if key else "") as tab:
        await _be_hostile(tab, random.Random(f"20261123 {role}"), world)
        said = "".join(tab.frames)
    after = await photograph(db)
    assert trespasses(before, after, me.actor if role else None) == []
    assert [word for word in world.veiled_from(role) if word in said] == []
    # What the role may do did happen: the events were no empty noise.
    acts = {row["action"] for row in after["audit_entries"].values() if row["outcome"] == "ok"}
    assert acts >= EXPECTED[role]
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as client:
        assert (await client.get("/readyz")).status_code == 200


_OWN = {"job.deleted", "session.revoked"}
_ADMIN = {"person.invited", "person.role_changed", "person.deactivated", "alert.acknowledged", "alert.reopened"}
EXPECTED = {
    "": set(),
    "user": _OWN,
    "customer_admin": _OWN | _ADMIN,
    "staff": _OWN | {"alert.acknowledged", "alert.reopened"},
    "root_admin": _OWN | _ADMIN | {"customer.renamed"},
}


async def test_frames_that_are_no_events_leave_the_server_answering(served: ServerUnderTest) -> None:
    async with socket(served.url) as tab:
        for frame in FRAMES:
            try:
                await tab.raw(frame)
            except simple_websocket.ConnectionClosed:
                break
        await tab.listen(0.5)
    async with httpx.AsyncClient(base_url=served.url, trust_env=False) as client:
        assert (await client.get("/readyz")).status_code == 200


async def test_frame_above_a_megabyte_ends_its_connection_unread(served: ServerUnderTest) -> None:
    async with socket(served.url) as tab, socket(served.url) as other:
        await tab.raw('42/_event,["event",{"name":"x","payload":"' + "x" * FRAME_MAX + '"}]')
        with pytest.raises(simple_websocket.ConnectionClosed):
            await _ping_on(tab)
        await other.raw('42/_event,["event",{"name":"x","payload":"' + "x" * (FRAME_MAX // 2) + '"}]')
        await other.say("ping")
        await other.listen()
        assert '42/_event,["ping","pong"]' in other.frames


async def _ping_on(tab: Socket) -> None:
    """Speak for as long as the connection lasts, and up to ten seconds."""
    for _ in range(200):
        await tab.listen(0.05)
        await tab.say("ping")


async def test_page_of_another_site_gets_no_websocket(served: ServerUnderTest, db: Database) -> None:
    await make_caller(db)
    cookie = f"{COOKIE_NAME}={await sign_in(db, 'ann@acme.example', PASSWORD, '127.0.0.1')}"
    for origin in ("https://evil.example", "null", "http://localhost.evil.example"):
        assert await handshake_status(served.url, origin, cookie) == 403
    assert await handshake_status(served.url, served.url, cookie) == 101


async def test_state_of_a_tab_stays_with_its_cookie(served: ServerUnderTest, db: Database) -> None:
    await make_caller(db, "ann.veiled@acme.example")
    key = await sign_in(db, "ann.veiled@acme.example", PASSWORD, "127.0.0.1")
    account = next(name for name in handlers() if name.endswith("account_state.load"))
    async with socket(served.url, f"{COOKIE_NAME}={key}", token="the tab of ann") as owner:
        await owner.event(f"{PREFIX}hydrate_and_load", {"vars": {}, "hashes": {}}, "/account")
        await owner.event(account, {}, "/account")
        await owner.listen()
        mine = "".join(owner.frames)
    assert "ann.veiled@" in mine
    assert key not in mine
    for cookie in ("", f"{COOKIE_NAME}=made-up"):
        async with socket(served.url, cookie, token="the tab of ann") as stranger:
            for handler in ("hydrate", "hydrate_and_load", "reflex___state____on_load_internal_state.on_load_internal"):
                await stranger.event(f"{PREFIX}{handler}", {"vars": {}, "hashes": {}} if "and" in handler else {})
            await stranger.event(account, {}, "/account")
            await stranger.listen()
            assert "ann.veiled@" not in "".join(stranger.frames)


async def test_stolen_token_of_a_tab_shows_nothing_in_a_second_browser(
    browser: Browser, served: ServerUnderTest, db: Database
) -> None:
    await make_caller(db, "ann.veiled@acme.example")
    await make_caller(db, "eve@other.example", customer="Other")
    first = await browser.new_context()
    await _hold_session(first, db, served, "ann.veiled@acme.example")
    page, own = await first.new_page(), list[str]()
    _listen(page, own)
    await page.goto(f"{served.url}/account")
    await expect(page.get_by_test_id("account-sessions")).to_contain_text("This one")
    assert "ann.veiled@" in "".join(own)
    stolen = await page.evaluate("window.sessionStorage.getItem('token')")
    assert stolen
    await first.close()
    for stranger in ("", "eve@other.example"):
        second = await browser.new_context()
        if stranger:
            await _hold_session(second, db, served, stranger)
        await second.add_init_script(f"window.sessionStorage.setItem('token', {json.dumps(stolen)})")
        page, frames = await second.new_page(), list[str]()
        _listen(page, frames)
        await page.goto(f"{served.url}/account")
        if stranger:
            await expect(page.get_by_test_id("account-sessions")).to_contain_text("This one")
        else:
            await page.wait_for_url("**/sign-in**")
        assert frames
        assert "ann.veiled@" not in "".join(frames) + await page.content()
        await second.close()


def _listen(page: Page, frames: list[str]) -> None:
    """Collect all that the server sends to a tab."""
    page.on("websocket", lambda one: one.on("framereceived", lambda text: frames.append(str(text))))


async def _hold_session(context: BrowserContext, db: Database, served: ServerUnderTest, email: str) -> None:
    """Give a browser the cookie of a person's new session."""
    key = await sign_in(db, email, PASSWORD, "127.0.0.1")
    await context.add_cookies([{"name": COOKIE_NAME, "value": key, "url": served.url}])
