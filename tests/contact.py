"""`./run contact`: docs/pictures/contact/*.png, every form in every language on one sheet, with void links.

With a folder behind it: every page there as a picture of its own, for close reading.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdfium2
from PIL import Image

from invites.model.event import LinkOn
from invites.model.message import Form, Letter
from tests.goldens import SHEETS
from tests.integration.letters.test_forms import VERIFICATION, letters, mission
from tests.integration.letters.test_sixteen import renderer

FOLDER = Path(__file__).parents[1] / "docs" / "pictures" / "contact"
BEFORE = ("500.2/0099/DISDAG/2024", date(2024, 1, 9))
#: in Bali, so that both clocks are shown
START = datetime(2024, 4, 23, 9, tzinfo=ZoneInfo("Asia/Makassar"))
#: forms that say everything in both languages on one page, and those that have a page a language
BOTH = (Form.card, Form.reply_card)
EACH = tuple(form for form in Form if form not in BOTH)
#: pixels of a page on the sheet, pages a row, colours
WIDTH, ROW, COLOURS = 330, 4, 64
POINTS = 72
CLOSE = 110


def specimens(form: Form) -> Iterator[tuple[str, Letter]]:
    """The form as each language's embassy would get it, with the language: a specimen, its link void."""
    shown = mission("bali", link_on=LinkOn.card if form is Form.reply_card else LinkOn.letter)
    event = replace(shown, start=START, end=START + timedelta(hours=4), reply_by=START - timedelta(days=14))
    event = replace(event, letter=replace(event.letter, date=date(2024, 1, 22)))
    follows = form not in (Form.letter, Form.note, Form.card, Form.reply_card, Form.programme, Form.products)
    for language, sheet in SHEETS.items():
        (made,) = letters(
            event,
            sheet.code,
            void=True,
            wanted=(form,),
            proof=True,
            verification=VERIFICATION,
            previous=BEFORE if follows else None,
        )
        yield language, made


def pages(form: Form, dpi: float) -> Iterator[tuple[str, Image.Image]]:
    """Its pages as pictures, each language once: what speaks two languages is shown whole, else each its own."""
    for language, letter in specimens(form):
        document = pypdfium2.PdfDocument(renderer().render(letter).pdf)
        own = range(len(document))
        if form is Form.note:
            own = range(2) if language == "id" else range(0)
        elif form in EACH:
            half = len(document) // 2
            own = range(half) if language == "id" else range(half, len(document))
        elif language == "id":
            continue
        for number in own:
            drawn: Image.Image = document[number].render(scale=dpi / POINTS).to_pil().convert("RGB")
            yield f"{form}-{language}-{number}", drawn


def contact(form: Form) -> Image.Image:
    """All pages of a form side by side."""
    small = [_small(page) for _, page in pages(form, 150)]
    row = min(ROW, len(small))
    height = small[0].height
    sheet = Image.new("RGB", (row * (WIDTH + 10) + 10, -(-len(small) // row) * (height + 10) + 10), "#8a8f8c")
    for place, page in enumerate(small):
        sheet.paste(page, (10 + place % row * (WIDTH + 10), 10 + place // row * (height + 10)))
    return sheet


def _small(page: Image.Image) -> Image.Image:
    return page.resize((WIDTH, round(page.height * WIDTH / page.width)), Image.Resampling.LANCZOS)


def main() -> None:
    """Look at each before it is committed."""
    if sys.argv[1:]:
        folder = Path(sys.argv[1])
        folder.mkdir(parents=True, exist_ok=True)
        for form in Form:
            for name, page in pages(form, CLOSE):
                page.save(folder / f"{name}.png")
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    for form in Form:
        drawn = contact(form).quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        drawn.save(FOLDER / f"{form}.png", optimize=True)
        sys.stdout.write(f"{form:14} {(FOLDER / f'{form}.png').stat().st_size // 1024:5} KB\n")


if __name__ == "__main__":
    main()
