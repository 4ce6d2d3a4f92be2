"""WeasyPrint, set up once a process: private fonts, parsed style sheets, own assets only."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pydyf  # type: ignore[import-untyped]
from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.logger import LOGGER
from weasyprint.text.fonts import FontConfiguration

from invites.model.message import Letter, Variant
from invites.render.assets import Assets
from invites.render.bounds import sticking_out
from invites.render.fonts import FontFile, font_css, private_fontconfig
from invites.render.marks import finish

VARIANT = Variant.ua1.value
#: per cent; a sheet too long for its page is set smaller step by step. Less would be hard to read
_SIZES = (100, 97, 94, 91, 88, 85)
_NONE = Assets({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A PDF and what is known about it. `refused` are the addresses that it asked for and did not get; `missing`
    the characters that no face has; `unembedded` the fonts that the file names and does not hold; `outside` the
    texts that stand where they may not; `complaints` what WeasyPrint logged as an error."""

    pdf: bytes
    pages: int
    families: frozenset[str]
    refused: tuple[str, ...]
    missing: str
    unembedded: tuple[str, ...]
    outside: tuple[str, ...]
    complaints: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A letter that is laid out and not painted yet. `refused` grows while it is painted; `smaller` says whether a
    sheet had to be set smaller to fit its page."""

    html: HTML
    document: Document
    styles: tuple[CSS, ...]
    refused: list[str]
    smaller: bool


class Engine:
    """One font configuration and the style sheets seen so far. Not for two threads at once.

    `cut` are faces that stand for the installed ones of their families.
    """

    def __init__(self, cut: Sequence[FontFile] = ()) -> None:
        self.cut = frozenset(face.family for face in cut)
        with private_fontconfig(cut):
            self._fonts = FontConfiguration()
        self._sheets: dict[str, CSS] = {}

    def print(self, letter: Letter) -> Printed:
        """Lay out and write a letter. A FatalURLFetchingError (BaseException) for an address that is no asset."""
        loose: list[str] = []

        def closing(document: Document, pdf: pydyf.PDF) -> None:
            finish(document, pdf)
            if "AF" in pdf.catalog:  # WeasyPrint 70 names each file twice
                pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
            loose.extend(_unembedded(pdf))

        with complaints() as found:
            laid = self.lay_out(letter)
            files = _attachments(letter, laid.document) if letter.variant is Variant.a3a else []
            pdf = laid.document.write_pdf(finisher=closing, attachments=files, pdf_variant=letter.variant.value)
        fonts = laid.document.fonts.values()
        return Printed(
            pdf=pdf,
            pages=len(laid.document.pages),
            families=frozenset(font.family for font in fonts),
            refused=tuple(laid.refused),
            missing="".join(sorted({each for font in fonts for each in _without_glyph(font)})),
            unembedded=tuple(loose),
            outside=sticking_out(laid.document),
            complaints=tuple(found),
        )

    def lay_out(self, letter: Letter) -> Laid:
        """The letter with every sheet as large as its page allows. Sheets are the elements with the ids
        sheet-1, sheet-2 … of which each begins a page."""
        assets = Assets(letter.assets)
        languages = ("en", *letter.languages)
        texts = [content.decode() for name, content in letter.assets.items() if name.endswith(".css")]
        styles = [self._sheet(text) for text in (*texts, font_css(languages))]
        html = HTML(string=letter.html, url_fetcher=assets)
        sizes = dict.fromkeys(range(1, letter.sheets + 1), 0)
        while True:
            smaller = [self._sheet(f"#sheet-{n} {{ font-size: {_SIZES[step]}% }}") for n, step in sizes.items() if step]
            document = self.render(html, [*styles, *smaller], letter.variant)
            long = [n for n in _overflowing(document, letter.sheets) if sizes[n] + 1 < len(_SIZES)]
            if not long:
                return Laid(
                    html=html,
                    document=document,
                    styles=(*styles, *smaller),
                    refused=assets.refused,
                    smaller=bool(smaller),
                )
            for n in long:
                sizes[n] += 1

    def render(self, html: HTML, styles: Sequence[CSS], variant: Variant = Variant.ua1) -> Document:
        """WeasyPrint's layout, nothing painted yet."""
        return html.render(font_config=self._fonts, stylesheets=list(styles), pdf_variant=variant.value)

    def _sheet(self, text: str) -> CSS:
        key = hashlib.sha256(text.encode()).hexdigest()
        if key not in self._sheets:
            self._sheets[key] = CSS(string=text, font_config=self._fonts, url_fetcher=_NONE)
        return self._sheets[key]


def _attachments(letter: Letter, document: Document) -> list[Attachment]:
    """The letter's files for an archive, dated as the letter is: a clock would make other bytes each time."""
    dated = datetime.fromisoformat(document.metadata.created or "1970-01-01")
    return [
        Attachment(
            string=file.content,
            name=file.filename,
            description=file.filename,
            created=dated,
            modified=dated,
            relationship="Supplement",
            url_fetcher=_NONE,
        )
        for file in letter.attachments
    ]


def _without_glyph(font: Any) -> Iterator[str]:
    """The characters that a WeasyPrint font was asked for and has no glyph for, or glyph 0, the empty box."""
    yield from map(chr, font.missing)
    if 0 in font.to_unicode:
        yield from font.to_unicode[0] or "\0"


def _unembedded(pdf: pydyf.PDF) -> Iterator[str]:
    for entry in pdf.objects:
        described = isinstance(entry, pydyf.Dictionary) and entry.get("Type") == "/FontDescriptor"
        if described and not {"FontFile", "FontFile2", "FontFile3"} & entry.keys():
            yield entry["FontName"].decode()


def _overflowing(document: Document, sheets: int) -> list[int]:
    """The sheets that take more than one page."""
    starts = {
        int(name.removeprefix("sheet-")): number
        for number, page in reversed(list(enumerate(document.pages)))
        for name in page.anchors
        if name.startswith("sheet-")
    }
    ends = {n: starts.get(n + 1, len(document.pages)) for n in starts}
    return [n for n in range(1, sheets + 1) if n in starts and ends[n] - starts[n] > 1]


@contextmanager
def complaints() -> Iterator[list[str]]:
    """What WeasyPrint logs as an error meanwhile: it goes on without an image, a language, a tag."""
    found: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(record.getMessage())

    listener = Listener(logging.ERROR)
    LOGGER.addHandler(listener)
    try:
        yield found
    finally:
        LOGGER.removeHandler(listener)
