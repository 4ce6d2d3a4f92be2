"""What staff typed of an embassy's answer, read by the rules of the embassy's own form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from invites.cli.texts import say
from invites.errors import ConfigurationError
from invites.model.reply import Answer, Verb
from invites.track.form import FormErrors, parse

#: options that hold one text, and the form's field for it
_FIELDS = {
    "--name": "representative_name",
    "--position": "representative_position",
    "--spouse-name": "spouse_name",
    "--diet": "diet",
    "--remarks": "remarks",
    "--contact-name": "contact_name",
    "--contact-email": "contact_email",
    "--contact-phone": "contact_phone",
}
_REPRESENTATIVE = ("--name", "--position")
_COMING = ("--delegates", "--delegate", "--spouse", "--spouse-name", "--diet")
_UNFIT: dict[Verb, tuple[str, ...]] = {
    Verb.accept: _REPRESENTATIVE,
    Verb.representative: (),
    Verb.decline: (*_REPRESENTATIVE, *_COMING),
}
_MOMENT = "%Y-%m-%d %H:%M"


def answer(
    verb: Verb, texts: Mapping[str, str], *, named: Sequence[str], delegates: int | None, spouse: bool, most: int
) -> Answer:
    """The answer. `texts` by option; `named` are "Name, Position"; `delegates` counts them all, named or not;
    `most` is the event's limit. ConfigurationError for what does not fit the verb or the form."""
    given = {option for option, text in texts.items() if text.strip()}
    given |= {"--delegates"} if delegates is not None else set()
    given |= {"--delegate"} if named else set()
    given |= {"--spouse"} if spouse else set()
    for option in _UNFIT[verb]:
        if option in given:
            raise ConfigurationError("option_unfit", setting=option, verb=verb)
    count = len(named) if delegates is None else delegates
    if count < len(named):
        raise ConfigurationError("delegates_fewer", setting="--delegates", named=len(named))
    people = [_split(each) for each in named]
    unnamed = verb is Verb.representative and not {*_REPRESENTATIVE} <= given
    follow = unnamed or count > len(named) or not all(name for name, _ in people)
    fields = {_FIELDS[option]: [text] for option, text in texts.items()} | {
        "answer": [verb],
        "delegate_name": [name for name, _ in people],
        "delegate_position": [position for _, position in people],
        "names_to_follow": ["yes" if follow else ""],
        "persons": [str(count + 1)],
        "spouse": ["yes" if spouse or "--spouse-name" in given else ""],
    }
    read = parse(fields, max_delegates=max(most, count))  # too many is for the event to say
    if isinstance(read, FormErrors):
        field, error = next(iter(read.errors.items()))
        option = next((option for option, name in _FIELDS.items() if name == field), "--delegate")
        raise ConfigurationError("option_wrong", setting=option, what=say(error.key, **error.values))
    return read


def moment(option: str, typed: str, zone: str, now: datetime) -> datetime | None:
    """When an answer was received, as typed in the event's zone; None when nothing was typed. ConfigurationError
    for what is no time, or lies ahead of `now`."""
    if not typed.strip():
        return None
    try:
        at = datetime.strptime(" ".join(typed.replace("T", " ").split()), _MOMENT).replace(tzinfo=ZoneInfo(zone))
    except ValueError:
        raise ConfigurationError("no_moment", setting=option) from None
    if at > now:
        raise ConfigurationError("moment_ahead", setting=option)
    return at


def _split(person: str) -> tuple[str, str]:
    """Name and position, parted at the last comma: Indonesian degrees bring commas into names ("Contoh, S.E.")."""
    name, comma, position = person.rpartition(",")
    return (name.strip(), position.strip()) if comma else (person.strip(), "")
