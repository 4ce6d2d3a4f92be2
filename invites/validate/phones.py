"""Telephone numbers, and what Excel does to them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from invites.validate.table import Value

_EXPONENT = re.compile(r"[+-]?\d+([.,]\d+)?e[+-]?\d+", re.IGNORECASE)
_NUMBER = re.compile(r"\+?[0-9 \u00a0().,/;-]+(ext?\.? *[0-9]+)?", re.IGNORECASE)
_FEWEST_DIGITS = 7
# Excel keeps fifteen digits of a number
_EXACT = 10**15


def faults(text: str, value: Value) -> Iterator[str]:
    """The rules that this cell breaks: its text, and the value as the file has it (a float in XLSX)."""
    if isinstance(value, (int, float)):
        # a leading + or 0 is gone for certain; only without the + is the rest still the whole number
        yield "R017.number" if text.isdecimal() and text.startswith("62") and value < _EXACT else "R017.lost"
    elif _EXPONENT.fullmatch(text.strip()):
        yield "R017.lost"
    elif not _NUMBER.fullmatch(text.strip()) or sum(char.isdecimal() for char in text) < _FEWEST_DIGITS:
        yield "R018"
