"""Secrets from files: whatever setting holds one, the same name with `_file` names a file to read it from.

So that a password need not stand in the environment or in duban.toml: DUBAN_MAIL_URL_FILE=/run/secrets/mail, or
`mail_url_file = "/run/secrets/mail"`. The file wins over the setting itself.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

ALSO = ("database_url", "rate_store", "wecom_url")  # plain settings that may carry a password
END, PREFIX = "_file", "DUBAN_"


class BadSetting(ValueError):
    """A setting that cannot be used; its text is the sentence shown."""


def secret_names(settings: type[BaseSettings]) -> list[str]:
    """The settings that hold a secret."""
    return [name for name, one in settings.model_fields.items() if one.annotation is SecretStr or name in ALSO]


def place_of(name: str, toml: Mapping[str, Any]) -> str:
    """The file a setting is read from; "" where none is named."""
    return str(os.environ.get(f"{PREFIX}{name}{END}".upper()) or toml.get(f"{name}{END}") or "")


def read_secret(path: str, name: str) -> str:
    """A file's content without the line's end."""
    try:
        text = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetting(f"设置 {name}{END} 写明的文件“{path}”读不出来（{type(error).__name__}）。") from None
    if not text:
        raise BadSetting(f"设置 {name}{END} 写明的文件“{path}”是空的。")
    return text


class SecretFiles(PydanticBaseSettingsSource):
    """What `*_file` settings name, from the environment, else from `toml`; before all other sources."""

    def __init__(self, settings_cls: type[BaseSettings], toml: Mapping[str, Any]) -> None:
        super().__init__(settings_cls)
        self.toml = toml

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        path = place_of(field_name, self.toml)
        return (read_secret(path, field_name) if path else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        found = {name: self.get_field_value(FieldInfo(), name)[0] for name in secret_names(self.settings_cls)}
        return {name: value for name, value in found.items() if value is not None}
