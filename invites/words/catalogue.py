"""The texts: gettext catalogues by language, with gender as context, CLDR plurals and English behind them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple

from babel import Locale, UnknownLocaleError
from babel.core import get_global, parse_locale
from babel.numbers import format_decimal

from invites.words import review
from invites.words.po_file import Entries, read_entries

#: what embassies read; every language but an overlay has all of it
EMBASSY_AREA = "invites"
#: the languages of the staff: each has every area
STAFF_LANGUAGES = ("id", "en")
LAST = "en"

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-[A-Za-z0-9]{5,8})*")
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_REVIEW = re.compile(r'^"X-Review: (.+)\\n"$', re.MULTILINE)
_PLURAL_ORDER = ("zero", "one", "two", "few", "many", "other")

_LRI, _FSI, _PDI = "\u2066", "\u2068", "\u2069"

#: asked with a language and its version: whether somebody approved exactly that
Approved = Callable[[str, str], bool]


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


def _nobody(_language: str, _version: str) -> bool:
    return False


class Catalogues:
    """All catalogues of some template folders. A folder named earlier wins, entry by entry.

    The files are `<folder>/locales/<tag>/LC_MESSAGES/*.po`; a language is read when it is first asked for.
    Without `approved`, languages that must be approved are used for nobody.
    """

    def __init__(self, folders: Sequence[Path], approved: Approved = _nobody) -> None:
        self._folders = tuple(folders)
        self._approved = approved
        self._spoken: dict[str, Entries] = {}
        self._levels: dict[str, str] = {}
        self._versions: dict[str, str] = {}
        self._files: dict[str, list[Path]] = {}
        for folder in reversed(folders):
            for path in sorted(folder.glob("locales/*/LC_MESSAGES/*.po")):
                self._files.setdefault(path.parent.parent.name, []).append(path)
        self._entries: dict[str, Entries] = {}

    @property
    def languages(self) -> tuple[str, ...]:
        """Catalogue tags: the staff's first, then by tag."""
        staff = tuple(tag for tag in STAFF_LANGUAGES if tag in self._files)
        return staff + tuple(sorted(self._files.keys() - set(staff)))

    def resolve(self, locale: str, fallback: str = LAST) -> str:
        """The language to write in to somebody: the one of `written`, or English while that is not approved.

        Every letter, mail and page gets its language here and nowhere else. LookupError as `written`.
        """
        found = self.written(locale, fallback)
        return found if self.usable(found) else LAST

    def written(self, locale: str, fallback: str = LAST) -> str:
        """The catalogue for a locale, approved or not: itself, a parent of it, or the same for `fallback`.

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
            if self.is_overlay(language):
                continue
            wanted = self._keys_of(LAST, None if language in STAFF_LANGUAGES else self._areas(language))
            if language == LAST:
                wanted = self._keys_of(STAFF_LANGUAGES[0], None)
            lacking = tuple(sorted(wanted - self.keys(language)))
            if lacking:
                found[language] = lacking
        return found

    def review(self, language: str) -> str:
        """Who must approve a language before use: the strictest `X-Review` of its files and of the wider ones it
        lies on, so that no file of a workspace makes a reviewer unnecessary. "" when none says."""
        if language not in self._levels:
            paths = [path for tag in self._layers(language) for path in self._files[tag] if path.stem == EMBASSY_AREA]
            headers = (path.read_text(encoding="utf-8") for path in paths)
            self._levels[language] = review.strictest(level for text in headers for level in _REVIEW.findall(text))
        return self._levels[language]

    def usable(self, language: str) -> bool:
        """Whether embassies may be written to in a language: it needs no approval, or this version has one."""
        return not self.asks_approval(language) or self._approved(language, self.version(language))

    def asks_approval(self, language: str) -> bool:
        """Whether nobody may be written to in a language before its version is approved."""
        return language not in STAFF_LANGUAGES and review.needs_approval(self.review(language))

    def version(self, language: str) -> str:
        """What an approval is for, 64 hexadecimal digits: the texts as this object says them, and the templates of
        letters and mails. Another text, another version."""
        if language not in self._versions:
            self._versions[language] = review.version(self.texts(language), review.templates_digest(self._folders))
        return self._versions[language]

    def texts(self, language: str) -> str:
        """The part of a version that the texts make: of the language and of those it lies on, English left out
        where it only stands in. What only staff read does not count."""
        return review.texts_digest([self.entries(tag) for tag in self._layers(language)])

    def entries(self, language: str) -> Entries:
        """What a language itself says to embassies; what it says to staff is left out."""
        if language not in self._spoken:
            entries = self._load(language)
            if language in STAFF_LANGUAGES:
                keys = self._keys_of(language, (EMBASSY_AREA,))
                entries = {entry: text for entry, text in entries.items() if entry[0] in keys}
            self._spoken[language] = entries
        return self._spoken[language]

    def is_overlay(self, language: str) -> bool:
        """Whether a wider language of its own stands behind it, as en behind en-US."""
        return len(self._layers(language)) > 1

    def files(self, language: str) -> tuple[Path, ...]:
        """The files of a language, those that win last."""
        return tuple(self._files.get(language, ()))

    def _layers(self, language: str) -> list[str]:
        return [tag for tag in parents(language) if tag in self._files]

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
        wanted = [path for path in self._files.get(language, ()) if areas is None or path.stem in areas]
        return {key for path in wanted for key, _ in read_entries(path, len(plural_tags(language)))}

    def _load(self, tag: str) -> Entries:
        if tag not in self._entries:
            merged: Entries = {}
            for path in self._files[tag]:
                merged.update(read_entries(path, len(plural_tags(tag))))
            self._entries[tag] = merged
        return self._entries[tag]
