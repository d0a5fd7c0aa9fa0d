"""The six digits a telephone shows (RFC 4226, RFC 6238), checked by the RFCs' own vectors."""

import hmac
import struct
from urllib.parse import quote, urlencode

SECONDS, DIGITS, DRIFT = 30, 6, 1  # a telephone's clock may be half a minute off
BYTES = 20  # of a secret: the length of SHA-1, as RFC 4226 recommends


def hotp(secret: bytes, counter: int, digits: int = DIGITS, digest: str = "sha1") -> str:
    """The code of one counter (RFC 4226, 5.3)."""
    mac = hmac.new(secret, struct.pack(">Q", counter), digest).digest()
    start = mac[-1] & 15
    number = int.from_bytes(mac[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_at(seconds: float) -> int:
    """Which half minute since 1970 a moment falls into."""
    return int(seconds // SECONDS)


def matching_step(secret: bytes, code: str, seconds: float, last: int) -> int | None:
    """The half minute whose code this is, among those about now and after `last`; None where there is none."""
    now = step_at(seconds)
    fits = [step for step in range(now - DRIFT, now + DRIFT + 1)
            if step > last and hmac.compare_digest(hotp(secret, step).encode(), code.encode())]
    return fits[0] if fits else None


def enrolment_address(secret: str, login: str, issuer: str) -> str:
    """What the QR code says to the telephone; `secret` in base 32."""
    asked = {"secret": secret, "issuer": issuer, "digits": DIGITS, "period": SECONDS}
    return f"otpauth://totp/{quote(issuer)}:{quote(login)}?{urlencode(asked, quote_via=quote)}"
