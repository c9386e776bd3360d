"""The visual language covers every state that there is, and its files are where the pages look for them."""

import re
from pathlib import Path
from typing import get_args

from siliconmark_ui.config import ROOT
from siliconmark_ui.models import JOB_STATES, TASK_STATES
from siliconmark_ui.scoreboard.schemas import Status
from siliconmark_ui.ui import theme

ASSETS = ROOT / "assets"
STYLES = "\n".join((ASSETS / sheet.removeprefix("/")).read_text() for sheet in theme.STYLESHEETS)


def test_every_state_and_status_has_icon_word_and_tone() -> None:
    assert set(theme.JOB_STATES) >= {*JOB_STATES, *TASK_STATES}
    assert set(theme.STATE_NAMES) == set(theme.JOB_STATES)
    assert set(theme.PERFORMANCE) == set(get_args(Status))
    for look in (*theme.JOB_STATES.values(), *theme.PERFORMANCE.values()):
        assert look.icon
        assert look.word
        assert f".sm-tone-{look.tone} " in STYLES


def test_no_two_states_look_alike() -> None:
    for looks in (theme.JOB_STATES, theme.PERFORMANCE):
        assert len({look.icon for look in looks.values()}) == len(looks)
        assert len({look.word for look in looks.values()}) == len(looks)


def test_stylesheet_takes_nothing_from_a_network_and_names_only_files_that_exist() -> None:
    addresses = re.findall(r'url\("([^"]+)"\)', STYLES)
    assert addresses
    for address in addresses:
        assert address.startswith("/")
        assert Path(ASSETS / address.removeprefix("/")).is_file()
    assert "@import" not in STYLES


def test_sheets_ask_only_what_holds_no_plot_for_what_it_holds() -> None:
    # A rule about what a page, a frame or a panel holds is asked again with each of the thousands of parts of a plot.
    asked = {re.split(r"[\[:]", rule.split()[-1])[0] for rule in re.findall(r"([^{},]+?):(?:not\(:)?has\(", STYLES)}
    assert asked == {".sm-said", ".sm-news", ".sm-compare-table", "td", "th)"}


def test_every_class_that_a_page_uses_is_in_the_stylesheet() -> None:
    used: set[str] = set()
    for path in [*(ROOT / "siliconmark_ui" / "ui").rglob("*.py"), *(ASSETS / "components").glob("*.jsx")]:
        used |= set(re.findall(r"\bsm-[a-z0-9]+(?:-[a-z0-9]+)*(?![a-z0-9-{])", path.read_text()))
    # These end in what stands for the tone or the size.
    used -= {"sm-tone", "sm-bone"}
    assert used
    assert {name for name in used if f".{name}" not in STYLES} == set()


def test_fonts_come_with_their_licence() -> None:
    assert "SIL OPEN FONT LICENSE" in (ASSETS / "fonts" / "inter-LICENSE.txt").read_text().upper()
