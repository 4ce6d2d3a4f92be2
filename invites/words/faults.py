"""What is wrong with one translated text, as a machine sees it: placeholders, markup, hidden characters, script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from invites.words.catalogue import placeholders, script

#: what a fault names: the rest of its rule, and what to quote
Fault = tuple[str, str]

_PLACEHOLDER = re.compile(r"\{[a-z][a-z0-9_]*\}")
_MARKUP = re.compile(r"[<>]|&#?\w+;|\{[{%#]")
_ADDRESS = re.compile(r"\w+://|\bwww\.|@|\b[a-z0-9-]+\.(?:com|net|org|id|example)\b", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z]+")
_HIDDEN = {"Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp"}
#: Arabic and Devanagari may need them; what turns the direction of text comes from the program alone
_JOINERS = {"\u200c", "\u200d"}
_LONGEST = 2000

_ALPHABETS = {
    "Arab": {"ARABIC"},
    "Beng": {"BENGALI"},
    "Cyrl": {"CYRILLIC"},
    "Deva": {"DEVANAGARI"},
    "Ethi": {"ETHIOPIC"},
    "Grek": {"GREEK"},
    "Hans": {"CJK"},
    "Hant": {"CJK"},
    "Hebr": {"HEBREW"},
    "Jpan": {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"},
    "Khmr": {"KHMER"},
    "Kore": {"HANGUL"},
    "Laoo": {"LAO"},
    "Latn": {"LATIN", "MODIFIER"},
    "Mymr": {"MYANMAR"},
    "Taml": {"TAMIL"},
    "Thai": {"THAI"},
}
#: names that have no other spelling, and words that readers look up as they stand
_LATIN_ANYWHERE = {"WIB", "WITA", "UTC", "QR", "PDF", "ICS", "BSrE", "BSSN", "Sasirangan", "Batik"}


def faults(text: str, language: str, wanted: frozenset[str], *, one_number: bool = False) -> Iterator[Fault]:
    """Every fault of a text whose English has the placeholders `wanted`. `one_number`: a plural form that serves for a
    single number, which may stay unsaid: Arabic says "two members" without a figure."""
    found = placeholders(text)
    unsaid = {"count"} if one_number else set()
    yield from (("T003.lost", f"{{{name}}}") for name in sorted(wanted - unsaid - found))
    yield from (("T003.added", f"{{{name}}}") for name in sorted(found - wanted))
    bare = _PLACEHOLDER.sub("", text)
    if braces := re.search(r"\{[^{}]*\}?|\}", bare):
        yield "T003.brace", braces[0]
    if markup := _MARKUP.search(text):
        yield "T004.markup", text[markup.start() : markup.start() + 20]
    if address := _ADDRESS.search(bare):
        yield "T004.address", address[0]
    if hidden := [char for char in text if unicodedata.category(char) in _HIDDEN and char not in _JOINERS]:
        yield "T005.hidden", ", ".join(f"U+{ord(char):04X}" for char in dict.fromkeys(hidden))
    if text != unicodedata.normalize("NFC", text):
        yield "T005.composed", text
    if text != text.strip() or "  " in text:
        yield "T005.spaces", text
    if len(text) > _LONGEST:
        yield "T005.long", text
    if foreign := _foreign(bare, language):
        yield "T006", foreign


def _foreign(text: str, language: str) -> str:
    """The letters of other scripts, Latin words that every language keeps left out. What has no table passes."""
    allowed = _ALPHABETS.get(script(language))
    if allowed is None:
        return ""
    rest = _WORD.sub(lambda word: "" if word[0] in _LATIN_ANYWHERE else word[0], text)
    return "".join(char for char in rest if char.isalpha() and _alphabet(char) not in allowed)


def _alphabet(char: str) -> str:
    return unicodedata.name(char, "?").split()[0]
