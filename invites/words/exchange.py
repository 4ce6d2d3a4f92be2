"""Translations on their way to a reviewer and back: one .po file out, one .po file in, or every problem named."""

from __future__ import annotations

import gettext
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

from babel.messages.catalog import Message

from invites.errors import TranslationError
from invites.model.recipient import Problem, Severity
from invites.words.catalogue import LAST, Catalogues, locale_of, placeholders, plural_tags
from invites.words.faults import faults
from invites.words.po_file import Entries, Key, entry, header, read_catalogue

#: bytes; a file of texts has some 80,000
LARGEST = 1_000_000
_SHORT = 12
_QUOTED = 60
_SOURCES = {"id": "Indonesia", "en": "English"}
_ENTRY = re.compile(r'(?:^msgctxt "(.*)"\n)?^msgid "(.+)"$', re.MULTILINE)
_PLURALS = re.compile(r"nplurals=(\d+); plural=(.+);")
_SOME_NUMBERS = (*range(200), 10**6, 10**6 + 1, 2 * 10**6)


class Texts(NamedTuple):
    """The texts of one language as they came back, without any problem."""

    language: str
    entries: Entries


def export(catalogues: Catalogues, language: str) -> str:
    """All texts of a language that embassies read, as a .po file with its sources and what to look at first."""
    entries = _expected(catalogues, language)
    marked = _marked(catalogues, language)
    version = {"X-Version": catalogues.version(language)[:_SHORT], "X-Texts": catalogues.texts(language)}
    blocks = [header(_header(catalogues, language) | version)]
    for key, text in entries.items():
        comments = [f"{name}: {said}" for tag, name in _SOURCES.items() for said in _said(catalogues, tag, key)]
        blocks.append(entry(key, text, [*comments, *(["review"] if key in marked else [])]))
    return "\n".join(blocks)


def read(catalogues: Catalogues, path: Path) -> Texts:
    """A file that came back. TranslationError with every problem; TemplateError when it is no catalogue."""
    if path.stat().st_size > LARGEST:
        _refuse(path, [_Check(catalogues, LAST, path.name).problem("T001.size")])
    catalogue = read_catalogue(path)
    raw = path.read_text(encoding="utf-8")
    language = _field(raw, "Language").replace("_", "-")
    check = _Check(catalogues, language, path.name)
    if language not in catalogues.languages:
        _refuse(path, [check.problem("T001.language", text=language)])
    messages = [message for message in catalogue if message.id]
    found = {_key(message): message for message in messages}
    by_text = (problem for message in messages for problem in check.message(message))
    _refuse(path, [*check.heading(raw), *check.parity(found, raw), *by_text])
    kept = {key: _text(found[key]) for key in _expected(catalogues, language)}
    return Texts(language, {key: text for key, text in kept.items() if any(_forms(text))})


def write(catalogues: Catalogues, texts: Texts) -> str:
    """The file that a workspace keeps: the texts alone, in our own spelling, nothing of what came with them."""
    blocks = [header(_header(catalogues, texts.language)), *(entry(key, text) for key, text in texts.entries.items())]
    return "\n".join(blocks)


def problems(catalogues: Catalogues, language: str) -> list[Problem]:
    """What is wrong with the texts of a language as they are used now, however they came there."""
    check = _Check(catalogues, language, language)
    return [problem for key, text in catalogues.entries(language).items() for problem in check.text(key, text)]


def _refuse(path: Path, problems: Sequence[Problem]) -> None:
    """TranslationError when there is any problem."""
    if problems:
        raise TranslationError("translation_unusable", problems, path=path)


def _expected(catalogues: Catalogues, language: str) -> Entries:
    """The texts that the file of a language holds: its own, and empty those for which English stands in. A sparse
    overlay lacks nothing."""
    own = catalogues.entries(language)
    if catalogues.is_overlay(language):
        return own
    has = {key for key, _ in own}
    lacking = {entry: text for entry, text in catalogues.entries(LAST).items() if entry[0] not in has}
    empty = ("",) * len(plural_tags(language))
    return own | {entry: "" if isinstance(text, str) else empty for entry, text in lacking.items()}


def _said(catalogues: Catalogues, tag: str, key: Key) -> Iterator[str]:
    """What a source language says for an entry, form by form."""
    entries = catalogues.entries(tag)
    text = next((entries[key[0], gender] for gender in (key[1], "n", None) if (key[0], gender) in entries), ())
    for form in _forms(text):
        yield re.sub(r"\s+", " ", form)


def _marked(catalogues: Catalogues, language: str) -> set[Key]:
    """The entries that their author was unsure of, unless a file of the workspace says them anew."""
    marked: set[Key] = set()
    for path in catalogues.files(language):
        for message in read_catalogue(path):
            if message.id:
                unsure = any(comment.startswith("review") for comment in message.auto_comments)
                (marked.add if unsure else marked.discard)(_key(message))
    return marked


