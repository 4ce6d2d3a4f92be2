"""Bytes at rest: whatever carries a personal link is a secret, so every blob is encrypted."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from invites.errors import StoreError

_NONCE = 12


class FileBlobs:
    """ports.Blobs in a folder: AES-256-GCM under a key derived from the link key, named by the sha256 of
    the plain bytes, which also is the associated data, so that files can't be swapped."""

    def __init__(self, folder: Path, link_keys: Sequence[bytes]) -> None:
        """The first key seals, all open."""
        self._folder = folder
        self._ciphers = [_cipher(key) for key in link_keys]

    def put(self, content: bytes) -> str:
        """Store and fsync; returns the sha256. A file that was damaged is written anew. StoreError when the disk
        is full."""
        name = hashlib.sha256(content).hexdigest()
        path = self._path(name)
        nonce = os.urandom(_NONCE)
        sealed = nonce + self._ciphers[0].encrypt(nonce, content, name.encode())
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            if not self._holds(name):
                _write_durably(path, sealed)
            _keep_names(path)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StoreError("disk_full", path=self._folder) from error
            raise StoreError("blob_write", path=path, reason=error.strerror) from error
        return name

    def get(self, sha256: str) -> bytes:
        """The plain bytes. StoreError when missing, damaged or sealed under another key."""
        path = self._path(sha256)
        try:
            sealed = path.read_bytes()
        except FileNotFoundError as error:
            raise StoreError("blob_missing", path=path) from error
        for cipher in self._ciphers:
            with suppress(InvalidTag, ValueError):  # a file cut short is refused before its tag is read
                return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], sha256.encode())
        raise StoreError("blob_damaged", path=path)

    def _holds(self, name: str) -> bool:
        try:
            self.get(name)
        except StoreError:
            return False
        return True

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name


def _cipher(link_key: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=b"invites blobs").derive(link_key))


def _write_durably(path: Path, content: bytes) -> None:
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _keep_names(path: Path) -> None:
    for folder in (path.parent, path.parent.parent):  # the names are durable only with their folders
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
