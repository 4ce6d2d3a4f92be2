"""A finished letter read back from its bytes and held against what its own strings, laid out alone, must look like."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from xml.sax.saxutils import escape

import pydyf  # type: ignore[import-untyped]

from invites.render.content import Hole, Still, drawn, plain
from invites.render.freeze import Frozen, structure
from invites.render.runs import NEAR, Unsuitable
from invites.render.slots import Cut

_RUN = re.compile(
    rb"<</MCID (\d+)(?:/ActualText (.*?))?>>\nBDC\n(?:[^\n]+\n)*?BT\n1 0 0 -1 (\S+) (\S+) Tm\n(.*)", re.DOTALL
)
_WORD = re.compile(rb"[\s\[\]]+")
_STREAM = re.compile(rb"\d+ 0 obj\n<<.*?>>\nstream\n(.*)\nendstream\nendobj\n", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A run as it must be: its operators, where its baseline begins from its slot's corner, its text."""

    operators: bytes
    x: float
    y: float
    text: str


class Reader:
    """The objects of a PDF that Frozen wrote, found through its own table."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        start = int(pdf[pdf.rindex(b"startxref\n") + 10 :].split(b"\n")[0])
        self._rows = self._unpacked(pdf[start : pdf.rindex(b"startxref")])

    def plain(self, number: int) -> bytes:
        """An object that is no stream."""
        kind, start = self._rows[7 * number], int.from_bytes(self._rows[7 * number + 1 : 7 * number + 5], "big")
        if kind != 1 or not self._pdf.startswith(b"%d 0 obj\n" % number, start):
            raise Unsuitable("an object that is not where the table says")
        return self._pdf[start : self._pdf.index(b"\nendobj\n", start) + 8]

    def stream(self, number: int) -> bytes:
        """The content of a stream."""
        return self._unpacked(self.plain(number))

    def _unpacked(self, entry: bytes) -> bytes:
        match = _STREAM.match(entry)
        if match is None:
            raise Unsuitable("a stream of another form")
        return zlib.decompress(match[1])


def prove(pdf: bytes, frozen: Frozen, letter: Cut, expected: Sequence[Sequence[Expected]]) -> None:
    """Unsuitable unless the PDF shows this letter's own strings, codes, links and title, each in its slot, and
    between them what all letters share."""
    reader = Reader(pdf)
    for number, parts in zip(frozen.contents, frozen.parts, strict=True):
        _prove_page(reader.stream(number), parts, frozen, letter, expected)
    for number, (slot, link) in frozen.links.items():
        said = pydyf.String(letter.blocks[slot].targets[link]).data
        if reader.plain(number).count(b" " + said) != 2:  # noqa: PLR2004 - /Contents and /URI
            raise Unsuitable("a link that leads elsewhere")
    for number, picture in frozen.figures.items():
        if b"/Alt " + pydyf.String(letter.pictures[picture].alt).data not in reader.plain(number):
            raise Unsuitable("words of another picture")
    information, metadata = frozen.information
    if b"/Title " + pydyf.String(letter.title).data not in reader.plain(information):
        raise Unsuitable("another title")
    if b'"x-default">%s<' % escape(letter.title).encode() not in reader.stream(metadata):
        raise Unsuitable("another title in the metadata")


def compare(pdf: bytes, frozen: Frozen, whole: pydyf.PDF) -> None:
    """Unsuitable unless the PDF has the contents, links and structure of the whole render of the same letter."""
    reader = Reader(pdf)
    pages = [whole.objects[int(reference.split()[0])] for reference in whole.page_references]
    if len(pages) != len(frozen.contents) or frozen.structure != structure(whole):
        raise Unsuitable("a structure other than in full")
    for number, page in zip(frozen.contents, pages, strict=True):
        content = whole.objects[int(page["Contents"].split()[0])]
        if not _alike(reader.stream(number), b"\n".join(map(plain, content.stream))):
            raise Unsuitable("a page other than in full")
    links = [entry for entry in whole.objects if isinstance(entry, pydyf.Dictionary) and entry.get("Type") == "/Annot"]
    for number in frozen.links:
        ours = reader.plain(number).partition(b"\n")[2].removesuffix(b"\nendobj\n")
        if not any(_alike(ours, entry.data) for entry in links):
            raise Unsuitable("a link other than in full")


def _alike(ours: bytes, theirs: bytes) -> bool:
    """Whether two texts are the same but for what rounding does to their numbers."""
    if ours == theirs:
        return True
    pairs = list(zip_longest(_WORD.split(ours), _WORD.split(theirs), fillvalue=b""))
    return all(one == other or _near(one, other) for one, other in pairs)


def _near(one: bytes, other: bytes) -> bool:
    try:
        return abs(float(one) - float(other)) <= NEAR
    except ValueError:
        return False


def _prove_page(
    content: bytes,
    parts: Sequence[Still | Hole | int],
    frozen: Frozen,
    letter: Cut,
    expected: Sequence[Sequence[Expected]],
) -> None:
    first = parts[0]
    if not isinstance(first, Still) or not content.startswith(first.plain):
        raise Unsuitable("static content that changed")
    position = len(first.plain)
    for what, after in zip(parts[1::2], parts[2::2], strict=True):
        end = content.find(after.plain, position) if isinstance(after, Still) else -1
        if end < 0:
            raise Unsuitable("static content that changed")
        if isinstance(what, Hole):
            _prove_run(content[position:end], what, frozen, expected)
        elif isinstance(what, int) and content[position:end] != drawn(letter.pictures[what].modules):
            raise Unsuitable("another letter's code")
        position = end + len(after.plain) if isinstance(after, Still) else end
    if position != len(content):
        raise Unsuitable("static content that changed")


def _prove_run(found: bytes, hole: Hole, frozen: Frozen, expected: Sequence[Sequence[Expected]]) -> None:
    own, home = expected[hole.slot][hole.run], frozen.places[hole.slot]
    match = _RUN.fullmatch(found)
    if match is None or int(match[1]) != hole.mcid or match[5] != own.operators:
        raise Unsuitable("glyphs that the letter's own string does not have")
    if abs(float(match[3]) - home.x - own.x) > NEAR or abs(float(match[4]) - home.y - own.y) > NEAR:
        raise Unsuitable("a run that is not where the letter's own string would be")
    if match[2] != (pydyf.String(own.text).data if hole.says else None):
        raise Unsuitable("words that are not the letter's own")
