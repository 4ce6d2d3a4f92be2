"""Signs a letter here, with the office's own certificate: PAdES, added at the end of the frozen bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError as PyHankoError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSigningSession

from invites.errors import SigningError
from invites.sign import stamp
from invites.sign.seals import is_named, issuer_name, issuer_names, seals, subject_name

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_FIELD = "Signature"
_LEAST_RSA = 2048


class PadesSigner:
    """ports.Signer over a PKCS#12 file. The passphrase opens it once and is kept nowhere."""

    def __init__(self, path: Path, passphrase: str, visible: bool = False) -> None:
        """SigningError when the file can't be read or opened, or its key is no EC P-256 or RSA of 2048 bits or more."""
        secret = passphrase.encode()
        content, key = _opened(path, secret)
        read = SimpleSigner.load_pkcs12_data(content, other_certs=[], passphrase=secret)
        if read is None or read.signing_cert is None:
            raise SigningError("sign_certificate", path=path)
        self._certificate = read.signing_cert
        self._signer = _Key(self._certificate, read.signing_key, read.cert_registry)
        self._signer.key = key
        self._visible = visible

    @property
    def issuer(self) -> str:
        """Who issued the certificate: the name for the line "signed electronically"."""
        return issuer_name(self._certificate)

    def issued_by(self, name: str) -> bool:
        """Whether the issuer may be called so: by person, organisation or unit, as in files that come back."""
        return is_named(name, issuer_names(self._certificate))

    def sign(self, pdf: bytes, *, reason: str, location: str, at: datetime) -> bytes:
        """`pdf`, byte for byte, and behind it a signature by this certificate. Not from a running event loop.

        SigningError when the certificate is not valid at `at`, when `pdf` can't be signed or leaves a visible
        signature no room on its first page, and when what was written does not verify.
        """
        validity = self._certificate["tbs_certificate"]["validity"]
        until = validity["not_after"].native
        if not validity["not_before"].native <= at <= until:
            raise SigningError("sign_expired", until=until.date().isoformat())
        metadata = PdfSignatureMetadata(
            field_name=_FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            reason=reason,
            location=location,
        )
        style, box = None, None
        if self._visible:
            box = stamp.room(pdf)
            style = stamp.style((subject_name(self._certificate), self.issuer, at.isoformat(" ", "minutes")), box)
        writer = _At(metadata, self._signer, stamp_style=style, new_field_spec=SigFieldSpec(_FIELD, box=box), at=at)
        try:
            signed = bytes(writer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf))).getbuffer())
        except (PdfError, PyHankoError) as error:
            raise SigningError("sign_impossible", what=str(error)) from error
        self._verify(pdf, signed)
        return signed

    def _verify(self, pdf: bytes, signed: bytes) -> None:
        found = seals(signed)
        ours = [seal.certificate == self._certificate.dump() and seal.intact and seal.whole for seal in found]
        if ours != [True] or not signed.startswith(pdf):
            raise SigningError("sign_unverified")


class _At(PdfSigner):
    """A signer that is told the time instead of asking the machine."""

    def __init__(self, *args: object, at: datetime, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        self._at = at.astimezone(UTC)

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session


class _Key(SimpleSigner):
    """Signs with SHA-256 and a key loaded once: pyHanko loads and checks it twice a signature, RSA's for 50 ms."""

    key: Key

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))


def _opened(path: Path, secret: bytes) -> tuple[bytes, Key]:
    """The PKCS#12 file's bytes and the key inside, once it is known that they can be used."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SigningError("sign_certificate", path=path) from error
    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(content, secret)
    except ValueError as error:
        raise SigningError("sign_passphrase", path=path) from error
    if certificate is None:
        raise SigningError("sign_certificate", path=path)
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return content, key
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= _LEAST_RSA:
        return content, key
    raise SigningError("sign_key", path=path)
