"""Whether the installed WeasyPrint may be instanced at all: it leans on how its boxes and content streams are made."""

from __future__ import annotations

import logging

from invites.model.message import Letter
from invites.render.edition import Edition
from invites.render.engine import Engine
from invites.render.runs import Unsuitable
from invites.render.skeleton import Skeleton
from invites.render.slots import MARK, Cut, cut

_log = logging.getLogger("invites.render")
_CSS = b"""@page { size: A5; margin: 10mm } .sheet + .sheet { break-before: page }
body { font-size: 12px } p { margin: 0 } a { text-decoration: none }"""
_NAME = "Embassy of a country with a long name"


def passes(engine: Engine) -> bool:
    """Two small letters from one skeleton, each proven, one compared with its full render; and the proof must
    refuse one for the other. What goes wrong is logged."""
    try:
        letters = [_letter("12/A", f"First {_NAME}"), _letter("7/B", f"Other {_NAME}")]
        slots = [own for letter in letters if (own := cut(letter)) is not None]
        skeleton = Skeleton(engine, letters[0], slots[0])
        first, second = skeleton.set(slots)
        if not (isinstance(first, bytes) and isinstance(second, bytes)):
            raise Unsuitable(f"{first!r:.80}, {second!r:.80}")
        skeleton.vouch(letters[1], second)
        if not _refused(skeleton.edition, first, slots[1]):
            raise Unsuitable("one letter passes for another")
    except Exception as reason:  # noqa: BLE001 - another version may fail in any way
        _log.warning("every letter is rendered in full: %r", reason)
        return False
    return True


def _refused(edition: Edition, pdf: bytes, other: Cut) -> bool:
    try:
        edition.prove(pdf, other)
    except Unsuitable:
        return True
    return False


def _letter(number: str, name: str) -> Letter:
    address = f"https://invitations.example/{number}"
    sheets = "".join(
        f'<section class="sheet" id="sheet-{n}"><article lang="{language}"><p>No.</p>'
        f"<div {MARK}><bdi>{number}</bdi></div>"
        f'<div style="width: 45mm"><p {MARK}>To <bdi>{name}</bdi>,</p></div><p>we have the honour</p>'
        f'<p {MARK}><a href="{address}">{address}</a></p></article></section>'
        for n, language in enumerate(("id", "en"), 1)
    )
    return Letter(
        event="",
        code=number,
        revision=1,
        title=name,
        languages=("id", "en"),
        sheets=2,
        html=f'<!DOCTYPE html><html lang="id"><head><title>{name}</title></head><body>{sheets}</body></html>',
        assets={"letter.css": _CSS},
    )
