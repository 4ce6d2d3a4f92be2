"""The renderer: a letter's HTML → a checked PDF."""

from __future__ import annotations

import gc
import hashlib
import html
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from invites.errors import RenderError
from invites.model.message import Document, Letter
from invites.render import cut, fonts

if TYPE_CHECKING:
    from invites.render.engine import Engine, Printed


class PdfRenderer:
    """Renders one letter at a time; threads wait for one another.

    The engine starts with the first letter, after the machine was found to have what it needs: WeasyPrint
    can't be imported without Pango. `cut_fonts` is the folder of cut CJK faces: those that are fresh are used, but
    for a letter with a character that they lack.
    """

    def __init__(self, cut_fonts: Path | None = None) -> None:
        self._folder = cut_fonts
        self._engines: dict[tuple[fonts.FontFile, ...], Engine] = {}
        self._ready: set[tuple[str, ...]] = set()
        self._lock = RLock()

    def render(self, letter: Letter) -> Document:
        """The PDF of one letter, one page a sheet. The same letter gives the same bytes.

        MissingSystemPart before anything is rendered. RenderError, with event, code and what is wrong, when the
        letter asks for something that it did not bring along, does not fit its pages or columns, or shows a face that
        fonts.TABLE does not name for its languages, or a character that no face has.
        """
        printed = self._print(letter)
        for key, what in _faults(printed, letter):
            raise RenderError(key, event=letter.event, code=letter.code, what=what)
        return Document(
            pdf=printed.pdf,
            sha256=hashlib.sha256(printed.pdf).hexdigest(),
            pages=printed.pages,
            fonts=tuple(sorted(printed.families)),
        )

    def render_many(self, letters: Sequence[Letter]) -> Iterator[Document]:
        """One after another."""
        for letter in letters:
            yield self.render(letter)

    def close(self) -> None:
        """Forget the engines and their faces."""
        with self._lock:
            self._engines.clear()

    @contextmanager
    def engine(self, languages: tuple[str, ...], text: str = "") -> Iterator[Engine]:
        """The engine, for one user at a time: with the cut faces, unless `text` has a character that they lack.
        MissingSystemPart when this machine can't print these languages."""
        with self._lock:
            if languages not in self._ready:
                fonts.require(languages)
                self._ready.add(languages)
            from invites.render.engine import Engine  # noqa: PLC0415 - only now is it safe to import

            files = () if self.lacks(languages, text) else tuple(face.file for face in self._cut)
            if files not in self._engines:
                self._engines[files] = Engine(files)
            yield self._engines[files]

    def lacks(self, languages: tuple[str, ...], text: str) -> bool:
        """Whether a text has a character that the cut faces lack, so that it needs an engine with the whole ones."""
        return cut.lacks(self._cut, languages, text)

    def _print(self, letter: Letter) -> Printed:
        with self.engine(letter.languages, text_of(letter)) as engine:
            from weasyprint.urls import FatalURLFetchingError  # noqa: PLC0415 - the same

            try:
                with undisturbed():
                    return engine.print(letter)
            except FatalURLFetchingError as error:
                raise RenderError("letter_address", event=letter.event, code=letter.code, what=str(error)) from error

    @cached_property
    def _cut(self) -> tuple[cut.CutFace, ...]:
        return cut.fresh(self._folder)


@contextmanager
def undisturbed() -> Iterator[None]:
    """No search for garbage meanwhile: a layout makes a million objects, and each search would look through all."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def text_of(letter: Letter) -> str:
    """All that the letter may print, and more."""
    styles = (content.decode() for name, content in letter.assets.items() if name.endswith(".css"))
    return "".join((html.unescape(letter.html), *styles))


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
    if printed.unembedded:
        yield "letter_fonts", ", ".join(printed.unembedded)
    if printed.outside:
        yield "letter_overflow", ", ".join(printed.outside)
    if printed.pages != letter.sheets:
        yield "letter_pages", str(printed.pages)
