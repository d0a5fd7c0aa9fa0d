"""Tokens nobody can guess, the same for the same message, kept only as a hash."""

import re
from uuid import UUID, uuid4

from notifications.link import hash_token, mask, token_for

SECRET, KEY = b"k" * 32, UUID(int=1)


def test_the_same_message_sent_again_carries_the_same_link() -> None:
    assert token_for(SECRET, KEY) == token_for(SECRET, UUID(int=1))


def test_another_message_or_another_installation_has_another_token() -> None:
    keys = [uuid4() for _ in range(200)]
    assert len({token_for(secret, key) for key in keys for secret in (SECRET, b"x" * 32)}) == 400


def test_a_token_has_256_bits_and_fits_an_address() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token_for(SECRET, KEY))


def test_the_hash_does_not_show_the_token() -> None:
    token = token_for(SECRET, KEY)
    assert len(hash_token(token)) == 64
    assert token[:8] not in hash_token(token)


def test_a_masked_text_keeps_its_words_and_loses_every_copy_of_the_token() -> None:
    token = token_for(SECRET, KEY)
    shown = mask(f"请打开 http://x/u/{token} 或 {token}", token)
    assert token not in shown
    assert shown.startswith(f"请打开 http://x/u/{token[:4]}…")
    assert mask("没有链接", "") == "没有链接"
