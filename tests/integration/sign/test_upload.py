"""Files that come back in any names: each becomes one letter's, or is refused with its reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image
from pyhanko.pdf_utils.generic import StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from invites.errors import SigningError
from invites.model.event import LinkOn
from invites.model.signature import Finding, FindingState, LetterToSign, SignatureKind
from invites.sign.upload import match
from tests.integration.sign.papers import (
    ISSUER,
    REWRITERS,
    Office,
    anew,
    letter,
    open_office,
    painted,
    recipients,
    rewritten,
    scanned,
    written_in_blocks,
)

Tray = Callable[..., list[Path]]
CODES = ("JP", "FR", "US")


def letters() -> list[LetterToSign]:
    return [letter(code) for code in CODES]


def only(tray: Tray, content: bytes, **options: object) -> Finding:
    (finding,) = match(tray(content), letters(), **options).findings  # type: ignore[arg-type]
    return finding


def refused(finding: Finding, reason: str, code: str = "") -> bool:
    assert (finding.state, finding.reason, finding.code) == (FindingState.refused, reason, code)
    assert (finding.pdf, finding.pictures) == (b"", ())
    return True


# incremental


@pytest.mark.parametrize("visible", [False, True])
def test_signed_files_find_their_letters_whatever_they_are_called(office: Office, tray: Tray, visible: bool) -> None:
    signed = {code: office.sign(letter(code).pdf, visible=visible) for code in ("US", "JP", "FR")}
    matched = match(tray(*signed.values()), letters(), issuer=ISSUER, anchors=[office.anchor])
    assert [finding.code for finding in matched.findings] == ["US", "JP", "FR"]
    assert {(finding.state, finding.kind) for finding in matched.findings} == {
        (FindingState.accepted, SignatureKind.incremental)
    }
    assert {finding.code: finding.pdf for finding in matched.findings} == signed
    assert all(by and (by.subject, by.issuer, by.trusted) == ("Nama Pejabat", ISSUER, True) for by in
               (finding.signed_by for finding in matched.findings))  # fmt: skip
    assert matched.complete


def test_a_letter_without_a_file_is_named(office: Office, tray: Tray) -> None:
    matched = match(tray(office.sign(letter("JP").pdf)), letters())
    assert matched.missing == ("FR", "US")
    assert not matched.complete


def test_without_anchors_the_name_of_the_issuer_decides_and_nothing_is_called_trusted(
    office: Office, tray: Tray
) -> None:
    finding = only(tray, office.sign(letter("JP").pdf), issuer=ISSUER)
    assert finding.state is FindingState.accepted
    assert finding.signed_by is not None
    assert not finding.signed_by.trusted


def test_with_anchors_a_certificate_that_only_bears_the_name_needs_a_person(
    office: Office, tray: Tray, tmp_path: Path
) -> None:
    stranger = open_office(tmp_path / "stranger.p12")
    anchors = [open_office(tmp_path / "another.p12").anchor, office.anchor]
    ours, theirs = (each.sign(letter("JP").pdf) for each in (office, stranger))
    assert only(tray, ours, issuer=ISSUER, anchors=anchors).state is FindingState.accepted
    finding = only(tray, theirs, issuer=ISSUER, anchors=anchors)
    assert (finding.state, finding.reason) == (FindingState.needs_confirmation, "untrusted")
    assert finding.fields == {"subject": "Nama Pejabat", "issuer": ISSUER}
    assert (len(finding.pictures), finding.pdf) == (2, theirs)


@pytest.mark.parametrize("issuer", [ISSUER, ISSUER.upper(), "Lembaga  Contoh"])
def test_the_issuer_may_be_named_by_person_or_organisation(office: Office, tray: Tray, issuer: str) -> None:
    assert only(tray, office.sign(letter("JP").pdf), issuer=issuer).state is FindingState.accepted


def test_a_certificate_of_another_issuer_than_the_letter_names_is_refused(office: Office, tray: Tray) -> None:
    finding = only(tray, office.sign(letter("JP").pdf), issuer="Balai Lain")
    assert refused(finding, "other_issuer", "JP")
    assert finding.fields == {"issuer": ISSUER, "expected": "Balai Lain"}


def test_an_unsigned_letter_is_refused(tray: Tray) -> None:
    assert refused(only(tray, letter("JP").pdf), "unsigned", "JP")


def test_a_letter_of_another_event_is_refused(office: Office, tray: Tray) -> None:
    assert refused(only(tray, office.sign(letter("DE").pdf)), "unknown_letter")


def test_a_letter_signed_twice_is_refused(office: Office, tray: Tray) -> None:
    twice = office.sign_beside(office.sign(letter("JP").pdf))
    assert refused(only(tray, twice), "signed_twice", "JP")


def test_two_files_for_one_letter_are_both_refused(office: Office, tray: Tray) -> None:
    first, second, third = (office.sign(letter(code).pdf) for code in ("JP", "JP", "FR"))
    matched = match(tray(first, second, third, letter("JP").pdf), letters())
    one, other, french, unsigned = matched.findings
    assert refused(one, "two_files", "JP")
    assert one.fields == {"others": other.path.name}
    assert refused(other, "two_files", "JP")
    assert french.state is FindingState.accepted
    assert refused(unsigned, "unsigned", "JP")
    assert matched.missing == ("JP", "US")


@pytest.mark.parametrize("where", [b"Undangan", b"/Title", b"%\xf0\x9f\x96\xa4"])
def test_a_changed_byte_breaks_the_signature(office: Office, tray: Tray, where: bytes) -> None:
    signed = bytearray(office.sign(letter("JP").pdf))
    spot = signed.rindex(where) + len(where) - 1
    signed[spot] ^= 0x01
    assert refused(only(tray, bytes(signed)), "broken", "JP")


def test_a_change_after_the_signature_is_refused(office: Office, tray: Tray) -> None:
    changed = IncrementalPdfFileWriter(BytesIO(office.sign(letter("JP").pdf)))
    changed.root["/Lang"] = changed.root.raw_get("/Lang")
    changed.update_root()
    later = BytesIO()
    changed.write(later)
    assert refused(only(tray, later.getvalue()), "changed_later", "JP")


def test_one_byte_behind_the_signature_is_refused(office: Office, tray: Tray) -> None:
    assert refused(only(tray, office.sign(letter("JP").pdf) + b"\n"), "changed_later", "JP")


def test_a_page_that_was_changed_and_then_signed_with_the_frozen_bytes_before_it_needs_a_person(
    office: Office, tray: Tray
) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(letter("JP").pdf))
    page = writer.find_page_for_modification(0)[0].get_object()
    whole = b"q " + page["/Contents"].data + b" Q 1 g 290 690 260 60 re f"
    page["/Contents"] = writer.add_object(StreamObject(stream_data=whole))
    writer.update_container(page)
    changed = BytesIO()
    writer.write(changed)
    finding = only(tray, office.sign(changed.getvalue()))
    assert finding.kind is SignatureKind.incremental
    assert (finding.state, finding.reason) == (FindingState.needs_confirmation, "drawing")


def test_a_mark_of_the_signature_that_covers_writing_needs_a_person(office: Office, tray: Tray) -> None:
    marked = office.sign_beside(letter("JP").pdf, box=(60, 690, 330, 760))
    finding = only(tray, marked)
    assert (finding.state, finding.reason, finding.fields) == (
        FindingState.needs_confirmation,
        "covered",
        {"page": "1"},
    )
    assert [Image.open(BytesIO(picture)).format for picture in finding.pictures] == ["PNG", "PNG"]


def test_a_frozen_letter_that_cannot_be_read_is_no_fault_of_the_file(office: Office, tray: Tray) -> None:
    broken = replace(letter("JP"), pdf=b"%PDF-1.7 nothing")
    with pytest.raises(SigningError) as caught:
        match(tray(office.sign(letter("JP").pdf)), [broken])
    assert (caught.value.key, caught.value.fields) == ("sign_frozen", {"code": "JP"})


# written anew


def test_a_letter_that_a_portal_wrote_anew_and_signed_is_accepted(office: Office, tray: Tray) -> None:
    anew = office.sign(rewritten(letter("JP").pdf))
    assert not anew.startswith(letter("JP").pdf[:5000])
    finding = only(tray, anew, issuer=ISSUER)
    assert (finding.state, finding.kind, finding.code) == (FindingState.accepted, SignatureKind.rewritten, "JP")
    assert finding.pdf == anew


def test_written_anew_but_not_signed_is_refused(tray: Tray) -> None:
    assert refused(only(tray, rewritten(letter("JP").pdf)), "unsigned", "JP")


def test_another_text_is_refused(office: Office, tray: Tray) -> None:
    other = letter("JP", head_name="Orang Lain")
    assert other.link == letter("JP").link
    finding = only(tray, office.sign(other.pdf))
    assert refused(finding, "text", "JP")
    assert finding.fields == {"page": "1"}


def test_another_number_is_refused(office: Office, tray: Tray) -> None:
    frozen = replace(letter("JP", head_name="Orang Lain"), number="500.2/0124/DISDAG/2024")
    (finding,) = match(tray(office.sign(letter("JP").pdf)), [frozen]).findings
    assert refused(finding, "number", "JP")


def test_a_code_that_was_painted_over_is_refused(office: Office, tray: Tray) -> None:
    covered = rewritten(letter("JP").pdf, painted(0, (440, 180, 100, 100)))
    finding = only(tray, office.sign(covered))
    assert refused(finding, "qr", "JP")
    assert finding.fields == {"page": "1"}


def test_a_line_that_was_painted_over_needs_a_person(office: Office, tray: Tray) -> None:
    """Its text is still found, but nobody can see it."""
    covered = rewritten(letter("JP").pdf, painted(0, (290, 690, 260, 60)))
    finding = only(tray, office.sign(covered))
    assert (finding.state, finding.reason, finding.kind) == (
        FindingState.needs_confirmation,
        "drawing",
        SignatureKind.rewritten,
    )
    assert len(finding.pictures) == 2


@pytest.mark.parametrize(
    "colour",
    [
        *(f"{grey:g} g" for grey in (0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.97)),
        "1 0 0 rg", "0 1 1 rg", "1 1 0 rg", "1 1 0.7 rg", "0.9 0.9 1 rg", "0 0.05 0 0 k",
    ],
)  # fmt: skip
def test_words_drawn_over_a_letter_need_a_person_in_whatever_grey_or_colour(
    office: Office, tray: Tray, colour: str
) -> None:
    """Drawn as shapes they are no text: only the picture tells of them."""
    finding = only(tray, office.sign(rewritten(letter("JP").pdf, written_in_blocks(colour))))
    assert (finding.state, finding.reason) == (FindingState.needs_confirmation, "drawing")


@pytest.mark.parametrize("program", REWRITERS)
def test_the_sixteen_letters_written_anew_look_the_same_to_the_pixel(
    office: Office, tray: Tray, tmp_path: Path, program: Sequence[str]
) -> None:
    sixteen = [letter(code) for code in recipients()]
    came = [office.sign_beside(anew(each.pdf, program, tmp_path)) for each in sixteen]
    findings = match(tray(*came), sixteen, issuer=ISSUER).findings
    assert [(finding.state, finding.kind) for finding in findings] == [
        (FindingState.accepted, SignatureKind.rewritten)
    ] * 16


def test_a_file_of_two_letters_is_refused(office: Office, tray: Tray) -> None:
    with pikepdf.open(BytesIO(letter("FR").pdf)) as other:
        both = rewritten(letter("JP").pdf, lambda pdf: pdf.pages.append(other.pages[0]))
    finding = only(tray, office.sign(both))
    assert refused(finding, "several_letters")
    assert finding.fields == {"codes": "JP, FR"}


def test_a_page_too_many_or_too_few_is_refused(office: Office, tray: Tray) -> None:
    more = rewritten(letter("JP").pdf, lambda pdf: pdf.pages.append(pdf.pages[1]))
    fewer = rewritten(letter("JP").pdf, lambda pdf: pdf.pages.__delitem__(1))
    assert refused(only(tray, office.sign(more)), "pages", "JP")
    assert refused(only(tray, office.sign(fewer)), "pages", "JP")


# the link stands on a card of its own: the printed code tells whose a letter is


def on_cards() -> list[LetterToSign]:
    return [letter(code, link_on=LinkOn.card) for code in CODES]


def test_a_letter_without_a_qr_code_is_known_by_its_verification_code(office: Office, tray: Tray) -> None:
    anew = office.sign(rewritten(letter("FR", link_on=LinkOn.card).pdf))
    (finding,) = match(tray(anew), on_cards(), issuer=ISSUER).findings
    assert (finding.state, finding.kind, finding.code) == (FindingState.accepted, SignatureKind.rewritten, "FR")


def test_a_scan_without_a_qr_code_needs_to_be_told_whose_it_is(tray: Tray) -> None:
    (path,) = tray(scanned(letter("FR", link_on=LinkOn.card).pdf))
    (nameless,) = match([path], on_cards()).findings
    assert refused(nameless, "no_code")
    (told,) = match([path], on_cards(), said={path: "FR"}).findings
    assert (told.state, told.kind, told.code) == (FindingState.needs_confirmation, SignatureKind.scan, "FR")


# paper


@pytest.mark.parametrize(("dpi", "turned"), [(150, 1.5), (200, -2.0), (300, 1.5), (200, 181.5), (200, 90.0)])
def test_a_scan_finds_its_letter_and_waits_for_a_person(tray: Tray, dpi: int, turned: float) -> None:
    paper = scanned(letter("FR").pdf, dpi=dpi, turned=turned)
    finding = only(tray, paper)
    assert (finding.state, finding.kind, finding.code) == (
        FindingState.needs_confirmation,
        SignatureKind.scan,
        "FR",
    )
    assert (finding.reason, finding.signed_by, finding.pdf) == ("paper", None, paper)
    assert [Image.open(BytesIO(picture)).format for picture in finding.pictures] == ["PNG", "PNG"]


def test_a_small_copy_still_finds_its_letter(tray: Tray) -> None:
    finding = only(tray, scanned(letter("FR").pdf, dpi=300, size=0.32))
    assert (finding.state, finding.code) == (FindingState.needs_confirmation, "FR")


def test_ink_on_a_letter_that_says_it_is_signed_electronically_is_refused(tray: Tray) -> None:
    finding = only(tray, scanned(letter("FR").pdf), issuer=ISSUER)
    assert refused(finding, "ink", "FR")


def test_the_frozen_letter_lies_beside_the_scan_for_comparison(tray: Tray) -> None:
    finding = only(tray, scanned(letter("FR").pdf, dpi=300))
    frozen = pypdfium2.PdfDocument(letter("FR").pdf)
    for page, picture in zip(frozen, finding.pictures, strict=True):
        both, alone = Image.open(BytesIO(picture)), page.render(scale=100 / 72).to_pil()
        assert both.crop((0, 0, *alone.size)).tobytes() == alone.tobytes()
        right = both.crop((alone.width + 16, 0, *both.size)).convert("L")
        assert alone.width - 5 < right.width < alone.width + 5
        assert right.getextrema()[0] < 100


def test_a_scan_of_another_letter_is_refused(tray: Tray) -> None:
    assert refused(only(tray, scanned(letter("DE").pdf)), "unknown_letter")


def test_a_scan_of_which_a_page_is_missing_is_refused(tray: Tray) -> None:
    assert refused(only(tray, scanned(letter("FR").pdf, pages=[0])), "pages", "FR")


def test_a_scan_with_a_page_of_a_letter_unknown_here_is_refused(tray: Tray) -> None:
    with pikepdf.open(BytesIO(scanned(letter("DE").pdf, pages=[1]))) as other:
        mixed = rewritten(scanned(letter("FR").pdf, pages=[0]), lambda pdf: pdf.pages.append(other.pages[0]))
    finding = only(tray, mixed)
    assert refused(finding, "qr", "FR")
    assert finding.fields == {"page": "2"}


def test_nobodys_word_goes_against_a_code(tray: Tray) -> None:
    (path,) = tray(scanned(letter("DE").pdf))
    (finding,) = match([path], letters(), said={path: "FR"}).findings
    assert refused(finding, "unknown_letter")


def test_text_behind_a_scan_is_not_believed(tray: Tray, office: Office) -> None:
    """Scanners write what they read behind the picture, and anybody can write anything there."""

    def put_picture(pdf: pikepdf.Pdf) -> None:
        with pikepdf.open(BytesIO(scanned(letter("FR").pdf, turned=0))) as paper:
            for number, sheet in enumerate(paper.pages):
                pdf.pages[number].add_overlay(sheet)

    finding = only(tray, office.sign(rewritten(letter("FR").pdf, put_picture)))
    assert (finding.state, finding.kind, finding.code) == (
        FindingState.needs_confirmation,
        SignatureKind.scan,
        "FR",
    )
