"""The protocol side of single sign-on: discovery, the way to the provider, and what comes back, all checked.

OpenID Connect's code flow with PKCE, state and nonce, by Authlib. Metadata and keys are kept for an hour; a token that
none of them verifies has the keys fetched anew, at most once in `KEYS_REST`: a provider may have replaced a key under a
new name or, against good custom, under the same one.
"""

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyCurveError, InvalidKeyIdError, JoseError, KeyParameterError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from siliconmark_ui.accounts.providers import LOOPBACK, Provider
from siliconmark_ui.errors import AppError, InvalidCredentials
from siliconmark_ui.instants import now

# Signatures that a provider may use: asymmetric, so that no client secret can forge one.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LEEWAY_SECONDS = 60
KEEP_SECONDS = 3600.0
KEYS_REST = 10.0
ANSWER_SECONDS = 10.0
# What a token that is signed by a key we do not have, or have otherwise, fails with.
STALE = (BadSignatureError, InvalidKeyIdError, InvalidKeyCurveError, KeyParameterError)
log = logging.getLogger(__name__)


class ProviderFails(AppError):
    """The provider cannot be reached or does not speak as it should; the log has the detail."""

    status = 502
    code = "PROVIDER_FAILED"
    reason = "provider-fails"

    def __init__(self, provider: Provider) -> None:
        super().__init__(f"{provider.label} cannot be reached for sign-in now; try again in a while")


class SignInRefused(InvalidCredentials):
    """What the provider sent back does not prove who signs in."""

    reason = "sign-in-incomplete"

    def __init__(self, message: str = "The sign-in could not be completed; begin again", reason: str = "") -> None:
        super().__init__(message, reason)


@dataclass(slots=True)
class _Known:
    metadata: dict[str, Any]
    keys: KeySet
    refetched_at: float = float("-inf")
    fetched_at: float = field(default_factory=time.monotonic)
    refetching: asyncio.Lock = field(default_factory=asyncio.Lock)


_known: dict[Provider, _Known] = {}


@dataclass(frozen=True, slots=True)
class Proven:
    """Who signed in: the claims of a verified ID token, completed by the userinfo, and the token itself."""

    claims: dict[str, Any]
    id_token: str

    @property
    def subject(self) -> str:
        """The person's name at the issuer, never reused there."""
        return str(self.claims["sub"])

    @property
    def verified_email(self) -> str | None:
        """The e-mail, in lower case, when the provider says that it is the person's."""
        email = self.claims.get("email")
        verified = self.claims.get("email_verified")
        is_verified = verified is True or verified == "true"
        return email.strip().lower() if is_verified and isinstance(email, str) else None


