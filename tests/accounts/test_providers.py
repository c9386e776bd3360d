"""Settings of sign-in providers: what is read, and what is refused in words."""

import pytest

from siliconmark_ui.accounts.providers import read_providers
from siliconmark_ui.config import load_settings
from siliconmark_ui.errors import InvalidInput


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"ISSUER": ""}, "ISSUER"), ({"ISSUER": "http://corp.example"}, "https"), ({"ISSUER": "corp"}, "https"),
        ({"CLIENT_ID": ""}, "CLIENT_ID"), ({"ROLE_MAP": "admins"}, "ROLE_MAP"), ({"ROLE_MAP": "a=king"}, "ROLE_MAP"),
        ({"TRUST_EMAIL": "yes"}, "TRUST_EMAIL"), ({"SCOPES": "email"}, "SCOPES"), ({"SECRT": "x"}, "SECRT"),
    ],
)  # fmt: skip
def test_settings_of_a_provider_are_refused_when(changes: dict[str, str], word: str) -> None:
    sound = {"ISSUER": "https://corp.example", "CLIENT_ID": "bench"} | changes
    with pytest.raises(InvalidInput, match=word):
        read_providers({f"SILICONMARK_OIDC_CORP_{name}": value for name, value in sound.items()})


def test_settings_name_any_number_of_providers() -> None:
    environ = {"SILICONMARK_OIDC_B_ISSUER": "https://b.example", "SILICONMARK_OIDC_B_CLIENT_ID": "b"}
    environ |= {"SILICONMARK_OIDC_A_ISSUER": "https://a.example/x", "SILICONMARK_OIDC_A_CLIENT_ID": "a", "PATH": "/"}
    assert [(one.name, one.label) for one in read_providers(environ)] == [("a", "A"), ("b", "B")]
    with pytest.raises(InvalidInput, match="needs a provider"):
        load_settings({"SILICONMARK_PASSWORD_SIGN_IN": "0"})
