"""The mail server an Apprise URL names, and a fresh connection to it: SSL, STARTTLS and login as the URL says."""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import apprise
from apprise.plugins.email import NotifyEmail
from apprise.plugins.email.common import SecureMailMode

CONNECT_SECONDS, ANSWER_SECONDS = 15.0, 30.0
ASSET = apprise.AppriseAsset(app_id="督办")  # who it comes from when the URL gives no name


@dataclass(frozen=True)
class MailServer:
    """Where and as whom to send; copies and extra headers as the URL asks for them."""

    host: str
    port: int
    mode: str
    user: str
    password: str = field(repr=False)
    sender: str
    sender_name: str
    copies: tuple[str, ...] = ()
    blind: tuple[str, ...] = ()
    reply_to: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    verify: bool = True


@lru_cache(8)
def server_of(url: str) -> MailServer | None:
    """What Apprise reads out of a mailto(s):// address; None when it is none of these or asks for PGP."""
    found = apprise.Apprise.instantiate(url, asset=ASSET) if url else None
    if not isinstance(found, NotifyEmail) or getattr(found, "pgp_mode", "no") != "no":
        return None
    name, sender = found.from_addr
    more: Mapping[str, str] = found.headers
    return MailServer(
        found.smtp_host, int(found.port or 25), str(found.secure_mode), found.user or "", found.password or "",
        str(sender), str(name or ""),
        tuple(sorted(found.cc)), tuple(sorted(found.bcc)), tuple(sorted(found.reply_to)), tuple(more.items()),
        bool(found.verify_certificate),
    )


@lru_cache(2)
def _context(verify: bool) -> ssl.SSLContext:
    """Reading the trusted roots costs 20 ms, so once."""
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def connect(server: MailServer) -> smtplib.SMTP:
    """A connection that has said EHLO and signed in; smtplib's and the socket's errors when it cannot be had."""
    if server.mode == SecureMailMode.SSL:
        line: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=CONNECT_SECONDS, context=_context(server.verify)
        )
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=CONNECT_SECONDS)
    try:
        if server.mode == SecureMailMode.STARTTLS:
            line.starttls(context=_context(server.verify))
        line.ehlo_or_helo_if_needed()
        if server.user and server.password:
            line.login(server.user, server.password)
        if line.sock:
            line.sock.settimeout(ANSWER_SECONDS)
    except BaseException:
        line.close()
        raise
    return line
