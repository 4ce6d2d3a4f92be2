"""The calendar entry: the right instant in every zone, one embassy, one UID, no clock but the letter's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest

from invites.compose.calendar import Method, PartStat, calendar_uid, invitation_ics
from invites.errors import MessageError
from invites.model.event import Event
from invites.words.names import language_for

from .missions import BALI, CATALOGUES, EMBASSIES, EVERY, JAKARTA, MAILBOX, NAMES, PHONE, URL, invitation, link

STAMP = datetime(2027, 1, 5, 1, 0, tzinfo=UTC)


def entry(
    mission: Event = JAKARTA,
    code: str = "JP",
    method: Method = "REQUEST",
    *,
    stamp: datetime = STAMP,
    organizer: str = MAILBOX,
    attendee: str = "protocol@embassy-jp.example",
    partstat: PartStat = "NEEDS-ACTION",
    answered: int = 0,
    **changes: Any,
) -> bytes:
    return invitation_ics(
        mission,
        invitation(mission, code, **changes),
        link(mission, code),
        organizer=organizer,
        attendee=attendee,
        method=method,
        stamp=stamp,
        partstat=partstat,
        answered=answered,
        catalogues=CATALOGUES,
    )


def read(ics: bytes) -> Any:
    (event,) = icalendar.Calendar.from_ical(ics).walk("VEVENT")
    return event


@pytest.mark.parametrize("method", ["PUBLISH", "REQUEST"])
@pytest.mark.parametrize(("mission", "code"), EVERY, ids=NAMES)
def test_a_stranger_reads_the_right_instant_and_the_embassys_language(
    mission: Event, code: str, method: Method
) -> None:
    ics = entry(mission, code, method)
    event = read(ics)
    hours = 8 if mission is BALI else 7
    assert event["dtstart"].params["TZID"] == mission.zone
    assert event.start.utcoffset() == timedelta(hours=hours)
    assert event.start == mission.start
    assert event.end == mission.end
    language = language_for(EMBASSIES[code], CATALOGUES)
    assert event["summary"] == mission.titles.get(language, mission.titles["en"])
    assert event["location"] == mission.venue["en"]
    assert URL in event["description"]
    assert PHONE in event["description"]


def test_the_zone_travels_with_the_entry_so_that_no_reader_needs_to_know_it() -> None:
    (zone,) = icalendar.Calendar.from_ical(entry(BALI)).walk("VTIMEZONE")
    standard: Any = zone.walk("STANDARD")[0]
    assert zone["tzid"] == "Asia/Makassar"
    assert standard["tzname"] == "WITA"
    assert standard["tzoffsetto"].td == timedelta(hours=8)


def test_an_instant_given_in_another_zone_is_written_on_the_events_clock() -> None:
    assert BALI.start
    elsewhere = replace(BALI, start=BALI.start.astimezone(UTC))
    assert b"DTSTART;TZID=Asia/Makassar:20270302T090000\r\n" in entry(elsewhere)


@pytest.mark.parametrize(("mission", "code"), EVERY, ids=NAMES)
def test_lines_end_in_crlf_and_are_folded_at_75_octets(mission: Event, code: str) -> None:
    ics = entry(mission, code)
    assert ics.endswith(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in ics.split(b"\r\n"))


def test_the_uid_stays_through_revisions_while_the_sequence_grows() -> None:
    first, second = read(entry(revision=1, sequence=0)), read(entry(revision=2, sequence=1))
    assert first["uid"] == second["uid"] == calendar_uid("jakarta", "JP")
    assert first["sequence"] < second["sequence"]


def test_the_sequence_grows_with_every_reply_and_a_new_revision_is_above_them_all() -> None:
    after = [read(entry(revision=1, sequence=0, answered=number))["sequence"] for number in (0, 1, 2, 99)]
    after.append(read(entry(revision=2, sequence=1))["sequence"])
    assert after == sorted(set(after))


def test_a_cancelled_entry_says_so_to_the_embassy_that_it_was_sent_to() -> None:
    asked, cancelled = read(entry(answered=1)), read(entry(method="CANCEL", partstat="DECLINED", answered=2))
    assert (cancelled["status"], cancelled["uid"]) == ("CANCELLED", asked["uid"])
    assert cancelled["sequence"] > asked["sequence"]
    assert cancelled["attendee"] == asked["attendee"]
    assert cancelled["organizer"] == asked["organizer"]
    assert (cancelled["attendee"].params["PARTSTAT"], cancelled["attendee"].params["RSVP"]) == ("DECLINED", "FALSE")


def test_no_two_embassies_and_no_two_missions_share_a_uid() -> None:
    assert len({calendar_uid(mission.slug, code) for mission, code in EVERY}) == 32


def test_uids_are_those_that_were_sent_before() -> None:
    assert calendar_uid("jakarta", "JP") == "9cd40a5f-1e04-5edd-b89a-3f33ebb8401d"


def test_the_time_of_writing_is_given_and_never_the_clocks() -> None:
    assert b"DTSTAMP:20270105T010000Z\r\n" in entry()
    assert entry() == entry()


def test_a_file_to_keep_asks_nobody_and_a_request_asks_the_embassy_alone() -> None:
    assert "attendee" not in read(entry(method="PUBLISH"))
    attendee = read(entry(method="REQUEST"))["attendee"]
    assert attendee == "mailto:protocol@embassy-jp.example"
    assert attendee.params["CN"] == EMBASSIES["JP"].mission_name_local
    assert (attendee.params["PARTSTAT"], attendee.params["RSVP"]) == ("NEEDS-ACTION", "TRUE")
    assert read(entry())["organizer"] == f"mailto:{MAILBOX}"


@pytest.mark.parametrize("method", ["PUBLISH", "REQUEST", "CANCEL"])
def test_the_method_inside_is_the_one_asked_for(method: Method) -> None:
    assert icalendar.Calendar.from_ical(entry(method=method))["method"] == method


def test_an_embassy_that_has_answered_is_not_asked_again() -> None:
    params = read(entry(partstat="ACCEPTED"))["attendee"].params
    assert (params["PARTSTAT"], params["RSVP"]) == ("ACCEPTED", "FALSE")


def test_nothing_invisible_clings_to_the_link() -> None:
    description = read(entry(BALI, "SA"))["description"]
    assert description.split(URL)[1].startswith("\n")
    assert not set(description) & set("\u2066\u2067\u2068\u2069")


@pytest.mark.parametrize(
    "hostile",
    ["Hall\r\nBEGIN:VALARM", "Hall\nATTENDEE:mailto:x@evil.example", 'a;b,c\\n:"d"', "END:VEVENT\r\nEND:VCALENDAR"],
)
def test_a_venue_can_add_no_line(hostile: str) -> None:
    mission = replace(JAKARTA, venue={"id": hostile, "en": hostile})
    event = read(entry(mission))
    assert event["location"] == hostile.replace("\r\n", "\n")
    assert event["attendee"] == "mailto:protocol@embassy-jp.example"
    assert event.walk("VALARM") == []


@pytest.mark.parametrize("name", ['Embassy "of" X; Y: Z, ^n', "Botschaft^'", "大使館;PARTSTAT=ACCEPTED"])
def test_a_name_can_add_no_parameter(name: str) -> None:
    attendee = read(entry(mission_name_local=name))["attendee"]
    assert attendee.params["CN"] == name
    assert attendee.params["PARTSTAT"] == "NEEDS-ACTION"


@pytest.mark.parametrize(
    "address", ["", "a b@x.example", "a@x.example\r\nATTENDEE:mailto:b@x.example", "a@x.example,b@x"]
)
def test_what_is_no_address_makes_no_entry(address: str) -> None:
    with pytest.raises(MessageError):
        entry(attendee=address)
    with pytest.raises(MessageError):
        entry(organizer=address)


def test_an_event_without_a_date_has_no_entry() -> None:
    with pytest.raises(MessageError) as caught:
        entry(replace(JAKARTA, start=None))
    assert caught.value.key == "message_undated"


def test_an_entry_without_an_end_has_none() -> None:
    assert "dtend" not in read(entry(replace(JAKARTA, end=None)))


def test_an_embassy_without_a_name_in_its_language_makes_no_request() -> None:
    with pytest.raises(MessageError) as caught:
        entry(mission_name_local="")
    assert caught.value.key == "no_mission_name"
