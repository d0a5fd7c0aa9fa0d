"""The link in a message: one token per message and recipient, made from the installation's key, kept as a hash."""

import base64
import hashlib
import hmac
from uuid import UUID


def token_for(secret: bytes, key: UUID) -> str:
    """The 256-bit token of this key; the same message sent again carries the same link."""
    digest = hmac.new(secret, b"link:" + key.bytes, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_token(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def mask(text: str, token: str) -> str:
    """The text with the token made unreadable, for records and pages."""
    return text.replace(token, token[:4] + "…") if token else text
