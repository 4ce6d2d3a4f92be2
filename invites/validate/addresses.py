"""Mail addresses: syntax, one to a cell, no letter that pretends to be another."""

from __future__ import annotations

import re
from dataclasses import dataclass

from email_validator import EmailNotValidError, ValidatedEmail, validate_email

from invites.validate.hygiene import SPACE, unseen
from invites.validate.scripts import lookalike, mixed

#: RFC 2606, 6761, 6762, 7686 and 9476: nobody can receive mail there
_RESERVED = frozenset(
    {"example", "test", "invalid", "localhost", "local", "onion", "alt", "arpa", "internal"}
    | {"example.com", "example.net", "example.org"}
)
#: mail for anybody; by the label before the country ("yahoo.co.id")
_FREE_MAIL = frozenset(
    {"gmail", "googlemail", "yahoo", "ymail", "rocketmail", "hotmail", "outlook", "live", "msn", "icloud", "aol", "gmx"}
    | {"proton", "protonmail", "zoho", "yandex", "mail.ru", "qq", "163", "126", "foxmail", "naver", "hanmail", "daum"}
    | {"rediffmail", "web.de", "orange.fr", "wanadoo.fr", "telkom.net", "plasa"}
)
_NAMED = re.compile(r"[^<>]*<[^<>@]+@[^<>@]+>")
_SEVERAL = re.compile(r"[;,|]|@.*@", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address as an envelope can carry it (the domain in punycode), and the rules that its cell breaks."""

    value: str
    faults: tuple[str, ...]


def parsed(text: str, *, live: bool, smtputf8: bool) -> Address:
    """The address in this text; space around it is forgiven. `value` is "" when there is none."""
    text = text.strip(SPACE)
    if fault := _shape(text):
        return Address(value="", faults=(fault,))
    local, _, domain = text.rpartition("@")
    try:
        pretence = _pretence(local, domain)
        valid, ascii_domain = _validated(local, domain)
        # a label in punycode shows its letters only now
        pretence = pretence or _pretence(local, valid.domain)
    except EmailNotValidError:
        return Address(value="", faults=(pretence or "R010.syntax",))
    if pretence:
        return Address(value="", faults=(pretence,))
    faults = []
    if valid.ascii_email is None and not smtputf8:
        faults.append("R011")
    if live and _within(ascii_domain, _RESERVED):
        faults.append("R015")
    if _free_mail(ascii_domain):
        faults.append("R013")
    return Address(value=f"{valid.local_part}@{ascii_domain}", faults=tuple(faults))


def several(text: str) -> list[str]:
    """The addresses of a cell that may hold more than one, separated by ; , or a line break."""
    return [part for part in (part.strip(SPACE) for part in re.split(r"[;,\n]", text)) if part]


def _shape(text: str) -> str:
    if not text:
        return "R010.missing"
    if unseen(text):
        return "R010.control"
    if _SEVERAL.search(text):
        return "R010.several"
    if _NAMED.fullmatch(text):
        return "R010.named"
    if any(char.isspace() for char in text):
        return "R010.spaces"
    return "" if "@" in text else "R010.syntax"


def _pretence(local: str, domain: str) -> str:
    parts = [local, *domain.split(".")]
    if any(mixed(part) for part in parts):
        return "R012.mixed"
    return "R012.lookalike" if any(lookalike(part) for part in parts) else ""


def _validated(local: str, domain: str) -> tuple[ValidatedEmail, str]:
    """What email-validator makes of the address, and the domain in ASCII.

    It refuses some reserved names outright. Whether they may stand is R015's matter, so they take the
    syntax test under a name that it lets pass.
    """
    stem, _, last = domain.rpartition(".")
    swapped = last.casefold() in _RESERVED
    probe = f"{local}@{stem}.example" if swapped else f"{local}@{domain}"
    valid = validate_email(probe, strict=True, allow_smtputf8=True, check_deliverability=False)
    ascii_domain = valid.ascii_domain
    return valid, f"{ascii_domain.rpartition('.')[0]}.{last.casefold()}" if swapped else ascii_domain


def _within(domain: str, names: frozenset[str]) -> bool:
    labels = domain.casefold().split(".")
    return labels[-1] in names or ".".join(labels[-2:]) in names


def _free_mail(domain: str) -> bool:
    labels = domain.casefold().split(".")
    # yahoo.com, yahoo.fr, yahoo.co.id
    owners = [label for label in labels[:-1] if label not in ("co", "com", "net")]
    return bool(owners) and (owners[-1] in _FREE_MAIL or ".".join(labels[-2:]) in _FREE_MAIL)
