"""Every secret may come from a file, so that none need stand in the environment or in duban.toml."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from config.gateway import SmsGateway
from config.secret_files import ALSO, BadSetting, secret_names
from config.settings import Settings, settings


def plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def test_every_setting_that_is_a_secret_is_known() -> None:
    named = {name for name in Settings.model_fields if any(word in name for word in ("secret", "token"))}
    assert named <= set(secret_names(Settings))
    assert set(ALSO) < set(Settings.model_fields)
    assert "mail_url" in secret_names(Settings)


@pytest.mark.parametrize("name", secret_names(Settings))
def test_each_is_read_from_the_file_the_environment_names_and_the_file_wins(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text("from-the-file\n")
    monkeypatch.setenv(f"DUBAN_{name}".upper(), "from-the-environment")
    monkeypatch.setenv(f"DUBAN_{name}_FILE".upper(), str(tmp_path / "secret"))
    assert plain(getattr(Settings(), name)) == "from-the-file"


def test_the_file_in_the_data_folder_may_name_one_too(home: Path) -> None:
    (home / "mail").write_text("mailto://a:geheim@host")
    (home / "duban.toml").write_text(f'mail_url_file = "{home / "mail"}"\n', encoding="utf-8")
    settings.cache_clear()
    assert settings().mail_url.get_secret_value() == "mailto://a:geheim@host"
    settings.cache_clear()


@pytest.mark.parametrize(("content", "words"), [(None, "读不出来"), ("\n", "是空的")])
def test_a_file_that_is_missing_or_empty_is_a_sentence_that_names_the_setting(
    content: str | None, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv("DUBAN_METRICS_TOKEN_FILE", str(path))
    with pytest.raises(BadSetting, match=f"metrics_token_file.*{words}"):
        Settings()


def test_the_gateways_address_and_key_may_lie_in_files(tmp_path: Path) -> None:
    for name in ("url", "secret"):
        (tmp_path / name).write_text(f"http://{name}\n")
    given = {"url_file": str(tmp_path / "url"), "secret_file": str(tmp_path / "secret"), "success_path": "code"}
    gateway = SmsGateway.model_validate(given)
    assert (plain(gateway.url), plain(gateway.secret)) == ("http://url", "http://secret")
