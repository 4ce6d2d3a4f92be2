"""Runs of glyphs: what a slot shows, measured in a layout, drawn as PDF operators, and laid out alone as a check."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from types import SimpleNamespace

from weasyprint.document import Page
from weasyprint.draw.text import draw_first_line
from weasyprint.formatting_structure.boxes import BlockBox, Box, ReplacedBox, TextBox
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.matrix import Matrix
from weasyprint.pdf.fonts import Font
from weasyprint.pdf.stream import Stream
from weasyprint.text.ffi import ffi, pango
from weasyprint.text.fonts import get_pango_font_key
from weasyprint.text.line_break import Layout, line_size

from invites.render.marks import close_up
from invites.render.slots import MARK

#: CSS pixels; layouts of the same text differ by rounding only
NEAR = 0.05


class Unsuitable(Exception):
    """Why a letter, or a whole skeleton, can't be instanced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """The text of one box: one line, or a part of it. CSS pixels, from the top-left corner of its slot to the
    start of its baseline; `box` is WeasyPrint's own."""

    text: str
    x: float
    y: float
    width: float
    box: TextBox


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A slot in a layout. `links` are target, rectangle (x1, y1, x2, y2), measured like runs, and box of each."""

    x: float
    y: float
    width: float
    height: float
    runs: tuple[Run, ...]
    links: tuple[tuple[str, tuple[float, ...], Box], ...]

    @property
    def shape(self) -> object:
        """What must be the same for the page around to be the same: heights, lines, boxes."""
        return (
            round(self.height, 2),
            tuple((round(r.y, 2), r.box.element_tag, r.box.style["lang"], bool(r.text.strip())) for r in self.runs),
            len(self.links),
        )


def slots_on(page: Page) -> Iterator[Box]:
    """The boxes of marked elements, in document order."""
    yield from _marked(page._page_box)  # noqa: SLF001 - there is no public way to a page's boxes


def _marked(box: Box) -> Iterator[Box]:
    if isinstance(box, AbsolutePlaceholder):
        box = box._box  # noqa: SLF001
    if box.element is not None and box.element.get(MARK) is not None and isinstance(box, BlockBox | ReplacedBox):
        yield box
        return
    for child in getattr(box, "children", ()):
        yield from _marked(child)


def texts_in(box: Box) -> Iterator[TextBox]:
    """The text boxes below a box, in reading order."""
    if isinstance(box, TextBox):
        yield box
    for child in getattr(box, "children", ()):
        yield from texts_in(child)


def place(box: BlockBox, page: Page) -> Place:
    """A slot's box, measured. Unsuitable when something in it is drawn beside its text."""
    x, y = box.content_box_x(), box.content_box_y()
    inside = set(map(id, _boxes(box)))
    for each in _boxes(box):
        if isinstance(each, ReplacedBox) or each.style["text_decoration_line"] != "none":
            raise Unsuitable("a slot holds more than text")
    return Place(
        x=x,
        y=y,
        width=box.width,
        height=box.height,
        runs=tuple(
            Run(
                text=text.text,
                x=text.position_x - x,
                y=text.position_y + text.baseline - y,
                width=text.width,
                box=text,
            )
            for text in texts_in(box)
        ),
        links=tuple(
            (target, (x1 - x, y1 - y, x2 - x, y2 - y), linked)
            for _, target, (x1, y1, x2, y2), linked in page.links
            if id(linked) in inside
        ),
    )


def _boxes(box: Box) -> Iterator[Box]:
    yield box
    for child in getattr(box, "children", ()):
        yield from _boxes(child)


