"""What an embassy typed into the reply form, as an Answer or as errors beside the fields."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Annotated, Any

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from invites.model.reply import Answer, Delegate, Verb

Typed = Mapping[str, tuple[str, ...]]

_LINES = (
    "answer", "representative_name", "representative_position", "delegate_name", "delegate_position", "persons",
    "names_to_follow", "spouse", "spouse_name", "contact_name", "contact_email", "contact_phone",
)  # fmt: skip
_TEXTS = ("diet", "remarks")
_ASKED_OF_ALL = frozenset({"answer", "remarks", "contact_name", "contact_email", "contact_phone"})
_JOINERS = "\u200c\u200d"  # invisible, and yet part of how Hindi, Persian and Malayalam names are written
_PHONE = re.compile(r"\+?[0-9 ().\-/]*([,;x*#] ?[0-9#*]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """A catalogue key and what fills it."""

    key: str
    values: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FormErrors:
    """What is wrong, by the id of the input in page order, and everything that was typed.

    Ids are field names; delegates are numbered from 1 ("delegate_name_1")."""

    errors: Mapping[str, FieldError]
    typed: Typed


@dataclass(frozen=True, slots=True)
class _Rules:
    """What one field needs to know of the others."""

    represented: bool
    names_follow: bool
    max_delegates: int


def parse(fields: Mapping[str, Sequence[str]], *, max_delegates: int) -> Answer | FormErrors:
    """The answer in submitted `fields`, or every error at once.

    Fields: answer (accept, representative, decline), representative_name, representative_position, repeated
    delegate_name and delegate_position, names_to_follow, persons (while names follow; head or representative included),
    spouse, spouse_name, diet, remarks, contact_name, contact_email, contact_phone. What the
    chosen answer does not ask for is left out: a decline brings nobody. Control and bidi characters are dropped,
    text becomes NFC.
    """
    typed = typed_in(fields)
    verb = _last(typed, "answer")
    rules = _Rules(
        represented=verb == Verb.representative,
        names_follow=bool(_last(typed, "names_to_follow")),
        max_delegates=max_delegates,
    )
    try:
        form = _Form.model_validate(_asked(typed, verb), context=rules)
    except ValidationError as error:
        return FormErrors(errors=_by_field(error), typed=typed)
    return form.to_answer()


def typed_in(fields: Mapping[str, Sequence[str]]) -> Typed:
    """The fields that are ours, without what can't be seen, to be shown again as they were typed."""
    typed = {name: tuple(map(_line, fields[name])) for name in _LINES if name in fields}
    return typed | {name: tuple(map(_text, fields[name])) for name in _TEXTS if name in fields}


def filled_in(answer: Answer) -> Typed:
    """The fields that give this answer: an earlier reply shown again for change."""
    more_to_come = answer.delegate_count > len(answer.delegates)
    lines = {
        "answer": answer.verb.value,
        "representative_name": answer.representative.name if answer.representative else "",
        "representative_position": answer.representative.position if answer.representative else "",
        "persons": str(answer.delegate_count + 1) if more_to_come else "",
        "names_to_follow": "yes" if answer.names_to_follow else "",
        "spouse": "yes" if answer.spouse else "",
        "spouse_name": answer.spouse_name,
        "diet": answer.diet,
        "remarks": answer.remarks,
        "contact_name": answer.contact_name,
        "contact_email": answer.contact_email,
        "contact_phone": answer.contact_phone,
    }
    return {name: (value,) for name, value in lines.items() if value} | {
        "delegate_name": tuple(delegate.name for delegate in answer.delegates),
        "delegate_position": tuple(delegate.position for delegate in answer.delegates),
    }


def _text(value: str) -> str:
    return "\n".join(map(_line, re.split(r"\r\n|[\r\n\v\f\x85\u2028\u2029]", value))).strip()


def _line(value: str) -> str:
    kept = "".join(character for character in value if character.isspace() or _visible(character))
    return unicodedata.normalize("NFC", " ".join(kept.split()))


def _visible(character: str) -> bool:
    return character in _JOINERS or unicodedata.category(character) not in {"Cc", "Cf", "Cs"}


def _last(typed: Typed, name: str) -> str:
    values = typed.get(name, ())
    return values[-1] if values else ""


def _asked(typed: Typed, verb: str) -> dict[str, Any]:
    """The fields that this answer asks for, delegates as rows."""
    raw: dict[str, Any] = {name: _last(typed, name) for name in _LINES + _TEXTS if not name.startswith("delegate_")}
    rows = zip_longest(typed.get("delegate_name", ()), typed.get("delegate_position", ()), fillvalue="")
    raw["delegates"] = [{"position": position, "name": name} for name, position in rows]
    for box, detail in (("names_to_follow", "persons"), ("spouse", "spouse_name")):
        if not raw[box]:  # the page hides the detail then, and what nobody sees is nobody's answer
            raw[detail] = ""
    if verb == Verb.decline:
        return {name: value for name, value in raw.items() if name in _ASKED_OF_ALL}
    if verb == Verb.accept:
        return {name: value for name, value in raw.items() if not name.startswith("representative_")}
    return raw