def _header(catalogues: Catalogues, language: str) -> dict[str, str]:
    return {
        "Project-Id-Version": "invites",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": _plural_forms(catalogues, language),
        "X-Review": catalogues.review(language),
    }


def _plural_forms(catalogues: Catalogues, language: str) -> str:
    for path in catalogues.files(language):
        if forms := _field(path.read_text(encoding="utf-8"), "Plural-Forms"):
            return forms
    return f"nplurals={len(plural_tags(language))}; plural=0;"


@dataclass(frozen=True, slots=True)
class _Check:
    """One file, or the texts in use, of one language."""

    catalogues: Catalogues
    language: str
    file: str

    def heading(self, raw: str) -> Iterator[Problem]:
        """The file belongs to the texts as they are now, and counts as the language does."""
        if _field(raw, "X-Texts") != self.catalogues.texts(self.language):
            yield self.problem("T001.base", tag=self.language)
        tags = plural_tags(self.language)
        declared = _field(raw, "Plural-Forms")
        if declared != _plural_forms(self.catalogues, self.language) and not _counts_alike(declared, self.language):
            yield self.problem("T001.plurals", count=len(tags), forms=", ".join(tags))

    def parity(self, found: Mapping[Key, Message], raw: str) -> Iterator[Problem]:
        """Exactly the texts that went out, each once, and none emptied."""
        expected = _expected(self.catalogues, self.language)
        yield from (self.problem("T002.missing", key) for key in expected if key not in found)
        yield from (self.problem("T002.unknown", key) for key in found if key not in expected)
        times = Counter((key, gender or None) for gender, key in _ENTRY.findall(raw))
        yield from (self.problem("T002.twice", key) for key, count in times.items() if count > 1)
        for key, before in expected.items():
            if key in found and any(_forms(before)) and not all(_forms(_text(found[key]))):
                yield self.problem("T002.emptied", key)

    def message(self, message: Message) -> Iterator[Problem]:
        """One entry as it came."""
        if message.fuzzy:
            yield self.problem("T002.unsure", _key(message))
        if any(_forms(_text(message))):
            yield from self.text(_key(message), _text(message))

    def text(self, key: Key, text: str | tuple[str, ...]) -> Iterator[Problem]:
        """A text against its English."""
        sources = [source for (name, _), source in self.catalogues.entries(LAST).items() if name == key[0]]
        if not sources:
            return
        if isinstance(text, str) != isinstance(sources[0], str):
            yield self.problem("T002.forms", key)
            return
        wanted = placeholders("".join(form for source in sources for form in _forms(source)))
        alone = _single(self.language) if isinstance(text, tuple) else frozenset()
        for index, form in enumerate(_forms(text)):
            for rule, quote in faults(form, self.language, wanted, one_number=index in alone):
                yield self.problem(rule, key, text=quote)

    def problem(self, rule: str, key: Key | None = None, **fields: object) -> Problem:
        """A finding at a key; "key (f)" names the gender."""
        code, _, variant = rule.partition(".")
        return Problem(
            code=code,
            severity=Severity.E,
            variant=variant,
            file=self.file,
            cell="" if key is None else f"{key[0]} ({key[1]})" if key[1] else key[0],
            fields=tuple((name, _visible(str(value))) for name, value in fields.items()),
        )


def _counts_alike(declared: str, language: str) -> bool:
    """Whether a Plural-Forms field chooses the forms that CLDR chooses."""
    said = _PLURALS.fullmatch(declared)
    tags, plural = plural_tags(language), locale_of(language).plural_form
    if said is None or int(said[1]) != len(tags):
        return False
    try:
        index = gettext.c2py(said[2])
        return all(tags[index(n)] == plural(n) for n in _SOME_NUMBERS)
    except (ValueError, IndexError, ZeroDivisionError, OverflowError):
        return False


@cache
def _single(language: str) -> frozenset[int]:
    """The plural forms, as in msgstr[n], that serve for one number alone: not Russian "one", said of 21 too."""
    plural = locale_of(language).plural_form
    times = Counter(plural(number) for number in _SOME_NUMBERS)
    return frozenset(index for index, tag in enumerate(plural_tags(language)) if times[tag] == 1)


def _visible(text: str) -> str:
    """Text from a file made safe to print: cut, with everything invisible or reordering spelt out."""
    spelt = "".join(char if char.isprintable() else f"<U+{ord(char):04X}>" for char in text[: _QUOTED + 1])
    return spelt if len(spelt) <= _QUOTED else f"{spelt[:_QUOTED]}…"


def _field(raw: str, name: str) -> str:
    """A field of the header, "" when it is not there."""
    found = re.search(rf'^"{name}: ([^"\\]*)\\n"\r?$', raw.partition("\n\n")[0], re.MULTILINE)
    return found[1].strip() if found else ""


def _key(message: Message) -> Key:
    return (message.id if isinstance(message.id, str) else message.id[0]), message.context


def _text(message: Message) -> str | tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple) else str(message.string or "")


def _forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else text