def places(page: Page) -> Mapping[str, Place]:
    """The places of a page that holds nothing but slots, by the value of their mark.

    A run belongs to the slot in whose anchor rectangle its baseline begins; Unsuitable when that is not the
    one, and the only one, that the tree says.
    """
    found = {box.element.get(MARK): place(box, page) for box in slots_on(page)}
    if not page.anchors.keys() >= found.keys():
        raise Unsuitable("a slot without an anchor")
    rectangles = sorted((page.anchors[name][1], page.anchors[name], name) for name in found)
    tops = [top for top, _, _ in rectangles]
    for (_, (_, _, _, bottom), _), next_top in zip(rectangles, tops[1:], strict=False):
        if bottom > next_top + NEAR:
            raise Unsuitable("two slots overlap")
    for name, each in found.items():
        for run in each.runs:
            x, y = each.x + run.x, each.y + run.y
            _, (left, top, right, bottom), owner = rectangles[bisect_right(tops, y) - 1]
            if owner != name or not (left - NEAR <= x <= right + NEAR and top <= y <= bottom):
                raise Unsuitable("a run lies outside of its slot")
    if sum(len(each.runs) for each in found.values()) != sum(1 for _ in texts_in(page._page_box)):  # noqa: SLF001
        raise Unsuitable("a run belongs to no slot")
    return found


class Pen:
    """Draws runs with fonts that a whole document shares; the glyphs it draws become part of their subsets."""

    def __init__(self, fonts: dict[int, Font]) -> None:
        self._stream = Stream(fonts, (0, 0, 0, 0), {"ExtGState": {}}, {}, None, {}, None)

    def draw(self, box: TextBox) -> bytes:
        """The operators of a text box after its text matrix: fonts, glyphs, positions."""
        box.pango_layout.reactivate(box.style)
        try:
            return self._operators(box)
        finally:
            box.pango_layout.deactivate()

    def draw_alone(self, line: Layout) -> bytes:
        """The same of a line that was laid out alone."""
        return self._operators(SimpleNamespace(text=line.text, style=line.style, pango_layout=line))

    def _operators(self, box: object) -> bytes:
        stream = self._stream
        stream.stream.clear()
        stream.begin_text()
        emojis = draw_first_line(stream, box, "clip", "none", Matrix(d=-1))
        stream.end_text()
        if emojis:
            raise Unsuitable("a picture among the letters")
        close_up(stream)
        return b"\n".join(stream.stream[2:-1])


def alone(text: str, box: TextBox) -> tuple[Layout, float]:
    """A line of text laid out by Pango in the style of a box and in nobody's company, and its width."""
    layout = Layout(box.style)
    layout.set_text(text, justify=True)
    line, rest = layout.get_first_line()
    if rest is not None:
        raise Unsuitable("a line that is two")
    return layout, line_size(line, box.style)[0]


def families_of(layout: Layout) -> Iterator[str]:
    """The families that a line is set in. Unsuitable when a face lacks one of its characters."""
    line, _ = layout.get_first_line()
    run = line.runs[0]
    while run != ffi.NULL:
        item, run = run.data, run.next
        glyphs = item.glyphs
        for glyph in glyphs.glyphs[0 : glyphs.num_glyphs]:
            if glyph.glyph == 0 or (
                glyph.glyph != pango.PANGO_GLYPH_EMPTY and glyph.glyph & pango.PANGO_GLYPH_UNKNOWN_FLAG
            ):
                raise Unsuitable("a character that no face has")
        _, description, _ = get_pango_font_key(item.item.analysis.font)
        yield ffi.string(pango.pango_font_description_get_family(description)).decode()


def starts(runs: Sequence[Run], widths: Sequence[float], width: float, direction: str) -> list[float]:
    """Where runs of these widths begin in a slot of `width`, line by line, without looking at where they are."""
    found: list[float] = []
    for _, line in groupby(zip(runs, widths, strict=True), lambda each: each[0].y):
        own = list(line)
        free = width - sum(wide for _, wide in own)
        edge = free / 2 if own[0][0].box.style["text_align_all"] == "center" else 0.0
        edge = edge if direction == "ltr" else width - edge
        for _, wide in own:
            found.append(edge if direction == "ltr" else edge - wide)
            edge += wide if direction == "ltr" else -wide
    return found
