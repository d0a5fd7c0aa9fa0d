"""Everything a wire says, without the secrets of addresses, settings and links."""

import logging
import re
from contextvars import ContextVar
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

from pydantic import SecretStr

from config.gateway import SmsGateway
from config.settings import settings
from rules.address import secrets_in

LONGEST = 200
SHORTEST_SECRET = 4
AWAY = "（略）"
LINK = re.compile(r"(/[uk]/)[\w-]{6,}")
WEB = re.compile(r"\b[a-z][a-z0-9+]*://[^\s“”，。；）)'\"<>]+")
TOKEN = re.compile(r"(?<![\w-])[\w-]{32,}(?![\w-])", re.ASCII)  # our links' tokens and most keys of others
TALKING_TO = ContextVar("talking_to", default="")  # the address whose wire may be logging in this thread
TALKERS = ("apprise", "urllib3.connectionpool", "httpcore", "httpx")


def masked(text: str, address: str = "") -> str:
    """A wire's complaint in one short line, without what gives power to whoever reads it."""
    return " ".join(hidden(text, address).split())[:LONGEST]


def hidden(text: str, address: str = "") -> str:
    """The same words with every secret of the settings, of `address` and of our links taken out."""
    known = _own() | secrets_in(address) if address else _own()
    for secret in sorted(_spelled(known), key=len, reverse=True):
        text = text.replace(secret, AWAY)
    return TOKEN.sub(AWAY, LINK.sub(rf"\g<1>{AWAY}", WEB.sub(AWAY, text)))


def _spelled(secrets: set[str] | frozenset[str]) -> set[str]:
    """Each secret as it is and as addresses spell it."""
    found = {way(secret) for secret in secrets for way in (str, quote, unquote, lambda s: quote(s, safe=""))}
    return {secret for secret in found if len(secret) >= SHORTEST_SECRET}


def _own() -> frozenset[str]:
    ours = settings()
    gateway = ours.sms
    urls = [ours.mail_url.get_secret_value(), ours.database_url, ours.rate_store, ours.wecom_url]
    urls += [gateway.url.get_secret_value()] if gateway else []
    words = [value for _, value in ours if isinstance(value, SecretStr)]
    words += [gateway.secret, *_telling(gateway)] if gateway else []
    return _kept(tuple(urls), tuple(word.get_secret_value() for word in words))


def _telling(gateway: SmsGateway) -> list[SecretStr]:
    return [value for name, value in gateway.headers.items() if name.lower() not in ("content-type", "accept")]


@lru_cache(8)
def _kept(urls: tuple[str, ...], words: tuple[str, ...]) -> frozenset[str]:
    found = {*words, *urls}
    for url in urls:
        try:
            found.add(unquote(urlsplit(url).password or ""))
        except ValueError:
            continue
    return frozenset(word for word in found if len(word) >= SHORTEST_SECRET)


class Masked(logging.Filter):
    """Libraries that print addresses print them masked."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = hidden(record.getMessage(), TALKING_TO.get()), ()
        record.exc_info = None
        return True


def mask_logs() -> None:
    """Let the libraries under the wires log nothing that gives power; safe to call often."""
    for name in TALKERS:
        logger = logging.getLogger(name)
        if not any(isinstance(one, Masked) for one in logger.filters):
            logger.addFilter(Masked())
