"""The form of a new job: from its fields to a job, and from a refusal to the field that it is about."""

from typing import Any

import pytest

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.benchmarks.sequence import ENTRIES_MAX
from siliconmark_ui.db import Database
from siliconmark_ui.jobs import service
from siliconmark_ui.jobs.filters import JobQuery
from siliconmark_ui.ui.pages.new_job.form import Problems, body_of, check, entry_view, suggested_tags
from siliconmark_ui.ui.pages.new_job.state import NewJobState
from tests.factories import make_job
from tests.ui.conftest import SignIn
from tests.ui.visits import events_of, page_state, sent_by, target_of, visit

NETWORK = entry_view(0, "cluster_network")
TIMEOUT_BOUNDS = "Timeout must be an integer from 1 to 3600 (s)"


async def form_at(address: str, cookie: str | None) -> Any:
    """Give the form's state of a tab at that address after its load."""
    state = page_state(visit(address, cookie), NewJobState)
    await events_of(state.load())
    return state


def problems_of(**fields: str) -> Problems:
    """Give what is wrong with the fields of a form that has the network benchmark."""
    new, problems = check(body_of({"node_count": "2", **fields}, [NETWORK]), [NETWORK])
    assert (new is None) == (problems != Problems())
    return problems


async def test_form_makes_the_job_and_leads_to_its_agent_commands(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    root = visit("/jobs/new", cookie)
    state = page_state(root, NewJobState)
    await events_of(state.load())
    state.add("cluster_network")
    state.add("cluster_network")
    fields = {
        "name": " night ",
        "description": "two\r\nlines",
        "node_count": "4",
        "tags": "a, b/c,,",
        "timeout-1": "60",
    }
    (event,) = await events_of(state.submit({**fields, "timeout-1": "60"}))
    (row,) = (await service.list_jobs(db, actor, JobQuery()))["results"]
    assert target_of(event) == f"/jobs/{row['id']}?tab=agent#commands"
    assert (row["name"], row["description"], row["node_count"], row["tags"]) == ("night", "two\nlines", 4, ["a", "b/c"])
    assert row["benchmark_sequence"] == [
        {"benchmark_id": "quick_mark", "config": None},
        {"benchmark_id": "cluster_network", "config": None},
        {"benchmark_id": "cluster_network", "config": {"timeout": 60}},
    ]
    assert row["token"] not in sent_by(root)


async def test_second_press_of_the_button_makes_no_second_job(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    state = await form_at("/jobs/new", cookie)
    for _ in range(2):
        await events_of(state.submit({"node_count": "1"}))
    assert (await service.list_jobs(db, actor, JobQuery()))["pagination"]["total"] == 1


async def test_every_wrong_field_is_said_at_once_and_the_first_gets_the_focus(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    state = await form_at("/jobs/new", cookie)
    assert await events_of(state.submit({"name": "x" * 61, "node_count": "many", "tags": "ok, b<c"})) == []
    assert state.problems.name == "Name must be 1 to 60 characters long after trimming"
    assert state.problems.node_count == "The number of nodes must be an integer from 1 to 256"
    assert state.problems.tags.startswith("Tag 2 may hold letters and digits")
    assert (state.wrong, state.refusals) == ("new-job-name", 1)
    assert not state.is_sending
    assert (await service.list_jobs(db, actor, JobQuery()))["pagination"]["total"] == 0


async def test_every_wrong_setting_is_said_beside_its_own_field_until_it_is_right(
    sign_in: SignIn, db: Database
) -> None:
    actor, cookie = await sign_in()
    state = await form_at("/jobs/new", cookie)
    for _ in range(3):
        state.add("cluster_network")
    state.remove("0")
    fields = {"node_count": "2", "tags": "b<c", "timeout-1": "0", "timeout-2": "soon"}
    assert await events_of(state.submit(fields)) == []
    assert [setting.problem for entry in state.entries for setting in entry.settings] == [TIMEOUT_BOUNDS] * 2
    assert state.problems.benchmarks == ""
    assert state.problems.tags
    assert (state.wrong, state.refusals) == ("new-job-timeout-1", 1)
    await events_of(state.submit(fields | {"timeout-1": "7"}))
    assert (state.wrong, state.refusals) == ("new-job-timeout-2", 2)
    assert [setting.problem for entry in state.entries for setting in entry.settings] == ["", TIMEOUT_BOUNDS]
    (event,) = await events_of(state.submit(fields | {"tags": "", "timeout-1": "7", "timeout-2": "60"}))
    (row,) = (await service.list_jobs(db, actor, JobQuery()))["results"]
    assert target_of(event) == f"/jobs/{row['id']}?tab=agent#commands"
    assert [entry["config"] for entry in row["benchmark_sequence"]] == [None, {"timeout": 7}, {"timeout": 60}]


async def test_taken_name_is_said_beside_the_name(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    await make_job(db, actor, name="night")
    state = await form_at("/jobs/new", cookie)
    await events_of(state.submit({"name": "night", "node_count": "1"}))
    assert state.problems == Problems(name="Job with name 'night' already exists")


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        ({}, Problems()),
        ({"timeout-0": "3600"}, Problems()),
        ({"node_count": "257"}, Problems(node_count="The number of nodes must be an integer from 1 to 256")),
        ({"node_count": ""}, Problems(node_count="The number of nodes must be an integer from 1 to 256")),
        (
            {"node_count": "1"},
            Problems(node_count="The number of nodes must be at least 2 for the benchmark Cluster Network"),
        ),
        (
            {"timeout-0": "0"},
            Problems(settings={"timeout-0": TIMEOUT_BOUNDS}),
        ),
        (
            {"timeout-0": "soon"},
            Problems(settings={"timeout-0": TIMEOUT_BOUNDS}),
        ),
        (
            {"description": "a\x07"},
            Problems(description="Description must not contain control characters other than newline and tab"),
        ),
    ],
)
def test_refusals_stand_beside_the_field_that_they_are_about(fields: dict[str, str], problems: Problems) -> None:
    assert problems_of(**fields) == problems


def test_same_benchmark_twice_without_other_settings_is_refused_in_words() -> None:
    entries = [NETWORK, entry_view(1, "cluster_network")]
    new, problems = check(body_of({"node_count": "2"}, entries), entries)
    assert new is None
    assert problems.benchmarks == "Cluster Network stands twice with the same config"


async def test_duplicate_begins_as_the_job_was_asked_for_under_a_name_of_its_own(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    runs = ["cluster_network", {"benchmark_id": "cluster_network", "config": {"timeout": 60}}]
    first = await make_job(db, actor, name="n" * 60, node_count=3, tags=["a", "b"], benchmarks=runs)
    state = await form_at(f"/jobs/new?from={first['id']}", cookie)
    start = state.start
    assert (start.name, start.node_count, start.tags) == (f"{'n' * 55} copy", "3", "a, b")
    fields = {"name": start.name, "description": start.description, "node_count": start.node_count, "tags": start.tags}
    settings = {setting.field: setting.value for entry in state.entries for setting in entry.settings}
    (event,) = await events_of(state.submit({**fields, **settings}))
    job_id = int(target_of(event).removeprefix("/jobs/").partition("?")[0])
    old, new = [await service.get_job(db, actor, number) for number in (int(first["id"]), job_id)]
    assert [new[part] for part in ("node_count", "tags", "description", "benchmark_sequence")] == [
        old[part] for part in ("node_count", "tags", "description", "benchmark_sequence")
    ]


async def test_job_with_a_made_name_is_duplicated_under_another_made_name(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    job = await make_job(db, actor)
    assert (await form_at(f"/jobs/new?from={job['id']}", cookie)).start.name == ""


@pytest.mark.parametrize("asked", ["12", "x", "9" * 40])
async def test_job_that_cannot_be_seen_is_not_duplicated(sign_in: SignIn, asked: str) -> None:
    _, cookie = await sign_in()
    state = await form_at(f"/jobs/new?from={asked}", cookie)
    assert (state.phase, state.entries, state.source_name) == ("ready", [], "")
    assert state.failure.message.startswith("Job with id ")


async def test_foreign_job_is_not_duplicated(sign_in: SignIn, db: Database) -> None:
    actor, _ = await sign_in("ann@acme.example")
    _, foreign = await sign_in("eve@other.example", Role.CUSTOMER_ADMIN, "Other")
    job = await make_job(db, actor, name="secret plan")
    state = await form_at(f"/jobs/new?from={job['id']}", foreign)
    assert (state.start.name, state.source_name) == ("", "")


async def test_nobody_makes_a_job_without_a_session(db: Database) -> None:
    state = page_state(visit("/jobs/new", None), NewJobState)
    (event,) = await events_of(state.submit({"node_count": "1"}))
    assert target_of(event) == "/sign-in?next=%2Fjobs%2Fnew"


async def test_entries_are_added_from_the_catalogue_and_removed_by_their_own_key(sign_in: SignIn) -> None:
    _, cookie = await sign_in()
    state = await form_at("/jobs/new", cookie)
    for name in ("cluster_network", "quick_mark", "unknown", "cluster_network"):
        state.add(name)
    assert [entry.key for entry in state.entries] == ["0", "1"]
    state.remove("0")
    state.add("cluster_network")
    assert [entry.settings[0].field for entry in state.entries] == ["timeout-1", "timeout-2"]
    state.remove("0")
    assert (len(state.entries), state.removals) == (2, 1)


async def test_one_benchmark_more_than_a_job_can_have_is_refused_in_words_until_one_is_removed(
    sign_in: SignIn,
) -> None:
    _, cookie = await sign_in()
    state = await form_at("/jobs/new", cookie)
    for _ in range(ENTRIES_MAX):
        state.add("cluster_network")
    assert len(state.entries) == ENTRIES_MAX - 1
    assert state.problems.benchmarks == "A job has at most 20 benchmarks, with QuickMark"
    state.remove("3")
    assert state.problems.benchmarks == ""


async def test_keyboard_goes_on_from_what_takes_the_place_of_a_removed_entry(sign_in: SignIn) -> None:
    _, cookie = await sign_in()
    state = await form_at("/jobs/new", cookie)
    for _ in range(3):
        state.add("cluster_network")
    places = []
    for key in ("1", "2", "0"):
        state.remove(key)
        places.append(state.next_place)
    assert places == ["new-job-remove-2", "new-job-remove-0", "new-job-add-cluster_network"]
    assert state.removals == 3


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        ("", ["fast", "prod", "prod eu", "weekly prod"]),
        ("prod", ["prod eu", "weekly prod"]),
        ("PR", ["prod", "prod eu", "weekly prod"]),
        ("fast, week", ["weekly prod"]),
        ("fast,", ["prod", "prod eu", "weekly prod"]),
        ("nothing", []),
        ("a,b,c,d,e,f,g,h,i,j,", []),
    ],
)
def test_tags_in_use_are_suggested_for_what_is_typed(text: str, suggested: list[str]) -> None:
    assert suggested_tags(["fast", "prod", "prod eu", "weekly prod"], text) == suggested


def test_at_most_eight_tags_are_suggested() -> None:
    assert len(suggested_tags([f"tag {number}" for number in range(20)], "tag")) == 8


async def test_suggested_tag_takes_the_place_of_what_was_typed(sign_in: SignIn, db: Database) -> None:
    actor, cookie = await sign_in()
    stranger, _ = await sign_in("eve@other.example", customer="Other")
    await make_job(db, actor, name="one", tags=["production", "rack 7"])
    await make_job(db, stranger, name="two", tags=["prototype"])
    state = await form_at("/jobs/new", cookie)
    assert state.suggestions == ["production", "rack 7"]
    state.type_tags("mine, pro")
    assert state.suggestions == ["production"]
    assert state.take_tag("prototype") is None
    assert len(state.take_tag("production")) == 2
    assert (state._typed_tags, state.suggestions) == ("mine, production, ", ["rack 7"])
    assert body_of({"tags": state._typed_tags}, [])["tags"] == ["mine", "production"]
