"""What a PDF of unknown origin holds: its pages' text, QR codes and looks, its signatures, what it brings along.

Runs in a process of its own (cell.py): neither PDFium nor qpdf nor pyHanko is trusted to survive every file.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import zxingcpp
from PIL import Image

from invites.model.signature import Reason
from invites.sign.contents import additions
from invites.sign.seals import Seal, seals

MOST_PAGES = 24
_LONGEST_SIDE = 1300  # points; A3 has 1191
_MOST_PIXELS = 80_000_000  # a picture; A4 at 600 dpi has 35 million
_DPI = 72
_PICTURE_DPI, _GAP, _DESK = 100, 16, (110, 110, 110)  # two sheets on a grey desk
_QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
_QR_SCALES = (2, 3)  # 144 and 216 dpi: the first suffices for what is drawn, a small copy needs more
_SCANNED = 0.6  # share of the page that one picture covers


@dataclass(frozen=True, slots=True, kw_only=True)
class Raster:
    """Grey pixels at 72 dpi, row by row."""

    size: tuple[int, int]
    pixels: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`text` without spaces; `codes` are what its QR codes say. `drawn` is the page itself, `shown` with
    annotations on it, such as the mark of a signature."""

    text: str
    codes: tuple[str, ...]
    drawn: Raster
    shown: Raster
    scanned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that is asked of a PDF. `additions` name what can act, hide or carry something, each once."""

    pages: tuple[Page, ...]
    seals: tuple[Seal, ...]
    additions: frozenset[str]

    @property
    def text(self) -> str:
        """Of all pages, and without hyphens: PDFium hides those at the end of a line."""
        return "".join(page.text for page in self.pages).translate(dict.fromkeys(b"-\x02"))

    @property
    def codes(self) -> frozenset[str]:
        """What the QR codes of all pages say."""
        return frozenset(code for page in self.pages for code in page.codes)

    @property
    def scanned(self) -> bool:
        """Whether a page is the picture of paper."""
        return any(page.scanned for page in self.pages)


class Unreadable(Exception):
    """This file is not looked at any further. `fields` are as in model.signature.Finding."""

    def __init__(self, reason: Reason, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(reason, fields)  # all of it, so that it can be told from one process to another
        self.reason: Reason = reason
        self.fields = dict(fields or {})


def read(pdf: bytes, anchors: Sequence[bytes] = ()) -> Reading:
    """The whole file. Unreadable when it is no PDF that a letter could be."""
    if b"%PDF-" not in pdf[:1024]:
        raise Unreadable("not_pdf")
    extras = _additions(pdf)
    pages = tuple(_pages(pdf))
    try:
        return Reading(pages=pages, seals=seals(pdf, anchors), additions=extras)
    except MemoryError:
        raise
    except Exception as error:  # hostile files make pyHanko raise nearly anything
        raise Unreadable("unreadable") from error


def side_by_side(frozen: bytes, came: bytes) -> tuple[bytes, ...]:
    """Each page of the frozen letter at the left, what came back at the right, as PNG for a person to compare."""
    return tuple(_pair(one, other) for one, other in zip(_document(frozen), _document(came), strict=True))


def squeezed(text: str) -> str:
    """Text as it is compared: where lines break is no matter."""
    return "".join(unicodedata.normalize("NFKC", text).replace("\ufffe", "\x02").split())


def _additions(pdf: bytes) -> frozenset[str]:
    try:
        with pikepdf.open(BytesIO(pdf)) as opened:
            if opened.is_encrypted:
                raise Unreadable("password")
            return additions(opened)
    except pikepdf.PasswordError as error:
        raise Unreadable("password") from error
    except (pikepdf.PdfError, ValueError, RecursionError) as error:
        raise Unreadable("unreadable") from error


def _pages(pdf: bytes) -> Iterator[Page]:
    document = _document(pdf)
    if len(document) > MOST_PAGES:
        raise Unreadable("too_many_pages", {"found": str(len(document)), "most": str(MOST_PAGES)})
    for page in document:
        try:
            yield _page(page)
        except pypdfium2.PdfiumError as error:
            raise Unreadable("unreadable") from error


def _document(pdf: bytes) -> pypdfium2.PdfDocument:
    try:
        document = pypdfium2.PdfDocument(pdf)
        document.init_forms()  # without, the mark of a signature is not drawn
    except pypdfium2.PdfiumError as error:
        raise Unreadable("unreadable") from error
    return document


def _page(page: pypdfium2.PdfPage) -> Page:
    width, height = page.get_size()
    images = list(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]))
    if max(width, height) > _LONGEST_SIDE or any(_pixels(image) > _MOST_PIXELS for image in images):
        raise Unreadable("too_large")
    text = squeezed(page.get_textpage().get_text_range())
    scanned = not text or any(_area(image) > _SCANNED * width * height for image in images)
    return Page(
        text=text,
        codes=_codes(page, _QR_SCALES if scanned else _QR_SCALES[:1]),
        drawn=_raster(page.render(grayscale=True, draw_annots=False, may_draw_forms=False).to_pil()),
        shown=_raster(page.render(grayscale=True).to_pil()),
        scanned=scanned,
    )


def _pixels(image: pypdfium2.PdfObject) -> int:
    width, height = image.get_px_size()
    return int(width * height)


def _area(image: pypdfium2.PdfObject) -> float:
    left, bottom, right, top = image.get_bounds()
    return float((right - left) * (top - bottom))


def _codes(page: pypdfium2.PdfPage, scales: Sequence[float]) -> tuple[str, ...]:
    for scale in scales:
        picture = page.render(scale=scale, grayscale=True).to_pil()
        if found := zxingcpp.read_barcodes(picture, formats=_QR):
            return tuple(sorted(code.text for code in found))
    return ()


def _raster(picture: Image.Image) -> Raster:
    return Raster(size=picture.size, pixels=picture.tobytes())


def _pair(frozen: pypdfium2.PdfPage, came: pypdfium2.PdfPage) -> bytes:
    left, right = (page.render(scale=_PICTURE_DPI / _DPI).to_pil() for page in (frozen, came))
    both = Image.new("RGB", (left.width + _GAP + right.width, max(left.height, right.height)), _DESK)
    both.paste(left, (0, 0))
    both.paste(right, (left.width + _GAP, 0))
    written = BytesIO()
    both.save(written, "PNG")
    return written.getvalue()
