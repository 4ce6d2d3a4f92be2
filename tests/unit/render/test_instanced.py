"""Faults put into the renderer of long lists: each is noticed and logged, and the letter is rendered in full."""

from __future__ import annotations

import ctypes
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw
import pytest
from weasyprint import CSS, HTML
from weasyprint.urls import FatalURLFetchingError

from invites.errors import RenderError
from invites.model.message import Document, Letter
from invites.render import content, edition, fonts, freeze, instanced, proof, runs, selftest, skeleton
from invites.render.engine import Engine
from invites.render.instanced import InstancedRenderer
from invites.render.pdf import PdfRenderer
from invites.render.runs import Place, Unsuitable
from invites.render.slots import Cut

CSS_TEXT = b"""@page { size: A5; margin: 10mm } .sheet + .sheet { break-before: page } body { font-size: 10pt }
p { margin: 0 } a { text-decoration: none } .name { width: 60mm } .number { width: 30mm } .no { white-space: nowrap }"""
COUNT = 8
NAMES = ["Sari", "Budi Santoso", "Chandra", "Dewi Lestari", "Eka", "Fitri Utami", "Gunawan", "Hadi Wijaya"]


def letter(n: int, *, name: str = "", number: str = "") -> Letter:
    """The n-th of a list: two sheets with a name, a number and a link of its own, and a picture for its code."""
    link = f"https://kalsel.example/r/{n:04}"
    sheets = "".join(
        f'<section class="sheet" id="sheet-{page}"><article lang="{language}"><p>Kepada</p>'
        f'<div class="name"><p data-slot>Yth. <bdi>{name or NAMES[n % 8]}</bdi> di Jakarta</p></div>'
        f'<div class="number"><p class="no" data-slot>{number or f"{n}/A"}</p></div><p>Dengan hormat</p>'
        f'<p data-slot><a href="{link}">{link}</a></p><p><img data-slot src="asset:qr.svg" alt="{link}"></p>'
        "</article></section>"
        for page, language in enumerate(("id", "en"), 1)
    )
    return Letter(
        event="jakarta",
        code=f"X{n}",
        revision=1,
        title="Surat",
        languages=("id", "en"),
        sheets=2,
        html=f'<!DOCTYPE html><html lang="id"><head><title>Surat {n}</title></head><body>{sheets}</body></html>',
        assets={"letter.css": CSS_TEXT, "qr.svg": picture(n)},
    )


def picture(n: int) -> bytes:
    """Not a code, but drawn like one: another for each n."""
    dark = "".join(f"M{x} {(x * (n + 3)) % 29}h1v1h-1z" for x in range(29))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29"><path fill="#fff" d="M0 0h29v29H0z"/>'
        f'<path fill="#000" d="{dark}"/></svg>'
    ).encode()


LETTERS = tuple(letter(n) for n in range(COUNT))


@pytest.fixture
def many(renderer: PdfRenderer) -> InstancedRenderer:
    return InstancedRenderer(renderer, least=1)


def notes(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "invites.render"]


