"""Is a file that came back the letter that was frozen? Compares two readings, without looking at a file itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

from PIL import Image, ImageChops, ImageFilter

from invites.model.signature import FindingState, LetterToSign, Reason, SignatureKind
from invites.sign.reading import Raster, Reading, squeezed
from invites.sign.seals import is_named

#: grey values (of 255) by which a pixel may differ: nobody sees so little. Letters written anew differ by none at all
_UNSEEN = 2
_INK = 160
#: share of a page around all marks of a signature: what is larger may say something
_MARK = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """As in model.signature.Finding."""

    state: FindingState
    kind: SignatureKind | None = None
    reason: Reason | None = None
    fields: dict[str, str] = field(default_factory=dict)


def candidates(reading: Reading, letters: Sequence[LetterToSign]) -> tuple[LetterToSign, ...]:
    """The letters that a file carries a sign of: its QR code, its verification code in the text."""
    return tuple(
        letter
        for letter in letters
        if (letter.link and letter.link in reading.codes)
        or (letter.verification and searched(letter.verification) in reading.text)
    )


def verdict(
    letter: LetterToSign, frozen: Reading, came: Reading, *, prefix: bool, issuer: str = "", anchored: bool = False
) -> Verdict:
    """`prefix`: the file begins with the frozen bytes. `issuer`: who has to have issued the certificate, if not "".
    `anchored`: the office gave anchors, and a certificate that leads to none of them needs a person.

    A file is refused for the first reason found.
    """
    kind = SignatureKind.scan if came.scanned and not prefix else None
    if kind is None:
        kind = SignatureKind.incremental if prefix else SignatureKind.rewritten
    for reason, fields in _faults(letter, frozen, came, kind, issuer):
        return Verdict(state=FindingState.refused, kind=kind, reason=reason, fields=fields)
    for reason, fields in _doubts(frozen, came, kind, anchored=anchored):
        return Verdict(state=FindingState.needs_confirmation, kind=kind, reason=reason, fields=fields)
    return Verdict(state=FindingState.accepted, kind=kind)


def searched(text: str) -> str:
    """Text as it is searched for in Reading.text."""
    return squeezed(text).replace("-", "")


Found = tuple[Reason, dict[str, str]]


def _faults(letter: LetterToSign, frozen: Reading, came: Reading, kind: SignatureKind, issuer: str) -> Iterator[Found]:
    if len(came.pages) != len(frozen.pages):
        yield "pages", {"found": str(len(came.pages)), "expected": str(len(frozen.pages))}
    if added := sorted(came.additions - frozen.additions):
        yield "added", {"what": ", ".join(added)}
    if came.seals or kind is not SignatureKind.scan:
        yield from _seal_faults(came, issuer)
    elif issuer:  # the letter says that it is signed electronically
        yield "ink", {"issuer": issuer}
    if kind is SignatureKind.scan:
        yield from _paper_faults(frozen, came)
    else:
        yield from _text_faults(letter, frozen, came)


def _paper_faults(frozen: Reading, came: Reading) -> Iterator[Found]:
    """A code that can't be read is no fault of a scan; another letter's is."""
    for number, page in enumerate(came.pages, start=1):
        if not set(page.codes) <= frozen.codes:
            yield "qr", {"page": str(number)}


def _text_faults(letter: LetterToSign, frozen: Reading, came: Reading) -> Iterator[Found]:
    if letter.number and searched(letter.number) not in came.text:
        yield "number", {"number": letter.number}
    for number, (ours, theirs) in enumerate(zip(frozen.pages, came.pages, strict=True), start=1):
        if ours.text != theirs.text:
            yield "text", {"page": str(number)}
        if ours.codes != theirs.codes:
            yield "qr", {"page": str(number)}


def _seal_faults(came: Reading, issuer: str) -> Iterator[Found]:
    if not came.seals:
        yield "unsigned", {}
    elif len(came.seals) > 1:
        yield "signed_twice", {"count": str(len(came.seals))}
    else:
        seal = came.seals[0]
        if not seal.intact:
            yield "broken", {}
        if not seal.whole:
            yield "changed_later", {}
        if issuer and not is_named(issuer, seal.issuers):
            yield "other_issuer", {"issuer": seal.by.issuer, "expected": issuer}


def _doubts(frozen: Reading, came: Reading, kind: SignatureKind, *, anchored: bool) -> Iterator[Found]:
    if kind is SignatureKind.scan:
        yield "paper", {}
        return
    for number, (ours, theirs) in enumerate(zip(frozen.pages, came.pages, strict=True), start=1):
        if _differ(ours.drawn, theirs.drawn):
            yield "drawing", {"page": str(number)}
        if _covered(theirs.drawn, theirs.shown):
            yield "covered", {"page": str(number)}
    for seal in came.seals:
        if anchored and not seal.by.trusted:
            yield "untrusted", {"subject": seal.by.subject, "issuer": seal.by.issuer}


def _differ(one: Raster, other: Raster) -> bool:
    """Whether two pages look different: their text may be the same and hidden, or under a drawing."""
    if one.size != other.size:
        return True
    difference = ImageChops.difference(_image(one), _image(other))
    return _seen(difference)


def _covered(drawn: Raster, shown: Raster) -> bool:
    """Whether what lies on the page, such as the mark of a signature, touches its ink or takes much of its paper."""
    page = _image(drawn)
    ink = page.point([255 if grey < _INK else 0 for grey in range(256)]).filter(ImageFilter.MaxFilter(3))
    changed = ImageChops.difference(_image(shown), page)
    left, top, right, bottom = changed.getbbox() or (0, 0, 0, 0)
    if (right - left) * (bottom - top) > _MARK * page.width * page.height:
        return True
    return _seen(ImageChops.multiply(changed, ink))


def _seen(difference: Image.Image) -> bool:
    _, most = cast("tuple[int, int]", difference.getextrema())
    return most > _UNSEEN


def _image(raster: Raster) -> Image.Image:
    return Image.frombytes("L", raster.size, raster.pixels)
