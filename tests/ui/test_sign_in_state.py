"""The sign-in page: what its address says, and the demonstration accounts where they exist."""

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.accounts.service import DEMO_PASSWORD, add_user
from siliconmark_ui.db import Database
from siliconmark_ui.ui.pages.sign_in.state import SignInState
from tests.ui.conftest import SignIn
from tests.ui.visits import page_state, sent_by, target_of, visit


async def test_page_shows_the_error_and_keeps_what_was_typed(db: Database) -> None:
    state = page_state(visit("/sign-in?error=credentials&email=a%40b.c&next=%2Fjobs%2F5"), SignInState)
    assert await state.load() is None
    assert (state.error, state.email, state.after) == ("Incorrect e-mail or password", "a@b.c", "/jobs/5")
    assert state.done == ""


async def test_page_says_that_the_password_was_changed_by_a_link(db: Database) -> None:
    state = page_state(visit("/sign-in?done=reset"), SignInState)
    await state.load()
    assert (state.error, state.done) == ("", "Your password is changed. Sign in with the new one.")


async def test_page_never_leads_to_another_site(db: Database) -> None:
    state = page_state(visit("/sign-in?next=%2F%2Fevil.example"), SignInState)
    await state.load()
    assert state.after == "/"


async def test_page_offers_demo_accounts_only_when_they_exist(sign_in: SignIn, db: Database) -> None:
    await sign_in()
    root = visit("/sign-in")
    state = page_state(root, SignInState)
    await state.load()
    assert state.demo_accounts == []
    await add_user(db, "try@demo.example", DEMO_PASSWORD, Role.CUSTOMER_ADMIN, "Demo Ltd", is_demo=True)
    await state.load()
    assert [(account.email, account.role) for account in state.demo_accounts] == [
        ("try@demo.example", "Customer admin")
    ]
    assert state.demo_password == DEMO_PASSWORD
    assert "ann@acme.example" not in sent_by(root)


async def test_page_leads_on_when_the_visitor_is_signed_in_already(sign_in: SignIn) -> None:
    _, cookie = await sign_in()
    state = page_state(visit("/sign-in?next=%2Fjobs%2F5", cookie), SignInState)
    assert target_of(await state.load()) == "/jobs/5"
