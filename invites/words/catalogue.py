"""The texts: gettext catalogues by language, with gender as context, CLDR plurals and English behind them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from babel import Locale, UnknownLocaleError
from babel.core import get_global, parse_locale
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal

from invites.errors import TemplateError

#: what embassies read; every language but an overlay has all of it
EMBASSY_AREA = "invites"
#: the languages of the staff: each has every area
STAFF_LANGUAGES = ("id", "en")
LAST = "en"

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-[A-Za-z0-9]{5,8})*")
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_LINE = re.compile(r'(#.*|((msgctxt|msgid|msgid_plural|msgstr(\[[0-5]\])?) )?"([^"\\]|\\.)*")?')
_REVIEW = re.compile(r'^"X-Review: (.+)\\n"$', re.MULTILINE)
_PLURAL_ORDER = ("zero", "one", "two", "few", "many", "other")

_LRI, _FSI, _PDI = "\u2066", "\u2068", "\u2069"

_Entries = dict[tuple[str, str | None], str | tuple[str, ...]]


class Text(NamedTuple):
    """A text with its placeholders still open, and the catalogue tag it came from."""

    text: str
    language: str


class Ltr(str):
    """A value that runs left to right in any text: a telephone number, an address, a reference."""

    __slots__ = ()


def ltr(value: object) -> Ltr:
    """Mark a value as left-to-right for `fill` and for `t` in templates."""
    return Ltr(value)


@lru_cache(maxsize=256)
def locale_of(tag: str) -> Locale:
    """Babel's locale of a BCP 47 tag or its nearest parent. LookupError when CLDR has none."""
    for candidate in parents(tag):
        try:
            return Locale.parse(candidate, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    raise LookupError(tag)


@lru_cache(maxsize=256)
def parents(tag: str) -> tuple[str, ...]:
    """The tag, then wider and wider ones: zh-CN → zh-CN, zh-Hans-CN, zh-Hans, zh.

    A script other than the usual one of its language is never dropped: zh-TW does not become zh, which
    means simplified script. LookupError for what is no language tag (RFC 5646).
    """
    if not _TAG.fullmatch(tag):
        raise LookupError(tag)
    language, territory, written = (part or "" for part in parse_locale(tag, sep="-")[:3])
    usual = _likely_script(language, "")
    real = written or _likely_script(language, territory)
    chain = [tag, f"{language}-{real}-{territory}", f"{language}-{real}"]
    if real == usual:
        chain += [f"{language}-{territory}", language]
    return tuple(dict.fromkeys(part.replace("--", "-").strip("-") for part in chain))


def _likely_script(language: str, territory: str) -> str:
    likely: Mapping[str, str] = get_global("likely_subtags")
    found = likely.get(f"{language}_{territory}") or likely.get(language)
    return (parse_locale(found)[2] if found else None) or ""


def script(tag: str) -> str:
    """The script of a language as ISO 15924: "Latn", "Arab", "Hans", "Jpan", "Kore", "Deva", "Thai", "Cyrl"."""
    written = (parse_locale(parent, sep="-")[2] for parent in parents(tag))
    return next(filter(None, written), "Latn")


def direction(tag: str) -> Literal["ltr", "rtl"]:
    """The direction of a language's script."""
    return "rtl" if script(tag) in ("Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm") else "ltr"


def number(value: int, language: str) -> str:
    """A whole number grouped as the language does (hi 3,64,628), always in Latin digits."""
    return format_decimal(value, locale=locale_of(language), numbering_system="latn")


def placeholders(text: str) -> frozenset[str]:
    """The names of the placeholders of a text."""
    return frozenset(_PLACEHOLDER.findall(text))


def substitute(text: str, values: Mapping[str, object], wrap: Callable[[object], str]) -> str:
    """Put values, each passed through `wrap`, at their placeholders. LookupError names one that lacks."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise LookupError(f"{{{match[1]}}} has no value in: {text}")
        return wrap(values[match[1]])

    return _PLACEHOLDER.sub(value, text)


def isolate(value: object, language: str) -> str:
    """A value for plain text. Between right-to-left words it is isolated (Unicode UAX 9: LRI or FSI, PDI),
    or its digits and punctuation would change places; other languages get the value alone."""
    if direction(language) == "ltr":
        return str(value)
    return f"{_LRI if isinstance(value, Ltr) else _FSI}{value}{_PDI}"


def plural_tags(language: str) -> tuple[str, ...]:
    """The CLDR plural categories of a language in the order of gettext's msgstr[n]."""
    used = locale_of(language).plural_form.tags | {"other"}
    return tuple(tag for tag in _PLURAL_ORDER if tag in used)


class Catalogues:
    """All catalogues of some template folders. A folder named earlier wins, entry by entry.

    The files are `<folder>/locales/<tag>/LC_MESSAGES/*.po`; a language is read when it is first asked for.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._files: dict[str, list[Path]] = {}
        for folder in reversed(folders):
            for path in sorted(folder.glob("locales/*/LC_MESSAGES/*.po")):
                self._files.setdefault(path.parent.parent.name, []).append(path)
        self._entries: dict[str, _Entries] = {}

    @property
    def languages(self) -> tuple[str, ...]:
        """Catalogue tags: the staff's first, then by tag."""
        staff = tuple(tag for tag in STAFF_LANGUAGES if tag in self._files)
        return staff + tuple(sorted(self._files.keys() - set(staff)))

    def resolve(self, locale: str, fallback: str = LAST) -> str:
        """The catalogue for a locale: itself, a parent of it, or the same for `fallback`.

        LookupError when a tag is malformed or none of them has a catalogue.
        """
        chain = (*parents(locale), *parents(fallback or LAST))
        found = next((tag for tag in chain if tag in self._files), None)
        if found is None:
            raise LookupError(f"no catalogue for {locale} or {fallback}")
        return found

    def get(self, key: str, language: str, *, gender: str | None = None, count: int | None = None) -> Text:
        """A text as it stands, from the language, its parents, or English. LookupError for an unknown key.

        The gender falls back to "n"; `count` chooses the plural form.
        """
        for tag in self._chain(language):
            text = self._find(tag, key, gender, count)
            if text:
                return Text(text, tag)
        raise LookupError(f"no text {key}")

    def fill(
        self, key: str, language: str, /, *, gender: str | None = None, count: int | None = None, **values: object
    ) -> str:
        """A text with its values, as plain text. `count` also fills {count}. LookupError when one lacks."""
        text = self.get(key, language, gender=gender, count=count)
        filled = values if count is None else {"count": number(count, text.language), **values}
        return substitute(text.text, filled, lambda value: isolate(value, text.language))

    def keys(self, language: str) -> frozenset[str]:
        """The keys that a language itself has."""
        return frozenset(key for key, _ in self._load(language))

    def missing(self) -> Mapping[str, tuple[str, ...]]:
        """By language the keys for which embassies, or the staff, see English instead. Overlays lack nothing."""
        found = {}
        for language in self.languages:
            if any(parent in self._files for parent in parents(language)[1:]):
                continue
            wanted = self._keys_of(LAST, None if language in STAFF_LANGUAGES else self._areas(language))
            if language == LAST:
                wanted = self._keys_of(STAFF_LANGUAGES[0], None)
            lacking = tuple(sorted(wanted - self.keys(language)))
            if lacking:
                found[language] = lacking
        return found

    def review(self, language: str) -> str:
        """Who must approve a language before use, from its `X-Review` header; "" when it does not say."""
        for path in reversed(self._files.get(language, [])):
            if path.stem == EMBASSY_AREA and (match := _REVIEW.search(path.read_text(encoding="utf-8"))):
                return match[1]
        return ""

    def _chain(self, language: str) -> Iterator[str]:
        for tag in dict.fromkeys((*parents(language), LAST)):
            if tag in self._files:
                yield tag

    def _find(self, tag: str, key: str, gender: str | None, count: int | None) -> str:
        entries = self._load(tag)
        contexts = (gender, "n", None)
        entry = next((entries[key, context] for context in contexts if (key, context) in entries), "")
        if isinstance(entry, str):
            return entry
        if count is None:
            raise LookupError(f"{key} needs a count")
        return entry[plural_tags(tag).index(locale_of(tag).plural_form(count))]

    def _areas(self, language: str) -> set[str]:
        return {path.stem for path in self._files.get(language, ())} | {EMBASSY_AREA}

    def _keys_of(self, language: str, areas: Iterable[str] | None) -> set[str]:
        paths = self._files.get(language, ())
        return {key for path in paths if areas is None or path.stem in areas for key, _ in _read(path, language)}

    def _load(self, tag: str) -> _Entries:
        if tag not in self._entries:
            merged: _Entries = {}
            for path in self._files[tag]:
                merged.update(_read(path, tag))
            self._entries[tag] = merged
        return self._entries[tag]


def _read(path: Path, language: str) -> _Entries:
    """The translated entries of one file. TemplateError when it is no catalogue or has other plural forms."""
    try:
        catalogue = read_po(_lines(path), ignore_obsolete=True, abort_invalid=True)
    except PoFileError as error:
        raise _broken(path, error.lineno, str(error)) from error
    entries: _Entries = {}
    for message in catalogue:
        if not message.id or not message.string:
            continue
        if isinstance(message.id, str):
            entries[message.id, message.context] = str(message.string)
            continue
        forms = tuple(message.string)
        if len(forms) != len(plural_tags(language)):
            raise TemplateError("catalogue_plurals", template=str(path), line=message.lineno or 0, text=message.id[0])
        if all(forms):
            entries[message.id[0], message.context] = forms
    return entries


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