def _required() -> PydanticCustomError:
    return PydanticCustomError("rsvp.err_required", "empty")


def _address(value: str) -> str:
    if not value:
        return ""
    try:
        return validate_email(value, check_deliverability=False).normalized
    except EmailNotValidError:
        raise PydanticCustomError("rsvp.err_email", "not an address") from None


def _number(value: str) -> str:
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in unicodedata.normalize("NFKC", value))
    if value and (sum(c.isdecimal() for c in digits) < 5 or not _PHONE.fullmatch(digits)):  # noqa: PLR2004
        raise PydanticCustomError("rsvp.err_phone", "not a number")
    return digits


_Name = Annotated[str, Field(max_length=120)]


class _Row(BaseModel):
    """One delegate. The position comes first, since a name is due only beside one."""

    position: _Name
    name: _Name

    @field_validator("name")
    @classmethod
    def _named(cls, name: str, info: ValidationInfo[_Rules]) -> str:
        if info.data.get("position") and not name and not info.context.names_follow:
            raise _required()
        return name


class _Form(BaseModel):
    """The fields in page order; each answers for itself, so that all errors come at once."""

    answer: Verb
    representative_name: _Name = ""
    representative_position: _Name = ""
    delegates: tuple[_Row, ...] = ()
    persons: int = 0
    names_to_follow: bool = False
    spouse: bool = False
    spouse_name: _Name = ""
    diet: Annotated[str, Field(max_length=300)] = ""
    remarks: Annotated[str, Field(max_length=1000)] = ""
    contact_name: _Name = ""
    contact_email: Annotated[str, Field(max_length=254), AfterValidator(_address)] = ""
    contact_phone: Annotated[str, Field(max_length=40), AfterValidator(_number)] = ""

    @field_validator("names_to_follow", "spouse", mode="before")
    @classmethod
    def _ticked(cls, value: str) -> bool:
        return bool(value)

    @field_validator("representative_name", "representative_position")
    @classmethod
    def _known(cls, value: str, info: ValidationInfo[_Rules]) -> str:
        if not value and info.context.represented and not info.context.names_follow:
            raise _required()
        return value

    @field_validator("delegates")
    @classmethod
    def _few(cls, rows: tuple[_Row, ...], info: ValidationInfo[_Rules]) -> tuple[_Row, ...]:
        filled = tuple(row for row in rows if row.name or row.position)
        if len(filled) > info.context.max_delegates:
            raise PydanticCustomError("rsvp.err_max", "too many", {"max": info.context.max_delegates})
        return filled

    @field_validator("persons", mode="before")
    @classmethod
    def _counted(cls, value: str, info: ValidationInfo[_Rules]) -> int:
        most = info.context.max_delegates + 1
        if value and not value.isdecimal():
            raise PydanticCustomError("rsvp.err_number", "not a number")
        if value and not (len(value) < 4 and 1 <= int(value) <= most):  # noqa: PLR2004
            raise PydanticCustomError("rsvp.err_between", "out of range", {"min": 1, "max": most})
        return int(value or 0)

    def to_answer(self) -> Answer:
        """The model's value."""
        delegates = tuple(Delegate(name=row.name, position=row.position) for row in self.delegates)
        count = max(self.persons - 1, len(delegates))
        representative = Delegate(name=self.representative_name, position=self.representative_position)
        return Answer(
            verb=self.answer,
            representative=representative if representative.name or representative.position else None,
            delegates=delegates,
            delegate_count=count,
            spouse=self.spouse,
            spouse_name=self.spouse_name,
            diet=self.diet,
            remarks=self.remarks,
            names_to_follow=self.names_to_follow,
            contact_name=self.contact_name,
            contact_email=self.contact_email,
            contact_phone=self.contact_phone,
        )


_KEYS = {"enum": "rsvp.err_choice", "string_too_long": "rsvp.err_long"}
_LIMITS = {"min": "min", "max": "max", "max_length": "max"}


def _by_field(error: ValidationError) -> dict[str, FieldError]:
    """Pydantic's findings as catalogue keys, by input id; its own sentences are not for embassies."""
    found = {}
    for item in error.errors(include_url=False, include_input=False):
        field, *inside = item["loc"]
        place = f"delegate_{inside[1]}_{int(inside[0]) + 1}" if inside else str(field)
        limits = {_LIMITS[name]: value for name, value in item.get("ctx", {}).items() if name in _LIMITS}
        found[place] = FieldError(key=_KEYS.get(item["type"], item["type"]), values=limits)
    return found
