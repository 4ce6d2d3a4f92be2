"""Letters to sign, certificates to sign them with, and what scanners and portals make of them."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID
from PIL import Image, ImageDraw
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers import PdfSignatureMetadata, SimpleSigner, sign_pdf

from invites.compose.letter import compose_documents
from invites.model.batch import Invitation
from invites.model.event import LinkOn
from invites.model.message import Form
from invites.model.recipient import Recipient
from invites.model.signature import LetterToSign
from invites.sign.pades import PadesSigner
from invites.track import links, verification
from invites.validate.reader import read_list
from tests.integration.letters import test_sixteen as sixteen

BASE_URL = "https://undangan.kalselprov.example"
ISSUER = "Penerbit Sertifikat Contoh"
PASSPHRASE = "kain sasirangan"
AT = datetime(2024, 2, 5, 2, tzinfo=UTC)
#: programs that write a file anew, each with its words before the two names
REWRITERS = (
    ("qpdf", "--linearize", "--object-streams=generate"),
    ("qpdf", "--qdf", "--coalesce-contents", "--normalize-content=y"),
    ("mutool", "clean", "-gggg", "-z"),
    ("mutool", "clean", "-ggggs", "-d"),
)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, kw_only=True)
class Office:
    """A certificate authority of its own, and one certificate by it as a PKCS#12 file."""

    file: Path
    anchor: bytes

    def signer(self, *, visible: bool = False) -> PadesSigner:
        return PadesSigner(self.file, PASSPHRASE, visible=visible)

    def sign(self, pdf: bytes, *, visible: bool = False) -> bytes:
        return self.signer(visible=visible).sign(pdf, reason="Undangan", location="Banjarbaru", at=AT)

    def sign_beside(self, pdf: bytes, *, box: tuple[int, int, int, int] | None = None, name: str = "Kedua") -> bytes:
        """As another program would, with its own field, wherever it likes."""
        signer = SimpleSigner.load_pkcs12_data(self.file.read_bytes(), [], PASSPHRASE.encode())
        out = sign_pdf(
            IncrementalPdfFileWriter(BytesIO(pdf), strict=False),  # mutool's table of objects is no strict one
            PdfSignatureMetadata(field_name=name, md_algorithm="sha256"),
            signer,
            new_field_spec=SigFieldSpec(name, box=box),
        )
        return bytes(out.getbuffer())


def open_office(file: Path, key: Key | None = None, *, issuer: str = ISSUER, until: datetime | None = None) -> Office:
    """EC P-256 unless another key is given."""
    authority, own = ec.generate_private_key(ec.SECP256R1()), key or ec.generate_private_key(ec.SECP256R1())
    named, person = _name(issuer, "Lembaga Contoh"), _name("Nama Pejabat", "Pemerintah Provinsi")
    root = _certificate(named, named, authority, authority).add_extension(
        x509.BasicConstraints(ca=True, path_length=None), critical=True
    )
    leaf = _certificate(person, named, own, authority, until=until).add_extension(_may_sign(), critical=True)
    root_, leaf_ = root.sign(authority, hashes.SHA256()), leaf.sign(authority, hashes.SHA256())
    file.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"kantor", own, leaf_, [root_], BestAvailableEncryption(PASSPHRASE.encode())
        )
    )
    return Office(file=file, anchor=root_.public_bytes(Encoding.PEM))


def _name(common: str, organisation: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.COMMON_NAME, common), x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)]
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: Key, authority: Key, *, until: datetime | None = None
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(AT - timedelta(days=30))
        .not_valid_after(until or AT + timedelta(days=20 * 365))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False)
    )


def _may_sign() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


@cache
def letter(code: str, *, link_on: LinkOn = LinkOn.letter, esign: str = ISSUER, **changes: object) -> LetterToSign:
    """The shipped event's letter to an embassy, as it is frozen to be signed; `changes` are to the list row."""
    event = replace(sixteen.shipped("jakarta"), link_on=link_on)
    catalogues, templates = sixteen.house()
    recipient = replace(recipients()[code], **changes)  # type: ignore[arg-type]
    invitation = Invitation(event=event.slug, code=code, revision=1, number=event.letter.number, recipient=recipient)
    link = links.derive([sixteen.KEY], BASE_URL, event.slug, code)
    printed = verification.address(BASE_URL, verification.derive([sixteen.KEY], event.slug, code, 1))
    text, *_ = compose_documents(
        event,
        invitation,
        link,
        templates=templates,
        catalogues=catalogues,
        wanted=(Form.letter,),
        esign=esign,
        verification=printed,
    )
    return LetterToSign(
        code=code,
        number=invitation.number,
        pdf=sixteen.renderer().render(text).pdf,
        link=link.url if link_on is LinkOn.letter else "",
        verification=printed,
    )


