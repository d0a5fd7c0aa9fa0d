"""A file nobody reads without the key: a backup sealed in pieces, so that a large one needs little memory.

Layout: MAGIC, 16 bytes of salt, then pieces of 1 MB, each with its ChaCha20-Poly1305 tag. The key is scrypt of the key
file and the salt; a piece's nonce is its number and whether it is the last, so that none can be left out, moved or cut
off (the STREAM construction, as in age).
"""

import secrets
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from commands.open_copies import open_folder
from config.os_words import why_not
from config.settings import settings
from models.base import Rejected

MAGIC = b"duban-locked-1\n"
SALT, PIECE, TAG = 16, 1 << 20, 16
SHORTEST = 20  # signs in a key file


def make_key(path: Path) -> Path:
    """A fresh key file, readable by its owner only: 256 bits in hex."""
    try:
        path.touch(0o600, exist_ok=False)
    except FileExistsError:
        raise Rejected(f"“{path}”已存在，未覆盖。") from None
    path.write_text(secrets.token_hex(32) + "\n")
    return path


def key_of(path: Path) -> bytes:
    """What a key file says, without the line's end."""
    try:
        key = path.read_bytes().strip()
    except OSError as error:
        raise Rejected(f"密钥文件“{path}”读不出来（{why_not(error)}）。") from None
    if len(key) < SHORTEST:
        raise Rejected(f"密钥文件“{path}”过短，至少{SHORTEST}个字符；可用 duban backup-key 生成。")
    return key


def key_for(path: Path | None) -> bytes | None:
    """The key of this file, or of the one in the settings; None where backups are not locked."""
    chosen = path or settings().backup_key_file
    return key_of(chosen) if chosen else None


def is_locked(path: Path) -> bool:
    """Whether a file is one of these."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def lock(plain: Path, target: Path, key: bytes) -> None:
    """Write `plain` sealed; `target` must not exist."""
    salt = secrets.token_bytes(SALT)
    cipher = _cipher(key, salt)
    with plain.open("rb") as source, target.open("xb") as sealed:
        target.chmod(0o600)
        sealed.write(MAGIC + salt)
        for number, piece, last in _pieces(source, PIECE):
            sealed.write(cipher.encrypt(_nonce(number, last), piece, MAGIC))


def unlock(sealed: Path, target: Path, key: bytes) -> None:
    """Write what was sealed; a wrong key or a changed file is refused before the whole is there."""
    with sealed.open("rb") as source, target.open("xb") as plain:
        target.chmod(0o600)
        source.seek(len(MAGIC))
        cipher = _cipher(key, source.read(SALT))
        for number, piece, last in _pieces(source, PIECE + TAG):
            try:
                plain.write(cipher.decrypt(_nonce(number, last), piece, MAGIC))
            except InvalidTag:
                what = "密钥不对，或文件已损坏" if number == 0 else "文件不完整或已损坏"
                raise Rejected(f"“{sealed}”打不开：{what}，未恢复。") from None


def _cipher(key: bytes, salt: bytes) -> ChaCha20Poly1305:
    return ChaCha20Poly1305(Scrypt(salt, 32, n=1 << 15, r=8, p=1).derive(key))


def _nonce(number: int, last: bool) -> bytes:
    return struct.pack(">3xQB", number, last)


def _pieces(source: BinaryIO, size: int) -> Iterator[tuple[int, bytes, bool]]:
    """(number, bytes, whether it is the last); an empty file is one empty last piece."""
    number, piece = 0, source.read(size)
    while True:
        after = source.read(size)
        yield number, piece, not after
        if not after:
            return
        number, piece = number + 1, after


@contextmanager
def unlocked(source: Path, key_file: Path | None) -> Iterator[Path]:
    """A backup that can be read: the file itself, or a copy opened with the key."""
    if not source.is_file() or not is_locked(source):
        yield source
        return
    key = key_for(key_file)
    if key is None:
        raise Rejected(f"“{source}”已加密，请用 --key-file 写明密钥文件。")
    with open_folder(settings().home) as folder:
        plain = folder / "plain.zip"
        unlock(source, plain, key)
        yield plain
