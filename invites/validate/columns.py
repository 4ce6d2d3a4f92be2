"""The columns of a recipient list: names, spellings, what a cell in each may hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from invites.model.recipient import Channel, DeliveryMode, Gender, HeadClass, Kind

#: in the order in which the shipped list has them
COLUMNS = (
    "code",
    "kind",
    "concurrent_for",
    "state_name_id",
    "state_name_en",
    "name_id",
    "name_en",
    "mission_to_id",
    "mission_to_en",
    "mission_name_local",
    "mission_to_local",
    "locale",
    "fallback_locale",
    "script",
    "dir",
    "head_class",
    "head_gender",
    "head_name",
    "honorific",
    "credentials_at",
    "precedence_override",
    "precedence_reason",
    "email",
    "cc",
    "phone",
    "address_lines",
    "delivery",
    "channel",
    "kemlu_cc",
    "shared_mailbox",
    "notes",
    "source",
    "verified_on",
)

#: other spellings of a column
SPELLINGS = {"mission_name_id": "name_id", "mission_name_en": "name_en"}

#: what may stand between the columns of a CSV
SEPARATORS = ";,\t"

REQUIRED = ("code", "kind", "name_id", "name_en", "locale", "email")

#: the only values that a cell of these may hold
CHOICES: dict[str, type[StrEnum]] = {
    "kind": Kind,
    "head_class": HeadClass,
    "head_gender": Gender,
    "delivery": DeliveryMode,
    "channel": Channel,
}

YES_NO = ("kemlu_cc", "shared_mailbox")

#: columns whose cells may hold several lines; no mail header is made from them
MULTILINE = ("address_lines", "notes")

#: columns that hold addresses; space around an address is forgiven, other hygiene is the address's own
ADDRESSES = ("email", "cc")

#: names: byte-exact, so that space at an edge is a finding
NAMES = (
    "state_name_id",
    "state_name_en",
    "name_id",
    "name_en",
    "mission_to_id",
    "mission_to_en",
    "mission_name_local",
    "mission_to_local",
    "head_name",
    "honorific",
)


#: that many column names in a row make it the header
_HEADER = 3


def names_among(cells: Iterable[str]) -> int:
    """How many of these texts are the name of a column."""
    return sum(cell.strip().casefold() in {*COLUMNS, *SPELLINGS} for cell in cells)


def is_header(cells: Iterable[str]) -> bool:
    """Whether a row names the columns, and isn't a title above them."""
    return names_among(cells) >= _HEADER


def in_one_cell(cells: Iterable[str]) -> bool:
    """Whether a whole header stands in one cell, as when Excel opened a CSV by another separator."""
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) == 1 and names_among(re.split(f"[{SEPARATORS}]", filled[0])) > 1


def row_in_one_cell(cells: Iterable[str]) -> bool:
    """Whether a whole row below the header stands in one cell, as Excel saves what it opened by another
    separator and found quotation marks in."""
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) == 1 and max(filled[0].count(separator) for separator in SEPARATORS) >= len(REQUIRED) - 1
