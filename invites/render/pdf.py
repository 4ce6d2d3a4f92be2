"""The renderer: a letter's HTML → a checked PDF."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from threading import Lock
from typing import TYPE_CHECKING

from invites.errors import RenderError
from invites.model.message import Document, Letter
from invites.render import fonts

if TYPE_CHECKING:
    from invites.render.engine import Engine, Printed


class PdfRenderer:
    """Renders one letter at a time; threads wait for one another.

    The engine starts with the first letter, after the machine was found to have what it needs: WeasyPrint
    can't be imported without Pango.
    """

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._ready: set[tuple[str, ...]] = set()
        self._lock = Lock()

    def render(self, letter: Letter) -> Document:
        """The PDF of one letter, one page a sheet. The same letter gives the same bytes.

        MissingSystemPart before anything is rendered. RenderError, with event, code and what is wrong, when the
        letter asks for something that it did not bring along, does not fit its pages, or shows a face that
        fonts.TABLE does not name for its languages, or a character that no face has.
        """
        with self._lock:
            printed = self._print(letter)
        for key, what in _faults(printed, letter):
            raise RenderError(key, event=letter.event, code=letter.code, what=what)
        return Document(
            pdf=printed.pdf,
            sha256=hashlib.sha256(printed.pdf).hexdigest(),
            pages=printed.pages,
            fonts=tuple(sorted(printed.families)),
        )

    def _print(self, letter: Letter) -> Printed:
        if letter.languages not in self._ready:
            fonts.require(letter.languages)
            self._ready.add(letter.languages)
        from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415 - only now is it safe to import

        from invites.render.engine import Engine  # noqa: PLC0415

        self._engine = self._engine or Engine()
        try:
            return self._engine.print(letter)
        except FatalURLFetchingError as error:
            raise RenderError("letter_address", event=letter.event, code=letter.code, what=str(error)) from error


def _faults(printed: Printed, letter: Letter) -> Iterator[tuple[str, str]]:
    """What forbids that this PDF leaves the house: keys of the error catalogue, and what is wrong."""
    if printed.refused:
        yield "letter_address", ", ".join(printed.refused)
    if printed.complaints:
        yield "letter_complaint", "; ".join(printed.complaints)
    if printed.missing:
        yield "letter_glyphs", ", ".join(f"{character} (U+{ord(character):04X})" for character in printed.missing)
    wanted = frozenset(fonts.families(letter.languages))
    if printed.families != wanted:
        yield "letter_fonts", ", ".join(sorted(printed.families ^ wanted))
    if printed.pages != letter.sheets:
        yield "letter_pages", str(printed.pages)
