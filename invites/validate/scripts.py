"""Whether letters pretend to be other letters (after Unicode TR 39, as far as mail addresses need it)."""

from __future__ import annotations

import unicodedata

# Cyrillic, Greek, Armenian, Roman-numeral and phonetic letters that a reader takes for a to z
_LOOKALIKES = frozenset(
    "аԁеһіјӏкмопрԛѕтуѵԝхгьсҽѡ" + "αβγεζηικνορτυχϲϳ" + "ցհոօսք" + "ⅰⅴⅹⅼⅽⅾⅿ" + "ɑɡɩıȷᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ"
)
# characters that look alike within ASCII
_ASCII_TWINS = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "5": "s"})
# how names of Latin letters begin, of ʻ and ʼ, and of the raised a and o of Portuguese abbreviations
_LATIN = {"LATIN", "MODIFIER", "FEMININE", "MASCULINE"}
# scripts that one writing system uses together
_TOGETHER = (
    {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "LATIN"},
    {"CJK", "HANGUL", "LATIN"},
    {"CJK", "BOPOMOFO", "LATIN"},
)


def mixed(text: str) -> bool:
    """Whether letters of scripts stand together that no writing system puts together."""
    scripts = {_script(char) for char in text if unicodedata.category(char)[0] == "L"}
    return len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER)


def lookalike(text: str) -> bool:
    """Whether text that isn't ASCII would be read as an ASCII one."""
    if text.isascii():
        return False
    folded = unicodedata.normalize("NFKC", text)
    if folded != unicodedata.normalize("NFC", text):
        return True
    return all(char.isascii() or char in _LOOKALIKES for char in folded.lower())


def latin(text: str) -> bool:
    """Whether all letters are Latin ones, with whatever marks; the apostrophes that stand for letters are too."""
    return all(_script(char) in _LATIN for char in text if unicodedata.category(char)[0] == "L")


def skeleton(address: str) -> str:
    """The same for two addresses that a hurried reader takes for one another."""
    return address.casefold().translate(_ASCII_TWINS).replace("rn", "m").replace("vv", "w")


def _script(char: str) -> str:
    return unicodedata.name(char, "?").split()[0]
