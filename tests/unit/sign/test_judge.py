"""Every single difference between a file and the frozen letter is told, and none is invented."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invites.model.signature import FindingState, LetterToSign, SignatureKind, SignedBy
from invites.sign.judge import Verdict, candidates, verdict
from invites.sign.reading import Page, Raster, Reading
from invites.sign.seals import Seal

LINK = "https://undangan.example/r/aaaaa"
LETTER = LetterToSign(
    code="JP", number="500.2/0123-A/DISDAG", pdf=b"", link=LINK, verification="kalsel.example/v/k7-q2"
)
SIZE = (100, 140)


def paper(*ink: tuple[int, int, int]) -> Raster:
    """A white page of 100 × 140 with dots: column, row, grey."""
    pixels = bytearray(b"\xff" * (SIZE[0] * SIZE[1]))
    for column, row, grey in ink:
        pixels[row * SIZE[0] + column] = grey
    return Raster(size=SIZE, pixels=bytes(pixels))


LINE = [(column, 20, 0) for column in range(10, 40)]
PAGE = Page(
    text="Nomor:500.2/0123-A/DISDAG…kalsel.example/v/k7-q2",
    codes=(LINK,),
    drawn=paper(*LINE),
    shown=paper(*LINE),
    scanned=False,
)
SEAL = Seal(
    by=SignedBy(subject="Nama Pejabat", issuer="Balai Contoh", at=None, trusted=False),
    issuers=("Balai Contoh", "Lembaga Contoh"),
    intact=True,
    whole=True,
    certificate=b"",
)
FROZEN = Reading(pages=(PAGE, PAGE), seals=(), additions=frozenset({"URI a"}))
CAME = replace(FROZEN, seals=(SEAL,))


def judged(came: Reading, *, prefix: bool = False, issuer: str = "") -> Verdict:
    return verdict(LETTER, FROZEN, came, prefix=prefix, issuer=issuer)


def second(**changes: object) -> Reading:
    """The second page is another one."""
    return replace(CAME, pages=(PAGE, replace(PAGE, **changes)))  # type: ignore[arg-type]


@pytest.mark.parametrize(("prefix", "kind"), [(True, SignatureKind.incremental), (False, SignatureKind.rewritten)])
def test_the_letter_itself_with_one_good_signature_is_accepted(prefix: bool, kind: SignatureKind) -> None:
    assert judged(CAME, prefix=prefix) == Verdict(state=FindingState.accepted, kind=kind)


@pytest.mark.parametrize("prefix", [True, False])
@pytest.mark.parametrize(
    ("came", "reason", "fields"),
    [
        (replace(CAME, pages=(PAGE,)), "pages", {"found": "1", "expected": "2"}),
        (
            replace(CAME, additions=frozenset({"URI a", "JavaScript", "a file"})),
            "added",
            {"what": "JavaScript, a file"},
        ),
        (FROZEN, "unsigned", {}),
        (replace(CAME, seals=(SEAL, SEAL)), "signed_twice", {"count": "2"}),
        (replace(CAME, seals=(replace(SEAL, intact=False),)), "broken", {}),
        (replace(CAME, seals=(replace(SEAL, whole=False),)), "changed_later", {}),
        (second(text="Nomor:500.2/0123-A/DISDAG…"), "text", {"page": "2"}),
        (second(codes=()), "qr", {"page": "2"}),
        (second(codes=("https://undangan.example/r/bbbbb",)), "qr", {"page": "2"}),
        (
            replace(CAME, pages=(replace(PAGE, text="Nomor:500.2/0124-A/DISDAG"),) * 2),
            "number",
            {"number": LETTER.number},
        ),
    ],
)
def test_a_difference_is_refused_by_its_name(came: Reading, reason: str, fields: dict[str, str], prefix: bool) -> None:
    found = judged(came, prefix=prefix)
    assert (found.state, found.reason, found.fields) == (FindingState.refused, reason, fields)


@pytest.mark.parametrize(
    ("said", "accepted"),
    [("", True), ("balai  contoh", True), ("Lembaga Contoh", True), ("Balai", False), ("Nama Pejabat", False)],
)
def test_the_certificates_issuer_is_whom_the_letter_names(said: str, accepted: bool) -> None:
    found = judged(CAME, issuer=said)
    assert (found.state is FindingState.accepted) == accepted
    assert found.reason == (None if accepted else "other_issuer")


@pytest.mark.parametrize(
    ("anchored", "trusted", "accepted"), [(False, False, True), (True, True, True), (True, False, False)]
)
def test_where_anchors_are_given_a_certificate_has_to_lead_to_one(
    anchored: bool, trusted: bool, accepted: bool
) -> None:
    seal = replace(SEAL, by=replace(SEAL.by, trusted=trusted))
    found = verdict(LETTER, FROZEN, replace(CAME, seals=(seal,)), prefix=True, anchored=anchored)
    assert found.state is (FindingState.accepted if accepted else FindingState.needs_confirmation)
    assert found.reason == (None if accepted else "untrusted")


def test_what_nobody_sees_is_no_difference() -> None:
    soft = [(column, row, 255 - 2) for column in range(5, 95) for row in range(60, 100)]
    assert judged(second(drawn=paper(*LINE, *soft), shown=paper(*LINE, *soft))).state is FindingState.accepted


@pytest.mark.parametrize(
    "drawn",
    [
        paper(),
        paper(*LINE, (50, 60, 255 - 3)),
        paper(*LINE, *[(column, row, 255 - 5) for column in range(5, 95) for row in range(60, 100)]),
        paper(*LINE[1:]),
        Raster(size=(100, 150), pixels=paper(*LINE).pixels + b"\xff" * 1000),
    ],
)
def test_a_page_that_looks_different_needs_a_person_whatever_its_text_says(drawn: Raster) -> None:
    found = judged(second(drawn=drawn, shown=drawn))
    assert (found.state, found.reason, found.fields) == (FindingState.needs_confirmation, "drawing", {"page": "2"})


def test_a_mark_on_blank_paper_is_fine() -> None:
    mark = [(column, row, 0) for column in range(50, 80) for row in range(100, 115)]
    assert judged(second(shown=paper(*LINE, *mark))).state is FindingState.accepted


@pytest.mark.parametrize(
    "mark",
    [
        [(column, 20, 255) for column in range(10, 20)],
        [(column, 21, 0) for column in range(10, 20)],
        [(column, 20, 80) for column in range(10, 40)],
        [(5, 60, 0), (95, 130, 0)],
    ],
)
def test_a_mark_that_hides_or_touches_writing_or_spreads_over_the_page_needs_a_person(
    mark: list[tuple[int, int, int]],
) -> None:
    found = judged(second(shown=paper(*LINE, *mark)))
    assert (found.state, found.reason, found.fields) == (FindingState.needs_confirmation, "covered", {"page": "2"})


SCAN = replace(CAME, seals=(), pages=(replace(PAGE, text="", scanned=True),) * 2, additions=frozenset())


def test_a_scan_always_needs_a_person() -> None:
    assert judged(SCAN) == Verdict(state=FindingState.needs_confirmation, kind=SignatureKind.scan, reason="paper")
    assert judged(replace(SCAN, pages=(PAGE, SCAN.pages[1]))).kind is SignatureKind.scan


def test_ink_on_a_letter_that_says_it_is_signed_electronically_is_refused() -> None:
    found = judged(SCAN, issuer="Balai Contoh")
    assert (found.state, found.reason, found.fields) == (FindingState.refused, "ink", {"issuer": "Balai Contoh"})
    assert judged(replace(SCAN, seals=(SEAL,)), issuer="Balai Contoh").reason == "paper"


@pytest.mark.parametrize("codes", [(), (LINK,)])
def test_a_code_that_a_scanner_lost_is_no_fault(codes: tuple[str, ...]) -> None:
    assert judged(replace(SCAN, pages=(SCAN.pages[0], replace(SCAN.pages[1], codes=codes)))).reason == "paper"


def test_a_scan_with_another_letters_page_is_refused() -> None:
    strange = replace(SCAN.pages[1], codes=("https://undangan.example/r/bbbbb",))
    found = judged(replace(SCAN, pages=(SCAN.pages[0], strange)))
    assert (found.state, found.reason, found.fields) == (FindingState.refused, "qr", {"page": "2"})


def test_a_signature_on_a_scan_has_to_hold_too() -> None:
    assert judged(replace(SCAN, seals=(SEAL,))).reason == "paper"
    assert judged(replace(SCAN, seals=(replace(SEAL, intact=False),))).reason == "broken"


def test_a_file_is_whose_code_it_carries_printed_or_drawn() -> None:
    other = LetterToSign(code="FR", number=LETTER.number, pdf=b"", link="https://undangan.example/r/ccccc")
    drawn = replace(CAME, pages=(replace(PAGE, text="…"),) * 2)
    printed = replace(CAME, pages=(replace(PAGE, codes=()),) * 2)
    neither = replace(CAME, pages=(replace(PAGE, text="…", codes=()),) * 2)
    assert [candidates(came, [other, LETTER]) for came in (drawn, printed, neither)] == [(LETTER,), (LETTER,), ()]


def test_letters_without_any_code_are_nobodys() -> None:
    assert candidates(CAME, [LetterToSign(code="FR", number=LETTER.number, pdf=b"")]) == ()
