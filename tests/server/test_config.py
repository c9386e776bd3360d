"""Settings: what the environment may say, and what is said of a wrong value."""

from pathlib import Path

import pytest

from siliconmark_ui.config import ROOT, load_settings
from siliconmark_ui.errors import InvalidInput


def test_settings_when_the_environment_is_empty() -> None:
    settings = load_settings({})
    assert settings.database_url == ""
    assert settings.data_dir == ROOT / ".data"
    assert (settings.port, settings.workers, settings.demo) == (3000, 1, True)
    assert (settings.redis_url, settings.public_url, settings.rate_limit) == (None, None, None)
    assert (settings.max_body_bytes, settings.max_result_bytes) == (1024 * 1024, 32 * 1024 * 1024)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_database_url_when_written_in_any_usual_way(scheme: str) -> None:
    rest = "ann:p%40ss%25@db.example:5433/bench?sslmode=require"
    assert load_settings({"DATABASE_URL": f"{scheme}://{rest}"}).database_url == f"postgresql+psycopg://{rest}"


def test_data_dir_when_relative_is_in_the_checkout() -> None:
    assert load_settings({"SILICONMARK_DATA_DIR": "elsewhere"}).data_dir == ROOT / "elsewhere"
    assert load_settings({"SILICONMARK_DATA_DIR": "/srv/bench"}).data_dir == Path("/srv/bench")


def test_cookies_when_the_public_address_is_https() -> None:
    assert load_settings({"SILICONMARK_PUBLIC_URL": "https://bench.example.com:8443/"}).secure_cookies
    assert not load_settings({"SILICONMARK_PUBLIC_URL": "http://bench.example.com"}).secure_cookies
    assert not load_settings({}).secure_cookies


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "3000.0"),
        ("PORT", "٣٠٠٠"),
        ("DATABASE_URL", "mysql://db/bench"),
        ("DATABASE_URL", "db.example/bench"),
        ("SILICONMARK_DEMO", "yes"),
        ("SILICONMARK_SECRET_KEY", "short"),
        ("REDIS_URL", "localhost:6379"),
        ("SILICONMARK_WORKERS", "2"),
        ("SILICONMARK_PUBLIC_URL", "bench.example.com"),
        ("SILICONMARK_PUBLIC_URL", "https://bench.example.com/app"),
        ("SILICONMARK_PUBLIC_URL", "https://bench.example.com:port"),
        ("SILICONMARK_TRUSTED_PROXY_HOPS", "11"),
        ("SILICONMARK_RATE_LIMIT", "many"),
        ("SILICONMARK_MAX_BODY_BYTES", "1"),
        ("SILICONMARK_SESSION_IDLE_MINUTES", "4"),
        ("SILICONMARK_SESSION_IDLE_MINUTES", str(15 * 24 * 60)),
        ("SILICONMARK_SESSION_MINUTES", "for ever"),
    ],
)
def test_setting_when_wrong_is_named(name: str, value: str) -> None:
    with pytest.raises(InvalidInput, match=name):
        load_settings({name: value})


def test_workers_when_redis_keeps_the_state() -> None:
    assert load_settings({"REDIS_URL": "redis://cache", "SILICONMARK_WORKERS": "3"}).workers == 3
    assert 1 <= load_settings({"REDIS_URL": "redis://cache"}).workers <= 8
