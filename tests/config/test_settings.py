"""Where an installation's settings come from, and its key."""

import stat
from pathlib import Path

import pytest

from config.settings import Settings, settings, temporary_home


def test_the_file_in_the_data_folder_is_read_and_the_environment_wins(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "duban.toml").write_text('port = 8100\nhost = "0.0.0.0"\n', encoding="utf-8")
    monkeypatch.setenv("DUBAN_PORT", "8200")
    settings.cache_clear()
    assert (settings().port, settings().host) == (8200, "0.0.0.0")


def test_the_database_lies_in_the_data_folder_unless_another_is_named(home: Path) -> None:
    assert settings().database == f"sqlite:///{home / 'duban.db'}"
    assert Settings(database_url="postgresql://x").database == "postgresql://x"


def test_links_use_the_public_address_without_a_double_slash() -> None:
    assert Settings(base_url="https://duban.example/").site == "https://duban.example"
    assert Settings(host="127.0.0.1", port=8000, base_url="").site == "http://127.0.0.1:8000"


def test_the_key_is_made_once_and_only_its_owner_can_read_it(home: Path) -> None:
    key = settings().secret
    assert len(key) == 32
    assert settings().secret == key
    assert stat.S_IMODE((home / "secret.key").stat().st_mode) == 0o600


def test_two_installations_never_share_a_key(tmp_path: Path) -> None:
    keys = set()
    for name in ("a", "b"):
        with temporary_home(tmp_path / name):
            keys.add(settings().secret)
    assert len(keys) == 2


def test_a_temporary_home_gives_the_former_one_back(home: Path, tmp_path: Path) -> None:
    with temporary_home(tmp_path / "other"):
        assert settings().home == tmp_path / "other"
    assert settings().home == home


def test_the_mail_password_is_not_printed() -> None:
    assert "geheim" not in repr(Settings(mail_url="mailto://a:geheim@host"))
