"""The signer of letters that leave as they were frozen."""

from __future__ import annotations

from datetime import datetime


class NoSigner:
    """ports.Signer that signs nothing: no letter may say that it is signed electronically."""

    @property
    def issuer(self) -> str:
        """Nobody."""
        return ""

    def sign(self, pdf: bytes, *, reason: str, location: str, at: datetime) -> bytes:
        """The same bytes."""
        return pdf
