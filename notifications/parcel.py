"""What goes out, and what came back: the two values between those who send and every wire."""

from collections.abc import Callable
from dataclasses import dataclass, field

from models.words import Channel


@dataclass(frozen=True)
class Parcel:
    """What goes out; `key` is the same for the same message sent twice. Its print shows neither address nor text."""

    channel: Channel
    address: str = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)
    key: str


@dataclass(frozen=True)
class Receipt:
    """Whether the other side took the message; `error` is a sentence without secrets.

    `permanent`: this address will never take it. `wait`: seconds after which it may be tried again, because the other
    side said so or because our own limit for this robot is used up. `held`: only the latter; nothing was sent, so it is
    no attempt and no refusal: count nothing, tell nobody, come back after `wait`.
    With `ok` an `error` may still say what else went wrong (a copy that was not taken).
    """

    ok: bool
    error: str = ""
    permanent: bool = False
    wait: float | None = None
    held: bool = False


Wire = Callable[[Parcel], Receipt]
