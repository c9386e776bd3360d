"""The keys that a provider signs with: replaced under new names and under old ones, fetched anew and not too often."""

import asyncio
from typing import Any

import pytest

from siliconmark_ui.accounts import oidc
from siliconmark_ui.accounts.providers import Provider
from siliconmark_ui.db import Database
from tests.accounts.flows import come_back, ours, refusal, set_out, sign_in
from tests.accounts.meddling import meddle
from tests.accounts.provider import RunningProvider


async def test_rotated_keys_are_fetched_anew(db: Database, corp: Provider, running: RunningProvider) -> None:
    async with ours(db, corp) as client:
        await sign_in(client, running)
        running.rotate_keys()
        assert (await sign_in(client, running)).headers["location"] == "/jobs/7"


async def test_key_replaced_under_the_same_name_is_fetched_anew(
    db: Database, corp: Provider, running: RunningProvider
) -> None:
    with running.one_key_name() as replace_key:
        async with ours(db, corp) as client:
            await sign_in(client, running)
            replace_key()
            assert (await sign_in(client, running)).headers["location"] == "/jobs/7"


async def test_sign_ins_at_once_fetch_a_replaced_key_once(
    monkeypatch: pytest.MonkeyPatch, db: Database, corp: Provider, running: RunningProvider
) -> None:
    with running.one_key_name() as replace_key:
        async with ours(db, corp) as one, ours(db, corp) as two:
            await sign_in(one, running)
            replace_key()
            queries = [await running.log_in(await set_out(client), "ann") for client in (one, two)]
            fetched = _counted_keys(monkeypatch)
            answers = await asyncio.gather(come_back(one, queries[0]), come_back(two, queries[1]))
    assert [answer.headers["location"] for answer in answers] == ["/jobs/7", "/jobs/7"]
    assert fetched == ["corp"]


async def test_wrong_signatures_do_not_have_the_keys_fetched_again_and_again(
    monkeypatch: pytest.MonkeyPatch, db: Database, corp: Provider, running: RunningProvider
) -> None:
    async def spoilt(token: dict[str, Any]) -> dict[str, Any]:
        head, body, _ = token["id_token"].split(".")
        return {**token, "id_token": f"{head}.{body}.{'A' * 342}"}

    meddle(monkeypatch, spoilt)
    monkeypatch.setattr(oidc, "KEYS_REST", 3600.0)
    async with ours(db, corp) as client:
        await set_out(client)
        fetched = _counted_keys(monkeypatch)
        for _ in range(3):
            assert "could not be completed" in refusal(await sign_in(client, running))
    assert fetched == ["corp"]


def _counted_keys(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets the provider's name whenever its keys are fetched from now on."""
    fetched: list[str] = []
    fetch = oidc._fetched_keys

    async def counting(provider: Provider, metadata: dict[str, Any]) -> Any:
        fetched.append(provider.name)
        return await fetch(provider, metadata)

    monkeypatch.setattr(oidc, "_fetched_keys", counting)
    return fetched
