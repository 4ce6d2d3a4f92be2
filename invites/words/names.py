"""How a mission and its head are named and addressed: never put together from parts, never guessed."""

from __future__ import annotations

import re
from typing import Literal

from invites.model.recipient import Gender, HeadClass, Kind, Recipient
from invites.words.catalogue import Catalogues, locale_of, parents, substitute

Form = Literal["ambassador", "cda", "vacant", "other"]
AddressGender = Literal["m", "f", "n"]

_MISSIONS = (Kind.embassy, Kind.delegation)
_FORMS: dict[HeadClass, Form] = {
    HeadClass.ambassador: "ambassador",
    HeadClass.cda_titular: "cda",
    HeadClass.cda_ai: "cda",
    HeadClass.vacant: "vacant",
}
_GENDERS: dict[Gender, AddressGender] = {Gender.m: "m", Gender.f: "f", Gender.unknown: "n"}
#: no missions, but greeted in words of their own
_GREETED = (Kind.consulate, Kind.person)
_CAPITAL = "jakarta"
#: as lists write it below the city of an address at home
_HOME = ("indonesia", "republik indonesia", "republic of indonesia")
#: of Japan, of Great Britain, of the Netherlands; figures alone elsewhere
_POSTCODE = re.compile(
    r"〒?\b[0-9]{3}-[0-9]{4}\b|\b[A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}\b|\b[0-9]{4} [A-Z]{2}\b|\b[0-9]{4,7}\b"
)
_STREET = re.compile(r"(?i)^(?:jl\b|jln\b|jalan\b)|[0-9]")
#: where a name without an honorific behind it is rude, and the list has none that could be put there
_NEVER_BARE = ("ja", "ko", "zh")
#: the sentences that differ by form; every other sentence suits all
_VARIANTS: dict[str, frozenset[str]] = {
    "letter.opening": frozenset({"cda", "vacant", "other"}),
    "letter.closing": frozenset({"cda", "vacant", "other"}),
    "letter.hope": frozenset({"delegation", "other"}),
    "letter.link_personal": frozenset({"delegation", "other"}),
    "letter.representative": frozenset({"delegation", "other"}),
}


def language_for(recipient: Recipient, catalogues: Catalogues) -> str:
    """The catalogue tag for a recipient: locale, its parents, then the fallback locale of the list.

    LookupError when the chain ends nowhere (rule R020).
    """
    return catalogues.resolve(recipient.locale, recipient.fallback_locale)


def language_name(tag: str, language: str) -> str:
    """What a language is called in another one: ar → Arab in Indonesian, Arabic in English."""
    return locale_of(tag).get_display_name(locale_of(language)) or tag


def mission_name(recipient: Recipient, language: str) -> str:
    """The name of the post in a language. LookupError when the list has none (rule R023)."""
    return _form_of(recipient, language, recipient.mission_name_local, recipient.name_id, recipient.name_en)


def mission_to(recipient: Recipient, language: str) -> str:
    """The name as it stands after "to". LookupError when the list has no such form (rule R023).

    Indonesian does not inflect: there the name itself serves. So it does in English for who is no mission: only
    missions have an article that the list must give.
    """
    indonesian = recipient.mission_to_id or recipient.name_id
    english = recipient.mission_to_en or ("" if recipient.kind in _MISSIONS else recipient.name_en)
    return _form_of(recipient, language, recipient.mission_to_local, indonesian, english)


def gender(recipient: Recipient) -> AddressGender:
    """The gender of the form of address; "n" where it is unknown or no head is addressed."""
    if recipient.head_class is HeadClass.vacant or recipient.kind not in (*_MISSIONS, *_GREETED):
        return "n"
    return _GENDERS[recipient.head_gender]


def head_name(recipient: Recipient, language: str) -> str:
    """The name that stands with the title of the head; "" where the title stands alone: nobody holds a vacant post,
    whatever name the list still has."""
    bare = language.partition("-")[0] in _NEVER_BARE
    return "" if bare or recipient.head_class is HeadClass.vacant else recipient.head_name


def form(recipient: Recipient) -> Form:
    """Which set of sentences suits. Only an ambassador is "Excellency"; a chargé d'affaires is not."""
    if recipient.kind not in _MISSIONS:
        return "other"
    return _FORMS[recipient.head_class]


def city(recipient: Recipient, language: str, catalogues: Catalogues) -> str:
    """Where a letter says that the post is: in the capital, as that language calls it, or in the place of the last
    line of its address, as that line calls it; "" when nothing says so. Embassies are in the capital unless the list
    says otherwise."""
    lines = [line for line in recipient.address_lines if line.strip().casefold() not in _HOME]
    place, mission = _place("".join(lines[-1:])), recipient.kind in _MISSIONS
    said = ", ".join(map(_place, lines)) if mission else place
    if _CAPITAL in said.casefold() or (mission and not place):
        return catalogues.get("letter.city", language).text
    return substitute(catalogues.get("letter.city_other", language).text, {"city": place}, str) if place else ""


def phrase(stem: str, recipient: Recipient) -> str:
    """The key of a sentence for a recipient: letter.opening → letter.opening_cda, salutation → salutation.cda."""
    addressed, wanted = _addressed(recipient), form(recipient)
    if wanted == "vacant" and recipient.kind is Kind.delegation:
        wanted = "other"  # what is said to an empty chair speaks of an embassy
    if stem == "addressee":
        return f"addressee.{addressed}"
    if stem == "salutation":
        return f"salutation.{addressed if wanted != 'other' or addressed in _GREETED else wanted}"
    variants = _VARIANTS.get(stem, frozenset())
    return next((f"{stem}_{each}" for each in (recipient.kind, wanted) if each in variants), stem)


def named_below(recipient: Recipient) -> bool:
    """Whether the name of the post stands below the title of its head, instead of in one line with it."""
    return _addressed(recipient) in ("ambassador", "cda", "cda_titular", "consulate")


def _addressed(recipient: Recipient) -> str:
    """Whom the address names: the head by title, the post itself while nobody heads it, a house or a person."""
    if recipient.kind in (Kind.organisation, Kind.person):
        return recipient.kind
    if recipient.kind is Kind.consulate and recipient.head_class is not HeadClass.vacant:
        return "consulate"
    return "cda_titular" if recipient.head_class is HeadClass.cda_titular else _FORMS[recipient.head_class]


def _place(line: str) -> str:
    """What a line of an address says of the place: without street, house and postcode."""
    parts = (" ".join(part.split()) for part in _POSTCODE.sub(" ", line).split(","))
    return ", ".join(part for part in parts if part and not _STREET.search(part))


def _form_of(recipient: Recipient, language: str, local: str, indonesian: str, english: str) -> str:
    if language in parents(recipient.locale) and local:
        return local
    name = {"id": indonesian, "en": english}.get(language.partition("-")[0], "")
    if not name:
        raise LookupError(f"{recipient.code} has no form of its name in {language}")
    return name
