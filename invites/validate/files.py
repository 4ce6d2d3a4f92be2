"""A recipient list's bytes become a table of cells, whatever program wrote them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from invites.model.recipient import Problem
from invites.validate.limits import MAX_FILE
from invites.validate.rules import found, quoted
from invites.validate.table import Place, Table
from invites.validate.text_file import read_text
from invites.validate.workbook import read_workbook

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# the stream that an encrypted workbook keeps in an OLE container, as its directory spells it
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a file held: a table, unless it can't be read; `digest` is the sha256 (hex) of its bytes."""

    table: Table | None
    problems: tuple[Problem, ...]
    digest: str = ""


def read(path: Path) -> Reading:
    """The table in a CSV or XLSX file; its content decides which of the two it is. Never raises."""
    name = quoted(path.name)
    place = Place(file=name)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except (OSError, ValueError):
        return Reading(table=None, problems=(found("R001.missing_file", place),))
    digest = hashlib.sha256(content).hexdigest()
    if len(content) > MAX_FILE:
        problem = found("R005.file", place, limit=MAX_FILE // 1_000_000)
        return Reading(table=None, problems=(problem,), digest=digest)
    table, problems = _parsed(name, content)
    if table and not table.rows:
        problems.append(found("R001.empty", table.whole))
        table = None
    return Reading(table=table, problems=tuple(problems), digest=digest)


def _parsed(file: str, content: bytes) -> tuple[Table | None, list[Problem]]:
    if content.startswith(_ZIP):
        return read_workbook(file, content)
    if content.startswith(_OLE):
        rule = "R001.locked" if _ENCRYPTED in content else "R001.kind"
        return None, [found(rule, Place(file=file))]
    return read_text(file, content)
