"""A skeleton's bytes, written once, and the few that each letter adds: its slots, its codes, its table of objects.

The pages keep the one content stream that WeasyPrint gives them: deflate lets blocks that were packed apart stand
side by side (RFC 1951 §2.3), so the static ones are packed once for all letters.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import pydyf  # type: ignore[import-untyped]
from weasyprint import DEFAULT_OPTIONS, Document
from weasyprint.formatting_structure.boxes import ReplacedBox
from weasyprint.pdf import VARIANTS, generate_pdf

from invites.render.marks import finish
from invites.render.runs import Place, Unsuitable
from invites.render.slots import Picture, pieces

_SCALE = 0.75  # CSS pixels → points
_HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
_ZLIB, _LAST_BLOCK = b"\x78\xda", b"\x03\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """Where a run goes in a page's content: which slot, which of its runs, and the operators around it."""

    slot: int
    run: int
    mcid: int
    head: bytes
    says: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """Content that all letters share, plain and packed."""

    plain: bytes
    packed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What one letter puts into the skeleton. `operators` are of each run of each place."""

    title: str
    places: Sequence[Place]
    operators: Sequence[Sequence[bytes]]
    pictures: Sequence[Picture]


#: a page's content: what stays, runs, and the numbers of pictures
Part = Still | Hole | int


def paint(document: Document, variant: str) -> pydyf.PDF:
    """The PDF of a document as objects, complete but not written."""
    pdf = generate_pdf(document, None, 1, **{**DEFAULT_OPTIONS, "pdf_variant": variant, **VARIANTS[variant][1]})
    finish(document, pdf)
    return pdf


class Frozen:
    """A painted skeleton. `blocks` and `pictures` are its slots: page number (from 0) and place or box."""

    def __init__(
        self,
        pdf: pydyf.PDF,
        document: Document,
        title: str,
        blocks: Sequence[tuple[int, Place]],
        pictures: Sequence[tuple[int, ReplacedBox, Picture]],
    ) -> None:
        self.places = [each for _, each in blocks]
        self._heights = [document.pages[page].height for page, _ in blocks]
        self._pages = [_object(pdf, reference) for reference in pdf.page_references]
        self.contents = [_object(pdf, page["Contents"]).number for page in self._pages]
        self.parts = [_parts(pdf.objects[number], page, blocks, pictures) for page, number in enumerate(self.contents)]
        holes = [part for parts in self.parts for part in parts if isinstance(part, Hole)]
        runs = sum(bool(run.text.strip()) for place in self.places for run in place.runs)
        if len(holes) != runs or sum(isinstance(part, int) for parts in self.parts for part in parts) != len(pictures):
            raise Unsuitable("a content stream of another form")
        self.links = {
            linked.link_annotation.number: (slot, link)
            for slot, (_, each) in enumerate(blocks)
            for link, (_, _, linked) in enumerate(each.links)
        }
        self.figures = {_figure(pdf, self._pages[page], box): n for n, (page, box, _) in enumerate(pictures)}
        self._objects: Mapping[int, pydyf.Object] = {n: pdf.objects[n] for n in (*self.links, *self.figures)}
        self.structure = structure(pdf)
        self._info = pdf.info
        pdf.add_object(pdf.info)
        self._metadata = _object(pdf, pdf.catalog["Metadata"])
        self._around_title = _around(self._metadata, title)
        self.information = (self._info.number, self._metadata.number)
        self._write_prefix(pdf)

    def _write_prefix(self, pdf: pydyf.PDF) -> None:
        varying = {*self.contents, *self.links, *self.figures, *self.information}
        packed, self._table = len(pdf.objects), len(pdf.objects) + 1
        rows = bytearray(7 * (self._table + 1))
        rows[5:7] = b"\xff\xff"
        out, together = bytearray(_HEADER), bytearray()
        starts: list[bytes] = []
        for entry in pdf.objects[1:]:
            if entry.number in varying:
                continue
            if entry.compressible:
                _row(rows, entry.number, 2, packed, len(starts))
                starts.append(b"%d %d" % (entry.number, len(together)))
                together += entry.data + b"\n"
            else:
                _row(rows, entry.number, 1, len(out))
                out += entry.indirect + b"\n"
        _row(rows, packed, 1, len(out))
        first = b" ".join(starts) + b"\n"
        extra = {"Type": "/ObjStm", "N": len(starts), "First": len(first)}
        out += _indirect(packed, pydyf.Stream([first + together], extra, compress=True).data)
        self._prefix, self._rows = bytes(out), bytes(rows)
        self._trailer = {
            "Type": "/XRef",
            "Index": pydyf.Array((0, self._table + 1)),
            "W": pydyf.Array((1, 4, 2)),
            "Size": self._table + 1,
            "Root": pdf.catalog.reference,
            "Info": self._info.reference,
        }

    def write(self, filled: Filled) -> bytes:
        """The PDF of one letter."""
        out, rows = bytearray(self._prefix), bytearray(self._rows)
        for number, data in self._varying(filled):
            _row(rows, number, 1, len(out))
            out += _indirect(number, data)
        start = len(out)
        _row(rows, self._table, 1, start)
        out += _indirect(self._table, pydyf.Stream([bytes(rows)], self._trailer, compress=True).data)
        return bytes(out + b"startxref\n%d\n%%%%EOF\n" % start)

    def _varying(self, filled: Filled) -> Iterator[tuple[int, bytes]]:
        pictures: dict[bytes, Still] = {}
        for number, parts in zip(self.contents, self.parts, strict=True):
            stills = []
            for part in parts:
                if isinstance(part, Hole):
                    stills.append(_still(self._run(part, filled)))
                elif isinstance(part, int):
                    modules = filled.pictures[part].modules
                    if modules not in pictures:
                        pictures[modules] = _still(drawn(modules))
                    stills.append(pictures[modules])
                else:
                    stills.append(part)
            yield number, _joined(stills)
        for number, (slot, link) in self.links.items():
            yield number, self._annotation(number, filled.places[slot], slot, link)
        for number, picture in self.figures.items():
            alt = pydyf.String(filled.pictures[picture].alt)
            yield number, pydyf.Dictionary({**self._objects[number], "Alt": alt}).data
        yield self._info.number, pydyf.Dictionary({**self._info, "Title": pydyf.String(filled.title)}).data
        before, after = self._around_title
        content = before + escape(filled.title).encode() + after
        yield self._metadata.number, pydyf.Stream([content], self._metadata.extra, compress=True).data

    def _run(self, hole: Hole, filled: Filled) -> bytes:
        home, run = self.places[hole.slot], filled.places[hole.slot].runs[hole.run]
        actual = b"/ActualText " + pydyf.String(run.text).data if hole.says else b""
        return b"<</MCID %d%s>>\n%sBT\n1 0 0 -1 %s %s Tm\n%s" % (
            hole.mcid,
            actual,
            hole.head,
            number(home.x + run.x),
            number(home.y + run.y),
            filled.operators[hole.slot][hole.run],
        )

    def _annotation(self, number: int, filled: Place, slot: int, link: int) -> bytes:
        home, height = self.places[slot], self._heights[slot]
        target, (x1, y1, x2, y2), _ = filled.links[link]
        own = self._objects[number]
        corners = (home.x + x1, height - home.y - y1, home.x + x2, height - home.y - y2)
        said = pydyf.String(target)
        data: bytes = pydyf.Dictionary(
            {
                **own,
                "Rect": pydyf.Array(_SCALE * corner for corner in corners),
                "Contents": said,
                "A": pydyf.Dictionary({**own["A"], "URI": said}),
            }
        ).data
        return data


def structure(pdf: pydyf.PDF) -> list[tuple[object, ...]]:
    """Type, language, number of kids and table attributes of every structure element, in document order."""
    return [
        (entry["S"], _said(entry.get("Lang")), len(entry["K"]), "A" in entry, "ID" in entry)
        for entry in pdf.objects
        if isinstance(entry, pydyf.Dictionary) and entry.get("Type") == "/StructElem"
    ]


def _said(entry: pydyf.String | None) -> str | None:
    return None if entry is None else str(entry.string)


def number(value: float) -> bytes:
    """A coordinate as pydyf writes it."""
    return b"%d" % value if value.is_integer() else f"{value:f}".rstrip("0").encode()


def drawn(modules: bytes) -> bytes:
    """The path of a code's dark modules as WeasyPrint writes it."""
    return "\n".join(
        f"{x} {y} m\n{x + n} {y} l\n{x + n} {y + 1} l\n{x} {y + 1} l\nh" for x, y, n in pieces(modules)
    ).encode()