def text(document: Document) -> str:
    return " ".join(str(page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(document.pdf))


def are_their_own(made: Sequence[object], letters: Sequence[Letter] = LETTERS) -> bool:
    """Whether each document shows the name, the number, the link and the title of its letter and of no other."""
    for n, (each, own) in enumerate(zip(made, letters, strict=True)):
        assert isinstance(each, Document)
        shown = text(each)
        if not (shown.count(NAMES[n]) == 2 and shown.count(f"\n{n}/A") == 2 and shown.count(f"/r/{n:04}") == 2):
            return False
        with pikepdf.open(BytesIO(each.pdf)) as pdf:
            targets = {str(link.A.URI) for page in pdf.pages for link in page.Annots}
            if targets != {f"https://kalsel.example/r/{n:04}"} or str(pdf.docinfo.Title) != f"Surat {n}":
                return False
            if any(drawn_for(own) not in page.Contents.read_bytes() for page in pdf.pages):
                return False
    return True


def drawn_for(own: Letter) -> bytes:
    modules = own.assets["qr.svg"].partition(b'#000" d="')[2].partition(b'"')[0]
    return content.drawn(modules)


def test_letters_of_one_skeleton_are_set_together_and_none_in_full(
    many: InstancedRenderer, caplog: pytest.LogCaptureFixture
) -> None:
    made = many.make(LETTERS, together=True)
    assert are_their_own(made)
    assert notes(caplog) == []


def swapped_strings(patch: pytest.MonkeyPatch) -> None:
    """Two guests' names change places where runs are given to slots."""
    original = skeleton.places

    def places(page: Any) -> Mapping[str, Place]:
        found = dict(original(page))
        first, second = "data-slot-0", "data-slot-6"  # six slots a letter
        if second in found:
            found[first], found[second] = found[second], found[first]
        return found

    patch.setattr(skeleton, "places", places)


def swapped_operators(patch: pytest.MonkeyPatch) -> None:
    """A slot gets the glyphs of the letter before."""
    before: list[Any] = []

    def filled(**fields: Any) -> freeze.Filled:
        before.append(fields["operators"])
        return freeze.Filled(**{**fields, "operators": before[max(0, len(before) - 2)]})

    patch.setattr(edition, "Filled", filled)


def swapped_pictures(patch: pytest.MonkeyPatch) -> None:
    swap_field(patch, "pictures")


def swapped_titles(patch: pytest.MonkeyPatch) -> None:
    swap_field(patch, "title")


def swapped_places(patch: pytest.MonkeyPatch) -> None:
    """The links, and with them all that is measured, of the letter before."""
    swap_field(patch, "places")


def swap_field(patch: pytest.MonkeyPatch, name: str) -> None:
    before: list[Any] = []

    def filled(**fields: Any) -> freeze.Filled:
        before.append(fields[name])
        return freeze.Filled(**{**fields, name: before[max(0, len(before) - 2)]})

    patch.setattr(edition, "Filled", filled)


SWAPS = [swapped_strings, swapped_operators, swapped_pictures, swapped_titles, swapped_places]


@pytest.mark.parametrize("swap", SWAPS)
def test_what_belongs_to_another_guest_is_noticed_and_the_letter_is_its_own(
    swap: Callable[[pytest.MonkeyPatch], None],
    many: InstancedRenderer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    many.make(LETTERS[:1], together=True)  # the self-test comes first, and is none of this
    swap(monkeypatch)
    assert are_their_own(many.make(LETTERS, together=True))
    assert notes(caplog)


@pytest.mark.parametrize("swap", SWAPS)
def test_without_the_checks_it_would_reach_the_guest(
    swap: Callable[[pytest.MonkeyPatch], None], many: InstancedRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    many.make(LETTERS[:1], together=True)
    swap(monkeypatch)
    monkeypatch.setattr(edition, "prove", lambda *_: None)
    monkeypatch.setattr(skeleton, "same_strings", lambda *_: True)
    monkeypatch.setattr(skeleton, "compare", lambda *_: None)
    assert not are_their_own(many.make(LETTERS, together=True))


def moved(patch: pytest.MonkeyPatch) -> None:
    """Every run stands half a millimetre to the right of where it was laid out."""
    original = freeze.decimal
    patch.setattr(freeze, "decimal", lambda value: original(value + 2.0))


def test_a_run_that_moved_is_noticed(
    many: InstancedRenderer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    many.make(LETTERS[:1], together=True)
    moved(monkeypatch)
    assert are_their_own(many.make(LETTERS, together=True))
    assert any("is not where" in note for note in notes(caplog))


def test_a_static_word_that_changed_is_noticed(
    many: InstancedRenderer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    many.make(LETTERS[:1], together=True)
    original = freeze.joined

    def joined(stills: Sequence[content.Still]) -> bytes:
        return original([content.still(stills[0].plain.replace(b"rg", b"RG")), *stills[1:]])

    monkeypatch.setattr(freeze, "joined", joined)
    assert are_their_own(many.make(LETTERS, together=True))
    assert any("static content" in note for note in notes(caplog))


def outcome(many: InstancedRenderer, letters: Sequence[Letter], n: int) -> object:
    """What the n-th of these letters comes to; the others are documents."""
    made = many.make(letters, together=True)
    assert all(isinstance(each, Document) for m, each in enumerate(made) if m != n)
    return made[n]


def test_a_value_wider_than_its_slot_is_left_to_the_full_render(
    many: InstancedRenderer, renderer: PdfRenderer, caplog: pytest.LogCaptureFixture
) -> None:
    wide = letter(3, number="123456789/ABCDEFGHIJ/2027")
    found = outcome(many, [*LETTERS[:3], wide, *LETTERS[4:]], 3)
    with pytest.raises(RenderError) as caught:
        renderer.render(wide)
    assert isinstance(found, RenderError)
    assert (found.key, found.fields) == (caught.value.key, caught.value.fields)
    assert notes(caplog) == ["rendered in full: jakarta X3: a string that is too wide for its slot"]


def test_a_name_that_takes_two_lines_is_left_to_the_full_render(
    many: InstancedRenderer, renderer: PdfRenderer, caplog: pytest.LogCaptureFixture
) -> None:
    long = letter(3, name="Perhimpunan Pengusaha Kecil dan Menengah Kalimantan")
    found = outcome(many, [*LETTERS[:3], long, *LETTERS[4:]], 3)
    assert found == renderer.render(long)
    assert notes(caplog) == ["rendered in full: jakarta X3: its lines fall as those of few others"]


def test_many_names_of_two_lines_get_a_skeleton_of_their_own(
    many: InstancedRenderer, caplog: pytest.LogCaptureFixture
) -> None:
    long = [letter(n, name=f"Perhimpunan Pengusaha Kalimantan {NAMES[n]}") for n in range(8)]
    made = many.make([each for pair in zip(LETTERS, long, strict=True) for each in pair], together=True)
    assert are_their_own(made[::2])
    assert are_their_own(made[1::2], long)
    assert notes(caplog) == []


def test_a_character_that_no_face_has_is_that_letters_fault_alone(
    many: InstancedRenderer, caplog: pytest.LogCaptureFixture
) -> None:
    found = outcome(many, [*LETTERS[:3], letter(3, name="Ꭰbdul"), *LETTERS[4:]], 3)
    assert isinstance(found, RenderError)
    assert (found.key, found.fields["code"], found.fields["what"]) == ("letter_glyphs", "X3", "Ꭰ (U+13A0)")
    assert notes(caplog) == ["rendered in full: jakarta X3: a character that no face has"]


def test_a_name_in_a_script_of_none_of_its_languages_is_that_letters_fault_alone(many: InstancedRenderer) -> None:
    found = outcome(many, [*LETTERS[:3], letter(3, name="大使"), *LETTERS[4:]], 3)
    assert isinstance(found, RenderError)
    assert found.key == "letter_fonts"


def test_a_fault_of_the_first_letter_does_not_cost_the_others_theirs(
    many: InstancedRenderer, caplog: pytest.LogCaptureFixture
) -> None:
    found = outcome(many, [letter(0, name="Ꭰbdul"), *LETTERS[1:]], 0)
    assert isinstance(found, RenderError)
    assert len([note for note in notes(caplog) if " X0: " not in note]) == 0


def test_an_address_that_no_letter_brought_along_is_each_letters_own_fault(many: InstancedRenderer) -> None:
    spying = [replace(each, html=each.html.replace("Kepada", '<img src="file:///etc/hostname">')) for each in LETTERS]
    found = many.make(spying, together=True)
    assert [(each.key, each.fields["code"]) for each in found if isinstance(each, RenderError)] == [
        ("letter_address", f"X{n}") for n in range(COUNT)
    ]


@pytest.mark.parametrize("step", ["_set_strings", "_freeze"])
def test_a_fatal_error_at_any_step_costs_time_and_no_letter(
    step: str,
    many: InstancedRenderer,
    renderer: PdfRenderer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    many.make(LETTERS[:1], together=True)

    def fatal(*_: object, **__: object) -> None:
        raise FatalURLFetchingError("http://canary.example/")

    monkeypatch.setattr(skeleton.Skeleton, step, fatal)
    assert many.make(LETTERS, together=True) == [renderer.render(each) for each in LETTERS]
    assert any("canary.example" in note for note in notes(caplog))


def test_in_a_list_the_fault_is_raised_in_its_turn(many: InstancedRenderer) -> None:
    found = many.render_many([*LETTERS[:3], letter(3, name="Ꭰbdul"), *LETTERS[4:]])
    assert [text(next(found)).count(NAMES[n]) for n in range(3)] == [2, 2, 2]
    with pytest.raises(RenderError):
        next(found)


#: a page of ten lines
TEN_LINES = b"""@page { size: 400px 200px; margin: 0 } .sheet + .sheet { break-before: page }
body { margin: 0; font-size: 10px } p { margin: 0; line-height: 2em } .name { width: 95px }"""


def filled(n: int, name: str) -> Letter:
    """A letter whose sheets are full when its name takes one line."""
    sheets = "".join(
        f'<section class="sheet" id="sheet-{page}"><article lang="{language}">{"<p>Dengan hormat</p>" * 9}'
        f'<div class="name"><p data-slot><bdi>{name}</bdi></p></div></article></section>'
        for page, language in enumerate(("id", "en"), 1)
    )
    html = f'<!DOCTYPE html><html lang="id"><head><title>Surat {n}</title></head><body>{sheets}</body></html>'
    return replace(letter(n), html=html, assets={"letter.css": TEN_LINES})


def test_a_letter_that_must_be_set_smaller_makes_no_other_smaller(
    many: InstancedRenderer, renderer: PdfRenderer, caplog: pytest.LogCaptureFixture
) -> None:
    letters = [filled(0, "Budi Santoso Wijaya"), *(filled(n, NAMES[n]) for n in range(1, 8))]
    whole = [renderer.render(each) for each in letters]
    assert [size(each) for each in whole] == pytest.approx([7.275, *[7.5] * 7], abs=0.01)
    made = many.make(letters, together=True)
    assert [size(each) for each in made if isinstance(each, Document)] == [size(each) for each in whole]
    assert len(notes(caplog)) == 1
    assert "X0: Unsuitable('a letter that is set smaller than others')" in notes(caplog)[0]


def size(document: Document) -> float:
    """The size of the first word, in points."""
    page = pypdfium2.PdfDocument(document.pdf)[0]
    first = next(page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]))
    size = ctypes.c_float()
    pypdfium2.raw.FPDFTextObj_GetFontSize(first.raw, size)
    return float(size.value) * abs(first.get_matrix().get()[3])


def nothing(*_: object) -> None:
    return None


def of_another_form(*_: object, **__: object) -> Iterator[object]:
    raise AttributeError("no such thing in this WeasyPrint")


@pytest.mark.parametrize(
    "change",
    [
        (content, "_hole", nothing),
        (freeze, "cut_up", of_another_form),
        (skeleton, "slots_on", lambda _: iter(())),
        (skeleton, "paint", of_another_form),
        (runs, "draw_first_line", of_another_form),
    ],
)
def test_a_weasyprint_of_another_form_costs_time_and_no_letter(
    change: tuple[Any, str, object],
    renderer: PdfRenderer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(*change)
    made = InstancedRenderer(renderer).make(LETTERS, together=True)
    assert made == [renderer.render(each) for each in LETTERS]
    assert any("every letter is rendered in full" in note for note in notes(caplog))


def test_a_proof_that_proves_nothing_forbids_instancing(
    renderer: PdfRenderer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(proof, "_prove_run", nothing)
    monkeypatch.setattr(edition, "prove", nothing)
    made = InstancedRenderer(renderer).make(LETTERS, together=True)
    assert made == [renderer.render(each) for each in LETTERS]
    assert notes(caplog) == ["every letter is rendered in full: Unsuitable('one letter passes for another')"]


def test_the_self_test_passes_with_the_installed_weasyprint(renderer: PdfRenderer) -> None:
    with renderer.engine(("id", "en")) as engine:
        assert selftest.passes(engine)


def from_the_left(place_of: Sequence[runs.Run], widths: Sequence[float], width: float, _: str) -> list[float]:
    return runs.starts(place_of, widths, width, "ltr")


def in_one_line(place_of: Sequence[runs.Run], widths: Sequence[float], width: float, direction: str) -> list[float]:
    return runs.starts([replace(run, y=0.0) for run in place_of], widths, width, direction)


@pytest.mark.parametrize(
    "change",
    [(skeleton, "starts", from_the_left), (skeleton, "starts", in_one_line), (freeze, "_figure", of_another_form)],
    ids=["from the right", "lines", "pictures"],
)
def test_the_self_test_has_what_real_letters_have(
    change: tuple[Any, str, object], renderer: PdfRenderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(*change)
    with renderer.engine(("id", "en")) as engine:
        assert not selftest.passes(engine)


def test_each_engine_has_a_self_test_of_its_own_faces(monkeypatch: pytest.MonkeyPatch) -> None:
    family = fonts.face_for("ja").family
    full, cut_faces = Engine(), Engine([fonts.installed()[family, weight] for weight in (fonts.REGULAR, fonts.BOLD)])
    tried: list[tuple[Engine, str]] = []

    def one_language(engine: Engine, language: str) -> None:
        tried.append((engine, language))
        if language == "ja":
            raise Unsuitable("glyphs of another form")

    monkeypatch.setattr(selftest, "_try", one_language)
    many = InstancedRenderer()
    assert [many._may(engine) for engine in (full, cut_faces, full, cut_faces)] == [True, False, True, False]
    assert tried == [(full, "en"), (full, "ar"), (cut_faces, "en"), (cut_faces, "ar"), (cut_faces, "ja")]


@pytest.mark.parametrize("language", ["ja", "ko", "zh-Hans"])
def test_the_self_test_passes_with_faces_of_this_language(language: str) -> None:
    family = fonts.face_for(language).family
    assert selftest.passes(Engine([fonts.installed()[family, weight] for weight in (fonts.REGULAR, fonts.BOLD)]))


def test_letters_without_marks_and_pictures_that_are_no_codes_are_rendered_in_full(
    many: InstancedRenderer, renderer: PdfRenderer
) -> None:
    bare = [replace(each, html=each.html.replace(" data-slot", "")) for each in LETTERS]
    other = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h7v7z"/></svg>'
    drawn = [replace(each, assets={**each.assets, "qr.svg": other}) for each in LETTERS]
    for letters in (bare, drawn):
        assert list(many.render_many(letters)) == [renderer.render(each) for each in letters]


@pytest.mark.parametrize(
    "css", [b".name { text-align: center }", b"#sheet-2 { page: card } @page card { margin: 8mm }"]
)
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_names_in_the_middle_and_sheets_of_another_paper_are_set_together_too(
    css: bytes, direction: str, many: InstancedRenderer, renderer: PdfRenderer, caplog: pytest.LogCaptureFixture
) -> None:
    styled = [
        replace(
            each,
            html=each.html.replace("<article", f'<article dir="{direction}"'),
            assets={**each.assets, "letter.css": CSS_TEXT + b"img { display: block }" + css},
        )
        for each in LETTERS
    ]
    made = many.make(styled, together=True)
    assert notes(caplog) == []
    for ours, own in zip(made, styled, strict=True):
        assert isinstance(ours, Document)
        assert list(drawn_pages(ours)) == list(drawn_pages(renderer.render(own)))


def drawn_pages(document: Document) -> Iterator[bytes]:
    for page in pypdfium2.PdfDocument(document.pdf):
        yield page.render(scale=2).to_pil().tobytes()


def test_names_that_could_change_the_language_of_a_line_are_rendered_in_full(
    many: InstancedRenderer, renderer: PdfRenderer, caplog: pytest.LogCaptureFixture
) -> None:
    mixed = [replace(each, html=each.html.replace("<bdi>", '<bdi lang="de">')) for each in LETTERS]
    made = many.make([replace(each, languages=("id", "de")) for each in mixed], together=True)
    assert made == [renderer.render(replace(each, languages=("id", "de"))) for each in mixed]
    assert any("language of what is around" in note for note in notes(caplog))


def page_of(body: str) -> Any:
    sheet = CSS(string="@page { size: 400px 400px; margin: 0 } p { margin: 0; height: 20px; line-height: 20px }")
    return HTML(string=f"<html lang=id><body>{body}").render(stylesheets=[sheet]).pages[0]


def test_no_run_may_lie_in_two_slots() -> None:
    clean = page_of('<p id="a" data-slot="a">Sari</p><p id="b" data-slot="b">Budi</p>')
    assert {name: each.runs[0].text for name, each in runs.places(clean).items()} == {"a": "Sari", "b": "Budi"}
    with pytest.raises(Unsuitable, match="two slots overlap"):
        runs.places(
            page_of('<p id="a" data-slot="a">Sari</p><p id="b" data-slot="b" style="margin-top: -9px">Budi</p>')
        )


def test_a_run_is_given_by_its_place_and_must_be_where_the_tree_says() -> None:
    page = page_of('<p id="a" data-slot="a">Sari</p><p id="b" data-slot="b">Budi</p>')
    page.anchors["a"], page.anchors["b"] = page.anchors["b"], page.anchors["a"]
    with pytest.raises(Unsuitable, match="a run lies outside of its slot"):
        runs.places(page)


def test_text_beside_the_slots_belongs_to_none() -> None:
    with pytest.raises(Unsuitable, match="a run belongs to no slot"):
        runs.places(page_of('<p id="a" data-slot="a">Sari</p><p>Budi</p>'))


def test_the_proof_takes_no_letter_for_another(renderer: PdfRenderer) -> None:
    with renderer.engine(("id", "en")) as engine:
        made, slots = together(engine)
    for n, pdf in enumerate(made.pdfs):
        for m, other in enumerate(slots):
            if n == m:
                made.edition.prove(pdf, other)
            else:
                with pytest.raises(Unsuitable):
                    made.edition.prove(pdf, other)


class Together:
    """Letters of one skeleton, and the edition that they came from."""

    def __init__(self, engine: Engine, slots: Sequence[Cut]) -> None:
        own = skeleton.Skeleton(engine, LETTERS[0], slots[0])
        self.pdfs = [pdf for pdf in own.set(slots) if isinstance(pdf, bytes)]
        self.edition = own.edition


def together(engine: Engine) -> tuple[Together, list[Cut]]:
    slots = [own for each in LETTERS if (own := instanced.cut(each)) is not None]
    return Together(engine, slots), slots


def test_nothing_is_logged_by_a_letter_alone(many: InstancedRenderer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert isinstance(many.make(LETTERS[:1], together=False)[0], Document)
    assert notes(caplog) == []
