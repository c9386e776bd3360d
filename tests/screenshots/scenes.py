"""What is photographed: each page, empty, loading, failing and full of data."""

from dataclasses import dataclass
from typing import Literal

Stage = Literal["full", "empty", "outside"]
"""full: demonstration data, as staff; empty: a database without jobs, as its only person; outside: signed out."""
Happening = Literal["", "cut off", "unheard", "opened unheard", "no figures", "broken", "new job", "acknowledged"]
"""cut off: the network is gone; unheard: the database is; opened unheard: it was gone before the page was opened;
no figures: those of plots are refused; broken: they are such that no plot can be drawn of them; new job: one is made
while the pointer is on a row; acknowledged: the alert of the first row is, until the picture is taken."""


@dataclass(frozen=True)
class Scene:
    """One picture: where it is taken and what is done first.

    `path` may name `{job}`, `{large}`, `{failed}`, `{waiting}`, `{running}`, `{machine}`, `{pair}`, and the paths of
    two links that work, `{reset}` and `{invited}`. `clicks` are the test ids of what is clicked, in order, and `shows`
    that of what the last one brings. Of a page that `is_loading` no answer of the server is let through. What `happens`
    does so once the page is there.
    """

    name: str
    path: str
    stage: Stage = "full"
    clicks: tuple[str, ...] = ()
    shows: str = ""
    is_loading: bool = False
    happens: Happening = ""


def _loading(name: str, path: str) -> Scene:
    return Scene(f"{name}-loading", path, is_loading=True)


def _empty(name: str, path: str) -> Scene:
    return Scene(f"{name}-empty", path, "empty")


