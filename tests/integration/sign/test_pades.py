"""The office signs with its own certificate: the frozen bytes stay, the signature holds, nothing is fetched."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from invites.errors import SigningError
from invites.sign import pades
from invites.sign.pades import PadesSigner
from invites.sign.seals import seals
from tests.integration.sign.papers import AT, ISSUER, PASSPHRASE, Key, Office, letter, open_office


@pytest.mark.parametrize("visible", [False, True])
@pytest.mark.parametrize(
    "key", [lambda: ec.generate_private_key(ec.SECP256R1()), lambda: rsa.generate_private_key(65537, 2048)]
)
def test_the_frozen_bytes_stay_and_the_signature_covers_all_of_them(
    key: Callable[[], Key], visible: bool, tmp_path: Path
) -> None:
    office = open_office(tmp_path / "office.p12", key())
    signed = office.sign(letter("JP").pdf, visible=visible)
    assert signed.startswith(letter("JP").pdf)
    assert len(signed) < len(letter("JP").pdf) + 32_000
    (seal,) = seals(signed, [office.anchor])
    assert (seal.intact, seal.whole, seal.by.trusted) == (True, True, True)
    assert (seal.by.subject, seal.by.issuer, seal.by.at) == ("Nama Pejabat", ISSUER, AT)


def test_a_certificate_is_trusted_only_by_the_anchors_that_were_given(office: Office, tmp_path: Path) -> None:
    signed = office.sign(letter("JP").pdf)
    stranger = open_office(tmp_path / "stranger.p12")
    assert [seals(signed, anchors)[0].by.trusted for anchors in ([], [stranger.anchor], [office.anchor])] == [
        False,
        False,
        True,
    ]


def test_reason_place_and_time_are_those_that_were_given(office: Office) -> None:
    with pikepdf.open(BytesIO(office.sign(letter("JP").pdf))) as pdf:
        said = pdf.Root.AcroForm.Fields[0].V
        assert (str(said.Reason), str(said.Location), str(said.M)) == ("Undangan", "Banjarbaru", "D:20240205020000Z")
        assert said.SubFilter == "/ETSI.CAdES.detached"


def test_the_signer_names_who_issued_its_certificate(office: Office) -> None:
    assert office.signer().issuer == ISSUER


@pytest.mark.parametrize(
    ("name", "right"),
    [(ISSUER, True), (ISSUER.upper(), True), ("Lembaga  Contoh", True), ("Nama Pejabat", False), ("", False)],
)
def test_the_issuer_may_be_called_by_person_or_organisation_as_in_files_that_come_back(
    office: Office, name: str, right: bool
) -> None:
    assert office.signer().issued_by(name) == right


def test_a_visible_signature_stands_in_the_blank_space_and_hides_nothing(office: Office) -> None:
    before, after = (shown(pdf) for pdf in (letter("JP").pdf, office.sign(letter("JP").pdf, visible=True)))
    changed = [spot for spot, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    assert len(changed) > 300
    assert all(before[spot] > 240 for spot in changed)


def test_an_invisible_signature_changes_no_pixel(office: Office) -> None:
    assert shown(office.sign(letter("JP").pdf)) == shown(letter("JP").pdf)


def shown(pdf: bytes) -> bytes:
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()  # without, PDFium draws no signature
    picture: bytes = document[0].render(grayscale=True).to_pil().tobytes()
    return picture


def test_a_page_that_is_full_leaves_a_visible_signature_no_room(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pades.stamp, "_HEIGHT", 300)
    with pytest.raises(SigningError) as caught:
        office.sign(letter("JP").pdf, visible=True)
    assert caught.value.key == "sign_no_room"


def test_signing_opens_no_connection(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("signing tried to reach the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert office.sign(letter("JP").pdf)


def test_the_passphrase_is_kept_nowhere(office: Office) -> None:
    signer = office.signer()
    seen: set[int] = set()
    waiting: list[object] = [signer]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        assert thing not in (PASSPHRASE, PASSPHRASE.encode())
        if isinstance(thing, dict):
            waiting += thing.values()
        elif isinstance(thing, list | tuple | set):
            waiting += thing
        else:
            waiting += vars(thing).values() if hasattr(thing, "__dict__") else ()
    assert len(seen) > 10


@pytest.mark.parametrize(
    "key",
    [
        lambda: ec.generate_private_key(ec.SECP384R1()),
        lambda: rsa.generate_private_key(65537, 1024),  # noqa: S505 - to be refused
    ],
)
def test_a_key_of_another_kind_is_refused(key: Callable[[], Key], tmp_path: Path) -> None:
    with pytest.raises(SigningError) as caught:
        open_office(tmp_path / "office.p12", key()).signer()
    assert caught.value.key == "sign_key"


def test_a_wrong_passphrase_and_a_wrong_file_are_told_apart(office: Office, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("kain sasirangan")
    for path, passphrase, key in (
        (office.file, "keliru", "sign_passphrase"),
        (tmp_path / "notes.txt", PASSPHRASE, "sign_passphrase"),
        (tmp_path / "nowhere.p12", PASSPHRASE, "sign_certificate"),
    ):
        with pytest.raises(SigningError) as caught:
            PadesSigner(path, passphrase)
        assert caught.value.key == key
        assert passphrase not in str(caught.value)


@pytest.mark.parametrize("days", [-31, 20 * 365 + 1])
def test_a_certificate_outside_its_time_signs_nothing(office: Office, days: int) -> None:
    with pytest.raises(SigningError) as caught:
        office.signer().sign(letter("JP").pdf, reason="", location="", at=AT + timedelta(days=days))
    assert caught.value.key == "sign_expired"


@pytest.mark.parametrize("pdf", [b"", b"no PDF", b"%PDF-1.7\n%%EOF\n"])
def test_what_is_no_pdf_is_not_signed(office: Office, pdf: bytes) -> None:
    with pytest.raises(SigningError) as caught:
        office.sign(pdf)
    assert caught.value.key == "sign_impossible"


def test_a_signed_letter_is_not_signed_again(office: Office) -> None:
    with pytest.raises(SigningError) as caught:
        office.sign(office.sign(letter("JP").pdf))
    assert caught.value.key == "sign_impossible"


def test_a_result_that_does_not_verify_is_not_handed_out(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    real = pades.PdfSigner.sign_pdf

    def spoilt(*args: object, **options: object) -> BytesIO:
        signed = bytearray(real(*args, **options).getbuffer())  # type: ignore[arg-type]
        signed[200] ^= 1
        return BytesIO(bytes(signed))

    monkeypatch.setattr(pades.PdfSigner, "sign_pdf", spoilt)
    with pytest.raises(SigningError) as caught:
        office.sign(letter("JP").pdf)
    assert caught.value.key == "sign_unverified"


def test_a_result_that_does_not_begin_with_the_frozen_bytes_is_not_handed_out(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = pades.PdfSigner.sign_pdf

    def of_another(self: pades.PdfSigner, _: object) -> BytesIO:
        return real(self, IncrementalPdfFileWriter(BytesIO(letter("FR").pdf)))  # type: ignore[no-any-return]

    monkeypatch.setattr(pades.PdfSigner, "sign_pdf", of_another)
    with pytest.raises(SigningError) as caught:
        office.sign(letter("JP").pdf)
    assert caught.value.key == "sign_unverified"