def _parts(
    content: pydyf.Stream,
    page: int,
    blocks: Sequence[tuple[int, Place]],
    pictures: Sequence[tuple[int, ReplacedBox, Picture]],
) -> list[Part]:
    """A page's content, cut at its slots. What is not found where it should be is left out: the caller counts."""
    items = list(map(plain, content.stream))
    where = {item: n for n, item in enumerate(items) if item.endswith((b" Tm", b" cm"))}
    cuts: list[tuple[int, int, Hole | int]] = []
    for slot, (_, place) in ((n, each) for n, each in enumerate(blocks) if each[0] == page):
        for n, run in enumerate(place.runs):
            matrix = b"1 0 0 -1 %s %s Tm" % (number(place.x + run.x), number(place.y + run.y))
            found = _hole(content.stream, items, where.get(matrix, -1), slot, n)
            if found is not None:
                cuts.append(found)
    for n, (_, box, picture) in ((n, each) for n, each in enumerate(pictures) if each[0] == page):
        matrix = b"1 0 0 1 %s %s cm" % (number(box.content_box_x()), number(box.content_box_y()))
        path = drawn(picture.modules).split(b"\n")
        start = where.get(matrix, len(items))
        first = next((at for at in range(start, len(items)) if items[at : at + len(path)] == path), None)
        if first is not None:
            cuts.append((first, first + len(path), n))
    parts: list[Part] = []
    done = 0
    for start, end, what in sorted(cuts, key=lambda each: each[0]):
        parts += [_still(_lines(items[done:start], done, None)), what]
        done = end
    return [*parts, _still(_lines(items[done:], done, len(items)))]


