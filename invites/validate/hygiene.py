"""What no cell of a list or text of an event may hold, whatever its column."""

from __future__ import annotations

import re
import unicodedata

from invites.validate.limits import MAX_CELL

# what spreadsheets take for a formula, full-width forms too
_FORMULA_STARTS = tuple("=+-@\t\r＝＋－＠")
_ERROR = re.compile(r"#(N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)$", re.IGNORECASE)
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_JOINERS = frozenset("\u200c\u200d")
_JOINED_SCRIPTS = (
    "ARABIC", "SYRIAC", "DEVANAGARI", "BENGALI", "GURMUKHI", "GUJARATI", "ORIYA", "TAMIL", "TELUGU", "KANNADA",
    "MALAYALAM", "SINHALA", "MYANMAR", "KHMER", "MONGOLIAN",
)  # fmt: skip
#: space around an address that is forgiven; a line break is not
SPACE = " \u00a0\u2007\u202f"


def faults(text: str, *, multiline: bool = False, phone: bool = False, name: bool = False) -> list[str]:
    """The rules of R005 to R007 that this text breaks.

    `multiline`: line breaks may stand in it; `phone`: it may begin with +; `name`: it holds no question
    mark, which is what a program writes for a letter that its encoding lacks.
    """
    if len(text) > MAX_CELL:
        return ["R005.cell"]
    broken = [unseen(text, multiline=multiline)]
    if "=?" in text:
        # an encoded word (RFC 2047) becomes a real header line in some mail libraries
        broken.append("R006.encoded_word")
    if "\ufffd" in text or (name and "?" in text):
        broken.append("R006.damaged")
    if _ERROR.match(text):
        broken.append("R007.error")
    starts = tuple(start for start in _FORMULA_STARTS if not (phone and start == "+"))
    if text.lstrip(SPACE).startswith(starts):
        broken.append("R007.formula")
    if name and text != text.strip():
        broken.append("R006.edges")
    return [rule for rule in broken if rule]


def unseen(text: str, *, multiline: bool = False) -> str:
    """The rule that the first character breaks which nobody sees: R006.control, .bidi, .invisible, or ""."""
    for index, char in enumerate(text):
        if char in _BIDI:
            return "R006.bidi"
        match unicodedata.category(char):
            case "Cc" if not (multiline and char == "\n"):
                return "R006.control"
            case "Zl" | "Zp":
                return "R006.control"
            case "Cf" | "Co" | "Cs" | "Mn" if _invisible(text, index):
                return "R006.invisible"
    return ""


def _invisible(text: str, index: int) -> bool:
    char = text[index]
    if char in _JOINERS:
        return not (index and unicodedata.name(text[index - 1], "").startswith(_JOINED_SCRIPTS))
    # of the marks, only the combining grapheme joiner and the variation selectors have no shape
    return unicodedata.category(char) != "Mn" or char == "\u034f" or "\ufe00" <= char <= "\ufe0f"
