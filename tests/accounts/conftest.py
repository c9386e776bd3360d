"""The run's one OpenID provider, and how settings name it."""

from collections.abc import Iterator

import pytest

from siliconmark_ui.accounts.providers import Provider
from siliconmark_ui.config import load_settings
from tests.accounts.provider import CLIENT, SECRET, RunningProvider, running_provider


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProvider]:
    """The run's one provider."""
    with running_provider(tmp_path_factory.mktemp("provider")) as provider:
        yield provider


@pytest.fixture
def corp(running: RunningProvider) -> Provider:
    """The provider as settings name it: the customer and the role come from its claims."""
    prefix = "SILICONMARK_OIDC_CORP_"
    environ = {
        f"{prefix}ISSUER": running.issuer,
        f"{prefix}CLIENT_ID": CLIENT,
        f"{prefix}CLIENT_SECRET": SECRET,
        f"{prefix}LABEL": "Corp",
        f"{prefix}CUSTOMER_CLAIM": "tenant",
        f"{prefix}ROLE_CLAIM": "roles",
        f"{prefix}ROLE_MAP": "BENCH_ADMINS=customer_admin, OPERATORS=root_admin",
    }
    (provider,) = load_settings({"PUBLIC": "", **environ}).providers
    return provider
