"""Whether the installed WeasyPrint may be instanced at all: it leans on how its boxes and content streams are made."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from invites.model.message import Letter
from invites.render.edition import Edition
from invites.render.engine import Engine
from invites.render.fonts import face_for, missing_fonts
from invites.render.runs import Unsuitable
from invites.render.skeleton import Skeleton
from invites.render.slots import MARK, Cut, cut
from invites.words.catalogue import direction

_log = logging.getLogger("invites.render")
_CSS = b"""@page { size: A5; margin: 10mm } .sheet + .sheet { break-before: page }
body { font-size: 12px } p { margin: 0 } a { text-decoration: none } .code { display: block; width: 20mm }
.narrow { width: 45mm } bdi[dir=ltr] { white-space: nowrap }"""
#: what the second sheet's names are made of: two beginnings of one width, and enough to wrap
_NAMES = {
    "en": ("First", "Other", "Embassy of a country with a long name"),
    "ar": ("أولى", "أخرى", "سفارة دولة ذات اسم طويل جدا لا يتسع له سطر واحد"),
    "ja": ("一", "二", "東京に在る長い名前の国の大使館東京に在る長い名前の国"),
    "ko": ("가", "나", "서울에 있는 긴 이름을 가진 나라의 대사관 서울에 있는 긴 이름"),
    "zh-Hans": ("一", "二", "北京的一个名字很长的国家的大使馆北京的一个名字很长的国家"),
}


def passes(engine: Engine) -> bool:
    """Two small letters from one skeleton, each proven, one compared with its full render; and the proof must
    refuse one for the other. So in English, in Arabic, which runs from the right, and in the languages whose faces are
    cut for this engine. What goes wrong is logged."""
    try:
        for language in _languages(engine):
            _try(engine, language)
    except Exception as reason:  # noqa: BLE001 - another version may fail in any way
        _log.warning("every letter is rendered in full: %r", reason)
        return False
    return True


def _languages(engine: Engine) -> Iterator[str]:
    """Only those that this machine can print: it has no letters in others."""
    for language in _NAMES:
        asked = language in ("en", "ar") or face_for(language).family in engine.cut
        if asked and not missing_fonts([language]):
            yield language


def _try(engine: Engine, language: str) -> None:
    letters = [_letter(language, 0, "12/A"), _letter(language, 1, "7/B")]
    slots = [own for letter in letters if (own := cut(letter)) is not None]
    skeleton = Skeleton(engine, letters[0], slots[0])
    first, second = skeleton.set(slots)
    if not (isinstance(first, bytes) and isinstance(second, bytes)):
        raise Unsuitable(f"{first!r:.80}, {second!r:.80}")
    if {page for page, place in skeleton.blocks if place.runs[-1].y > place.runs[0].y} != {0, 1}:
        raise Unsuitable("a name that does not wrap")
    skeleton.vouch(letters[1], second)
    if not _refused(skeleton.edition, first, slots[1]):
        raise Unsuitable("one letter passes for another")


def _refused(edition: Edition, pdf: bytes, other: Cut) -> bool:
    try:
        edition.prove(pdf, other)
    except Unsuitable:
        return True
    return False


def _letter(language: str, n: int, number: str) -> Letter:
    """A letter with what real ones have: a number, a name that wraps, a link, its code, an address to verify it."""
    address, names = f"https://invitations.example/{number}", {"id": _NAMES["en"], language: _NAMES[language]}
    sheets = "".join(
        f'<section class="sheet" id="sheet-{sheet}"><article lang="{spoken}" dir="{direction(spoken)}"><p>No.</p>'
        f"<div {MARK}><bdi dir=ltr>{number}</bdi></div>"
        f'<div class="narrow"><p {MARK}>{names[spoken][n]} <bdi>{names[spoken][2]}</bdi></p></div>'
        f"<p>{names[spoken][2]}</p>"
        f'<p {MARK}><a href="{address}" dir="ltr">{address}</a></p>'
        f'<div class="code"><img class="code" {MARK} src="asset:qr.svg" alt="{address}"></div>'
        f'<p {MARK}>{names[spoken][2][:9]}: <bdi dir="ltr">{address}/v</bdi></p></article></section>'
        for sheet, spoken in enumerate(("id", language), 1)
    )
    title = f"{names['id'][n]} {names['id'][2]}"
    return Letter(
        event="",
        code=number,
        revision=1,
        title=title,
        languages=("id", language),
        sheets=2,
        html=f'<!DOCTYPE html><html lang="id"><head><title>{title}</title></head><body>{sheets}</body></html>',
        assets={"letter.css": _CSS, "qr.svg": _code(n)},
    )


def _code(n: int) -> bytes:
    """Drawn as a QR code is, another for each letter."""
    dark = "".join(f"M{x} {x * (n + 3) % 29}h1v1h-1z" for x in range(29))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29"><path d="{dark}"/></svg>'.encode()
