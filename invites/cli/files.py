"""Letters as files on this disk: each holds a personal link, so only its owner may read it."""

from __future__ import annotations

import os
from pathlib import Path


def write_secret(path: Path, content: bytes) -> None:
    """Write a file with mode 600; one that is there already is replaced, whoever could read that."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, 0o600)
        file.write(content)


def clear(folder: Path, pattern: str = "*.pdf") -> None:
    """Take away what an earlier run left: a letter whose row is gone must not be taken for a current one."""
    for old in folder.glob(pattern):
        old.unlink()