@cache
def recipients() -> Mapping[str, Recipient]:
    listed = read_list(sixteen.LIST, catalogues=sixteen.house()[0], today=date(2024, 1, 8))
    return {recipient.code: recipient for recipient in listed.recipients}


def rewritten(pdf: bytes, change: Callable[[pikepdf.Pdf], None] = lambda pdf: None) -> bytes:
    """As a portal that writes the file anew, with other objects in another order."""
    written = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        change(opened)
        opened.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate, linearize=True)
    return written.getvalue()


def anew(pdf: bytes, program: Sequence[str], folder: Path) -> bytes:
    """As one of REWRITERS writes it."""
    old, new = folder / "old.pdf", folder / "new.pdf"
    old.write_bytes(pdf)
    subprocess.run([*program, old, new], check=True, capture_output=True)
    return new.read_bytes()


def written_in_blocks(colour: str) -> Callable[[pikepdf.Pdf], None]:
    """A change for `rewritten`: "HELL" in shapes of 1.2 points, on blank paper, in the colour of an operator."""
    strokes = [(0, 0, 1.2, 8), (4, 0, 1.2, 8), (0, 3.5, 5, 1.2), (8, 0, 1.2, 8), (8, 0, 4, 1.2), (8, 3.5, 4, 1.2),
               (8, 7, 4, 1.2), (15, 0, 1.2, 8), (15, 0, 4, 1.2), (22, 0, 1.2, 8), (22, 0, 4, 1.2)]  # fmt: skip
    path = " ".join(
        f"{300 + left:g} {60 + bottom:g} {width:g} {height:g} re" for left, bottom, width, height in strokes
    )

    def write(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].contents_add(b"q", prepend=True)
        pdf.pages[0].contents_add(f"Q {colour} {path} f".encode())

    return write


def painted(page: int, box: tuple[float, float, float, float], *, grey: float = 1) -> Callable[[pikepdf.Pdf], None]:
    """A change for `rewritten`: a rectangle (left, bottom, width, height in points) over what is there."""

    def paint(pdf: pikepdf.Pdf) -> None:
        rectangle = " ".join(f"{side:g}" for side in box)
        pdf.pages[page].contents_add(b"q", prepend=True)  # what the letter does to the axes ends before ours begins
        pdf.pages[page].contents_add(f"Q {grey:g} g {rectangle} re f".encode())

    return paint


def scanned(
    pdf: bytes, *, dpi: int = 200, turned: float = 1.5, size: float = 1, pages: Sequence[int] | None = None
) -> bytes:
    """Printed, signed in ink, stamped, scanned askew as JPEG; with a `size` below 1, a small copy on a large sheet."""
    dice = random.Random(dpi)  # noqa: S311 - a hand that shakes the same way each time
    document = pypdfium2.PdfDocument(pdf)
    sheets = [
        _on_the_glass(document[page].render(scale=dpi / 72).to_pil(), turned, dice)
        for page in pages or range(len(document))
    ]
    if size != 1:
        sheets = [_copied_small(sheet, size) for sheet in sheets]
    written = BytesIO()
    sheets[0].save(written, "PDF", resolution=dpi, save_all=True, append_images=sheets[1:], quality=70)
    return written.getvalue()


def _copied_small(sheet: Image.Image, size: float) -> Image.Image:
    copy = Image.new("RGB", sheet.size, "white")
    copy.paste(
        sheet.resize((int(sheet.width * size), int(sheet.height * size))), (sheet.width // 10, sheet.height // 10)
    )
    return copy


def _on_the_glass(sheet: Image.Image, turned: float, dice: random.Random) -> Image.Image:
    draw, (width, height) = ImageDraw.Draw(sheet), sheet.size
    stamp = (0.42 * width, 0.83 * height, 0.60 * width, 0.95 * height)
    draw.ellipse(stamp, outline=(90, 50, 150), width=max(2, width // 200))
    ink = [(0.5 * width + step * width / 90, (0.88 + dice.uniform(-0.02, 0.02)) * height) for step in range(20)]
    draw.line(ink, fill=(20, 20, 120), width=max(2, width // 300))
    sheet = sheet.rotate(turned, expand=abs(turned) > 45, fillcolor=(250, 249, 245), resample=Image.Resampling.BICUBIC)
    noise = Image.effect_noise(sheet.size, 24).convert("RGB")
    compressed = BytesIO()
    Image.blend(sheet, noise, 0.12).save(compressed, "JPEG", quality=70)
    return Image.open(compressed)
