"""Finished PDFs one behind the other in one file to print: every page as it is, none drawn anew."""

from __future__ import annotations

import io
from collections.abc import Iterable
from contextlib import ExitStack

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf

#: what makes a mark on a page the field of a form
_FIELD = ("/Parent", "/V", "/FT", "/T", "/Ff", "/Kids", "/MK", "/AA", "/A", "/Lock", "/SV")


def bind(parts: Iterable[tuple[str, bytes]], *, title: str, both_sides: bool = True) -> bytes:
    """All parts in their order, each a PDF under the name that it has in the file's table of contents ("" for one that
    belongs to the part before it). `both_sides`: a part of an odd number of pages is followed by an empty one, so that
    a printer that fills both sides never puts two posts' letters on one leaf.

    What was signed is shown as it was, but the file as a whole is not signed: a signature covers its own file only.
    """
    with ExitStack() as sources, Pdf.new() as bound:
        with bound.open_outline() as outline:
            for name, pdf in parts:
                # pages are copied when the file is written: until then their own file stays open
                source = sources.enter_context(Pdf.open(io.BytesIO(pdf)))
                if name:
                    outline.root.append(pikepdf.OutlineItem(name, len(bound.pages)))
                for page in source.pages:
                    bound.pages.append(page)
                    _cut_ties(bound.pages[-1])
                if both_sides and len(source.pages) % 2:
                    back = bound.add_blank_page(page_size=_size(bound.pages[-1]))
                    # with nothing at all in it, Ghostscript calls the page broken
                    back.obj.Contents = bound.make_stream(b"q Q")
        bound.docinfo[Name.Title] = title
        # shrunk to fit, the address would not stand in the envelope's window
        bound.Root.ViewerPreferences = Dictionary(PrintScaling=Name("/None"), DisplayDocTitle=True)
        written = io.BytesIO()
        bound.save(written, min_version="1.7", deterministic_id=True)
        return written.getvalue()


def _size(page: Page) -> tuple[float, float]:
    left, bottom, right, top = (float(edge) for edge in page.mediabox)
    return right - left, top - bottom


def _cut_ties(page: Page) -> None:
    """A page's content stays; a signature's picture becomes a stamp, for its field stayed behind."""
    _drop(page.obj, "/StructParents")
    if "/Annots" not in page.obj:
        return
    marks = [each for each in page.obj.Annots.as_list() if _is_seen(each)]
    for mark in marks:
        _drop(mark, "/StructParent")
        if mark.get("/Subtype") == Name.Widget:
            _drop(mark, *_FIELD)
            mark.Subtype = Name.Stamp
            mark.F = 4  # printed (ISO 32000-1, table 165)
    page.obj.Annots = Array(marks)


def _is_seen(mark: Object) -> bool:
    """Whether a mark on a page is a link, or shows something."""
    if mark.get("/Subtype") != Name.Widget:
        return True
    drawn = mark.get("/AP", Dictionary()).get("/N")
    left, bottom, right, top = (float(edge) for edge in mark.Rect.as_list())
    return drawn is not None and right != left and top != bottom


def _drop(thing: Object, *keys: str) -> None:
    for key in keys:
        if key in thing:
            del thing[key]
