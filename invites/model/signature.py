"""What came back from signing: which file is which letter, signed how and by whom, and what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Literal


class SignatureKind(StrEnum):
    """How a file that came back relates to the letter that was frozen."""

    #: the frozen bytes are its beginning, a signature is added (PAdES)
    incremental = "incremental"
    #: another program wrote the file anew and signed that
    rewritten = "rewritten"
    #: a picture of paper with ink and stamp
    scan = "scan"


class FindingState(StrEnum):
    """What may be done with a file that came back."""

    #: it is the letter, signed
    accepted = "accepted"
    #: it looks like the letter; a person has to compare the pictures
    needs_confirmation = "needs_confirmation"
    #: it never takes the letter's place
    refused = "refused"


#: why a file is refused or needs a person; the sentence is `sign.reason.<reason>` in the staff catalogues
Reason = Literal[
    "not_pdf", "password", "unreadable", "too_large", "too_many_pages", "too_much_work",
    "unknown_letter", "several_letters", "no_code", "two_files",
    "unsigned", "ink", "signed_twice", "broken", "changed_later", "other_issuer",
    "added", "pages", "number", "text", "qr", "drawing", "covered", "paper", "untrusted",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterToSign:
    """A frozen letter that goes out to be signed. Its PDF, and its `link` if one is printed, are secrets.

    `link` is the address in its QR code, "" when it stands on the card; `verification` the letter's own code as
    printed, "" where letters have none.
    """

    code: str
    number: str
    pdf: bytes = field(repr=False)
    link: str = field(default="", repr=False)
    verification: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedBy:
    """Who signed, by the certificate. `issuer` is the name that a letter prints; `at` is the signer's own word."""

    subject: str
    issuer: str
    at: datetime | None
    #: whether the certificate leads to one of the anchors that were given; no anchors, no trust
    trusted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one file turned out to be. `code` is the letter's, "" when it is nobody's.

    `pdf` are the bytes that were looked at, b"" when refused. `pictures` are PNGs, a page each, only where a person has
    to compare: the frozen letter at the left, the file at the right. `fields` fill the placeholders of the reason's
    sentence.
    """

    path: Path
    state: FindingState
    kind: SignatureKind | None = None
    code: str = ""
    reason: Reason | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    signed_by: SignedBy | None = None
    pdf: bytes = field(default=b"", repr=False)
    pictures: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Every file that came back, in the order given, and the codes of the letters that no file stands for."""

    findings: Sequence[Finding]
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether each letter came back signed, and nothing else did."""
        return not self.missing and all(each.state is FindingState.accepted for each in self.findings)
