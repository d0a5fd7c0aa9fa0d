"""A person's name taken out of words: under which sign it stands from then on, and where it is not the person's."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

MARK = "已清除"
SIGN = re.compile(f"〔{MARK}·[0-9a-f]{{8}}〕")
LOGIN = "login"  # the key in events and the column under which a sign-in name stands
SHORTEST = 2  # letters of a name: a single one would be found in every word


def sign_of(name: str, salt: str) -> str:
    """The sign a name is replaced by: 〔已清除·3f9a1c2e〕. The caller throws the salt away, so that nobody can try a
    list of names; within one erasure all acts keep one sign, and so stay one person's."""
    return f"〔{MARK}·{hashlib.sha256((salt + name).encode()).hexdigest()[:8]}〕"


def signs_in(value: Any) -> frozenset[str]:
    """The signs that stand in words or in JSON."""
    return frozenset(SIGN.findall(json.dumps(value, ensure_ascii=False, default=str)))


class Eraser:
    """Replaces whole names, telephone numbers and addresses in words and in JSON; `longer` are other people's names
    that contain one of them and stay as they are (张伟 goes, 张伟明 stays). `logins` go only where the key says that a
    sign-in name stands; keys themselves are the program's words and stay."""

    def __init__(
        self, signs: dict[str, str], longer: Iterable[str] = (), logins: Mapping[str, str] | None = None
    ) -> None:
        self.signs, self.logins = signs, logins or {}
        kept = sorted((name for name in longer if name not in signs), key=len, reverse=True)
        gone = sorted(signs, key=len, reverse=True)
        self.pattern = re.compile("|".join([*map(re.escape, kept), *map(self._whole, gone)]))

    @staticmethod
    def _whole(word: str) -> str:
        # a number within a longer one is another number, and an address within a longer one another address
        edge = "[0-9A-Za-z@.]" if word.isascii() else ""
        return f"(?<!{edge}){re.escape(word)}(?!{edge})" if edge else re.escape(word)

    def __call__(self, value: Any) -> Any:
        """The same value without the person; what does not hold the person comes back equal."""
        if isinstance(value, str):
            return self.pattern.sub(lambda found: self.signs.get(found.group(), found.group()), value)
        if isinstance(value, list):
            return [self(one) for one in value]
        return {key: self._at(key, one) for key, one in value.items()} if isinstance(value, dict) else value

    def _at(self, key: str, value: Any) -> Any:
        return self.logins[value] if key == LOGIN and isinstance(value, str) and value in self.logins else self(value)
