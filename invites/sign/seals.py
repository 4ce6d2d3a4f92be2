"""The signatures of a PDF, as pyHanko's validator finds them. Nothing is fetched: no revocation, no time stamp."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO

from asn1crypto import x509
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from invites.model.signature import SignedBy

#: offices have been given certificates with either
_USAGE = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})
_CONTENTS = re.compile(rb"<[0-9A-Fa-f]*>")

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # what it would warn of is in what we return
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One signature. `intact`: what it covers is what was signed, by a method that still counts. `whole`: it
    covers the file to its last byte, but for its own place. `issuers` are the names, of person, unit and organisation,
    that a letter may call the issuer by. `certificate` is DER."""

    by: SignedBy
    issuers: tuple[str, ...]
    intact: bool
    whole: bool
    certificate: bytes = field(repr=False)


def seals(pdf: bytes, anchors: Sequence[bytes] = ()) -> tuple[Seal, ...]:
    """The signatures in a PDF, oldest first. `anchors` are certificates, PEM or DER.

    Raises whatever pyHanko raises for a file that is none.
    """
    roots = [root for anchor in anchors for root in load_certs_from_pemder_data(anchor)]
    return tuple(
        _seal(each, pdf, roots) for each in PdfFileReader(BytesIO(pdf), strict=False).embedded_regular_signatures
    )


def issuer_name(certificate: x509.Certificate) -> str:
    """Who issued a certificate, in one name: the common name, else the organisation."""
    return _name(certificate.issuer)


def subject_name(certificate: x509.Certificate) -> str:
    """Whose certificate it is, in one name."""
    return _name(certificate.subject)


def is_named(said: str, issuers: Sequence[str]) -> bool:
    """Whether `said` is one of an issuer's names (Seal.issuers), whatever the spaces and capitals."""
    return _plain(said) in {_plain(name) for name in issuers}


def issuer_names(certificate: x509.Certificate) -> tuple[str, ...]:
    """All names that a letter may call the issuer by, the most telling first: person, organisation, unit."""
    return _names(certificate.issuer)


def _seal(signature: EmbeddedPdfSignature, pdf: bytes, roots: list[x509.Certificate]) -> Seal:
    certificate = signature.signer_cert
    context = ValidationContext(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail")
    status = validate_pdf_signature(
        signature, signer_validation_context=context, key_usage_settings=_USAGE, skip_diff=True
    )
    return Seal(
        by=SignedBy(
            subject=subject_name(certificate),
            issuer=issuer_name(certificate),
            at=signature.self_reported_timestamp,
            trusted=status.trusted,
        ),
        issuers=issuer_names(certificate),
        intact=status.intact and status.valid,
        whole=_covers_all(signature.byte_range, pdf),
        certificate=certificate.dump(),
    )


def _covers_all(byte_range: Sequence[int], pdf: bytes) -> bool:
    """ISO 32000-2 §12.8.1: from the first byte to the last, and the hole holds the signature and nothing else."""
    try:
        start, before, after, rest = byte_range
    except ValueError:
        return False
    return start == 0 and after + rest == len(pdf) and _CONTENTS.fullmatch(pdf[before:after]) is not None


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _name(name: x509.Name) -> str:
    return next(iter(_names(name)), name.human_friendly)


def _names(name: x509.Name) -> tuple[str, ...]:
    """The most telling first."""
    said = [name.native.get(part) for part in ("common_name", "organization_name", "organizational_unit_name")]
    return tuple(each for part in said if part for each in ([part] if isinstance(part, str) else part))
