"""One gettext catalogue file, read strictly, what is no catalogue being refused with its line; and written."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from invites.errors import TemplateError

#: key, and gender or None
Key = tuple[str, str | None]
#: the text, or the plural forms in the order of msgstr[n]
Entries = dict[Key, str | tuple[str, ...]]

_LINE = re.compile(r'(#.*|((msgctxt|msgid|msgid_plural|msgstr(\[[0-5]\])?) )?"([^"\\]|\\.)*")?')


def read_entries(path: Path, forms: int) -> Entries:
    """The translated entries of a file whose language has so many plural forms. TemplateError when it is no
    catalogue or has others."""
    entries: Entries = {}
    for message in read_catalogue(path):
        if not message.id or not message.string:
            continue
        if isinstance(message.id, str):
            entries[message.id, message.context] = str(message.string)
            continue
        texts = tuple(message.string)
        if len(texts) != forms:
            raise TemplateError("catalogue_plurals", template=str(path), line=message.lineno or 0, text=message.id[0])
        if all(texts):
            entries[message.id[0], message.context] = texts
    return entries


def read_catalogue(path: Path) -> Catalog:
    """A file as Babel reads it. TemplateError when it is no catalogue."""
    try:
        return read_po(_lines(path), ignore_obsolete=True, abort_invalid=True)
    except PoFileError as error:
        raise _broken(path, error.lineno, str(error)) from error


def header(fields: Mapping[str, str]) -> str:
    """The entry that a file begins with."""
    lines = (_quoted(f"{name}: {value}\n") for name, value in fields.items())
    return "\n".join(['msgid ""', 'msgstr ""', *lines, ""])


def entry(key: Key, text: str | tuple[str, ...], comments: Sequence[str] = ()) -> str:
    """One entry as it stands in a file; no comment holds a line end."""
    lines = [f"#. {comment}" for comment in comments]
    if key[1]:
        lines.append(f"msgctxt {_quoted(key[1])}")
    lines.append(f"msgid {_quoted(key[0])}")
    if isinstance(text, str):
        lines.append(f"msgstr {_quoted(text)}")
    else:
        lines.append(f"msgid_plural {_quoted(key[0])}")
        lines += [f"msgstr[{at}] {_quoted(form)}" for at, form in enumerate(text)]
    return "\n".join([*lines, ""])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped.replace(chr(13), chr(92) + "r")}"'


def _lines(path: Path) -> list[str]:
    """The lines of a catalogue. Babel would pass over a forgotten quotation mark and cut off a letter instead."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    except UnicodeDecodeError as error:
        raise _broken(path, 0, str(error)) from error
    for at, line in enumerate(lines, start=1):
        if not _LINE.fullmatch(line.strip()):
            raise _broken(path, at, line.strip())
    return lines


def _broken(path: Path, line: int, reason: str) -> TemplateError:
    return TemplateError("catalogue_broken", template=str(path), line=line, reason=reason)
