"""A skeleton's bytes, written once, and the few that each letter adds: its slots, its codes, its table of objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import pydyf  # type: ignore[import-untyped]
from weasyprint import DEFAULT_OPTIONS, Document
from weasyprint.formatting_structure.boxes import ReplacedBox
from weasyprint.pdf import VARIANTS, generate_pdf

from invites.render.content import Hole, Still, cut_up, decimal, drawn, joined, still
from invites.render.marks import finish
from invites.render.runs import Place, Unsuitable
from invites.render.slots import Picture

_SCALE = 0.75  # CSS pixels → points
#: zlib level for what each letter has of its own: a tenth larger in a tenth of the time
_QUICK = 1
_HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What one letter puts into the skeleton. `operators` are of each run of each place."""

    title: str
    places: Sequence[Place]
    operators: Sequence[Sequence[bytes]]
    pictures: Sequence[Picture]


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
        self.parts = [cut_up(pdf.objects[number], page, blocks, pictures) for page, number in enumerate(self.contents)]
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
                    stills.append(still(self._run(part, filled), _QUICK))
                elif isinstance(part, int):
                    modules = filled.pictures[part].modules
                    if modules not in pictures:
                        pictures[modules] = still(drawn(modules), _QUICK)
                    stills.append(pictures[modules])
                else:
                    stills.append(part)
            yield number, joined(stills)
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
            decimal(home.x + run.x),
            decimal(home.y + run.y),
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