SCENES = (
    Scene("sign-in", "/sign-in", "outside"),
    Scene("sign-in-refused", "/sign-in?error=credentials&email=maya%40demo.example", "outside"),
    Scene("sign-in-after-reset", "/sign-in?done=reset", "outside"),
    Scene("forgot-password", "/forgot-password", "outside"),
    Scene("reset-password", "{reset}", "outside"),
    Scene("invitation", "{invited}", "outside"),
    Scene("reset-password-dead-link", "/reset-password?key=unknown", "outside"),
    Scene("invitation-dead-link", "/invitation?key=unknown", "outside"),
    Scene("jobs", "/"),
    _loading("jobs", "/"),
    _empty("jobs", "/"),
    Scene("jobs-filtered", "/?state=completed&node_count_min=4&sort_by=node_count"),
    Scene("jobs-no-match", "/?name=no-such-job"),
    Scene("jobs-failed", "/?node_count_min=many"),
    Scene("jobs-past-end", "/?page=900"),
    Scene("jobs-tags", "/", clicks=("jobs-tags",)),
    Scene("jobs-columns", "/", clicks=("jobs-columns",)),
    Scene("jobs-export", "/", clicks=("jobs-export",)),
    Scene("jobs-filters-phone", "/", clicks=("jobs-filters",)),
    Scene("jobs-views", "/", clicks=("jobs-views",)),
    Scene("jobs-actions", "/?state=created", clicks=("job-actions",)),
    Scene("jobs-picked", "/", clicks=("jobs-pick-all",)),
    Scene("jobs-deletion", "/", clicks=("jobs-pick-all", "jobs-delete-picked")),
    Scene("jobs-picked-one", "/", clicks=("jobs-pick",), shows="jobs-picked"),
    Scene("jobs-deletion-one", "/", clicks=("jobs-pick", "jobs-delete-picked"), shows="deletion-cancel"),
    Scene("jobs-exported", "/", clicks=("jobs-export", "export-csv"), shows="export-file"),
    Scene("jobs-deletion-refused", "/?state=running", clicks=("jobs-pick", "jobs-delete-picked", "deletion-confirm")),
    Scene("account-menu", "/", clicks=("navigation-open", "account-menu")),
    Scene("jobs-new-above", "/", happens="new job"),
    Scene("jobs-connection-lost", "/", happens="cut off"),
    Scene("jobs-database-lost", "/", happens="unheard"),
    Scene("jobs-opened-lost", "/", happens="opened unheard"),
    Scene("job-opened-lost", "/jobs/{job}", happens="opened unheard"),
    Scene("job-network-refused", "/jobs/{job}?tab=network", happens="no figures"),
    Scene("performance-broken", "/performance", happens="broken"),
    Scene("new-job", "/jobs/new"),
    _loading("new-job", "/jobs/new"),
    Scene("new-job-refused", "/jobs/new", clicks=("new-job-add-cluster_network", "new-job-submit")),
    Scene("new-job-copy", "/jobs/new?from={job}"),
    Scene("job-overview", "/jobs/{job}"),
    _loading("job", "/jobs/{job}"),
    Scene("job-failed", "/jobs/{failed}"),
    Scene("job-waiting", "/jobs/{waiting}"),
    Scene("job-agent", "/jobs/{waiting}?tab=agent"),
    Scene("job-agent-shown", "/jobs/{waiting}?tab=agent#commands"),
    Scene("job-waiting-network", "/jobs/{waiting}?tab=network"),
    Scene("job-waiting-quickmark", "/jobs/{waiting}?tab=quickmark"),
    Scene("job-running", "/jobs/{running}"),
    Scene("job-missing", "/jobs/1"),
    Scene("job-network", "/jobs/{job}?tab=network"),
    Scene("job-network-menu", "/jobs/{job}?tab=network", clicks=("plot-menu-bandwidth_map",)),
    Scene("job-network-large", "/jobs/{large}?tab=network"),
    Scene("job-quickmark", "/jobs/{job}?tab=quickmark"),
    Scene("job-quickmark-large", "/jobs/{large}?tab=quickmark"),
    Scene("job-nodes", "/jobs/{job}?tab=nodes"),
    Scene("job-raw", "/jobs/{job}?tab=raw"),
    Scene("performance", "/performance"),
    Scene("performance-opened", "/performance", clicks=("performance-toggle",), shows="performance-open"),
    Scene("performance-filters-phone", "/performance", clicks=("performance-filters",)),
    _loading("performance", "/performance"),
    _empty("performance", "/performance"),
    Scene("performance-no-match", "/performance?name=no-such-job"),
    Scene("performance-past-end", "/performance?page=900"),
    Scene("performance-views", "/performance", clicks=("performance-views",)),
    Scene("performance-export", "/performance", clicks=("performance-export",)),
    Scene("performance-acknowledged", "/performance", happens="acknowledged"),
    Scene("performance-failed", "/performance?node_count_min=many"),
    Scene("machines", "/machines"),
    _loading("machines", "/machines"),
    _empty("machines", "/machines"),
    Scene("machines-no-match", "/machines?search=9.9.9.9"),
    Scene("machines-past-end", "/machines?page=900"),
    Scene("machines-failed", "/machines?status=wrong"),
    Scene("machine", "/machines/{machine}"),
    Scene("machine-metrics", "/machines/{machine}?metrics=all"),
    Scene("machine-past-end", "/machines/{machine}?page=90"),
    _loading("machine", "/machines/{machine}"),
    Scene("machine-missing", "/machines/00000000-0000-4000-8000-00000000dead"),
    Scene("compare", "/compare?{pair}"),
    Scene("compare-all", "/compare?{pair}&all=true"),
    _loading("compare", "/compare?{pair}"),
    Scene("compare-none", "/compare"),
    Scene("compare-search", "/compare?{pair}", clicks=("compare-add",)),
    Scene("compare-refused", "/compare?job=1&job=2"),
    Scene("account", "/account"),
    _loading("account", "/account"),
    Scene("people", "/people"),
    _loading("people", "/people"),
    Scene("people-no-match", "/people?search=nobody&role=staff"),
    Scene("people-invite", "/people", clicks=("people-open-invite",)),
    Scene("people-filters-phone", "/people", clicks=("people-filters",)),
    Scene("audit", "/audit"),
    _loading("audit", "/audit"),
    _empty("audit", "/audit"),
    Scene("audit-no-match", "/audit?action=token.&outcome=refused&person=maya%40demo.example"),
    Scene("audit-failed", "/audit?outcome=perhaps"),
    Scene("audit-export", "/audit", clicks=("audit-export",)),
    Scene("audit-time", "/audit", clicks=("audit-time",)),
    Scene("audit-filters-phone", "/audit", clicks=("audit-filters",)),
    Scene("not-found", "/no/such/page"),
    # The browser remembers that it is folded, or that the drawer is open: the last picture.
    Scene("navigation", "/", clicks=("navigation-open", "navigation-fold")),
)
