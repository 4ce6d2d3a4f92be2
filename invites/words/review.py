"""What the reviewer of a translation approves: the level that its language asks for, and the version approved."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from invites.words.po_file import Entries

#: what X-Review may say, from the least demanding
LEVELS = ("ok", "protocol-officer", "spot-check", "native", "native-required")
#: these may be used before anybody has recorded an approval
_FREE = ("ok", "protocol-officer", "spot-check")
#: where a reviewer's sentences stand
_SPOKEN_IN = ("letter", "mail")
#: how a sheet looks says nothing in any language
_SILENT = (".css", ".svg", ".png", ".jpg")


def strictest(levels: Iterable[str]) -> str:
    """The most demanding of some levels, "" when none is said. A word that is no level demands the most."""
    said = [level if level in LEVELS else LEVELS[-1] for level in levels]
    return max(said, key=LEVELS.index, default="")


def needs_approval(level: str) -> bool:
    """Whether a language of this level waits for a recorded approval; one that says nothing does."""
    return level not in _FREE


def texts_digest(layers: Sequence[Entries]) -> str:
    """sha256 over the texts of a language and of the wider ones it lies on, in whatever order the files hold them."""
    said = [sorted([key, gender or "", text] for (key, gender), text in layer.items()) for layer in layers]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def templates_digest(folders: Sequence[Path]) -> str:
    """sha256 over the templates that put these texts into letters and mails; the first folder that has one wins."""
    files: dict[str, Path] = {}
    for folder in reversed(folders):
        for part in _SPOKEN_IN:
            found = (path for path in (folder / part).rglob("*") if path.is_file() and path.suffix not in _SILENT)
            files |= {path.relative_to(folder).as_posix(): path for path in found}
    said = [(name, hashlib.sha256(path.read_bytes()).hexdigest()) for name, path in sorted(files.items())]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def version(texts: str, templates: str) -> str:
    """The version of a language: both digests as one, 64 hexadecimal digits."""
    return hashlib.sha256(f"{texts}\n{templates}".encode()).hexdigest()
