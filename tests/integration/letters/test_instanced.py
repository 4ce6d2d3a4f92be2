"""A letter of a long list is the letter that it would be alone: instanced == full, in every locale of the list."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from itertools import zip_longest

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from invites.compose.letter import compose_documents
from invites.model.batch import Invitation
from invites.model.message import Document, Form, Letter
from invites.render.instanced import InstancedRenderer
from invites.track import links, verification
from invites.validate.reader import read_list

from .test_sixteen import CODES, KEY, LIST, ROOT, house, renderer, shipped

COUNT = 8
BASE = "https://undangan.kalselprov.example"
#: two letters whose names differ in length and in letters from the first, which is the skeleton
LOOKED_AT = (3, 7)
#: of a script each that is shaped in its own way; the rest runs with the slow tests
QUICK = ("AU", "SA", "IN", "JP")


def marked(code: str) -> tuple[pytest.MarkDecorator, ...]:
    """One worker a locale: its letters are made once."""
    group = pytest.mark.xdist_group(f"letters-{code}")
    return (group,) if code in QUICK else (group, pytest.mark.slow)


EVERY_LOCALE = pytest.mark.parametrize("code", [pytest.param(code, marks=marked(code)) for code in CODES])
WORD = re.compile(rb"[\s\[\]]+")


@cache
def letters(code: str, count: int = COUNT) -> tuple[Letter, ...]:
    """Letters to many missions of one locale, each with a number, names, a link, a code and an address to verify it."""
    return tuple(one_of_many(code, n) for n in range(count))


def one_of_many(code: str, n: int) -> Letter:
    catalogues, templates = house()
    event = shipped("jakarta")
    listed = read_list(LIST, catalogues=catalogues, today=date(2024, 1, 8)).recipients
    known = next(each for each in listed if each.code == code)
    local = known.mission_name_local
    recipient = replace(
        known,
        head_name=f"Nama Contoh ke-{n}",
        name_id=f"Perwakilan ke-{n} <& Mitra>",
        mission_name_local=f"{local[n * 2 :]} ({n})",
    )
    invitation = Invitation(
        event=event.slug, code=f"{code}{n}", revision=1, number=f"500.2/{n * 37}/CONTOH/2024", recipient=recipient
    )
    link = links.derive([KEY], BASE, event.slug, invitation.code)
    checked_at = verification.address(BASE, verification.derive([KEY], event.slug, invitation.code, 1))
    (letter,) = compose_documents(
        event,
        invitation,
        link,
        templates=templates,
        catalogues=catalogues,
        wanted=(Form.letter,),
        verification=checked_at,
    )
    return letter


@cache
def instanced(code: str) -> tuple[Document, ...]:
    made = InstancedRenderer(renderer()).make(letters(code), together=True)
    assert all(isinstance(each, Document) for each in made)
    return tuple(each for each in made if isinstance(each, Document))


@cache
def in_full(code: str, n: int) -> Document:
    return renderer().render(letters(code)[n])


def link_of(letter: Letter) -> str:
    return str(re.search(r'class="link" data-slot><a href="([^"]+)"', letter.html)[1])  # type: ignore[index]


def pairs(code: str) -> Iterator[tuple[Letter, Document, Document]]:
    """Letters, instanced and in full."""
    for n in LOOKED_AT:
        yield letters(code)[n], instanced(code)[n], in_full(code, n)


@EVERY_LOCALE
def test_it_was_set_from_a_skeleton_and_not_in_full(code: str, caplog: pytest.LogCaptureFixture) -> None:
    made = InstancedRenderer(renderer()).make(letters(code), together=True)
    rendered_in_full = {f"{code}{n}" for n in range(COUNT) if f" {code}{n}: " in caplog.text}
    assert len(rendered_in_full) < COUNT - len(LOOKED_AT)
    assert [each.sha256 for each in made if isinstance(each, Document)] == [each.sha256 for each in instanced(code)]


@EVERY_LOCALE
def test_pages_are_the_same_pictures(code: str) -> None:
    for _, ours, theirs in pairs(code):
        assert pictures(ours) == pictures(theirs)


def pictures(document: Document) -> list[str]:
    pdf = pypdfium2.PdfDocument(document.pdf)
    return [hashlib.sha256(page.render(scale=2).to_pil().tobytes()).hexdigest() for page in pdf]


@EVERY_LOCALE
def test_glyphs_and_their_places_are_the_same(code: str) -> None:
    for _, ours, theirs in pairs(code):
        with pikepdf.open(BytesIO(ours.pdf)) as one, pikepdf.open(BytesIO(theirs.pdf)) as other:
            assert len(one.pages) == len(other.pages)
            for page, same in zip(one.pages, other.pages, strict=True):
                assert differences(page.Contents.read_bytes(), same.Contents.read_bytes()) == []


def differences(ours: bytes, theirs: bytes) -> list[tuple[bytes, bytes]]:
    """Words of content streams that differ by more than rounding."""
    both = zip_longest(WORD.split(ours), WORD.split(theirs), fillvalue=b"")
    return [(one, other) for one, other in both if one != other and not near(one, other)]


def near(one: bytes, other: bytes) -> bool:
    try:
        return abs(float(one) - float(other)) < 0.01
    except ValueError:
        return False


@EVERY_LOCALE
def test_a_reader_gets_the_same_text_in_the_same_order(code: str) -> None:
    for _, ours, theirs in pairs(code):
        assert texts(ours) == texts(theirs)


def texts(document: Document) -> list[str]:
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(document.pdf)]


@EVERY_LOCALE
def test_structure_languages_and_words_for_pictures_are_the_same(code: str) -> None:
    for _, ours, theirs in pairs(code):
        with pikepdf.open(BytesIO(ours.pdf)) as one, pikepdf.open(BytesIO(theirs.pdf)) as other:
            assert [tree(top) for top in one.Root.StructTreeRoot.K] == [
                tree(top) for top in other.Root.StructTreeRoot.K
            ]
            assert one.Root.Lang == other.Root.Lang
            assert one.Root.MarkInfo.Marked
            assert one.Root.ViewerPreferences.DisplayDocTitle


def tree(element: object) -> object:
    """A structure element with all that is below it; marks by number, links by where they lead."""
    if not isinstance(element, pikepdf.Dictionary):
        return str(element)
    if element.get("/Type") == "/OBJR":
        return ("link", str(element.Obj.A.URI), str(element.Obj.Contents))
    said = {name: str(element[name]) for name in ("/S", "/Lang", "/Alt", "/ID") if name in element}
    extra = {name: str(value) for name, value in element.get("/A", {}).items()}
    return (said, extra, [tree(kid) for kid in element.K])


@EVERY_LOCALE
def test_links_lead_to_the_same_places_from_the_same_places(code: str) -> None:
    for letter, ours, theirs in pairs(code):
        here, there = annotations(ours), annotations(theirs)
        assert [each[0] for each in here] == [each[0] for each in there]
        assert sum(target == link_of(letter) for target, _ in here) == len(letter.languages)
        for (_, rectangle), (_, same) in zip(here, there, strict=True):
            assert rectangle == pytest.approx(same, abs=0.01)


def annotations(document: Document) -> list[tuple[str, list[float]]]:
    with pikepdf.open(BytesIO(document.pdf)) as pdf:
        return [(str(each.A.URI), [float(side) for side in each.Rect]) for page in pdf.pages for each in page.Annots]


@EVERY_LOCALE
def test_each_code_leads_where_its_own_link_does(code: str) -> None:
    for letter, ours in zip(letters(code), instanced(code), strict=True):
        for page in pypdfium2.PdfDocument(ours.pdf):
            (found,) = zxingcpp.read_barcodes(page.render(scale=200 / 72).to_pil())
            assert found.text == link_of(letter)


@EVERY_LOCALE
def test_title_author_dates_and_conformance_are_the_same(code: str) -> None:
    for letter, ours, theirs in pairs(code):
        with pikepdf.open(BytesIO(ours.pdf)) as one, pikepdf.open(BytesIO(theirs.pdf)) as other:
            assert information(one) == information(other)
            assert one.Root.Metadata.read_bytes() == other.Root.Metadata.read_bytes()
            assert str(one.docinfo.Title).endswith("<& Mitra>")
            assert list(one.check_pdf_syntax()) == []
        assert replace(ours, pdf=b"", sha256="") == replace(theirs, pdf=b"", sha256="")
        assert ours.pages == letter.sheets
        assert ours.sha256 == hashlib.sha256(ours.pdf).hexdigest()


def information(pdf: pikepdf.Pdf) -> dict[str, str]:
    return {name: str(value) for name, value in pdf.docinfo.items()}


@EVERY_LOCALE
def test_a_layout_kept_from_other_letters_gives_the_bytes_of_ones_own(code: str) -> None:
    kept = InstancedRenderer(renderer())
    kept.make([one_of_many(code, n) for n in range(100, 100 + COUNT)], together=True)
    assert tuple(kept.make(letters(code), together=True)) == instanced(code)


@pytest.mark.parametrize("code", ["SA", "JP"])
def test_no_letter_holds_the_link_or_the_number_of_another(code: str) -> None:
    everything = [whole(each) for each in instanced(code)]
    for n, letter in enumerate(letters(code)):
        for m, content in enumerate(everything):
            assert (link_of(letter).encode() in content) == (m == n)


def whole(document: Document) -> bytes:
    """All objects and streams of a PDF, unpacked."""
    with pikepdf.open(BytesIO(document.pdf)) as pdf:
        out = BytesIO()
        pdf.save(out, stream_decode_level=pikepdf.StreamDecodeLevel.specialized, qdf=True)
        return out.getvalue()


SECOND_PROCESS = """
from tests.integration.letters.test_instanced import instanced
print(*(each.sha256 for each in instanced("TH")))
"""


def test_the_same_list_gives_the_same_bytes_in_another_process() -> None:
    run = subprocess.run(
        [sys.executable, "-c", SECOND_PROCESS],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7", "TZ": "America/Lima", "LANG": "C"},
        capture_output=True,
        text=True,
        check=True,
        timeout=200,
    )
    assert run.stdout.split() == [each.sha256 for each in instanced("TH")]


def test_a_long_list_in_two_languages_comes_back_in_its_order(caplog: pytest.LogCaptureFixture) -> None:
    mixed = [letter for pair in zip(letters("US", 50), letters("RU", 50), strict=True) for letter in pair]
    mixed.insert(17, letters("FR")[0])
    made = list(InstancedRenderer(renderer()).render_many(mixed))
    assert [title(each) for each in made] == [title_of(each) for each in mixed]
    assert [links_in(each) for each in made] == [{link_of(letter)} for letter in mixed]
    assert made[17].sha256 == in_full("FR", 0).sha256
    assert caplog.text.count("rendered in full") < 20


def title(document: Document) -> str:
    with pikepdf.open(BytesIO(document.pdf)) as pdf:
        return str(pdf.docinfo.Title)


def title_of(letter: Letter) -> str:
    return str(re.search("<title>(.*)</title>", letter.html)[1]).replace("&lt;&amp; ", "<& ").replace("&gt;", ">")  # type: ignore[index]


def links_in(document: Document) -> set[str]:
    return {target for target, _ in annotations(document) if "/r/" in target}
