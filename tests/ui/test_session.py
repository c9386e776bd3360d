"""Who sees which page state: the cookie decides, in every handler and before any."""

from datetime import timedelta

import pytest
from reflex.event import Event
from reflex.state import StateUpdate
from sqlalchemy import select, update

from siliconmark_ui.accounts import service as accounts
from siliconmark_ui.accounts.landing import local_path
from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.audit.filters import EntryFilter
from siliconmark_ui.audit.reading import list_entries
from siliconmark_ui.db import Database
from siliconmark_ui.instants import now
from siliconmark_ui.models import BrowserSession
from siliconmark_ui.ui.pages.jobs.deletion import DeletionState
from siliconmark_ui.ui.pages.jobs.state import JobsState
from siliconmark_ui.ui.session import PersonState, SessionGuard, enter, find_actor, to_sign_in
from tests.factories import make_job
from tests.ui.conftest import SignIn
from tests.ui.visits import ADDRESS, events_of, go, page_state, sent_by, target_of, visit

HYDRATE = Event(name="reflex___state____state.hydrate_and_load")
CLICK = Event(name="reflex___state____state.jobs_state.sort", payload={"field": "name"})


async def guard(root: object, event: Event) -> StateUpdate | None:
    """Give what the guard answers to an event of the tab."""
    return await SessionGuard().preprocess(None, root, event)  # type: ignore[arg-type]


async def test_enter_shows_the_person_when_the_session_lives(sign_in: SignIn) -> None:
    actor, cookie = await sign_in(role=Role.CUSTOMER_ADMIN)
    root = visit("/", cookie)
    assert await enter(root) == actor
    person = page_state(root, PersonState)
    assert (person.name, person.role, person.customer) == (actor.name, "Customer admin", "Acme")


async def test_enter_empties_the_frame_when_the_session_has_ended(sign_in: SignIn, db: Database) -> None:
    _, cookie = await sign_in()
    root = visit("/", cookie)
    await enter(root)
    await accounts.sign_out(db, cookie)
    assert await enter(root) is None
    assert page_state(root, PersonState).name == ""


async def test_act_of_a_page_is_recorded_with_the_address_of_its_tab(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    root_admin, _ = await sign_in("ruth@acme.example", Role.ROOT_ADMIN)
    job = await make_job(db, actor, name="night")
    deletion = page_state(visit("/", cookie), DeletionState)
    deletion.ask(job["id"], "night")
    await events_of(deletion.confirm())
    entries = await list_entries(db, root_admin, EntryFilter(action="job."), 1, 10)
    assert [(row["action"], row["address"]) for row in entries["results"]] == [("job.deleted", ADDRESS)]


async def test_being_told_of_changes_keeps_no_session_alive(sign_in: SignIn, db: Database) -> None:
    _, cookie = await sign_in()
    earlier = now() - timedelta(hours=2)
    async with db.session_scope() as session:
        await session.execute(update(BrowserSession).values(last_seen_at=earlier))
    assert await find_actor(visit("/", cookie))
    async with db.session_scope() as session:
        assert await session.scalar(select(BrowserSession.last_seen_at)) == earlier
    await enter(visit("/", cookie))
    async with db.session_scope() as session:
        assert (await session.scalars(select(BrowserSession.last_seen_at))).one() > earlier


async def test_state_never_tells_the_cookie_to_the_browser(sign_in: SignIn) -> None:
    _, cookie = await sign_in()
    root = visit("/", cookie)
    await guard(root, HYDRATE)
    await enter(root)
    assert cookie not in sent_by(root)


async def test_guard_lets_events_pass_when_the_cookie_is_the_same(sign_in: SignIn) -> None:
    _, cookie = await sign_in()
    root = visit("/", cookie)
    assert await guard(root, HYDRATE) is None
    assert await guard(root, CLICK) is None


@pytest.mark.parametrize("stranger", [None, "another"])
async def test_guard_drops_an_event_of_a_stranger_who_knows_the_tabs_token(
    sign_in: SignIn, stranger: str | None
) -> None:
    _, cookie = await sign_in()
    root = visit("/", cookie)
    await guard(root, HYDRATE)
    go(root, "/", stranger)
    assert await guard(root, CLICK) == StateUpdate()


@pytest.mark.parametrize("stranger", [None, "another"])
async def test_guard_resets_the_state_when_a_stranger_connects_with_the_tabs_token(
    sign_in: SignIn, stranger: str | None
) -> None:
    _, cookie = await sign_in()
    root = visit("/", cookie)
    await guard(root, HYDRATE)
    await enter(root)
    page_state(root, JobsState).sentence = "Jobs of Acme"
    go(root, "/", stranger)
    assert await guard(root, HYDRATE) is None
    assert page_state(root, PersonState).email == ""
    assert "Acme" not in sent_by(root)


async def test_sign_in_leads_back_to_the_page_with_its_filters() -> None:
    root = visit("/jobs/12?tab=network")
    assert target_of(to_sign_in(root)) == "/sign-in?next=%2Fjobs%2F12%3Ftab%3Dnetwork"
    assert target_of(to_sign_in(visit("/"))) == "/sign-in"


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb", "", "/a\\b"],
)
def test_local_path_refuses_what_leads_away(address: str) -> None:
    assert local_path(address) == "/"


@pytest.mark.parametrize("address", ["/", "/jobs/12?tab=nodes", "/?tags=a%20b&tags=c"])
def test_local_path_keeps_what_is_of_this_site(address: str) -> None:
    assert local_path(address) == address


async def test_guard_binds_a_new_state_to_whoever_uses_it_first(sign_in: SignIn) -> None:
    _, cookie = await sign_in()
    # The page stood open for so long that its state was forgotten; its next event is a click.
    root = visit("/", cookie)
    assert await guard(root, CLICK) is None
    go(root, "/", "another")
    assert await guard(root, CLICK) == StateUpdate()
