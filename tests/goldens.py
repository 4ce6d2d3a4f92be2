"""`./run goldens`: tests/golden/*, a reviewed picture, the text and the places of all text of one sheet in every
language."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pypdfium2.raw
from PIL import Image, ImageChops

from invites.model.message import Document
from invites.render import cut, fonts
from tests.integration.letters.test_sixteen import CODES, made

FOLDER = Path(__file__).parent / "golden"
EVENT = "jakarta"
DPI = 100
POINTS = 72
#: of 255; two neighbouring greys of an edge are no difference
TOLERANCE = 16
#: of all pixels
SHARE = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One page of an embassy's letter: the Indonesian one, or that embassy's own language."""

    language: str
    code: str
    page: int

    @property
    def document(self) -> Document:
        """The PDF that it is a page of."""
        return made(EVENT, self.code).document


def _sheets() -> Mapping[str, Sheet]:
    found = {"id": Sheet(language="id", code=CODES[0], page=0)}
    for code in CODES:
        language = made(EVENT, code).letter.languages[1]
        found.setdefault(language, Sheet(language=language, code=code, page=1))
    return dict(sorted(found.items()))


SHEETS = _sheets()


def picture(sheet: Sheet) -> Image.Image:
    """The page as PDFium draws it."""
    with pypdfium2.PdfDocument(sheet.document.pdf) as pdf:
        drawn: Image.Image = pdf[sheet.page].render(scale=DPI / POINTS).to_pil().convert("RGB")
    return drawn


def places(sheet: Sheet) -> list[list[float]]:
    """Left, bottom, right and top of every run of text, in points, in the order in which they are drawn."""
    with pypdfium2.PdfDocument(sheet.document.pdf) as pdf:
        runs = pdf[sheet.page].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT])
        return [[round(side, 1) for side in run.get_bounds()] for run in runs]


def text(document: Document, page: int) -> str:
    """A page's lines as PDFium reads them. A digit is too few pixels to be seen in a picture."""
    with pypdfium2.PdfDocument(document.pdf) as pdf:
        lines = pdf[page].get_textpage().get_text_range().split("\r\n")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def differing(first: Image.Image, second: Image.Image) -> float:
    """The share of pixels that differ by more than TOLERANCE in any colour; 1 when the sizes differ."""
    if first.size != second.size:
        return 1.0
    red, green, blue = ImageChops.difference(first.convert("RGB"), second.convert("RGB")).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return sum(most.histogram()[TOLERANCE + 1 :]) / (first.width * first.height)


def versions() -> dict[str, str]:
    """What a picture depends on besides the letter: with others, only the places of the text are compared."""
    languages = [language for language in SHEETS if language != "id"]
    return {**fonts.versions(), "fonts": cut.font_digest(languages)}


def golden(language: str) -> Image.Image:
    """The reviewed picture."""
    return Image.open(FOLDER / f"{language}.png")


def golden_places(language: str) -> list[list[float]]:
    """The reviewed places."""
    found: list[list[float]] = json.loads((FOLDER / f"{language}.json").read_text())
    return found


def golden_text(language: str) -> str:
    """The reviewed text."""
    return (FOLDER / f"{language}.txt").read_text(encoding="utf-8")


def golden_versions() -> dict[str, str]:
    """What the reviewed pictures were made with."""
    found: dict[str, str] = json.loads((FOLDER / "versions.json").read_text())
    return found


def _save(sheet: Sheet) -> None:
    drawn = picture(sheet)
    path = FOLDER / f"{sheet.language}.png"
    changed = differing(drawn, golden(sheet.language)) if path.exists() else 1.0
    drawn.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(path, optimize=True)
    runs = ",\n".join(json.dumps(run) for run in places(sheet))
    (FOLDER / f"{sheet.language}.json").write_text(f"[\n{runs}\n]\n")
    (FOLDER / f"{sheet.language}.txt").write_text(text(sheet.document, sheet.page), encoding="utf-8")
    sys.stdout.write(f"{path.name:12} {path.stat().st_size // 1024:4} KB  {changed:.4%} changed\n")


def main() -> None:
    """Draw them all anew. Look at each before it is committed."""
    FOLDER.mkdir(exist_ok=True)
    for sheet in SHEETS.values():
        _save(sheet)
    (FOLDER / "versions.json").write_text(json.dumps(versions(), indent=2) + "\n")


if __name__ == "__main__":
    main()
