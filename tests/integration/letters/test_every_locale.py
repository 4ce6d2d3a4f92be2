"""A sheet in every language: the reviewed picture, all of its text, its structure, its title."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from io import BytesIO

import pikepdf
import pytest
from PIL import Image, ImageDraw

from invites.words.catalogue import direction
from tests import goldens
from tests.goldens import SHEETS, Sheet

from .test_sixteen import as_chrome_reads, house, made, renderer, squeezed

LANGUAGES = sorted(SHEETS)
POINT = 1.0
#: isolates and marks of direction order a line and are no text
_UNSEEN = dict.fromkeys(map(ord, "\u200e\u200f\u2066\u2067\u2068\u2069"))


class Text(HTMLParser):
    """What the sheets of a letter's HTML say, and the numbers of their lists."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sheets: list[str] = []
        self.marks: list[str] = []
        self._capitals = False
        self._item = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if str(dict(attrs).get("id")).startswith("sheet-"):
            self.sheets.append("")
            self.marks.append("")
        if tag == "header":
            self._capitals = True  # the letterhead is set in capitals
        self._item = {"ol": 0, "li": self._item + 1}.get(tag, self._item)
        if tag == "li":
            self.marks[-1] += f"{self._item}."

    def handle_endtag(self, tag: str) -> None:
        self._capitals = self._capitals and tag != "header"

    def handle_data(self, data: str) -> None:
        if self.sheets:
            self.sheets[-1] += data.upper() if self._capitals else data


def written(sheet: Sheet) -> str:
    """What the letter's HTML says, as PDFium would say it: numbers of lists come last, because they are drawn last."""
    text = Text(made(goldens.EVENT, sheet.code).letter.html)
    return squeezed(text.sheets[sheet.page] + text.marks[sheet.page]).translate(_UNSEEN)


def read(sheet: Sheet) -> str:
    return as_chrome_reads(sheet.document, sheet.page).translate(_UNSEEN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_looks_as_it_was_reviewed(language: str) -> None:
    sheet = SHEETS[language]
    here, reviewed = goldens.places(sheet), goldens.golden_places(language)
    assert len(here) == len(reviewed)
    moved = [pair for pair in zip(here, reviewed, strict=True) if distance(*pair) > POINT]
    assert moved == []
    if goldens.versions() == goldens.golden_versions():  # other libraries draw other edges, in the same places
        assert goldens.differing(goldens.picture(sheet), goldens.golden(language)) <= goldens.SHARE


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_says_what_was_reviewed_to_the_letter(language: str) -> None:
    sheet = SHEETS[language]
    assert goldens.text(sheet.document, sheet.page) == goldens.golden_text(language)


def test_a_digit_that_changed_is_seen_in_the_text() -> None:
    letter = made(goldens.EVENT, SHEETS["id"].code).letter
    assert "5 Maret" in letter.html
    changed = renderer().render(replace(letter, html=letter.html.replace("5 Maret", "6 Maret")))
    assert goldens.text(changed, 0) == goldens.golden_text("id").replace("5 Maret", "6 Maret")
    assert goldens.text(changed, 0) != goldens.golden_text("id")


def distance(first: list[float], second: list[float]) -> float:
    return max(abs(one - other) for one, other in zip(first, second, strict=True))


def test_a_word_that_changed_is_seen_in_the_picture_and_a_shade_is_not() -> None:
    reviewed = goldens.golden("id").convert("RGB")
    changed = reviewed.copy()
    ImageDraw.Draw(changed).text((100, 500), "Yang Terhormat", fill="#1c1c1c")
    assert goldens.differing(reviewed, changed) > 0
    ImageDraw.Draw(changed).rectangle((100, 500, 160, 520), fill="#1c1c1c")
    assert goldens.differing(reviewed, changed) > goldens.SHARE
    shade = Image.eval(reviewed, lambda value: max(value - goldens.TOLERANCE, 0))
    assert goldens.differing(reviewed, shade) == 0
    assert goldens.differing(reviewed, reviewed.crop((0, 0, 800, 900))) == 1


def test_the_languages_of_the_sixteen_and_indonesian_are_all_there() -> None:
    assert len(SHEETS) == 16
    for kind in ("png", "json", "txt"):
        assert {path.stem for path in goldens.FOLDER.glob(f"*.{kind}")} - {"versions"} == set(SHEETS)


@pytest.mark.parametrize("language", [tag for tag in LANGUAGES if direction(tag) == "ltr"])
def test_the_text_of_a_sheet_comes_back_whole_and_in_order(language: str) -> None:
    assert read(SHEETS[language]) == written(SHEETS[language])


@pytest.mark.parametrize("language", [tag for tag in LANGUAGES if direction(tag) == "rtl"])
def test_from_right_to_left_no_letter_is_lost_but_a_line_with_numbers_loses_its_order(language: str) -> None:
    """PDFium orders each line by the places of its runs, not by the marked content: our marks can't mend that."""
    assert Counter(read(SHEETS[language])) == Counter(written(SHEETS[language]))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_structure_of_a_sheet_names_headings_tables_links_and_the_code(language: str) -> None:
    sheet = SHEETS[language]
    link = made(goldens.EVENT, sheet.code).link.url
    with pikepdf.open(BytesIO(sheet.document.pdf)) as pdf:
        (document,) = pdf.Root.StructTreeRoot.K
        found = list(elements(document.K[sheet.page]))
        kinds = [str(element.S) for element in found]
        assert [kind for kind in kinds if kind.startswith("/H")] == ["/H1", "/H2"]
        assert kinds.count("/Table") == 2
        rows = [list(map(str, (cell.S for cell in row.K))) for row in found if row.S == "/TR"]
        headed = [row for row in rows if row[0] == "/TH"]
        assert all(row[1:] == ["/TD"] * (len(row) - 1) for row in headed)
        assert len(headed) == 10  # four at the top; date, time, venue, programme, dress, contact
        targets = {str(kid.Obj.A.URI) for element in found if element.S == "/Link" for kid in objects(element)}
        assert {target for target in targets if not target.startswith("mailto:")} == {link}
        # a screen reader says what the picture is; the address stands beside it as text
        said = house()[0].fill("letter.qr_alt", language)
        assert [str(element.Alt) for element in found if element.S == "/Figure"] == [said]


@pytest.mark.parametrize("language", LANGUAGES)
def test_title_and_language_name_the_letter_to_a_screen_reader(language: str) -> None:
    sheet = SHEETS[language]
    letter = made(goldens.EVENT, sheet.code).letter
    with pikepdf.open(BytesIO(sheet.document.pdf)) as pdf:
        assert str(pdf.docinfo.Title).startswith(f"{letter.title} – ")
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert str(pdf.Root.StructTreeRoot.K[0].K[sheet.page].get("/Lang", pdf.Root.Lang)) == language


def elements(element: pikepdf.Dictionary) -> Iterator[pikepdf.Dictionary]:
    yield element
    for kid in element.K:
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/StructElem":
            yield from elements(kid)


def objects(element: pikepdf.Dictionary) -> Iterator[pikepdf.Dictionary]:
    yield from (kid for kid in element.K if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/OBJR")
