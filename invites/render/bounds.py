"""Text that sticks out: over the edge of its column, of its page's text area, or of a box that clips it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from weasyprint import Document
from weasyprint.formatting_structure.boxes import BlockContainerBox, MarginBox, ParentBox, TextBox
from weasyprint.layout.absolute import AbsolutePlaceholder

#: CSS pixels: what a letter hangs over by itself, and rounding
_SLACK = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """Where text may stand, in CSS pixels of the page."""

    left: float
    top: float
    right: float
    bottom: float

    def columns(self, box: Any) -> _Frame:
        """Narrowed to the width of a block: its text stays in it, and above all out of its neighbour."""
        return replace(
            self,
            left=max(self.left, box.content_box_x()),
            right=min(self.right, box.content_box_x() + box.width),
        )

    def clipped(self, box: Any) -> _Frame:
        """Narrowed to what a box with `overflow: hidden` shows."""
        left, top = box.padding_box_x(), box.padding_box_y()
        return _Frame(
            left=max(self.left, left),
            top=max(self.top, top),
            right=min(self.right, left + box.padding_width()),
            bottom=min(self.bottom, top + box.padding_height()),
        )

    def holds(self, text: TextBox) -> bool:
        return bool(
            self.left - _SLACK <= text.position_x
            and text.position_x + text.width <= self.right + _SLACK
            and self.top - _SLACK <= text.position_y
            and text.position_y + text.height <= self.bottom + _SLACK
        )


def sticking_out(document: Document) -> tuple[str, ...]:
    """The texts of a laid-out document that stand, wholly or in part, where they may not."""
    return tuple(
        text.text
        for page in document.pages
        for text in _misplaced(page._page_box, _area(page._page_box), _area(page._page_box))  # noqa: SLF001
    )


def _area(box: Any) -> _Frame:
    left, top = box.content_box_x(), box.content_box_y()
    return _Frame(left=left, top=top, right=left + box.width, bottom=top + box.height)


def _misplaced(box: Any, frame: _Frame, page: _Frame) -> Iterator[TextBox]:
    if isinstance(box, AbsolutePlaceholder):
        box, frame = box._box, page  # noqa: SLF001 - placed by hand: only the page binds it
    if isinstance(box, MarginBox):
        frame = _area(box)
    if isinstance(box, TextBox):
        if not frame.holds(box):
            yield box
        return
    if not isinstance(box, ParentBox):
        return
    if isinstance(box, BlockContainerBox):
        frame = frame.columns(box)
    if box.style["overflow"] != "visible":
        frame = frame.clipped(box)
    for child in box.children:
        yield from _misplaced(child, frame, page)
