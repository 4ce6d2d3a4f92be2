"""A row of the recipient list: the post, the address, the language; and a problem found in a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Kind(StrEnum):
    """What kind of recipient it is."""

    embassy = "embassy"
    delegation = "delegation"
    consulate = "consulate"
    organisation = "organisation"
    person = "person"


class HeadClass(StrEnum):
    """The class of the head of mission (Vienna Convention 1961, art. 14; a.i.: art. 19)."""

    ambassador = "ambassador"
    cda_titular = "cda_titular"
    cda_ai = "cda_ai"
    vacant = "vacant"


class Gender(StrEnum):
    """The head's gender as far as the form of address needs it."""

    m = "m"
    f = "f"
    unknown = "unknown"


class Channel(StrEnum):
    """Which way the invitation takes."""

    direct = "direct"
    via_kemlu = "via_kemlu"
    direct_cc_kemlu = "direct_cc_kemlu"


class DeliveryMode(StrEnum):
    """Mail, paper or both."""

    email = "email"
    courier = "courier"
    both = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One post to be invited. Names are byte-exact as the list gave them (NFC only).

    `mission_to_*` is the form after "to" ("kepada …", dative or oblique where the language inflects).
    `locale` is a BCP 47 tag; `credentials_at` carries a time, since several heads present on one morning.
    """

    code: str
    kind: Kind = Kind.embassy
    name_id: str
    name_en: str
    locale: str
    email: str
    state_name_id: str = ""
    state_name_en: str = ""
    mission_to_id: str = ""
    mission_to_en: str = ""
    mission_name_local: str = ""
    mission_to_local: str = ""
    fallback_locale: str = "en"
    concurrent_for: tuple[str, ...] = ()
    head_class: HeadClass = HeadClass.ambassador
    head_gender: Gender = Gender.unknown
    head_name: str = ""
    honorific: str = ""
    credentials_at: datetime | None = None
    precedence_override: int | None = None
    precedence_reason: str = ""
    cc: tuple[str, ...] = ()
    phone: str = ""
    address_lines: tuple[str, ...] = ()
    delivery: DeliveryMode = DeliveryMode.email
    channel: Channel = Channel.direct_cc_kemlu
    kemlu_cc: bool = True
    shared_mailbox: bool = False
    notes: str = ""
    source: str = ""
    verified_on: date | None = None


class Severity(StrEnum):
    """B blocks the whole batch, E blocks that recipient, W wants a look, I informs."""

    B = "B"
    E = "E"
    W = "W"
    I = "I"  # noqa: E741 - the letter that staff and docs use


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding in a file. `row` counts from 1 as Excel does, header included; `cell` is like "C7" (or
    a dotted key for an event file); `code` names the rule (docs/validation.md) and the sentence
    `problem.<code>` (or `problem.<code>.<variant>`) in the staff catalogues, which `fields` fill."""

    code: str
    severity: Severity
    variant: str = ""
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    cell: str = ""
    fields: tuple[tuple[str, str], ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether nothing may be approved while this stands."""
        return self.severity in (Severity.B, Severity.E)
