"""OpenID providers, as the environment names them, and what their claims mean here.

For each provider of your own naming, `SILICONMARK_OIDC_<NAME>_…`:

| …  | meaning | when unset |
| --- | --- | --- |
| `ISSUER` | its address, `https://…`; discovery is under `/.well-known/openid-configuration` | required |
| `CLIENT_ID`, `CLIENT_SECRET` | how it knows us | required; without a secret, PKCE alone proves us |
| `LABEL` | the word on the sign-in page | the name |
| `SCOPES` | what is asked for | `openid email profile` |
| `CUSTOMER` | the customer that everybody of it belongs to | by claim, or by invitation |
| `CUSTOMER_CLAIM` | the claim that names the customer; one that does not exist yet is made | none |
| `ROLE_CLAIM` | the claim (text or list of texts) that `ROLE_MAP` reads | none |
| `ROLE_MAP` | `their-word=our-role,…`; the first pair that fits decides, at each sign-in | everybody begins as `user` |
| `TRUST_EMAIL` | `1`: an account here with the same verified e-mail is theirs | `0`: they are told to be invited |
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from siliconmark_ui.accounts.roles import Role
from siliconmark_ui.errors import InvalidInput

_VARIABLE = re.compile(r"SILICONMARK_OIDC_([A-Z0-9]+)_([A-Z_]+)")
_FIELDS = frozenset(
    {
        "ISSUER", "CLIENT_ID", "CLIENT_SECRET", "LABEL", "SCOPES", "CUSTOMER", "CUSTOMER_CLAIM", "ROLE_CLAIM",
        "ROLE_MAP", "TRUST_EMAIL",
    }
)  # fmt: skip
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Provider:
    """One OpenID provider; the module's table says what each field means. `name` is the part of the addresses."""

    name: str
    issuer: str
    client_id: str
    client_secret: str | None
    label: str
    scopes: str = "openid email profile"
    customer: str | None = None
    customer_claim: str | None = None
    role_claim: str | None = None
    role_map: tuple[tuple[str, Role], ...] = ()
    trust_email: bool = False

    def customer_in(self, claims: Mapping[str, Any]) -> str | None:
        """Return the customer that the claims put a person into, None when they name none."""
        if self.customer:
            return self.customer
        value = claims.get(self.customer_claim) if self.customer_claim else None
        return value if isinstance(value, str) and value.strip() else None

    def role_in(self, claims: Mapping[str, Any]) -> Role | None:
        """Return the role that the claims give, None when roles are not mapped; without a fitting pair, `user`."""
        if not (self.role_claim and self.role_map):
            return None
        value = claims.get(self.role_claim)
        several = value if isinstance(value, list) else [value]
        words = {word for word in several if isinstance(word, str)}
        return next((role for word, role in self.role_map if word in words), Role.USER)


def read_providers(environ: Mapping[str, str]) -> tuple[Provider, ...]:
    """Return the providers that the environment names, by name; raises InvalidInput naming the variable."""
    found: dict[str, dict[str, str]] = {}
    for variable, value in environ.items():
        match = _VARIABLE.fullmatch(variable)
        if match is None:
            continue
        if match[2] not in _FIELDS:
            raise InvalidInput(f"{variable} is not a setting of a provider; those are {', '.join(sorted(_FIELDS))}")
        found.setdefault(match[1], {})[match[2]] = value.strip()
    return tuple(_provider(name, fields) for name, fields in sorted(found.items()))


def _provider(name: str, fields: Mapping[str, str]) -> Provider:
    prefix = f"SILICONMARK_OIDC_{name}_"
    for field in ("ISSUER", "CLIENT_ID"):
        if not fields.get(field):
            raise InvalidInput(f"{prefix}{field} is required")
    if fields.get("TRUST_EMAIL", "0") not in {"", "0", "1"}:
        raise InvalidInput(f"{prefix}TRUST_EMAIL must be 0 or 1")
    scopes = fields.get("SCOPES") or "openid email profile"
    if "openid" not in scopes.split():
        raise InvalidInput(f"{prefix}SCOPES must contain openid")
    return Provider(
        name=name.lower(),
        issuer=_issuer(f"{prefix}ISSUER", fields["ISSUER"]),
        client_id=fields["CLIENT_ID"],
        client_secret=fields.get("CLIENT_SECRET") or None,
        label=fields.get("LABEL") or name.capitalize(),
        scopes=scopes,
        customer=fields.get("CUSTOMER") or None,
        customer_claim=fields.get("CUSTOMER_CLAIM") or None,
        role_claim=fields.get("ROLE_CLAIM") or None,
        role_map=_role_map(f"{prefix}ROLE_MAP", fields.get("ROLE_MAP", "")),
        trust_email=fields.get("TRUST_EMAIL") == "1",
    )


def _issuer(variable: str, value: str) -> str:
    parts = urlsplit(value)
    is_sound = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not is_sound or not parts.hostname or parts.query or parts.fragment:
        raise InvalidInput(f"{variable} must be an https address without query or fragment")
    return value


def _role_map(variable: str, value: str) -> tuple[tuple[str, Role], ...]:
    pairs = []
    for pair in filter(None, (part.strip() for part in value.split(","))):
        word, equals, role = (part.strip() for part in pair.rpartition("="))
        if not (word and equals and role in set(Role)):
            raise InvalidInput(f"{variable} must be pairs such as admins=customer_admin; roles: {', '.join(Role)}")
        pairs.append((word, Role(role)))
    return tuple(pairs)
