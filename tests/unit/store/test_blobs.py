"""Letters at rest: sealed, named by what they hold, not to be swapped."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest

from invites.errors import StoreError
from invites.store.blobs import FileBlobs
from tests.scene import KEY

LETTER = b"%PDF a secret link inside"


def file_of(folder: Path, name: str) -> Path:
    return folder / name[:2] / name


def test_what_was_put_comes_back_under_its_sha256(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path, [KEY])
    name = blobs.put(LETTER)
    assert name == hashlib.sha256(LETTER).hexdigest()
    assert blobs.get(name) == LETTER


def test_the_disk_holds_no_plain_letter(tmp_path: Path) -> None:
    name = FileBlobs(tmp_path, [KEY]).put(LETTER)
    assert b"secret" not in file_of(tmp_path, name).read_bytes()
    assert file_of(tmp_path, name).stat().st_mode & 0o777 == 0o600


def test_the_same_bytes_are_one_file(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path, [KEY])
    before = file_of(tmp_path, blobs.put(LETTER)).read_bytes()
    assert file_of(tmp_path, blobs.put(LETTER)).read_bytes() == before
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path, [KEY])
    path = file_of(tmp_path, blobs.put(LETTER))
    sealed = bytearray(path.read_bytes())
    sealed[-1] ^= 1
    path.write_bytes(bytes(sealed))
    with pytest.raises(StoreError, match="blob_damaged"):
        blobs.get(path.name)


def test_two_letters_cannot_be_swapped(tmp_path: Path) -> None:
    blobs = FileBlobs(tmp_path, [KEY])
    one, other = file_of(tmp_path, blobs.put(LETTER)), file_of(tmp_path, blobs.put(b"%PDF another"))
    other.write_bytes(one.read_bytes())
    with pytest.raises(StoreError, match="blob_damaged"):
        blobs.get(other.name)


def test_a_missing_letter_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="blob_missing"):
        FileBlobs(tmp_path, [KEY]).get("ab" * 32)


def test_a_rotated_key_still_opens_what_the_old_one_sealed(tmp_path: Path) -> None:
    name = FileBlobs(tmp_path, [KEY]).put(LETTER)
    assert FileBlobs(tmp_path, [b"n" * 32, KEY]).get(name) == LETTER


@pytest.mark.parametrize("damage", [b"", b"short", b"damaged" * 10])
def test_a_damaged_file_heals_when_the_same_bytes_are_put_again(tmp_path: Path, damage: bytes) -> None:
    blobs = FileBlobs(tmp_path, [KEY])
    path = file_of(tmp_path, blobs.put(LETTER))
    path.write_bytes(damage)
    assert blobs.get(blobs.put(LETTER)) == LETTER


def test_a_file_that_is_there_already_counts_only_with_its_name_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = FileBlobs(tmp_path, [KEY])
    path = file_of(tmp_path, blobs.put(LETTER))
    synced: list[Path] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(Path(f"/proc/self/fd/{handle}").readlink()))
    blobs.put(LETTER)
    assert path.parent in synced


def test_a_full_disk_leaves_no_half_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="disk_full"):
        FileBlobs(tmp_path, [KEY]).put(LETTER)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
