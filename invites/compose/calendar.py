"""An invitation → a calendar entry (RFC 5545): a file to keep, a REQUEST that a calendar answers, or its CANCEL."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Literal

import icalendar
from icalendar import vCalAddress, vText

from invites.compose import facts, headers
from invites.errors import MessageError
from invites.model.batch import Invitation
from invites.model.event import Event
from invites.model.link import Link
from invites.model.recipient import Recipient
from invites.words.catalogue import Catalogues, Text, substitute
from invites.words.names import mission_name

Method = Literal["PUBLISH", "REQUEST", "CANCEL"]
PartStat = Literal["NEEDS-ACTION", "ACCEPTED", "DELEGATED", "DECLINED"]

#: SEQUENCE may only grow (RFC 5545 §3.8.7.4), with every revision of the letter and every reply in between
_REPLIES = 10_000
_PRODUCT = "-//Kalimantan Selatan//invites//ID"
_NAMESPACE = uuid.UUID("6f0c7f5e-6a3b-5b61-9d43-0d7b9c1f0a55")


def calendar_uid(event: str, code: str) -> str:
    """The UID of one embassy's entry: the same in every revision, so that a later one replaces it and can be
    taken back for that embassy alone. A UUID, as RFC 7986 §5.3 asks: it names nobody."""
    return str(uuid.uuid5(_NAMESPACE, f"{event}/{code}"))


def invitation_ics(
    event: Event,
    invitation: Invitation,
    link: Link,
    *,
    organizer: str,
    attendee: str,
    method: Method,
    stamp: datetime,
    partstat: PartStat = "NEEDS-ACTION",
    answered: int = 0,
    catalogues: Catalogues,
) -> bytes:
    """The entry in the embassy's language: UTF-8, CRLF, folded. It holds the reply link: a secret.

    `stamp` is the frozen instant of the letter, or that of reply number `answered`, never the clock; SEQUENCE grows
    with both. PUBLISH names no attendee (RFC 5546 §3.2.1), REQUEST and CANCEL one: the embassy's mailbox `attendee`,
    with `partstat`. MessageError while the event has no date, for an address that is none, or when the list lacks
    language or name (R020, R023).
    """
    if event.start is None:
        raise MessageError("message_undated", event=event.slug)
    language = facts.language_of(invitation.recipient, catalogues)
    entry = icalendar.Event()
    entry.add("uid", calendar_uid(event.slug, invitation.code))
    entry.add("dtstamp", stamp.astimezone(UTC))
    entry.add("sequence", invitation.sequence * _REPLIES + answered)
    entry.add("dtstart", facts.local(event.start, event))
    if event.end is not None:
        entry.add("dtend", facts.local(event.end, event))
    entry.add("summary", _text(facts.title(event, language)))
    entry.add("location", _text(facts.venue(event, language)))
    entry.add("description", _text(_description(event, link, language, catalogues)))
    # the entry is this embassy's own (its UID), so all of it is cancelled (RFC 5546 §3.2.5)
    entry.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    entry.add("transp", "OPAQUE")
    entry.add("organizer", _who("ORGANIZER", organizer, catalogues.get("org.province", language).text))
    if method != "PUBLISH":
        entry.add("attendee", _attendee(attendee, _name(invitation.recipient, language), partstat))
    return _calendar(entry, method)


def _calendar(entry: icalendar.Event, method: Method) -> bytes:
    calendar = icalendar.Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(entry)
    calendar.add_missing_timezones()
    for zone in calendar.timezones:
        # a remark of the library's on the years it covers; RFC 5545 §3.6.5 has no COMMENT there
        zone.pop("COMMENT", None)
    return bytes(calendar.to_ical())


def _description(event: Event, link: Link, language: str, catalogues: Catalogues) -> Text:
    """Plain values, not isolated: an isolate's end mark would become part of the link that a client makes."""
    said = [catalogues.get("calendar.description", language), catalogues.get("rsvp.by_phone", language)]
    values = {"url": link.url, "contact_phone": event.contact.phone}
    return Text("\n\n".join(substitute(text, values, str) for text, _ in said), said[0].language)


def _text(text: Text) -> vText:
    return vText(text.text, params={"LANGUAGE": text.language})


def _attendee(address: str, name: str, partstat: PartStat) -> vCalAddress:
    who = _who("ATTENDEE", address, name)
    who.params["ROLE"] = "REQ-PARTICIPANT"
    who.params["PARTSTAT"] = partstat
    who.params["RSVP"] = "TRUE" if partstat == "NEEDS-ACTION" else "FALSE"
    return who


def _name(recipient: Recipient, language: str) -> str:
    try:
        return mission_name(recipient, language)
    except LookupError as error:
        raise MessageError("no_mission_name", code=recipient.code, language=language) from error


def _who(header: str, address: str, name: str) -> vCalAddress:
    who = vCalAddress(f"mailto:{headers.address(header, address)}")
    who.params["CN"] = headers.checked(header, name)
    return who