def _hole(
    stream: Sequence[object], items: Sequence[bytes], at: int, slot: int, run: int
) -> tuple[int, int, Hole] | None:
    """The run whose text matrix is item `at`: from its mark to before the end of its text."""
    start = next((n for n in range(at, -1, -1) if items[n] == b"BDC"), None)
    end = next((n for n in range(at, len(items)) if items[n] == b"ET"), None)
    if start is None or end is None or items[at - 1] != b"BT" or items[end + 1] != b"EMC":
        return None
    mark = stream[start - 1]
    if not isinstance(mark, pydyf.Dictionary) or set(mark) - {"MCID", "ActualText"} or b"EMC" in items[start:at]:
        return None
    head = b"".join(item + b"\n" for item in items[start : at - 1])
    return start - 1, end, Hole(slot=slot, run=run, mcid=mark["MCID"], head=head, says="ActualText" in mark)


def _lines(items: Sequence[bytes], start: int, end: int | None) -> bytes:
    """Items with the line ends that part them from what stands before and after."""
    return (b"\n" if start else b"") + b"\n".join(items) + (b"\n" if end is None else b"")


def plain(item: object) -> bytes:
    """An item of a content stream as it is written."""
    if isinstance(item, bytes):
        return item
    return bytes(item.data) if isinstance(item, pydyf.Object) else str(item).encode("ascii")


def _still(plain: bytes) -> Still:
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Still(plain=plain, packed=packer.compress(plain) + packer.flush(zlib.Z_FULL_FLUSH))


def _joined(stills: Sequence[Still]) -> bytes:
    """One stream of blocks that were packed apart."""
    check = 1
    for each in stills:
        check = zlib.adler32(each.plain, check)
    packed = b"".join((_ZLIB, *(each.packed for each in stills), _LAST_BLOCK, check.to_bytes(4, "big")))
    return b"<</Filter /FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(packed), packed)


def _around(metadata: pydyf.Stream, title: str) -> tuple[bytes, bytes]:
    """What stands before and after the title in the XMP packet."""
    before, found, after = metadata.stream[0].partition(b'"x-default">%s<' % escape(title).encode())
    if not found:
        raise Unsuitable("metadata of another form")
    return before + b'"x-default">', b"<" + after


def _figure(pdf: pydyf.PDF, page: pydyf.Dictionary, box: ReplacedBox) -> int:
    """The structure element of a picture, by page and rectangle."""
    x, y = box.content_box_x(), box.content_box_y()
    found: list[int] = [
        entry.number
        for entry in pdf.objects
        if isinstance(entry, pydyf.Dictionary)
        and entry.get("S") == "/Figure"
        and entry["Pg"] == page.reference
        and tuple(entry["A"]["BBox"]) == (x, y, x + box.width, y + box.height)
    ]
    if len(found) != 1 or "Alt" not in pdf.objects[found[0]]:
        raise Unsuitable("a structure tree of another form")
    return found[0]


def _object(pdf: pydyf.PDF, reference: bytes) -> pydyf.Object:
    return pdf.objects[int(reference.split()[0])]


def _indirect(number: int, data: bytes) -> bytes:
    return b"%d 0 obj\n%s\nendobj\n" % (number, data)


def _row(rows: bytearray, number: int, kind: int, second: int, third: int = 0) -> None:
    rows[7 * number : 7 * number + 7] = bytes([kind]) + second.to_bytes(4, "big") + third.to_bytes(2, "big")