async def authorization_url(provider: Provider, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
    """Return the address at the provider that the browser is sent to; raises ProviderFails."""
    known = await _discovered(provider)
    async with _client(provider, redirect_uri) as client:
        url, _ = client.create_authorization_url(
            known.metadata["authorization_endpoint"],
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
    return str(url)


async def exchange(provider: Provider, redirect_uri: str, code: str, verifier: str, nonce: str) -> Proven:
    """Return who the code stands for; raises SignInRefused or ProviderFails."""
    known = await _discovered(provider)
    try:
        async with _client(provider, redirect_uri) as client:
            token = await client.fetch_token(
                known.metadata["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=verifier
            )
    except AuthlibBaseError as error:
        log.warning("%s refused a code: %s", provider.name, error.error)
        raise SignInRefused from error
    except (httpx2.HTTPError, ValueError) as error:
        log.warning("%s does not answer for a code: %s", provider.name, type(error).__name__)
        raise ProviderFails(provider) from error
    id_token, access_token = token.get("id_token"), token.get("access_token")
    if not isinstance(id_token, str) or not isinstance(access_token, str):
        raise SignInRefused
    claims = await _verified(provider, known, id_token, access_token, nonce)
    return Proven(await _completed(provider, known, claims, access_token), id_token)


async def end_session_url(provider: Provider, id_token: str, return_to: str) -> str | None:
    """Return the address that ends the session at the provider, None when it has none or is not to be reached."""
    try:
        endpoint = (await _discovered(provider)).metadata.get("end_session_endpoint")
    except ProviderFails:
        return None
    if not isinstance(endpoint, str) or not _is_safe(endpoint):
        return None
    query = {"id_token_hint": id_token, "post_logout_redirect_uri": return_to, "client_id": provider.client_id}
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(query)}"


def _client(provider: Provider, redirect_uri: str) -> AsyncOAuth2Client:
    return AsyncOAuth2Client(
        provider.client_id,
        provider.client_secret,
        scope=provider.scopes,
        redirect_uri=redirect_uri,
        token_endpoint_auth_method="client_secret_basic" if provider.client_secret else "none",
        timeout=ANSWER_SECONDS,
        trust_env=False,
    )


async def _discovered(provider: Provider) -> _Known:
    known = _known.get(provider)
    if known is None or time.monotonic() - known.fetched_at > KEEP_SECONDS:
        metadata = await _fetched(provider, f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
        endpoints = [metadata.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        is_sound = metadata.get("issuer") == provider.issuer and all(map(_is_safe, endpoints))
        if not is_sound:
            log.error("the discovery document of %s names another issuer, or endpoints without TLS", provider.name)
            raise ProviderFails(provider)
        known = _known[provider] = _Known(metadata, await _fetched_keys(provider, metadata))
    return known


async def _fetched_keys(provider: Provider, metadata: dict[str, Any]) -> KeySet:
    document = await _fetched(provider, metadata["jwks_uri"])
    try:
        return KeySet.import_key_set(document)  # type: ignore[arg-type]
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ProviderFails(provider) from error


async def _fetched(provider: Provider, url: str, token: str = "") -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        async with httpx2.AsyncClient(timeout=ANSWER_SECONDS, trust_env=False) as client:
            answer = await client.get(url, headers=headers)
            answer.raise_for_status()
            document = answer.json()
    except (httpx2.HTTPError, ValueError) as error:
        log.warning("%s does not answer at %s: %s", provider.name, urlsplit(url).path, type(error).__name__)
        raise ProviderFails(provider) from error
    if not isinstance(document, dict):
        raise ProviderFails(provider)
    return document


def _is_safe(url: object) -> bool:
    if not isinstance(url, str):
        return False
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


async def _verified(provider: Provider, known: _Known, id_token: str, access_token: str, nonce: str) -> dict[str, Any]:
    """Return the claims of an ID token whose signature, issuer, audience, nonce and times hold."""
    try:
        decoded = await _decoded(provider, known, id_token)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
            },
            {"nonce": nonce, "client_id": provider.client_id, "access_token": access_token},
        )
        claims.validate(now=int(now().timestamp()), leeway=LEEWAY_SECONDS)
    except (JoseError, AuthlibBaseError, ValueError, TypeError, KeyError) as error:
        log.warning("an ID token of %s does not hold: %s", provider.name, error)
        raise SignInRefused from error
    if not isinstance(claims.get("sub"), str) or not claims["sub"] or len(claims["sub"]) > 255:
        raise SignInRefused
    return dict(claims)


async def _decoded(provider: Provider, known: _Known, id_token: str) -> jwt.Token:
    """Return a token that one of the provider's keys has signed; raises JoseError, ProviderFails."""
    tried = known.keys
    try:
        return jwt.decode(id_token, tried, registry=_registry())
    except STALE:
        # Of sign-ins that meet a new key at once, one fetches it.
        async with known.refetching:
            if known.keys is tried:
                if time.monotonic() - known.refetched_at < KEYS_REST:
                    raise
                known.refetched_at = time.monotonic()
                known.keys = await _fetched_keys(provider, known.metadata)
    return jwt.decode(id_token, known.keys, registry=_registry())


def _registry() -> JWSRegistry:
    return JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)


async def _completed(provider: Provider, known: _Known, claims: dict[str, Any], access_token: str) -> dict[str, Any]:
    """Return the claims with those of the userinfo beside them, where it is offered and speaks of the same person."""
    endpoint = known.metadata.get("userinfo_endpoint")
    if not _is_safe(endpoint):
        return claims
    more = await _fetched(provider, str(endpoint), access_token)
    if more.get("sub") != claims["sub"]:
        raise SignInRefused
    return {**more, **claims}


def forget_providers() -> None:
    """Forget what was discovered."""
    _known.clear()
