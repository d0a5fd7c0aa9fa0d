"""How templates speak two languages: gettext, labels of kinds and states, stops between words."""

import re
from collections.abc import Iterable
from typing import Any

from jinja2 import Environment
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from models.base import Word
from web.catalogue import english_words
from web.language import english
from web.said import said_plain

# [[3|item|items]]: Chinese has no plural, so the number chooses within the English sentence
COUNTED = re.compile(r"\[\[([^|\]]*)\|([^|\]]*)\|([^|\]]*)\]\]")
WESTERN = str.maketrans({"，": ", ", "。": ". ", "；": "; ", "：": ": ", "、": ", ", "（": " (", "）": ")", "　": "  "})
SEPARATORS = frozenset("，。；：、")


def gettext(msgid: str, **values: Any) -> Markup:
    """A run of a template in the reader's language, its %(name)s filled and escaped; Chinese when it has no English."""
    words = english_words().get(msgid, msgid) if english() else msgid
    filled = Markup(words) % values
    return Markup(COUNTED.sub(_counted, filled)) if "[[" in filled else filled


def _counted(found: re.Match[str]) -> str:
    return f"{found[1]} {found[2] if found[1] == '1' else found[3]}"


class Spoken(Environment):
    """An environment in which `.label` of every kind and state is in the reader's language."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if attribute == "label" and isinstance(obj, Word):
            return said_plain(obj.label)
        return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if argument == "label" and isinstance(obj, Word):
            return said_plain(obj.label)
        return super().getitem(obj, argument)


class WesternStops(Extension):
    """In English pages the stops that stand in a template between two translated runs are Western ones."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        within = False
        for token in stream:
            if token.type == "name" and token.value in ("trans", "endtrans"):
                within = token.value == "trans"
            yield token if within else _western(token)


def _western(token: Token) -> Token:
    if token.type == "data" or (token.type == "string" and token.value in SEPARATORS):
        return Token(token.lineno, token.type, token.value.translate(WESTERN))
    return token
