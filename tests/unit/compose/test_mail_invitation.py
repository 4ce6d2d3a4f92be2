"""The mail that carries the letter: what an embassy reads when PDF, calendar and links are stripped."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from invites.compose.mail import compose_invitation_mail, compose_note_mail
from invites.errors import MessageError
from invites.model.event import CalendarMode, Contact, Event, Signatory, SignatoryKind
from invites.model.message import Mail
from invites.model.recipient import Gender, HeadClass, Kind
from invites.words import dates
from invites.words.names import language_for

from .missions import (
    BALI,
    CATALOGUES,
    EMBASSIES,
    EVERY,
    JAKARTA,
    MAILBOX,
    NAMES,
    PHONE,
    TEMPLATES,
    URL,
    event,
    invitation,
    link,
)

ISOLATES = re.compile("[\u2066-\u2069]")
LRI, PDI = "\u2066", "\u2069"


def mail_for(mission: Event, code: str, *, revision: int = 1, **changes: Any) -> Mail:
    return compose_invitation_mail(
        mission,
        invitation(mission, code, revision=revision, **changes),
        link(mission, code),
        templates=TEMPLATES,
        catalogues=CATALOGUES,
    )


def visible(text: str) -> str:
    """What an eye sees: no marks, every space a space."""
    return ISOLATES.sub("", text).replace("\u00a0", " ")


class Page(HTMLParser):
    """What a mail program would do with the HTML: tags, addresses that it would fetch or follow, shown text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.shown = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.shown += data

    def values(self, attribute: str) -> set[str | None]:
        return {attrs[attribute] for _, attrs in self.tags if attribute in attrs}


@pytest.mark.parametrize(("mission", "code"), EVERY, ids=NAMES)
def test_the_text_alone_holds_every_fact_in_both_languages(mission: Event, code: str) -> None:
    text = visible(mail_for(mission, code).text)
    assert mission.start
    assert mission.reply_by
    for language in ("id", language_for(EMBASSIES[code], CATALOGUES)):
        facts = [
            dates.date_full(mission.start.date(), language),
            dates.span(mission.start, mission.end, language),
            dates.deadline(mission.reply_by, language),
            CATALOGUES.fill("dress.batik", language),
            CATALOGUES.fill("agenda.registration", language),
            CATALOGUES.fill("letter.arrival", language, count=15),
            mission.venue.get(language, mission.venue["en"]),
        ]
        assert [fact for fact in map(visible, facts) if fact not in text] == []
    always = [mission.letter.number, mission.contact.name, PHONE, MAILBOX, URL]
    assert [fact for fact in always if fact not in text] == []


@pytest.mark.parametrize(("mission", "code"), EVERY, ids=NAMES)
def test_html_says_what_the_text_says(mission: Event, code: str) -> None:
    mail = mail_for(mission, code)
    shown = re.sub(r"\s+", " ", visible(Page(mail.html).shown))
    values = [line.partition(": ")[2] for line in visible(mail.text).splitlines() if ": " in line]
    assert [value for value in values if re.sub(r"\s+", " ", value).strip() not in shown] == []


@pytest.mark.parametrize("code", EMBASSIES)
def test_bali_gives_both_clocks_in_every_language(code: str) -> None:
    text = visible(mail_for(BALI, code).text)
    assert "09.00–15.30 WITA (08.00–14.30 WIB)" in text
    assert re.search(r"09:00[–～~]15:30 WITA \(08:00[–～~]14:30 WIB\)", text)
    assert "16:00 WITA (15:00 WIB)" in text


@pytest.mark.parametrize("code", EMBASSIES)
def test_indonesian_comes_first_then_the_embassys_language_then_the_link(code: str) -> None:
    mail = mail_for(JAKARTA, code)
    language = language_for(EMBASSIES[code], CATALOGUES)
    assert mail.languages == ("id", language)
    for said in (visible(mail.text), visible(Page(mail.html).shown)):
        order = [
            said.index(JAKARTA.titles["id"]),
            said.index(CATALOGUES.fill("letter.translation_note", language)),
            said.rindex(CATALOGUES.fill("email.signoff", language)),
            said.rindex(URL),
        ]
        assert order == sorted(order)


@pytest.mark.parametrize(("mission", "code"), EVERY, ids=NAMES)
def test_html_fetches_nothing_and_leads_nowhere_but_to_the_reply_page(mission: Event, code: str) -> None:
    html = mail_for(mission, code).html
    page = Page(html)
    assert page.values("href") == {URL}
    assert page.values("src") | page.values("background") | page.values("srcset") == set()
    assert {tag for tag, _ in page.tags} & {"img", "link", "script", "iframe", "object", "form", "svg"} == set()
    assert not re.search(r"url\(|@import|@font-face", html)


def test_each_block_says_its_language_and_direction() -> None:
    blocks = [attrs for tag, attrs in Page(mail_for(JAKARTA, "SA").html).tags if attrs.get("class") == "block"]
    assert [(attrs["lang"], attrs["dir"]) for attrs in blocks] == [("id", "ltr"), ("ar", "rtl")]


def test_telephone_mailbox_and_number_keep_their_direction_among_arabic() -> None:
    mail = mail_for(JAKARTA, "SA")
    for value in (PHONE, MAILBOX, JAKARTA.letter.number):
        assert f'<bdi dir="ltr">{value}</bdi>' in mail.html
        assert f"{LRI}{value}{PDI}" in mail.text


@pytest.mark.parametrize("code", EMBASSIES)
def test_the_link_stands_alone_on_its_line(code: str) -> None:
    assert URL in mail_for(JAKARTA, code).text.splitlines()


@pytest.mark.parametrize("code", EMBASSIES)
def test_the_subject_is_in_the_embassys_language_and_holds_no_mark_or_number(code: str) -> None:
    language = language_for(EMBASSIES[code], CATALOGUES)
    title = JAKARTA.titles.get(language, JAKARTA.titles["en"])
    subject = mail_for(JAKARTA, code).subject
    assert subject == ISOLATES.sub("", CATALOGUES.fill("email.subject", language, event_title=title))
    assert JAKARTA.letter.number not in subject


def test_only_an_ambassador_is_called_excellency() -> None:
    assert "Your Excellency," in mail_for(JAKARTA, "AU").text
    for head in (HeadClass.cda_ai, HeadClass.vacant):
        mail = mail_for(JAKARTA, "AU", head_class=head)
        assert "Excellency" not in mail.text + mail.html
        assert "Yang Mulia" not in mail.text + mail.html


def test_an_ambassador_of_unknown_gender_is_addressed_without_one() -> None:
    text = mail_for(JAKARTA, "FR", head_gender=Gender.unknown).text
    assert "\nExcellence,\n" in text
    assert "Monsieur" not in text


def test_a_name_never_becomes_markup() -> None:
    hostile = "<img src=x onerror=alert(1)> \"&'</td>{{ 7*7 }}"
    mission = replace(JAKARTA, contact=Contact(name=hostile, phone=PHONE, email=MAILBOX))
    mail = mail_for(mission, "JP")
    assert "img" not in {tag for tag, _ in Page(mail.html).tags}
    assert hostile in Page(mail.html).shown
    assert hostile in mail.text


def test_a_title_that_the_event_lacks_is_shown_as_english() -> None:
    mission = replace(JAKARTA, titles={"id": "Misi Dagang", "en": "Trade Mission"})
    assert '<h1 lang="en"' in mail_for(mission, "JP").html


def test_an_event_without_a_date_says_so_instead_of_failing() -> None:
    mission = replace(JAKARTA, start=None, end=None, reply_by=None, venue={})
    text = mail_for(mission, "AU").text
    assert "Day and date: Date to be announced" in text
    assert "Venue: To be announced" in text
    assert "Reply by: To be announced" in text
    assert "None" not in text


def test_an_event_of_several_days_gives_both_days() -> None:
    mission = event("jakarta", "Asia/Jakarta", end=datetime(2027, 3, 3, 12, 0, tzinfo=ZoneInfo("Asia/Jakarta")))
    text = mail_for(mission, "AU").text
    assert "Tuesday 2 March 2027" in text.replace(",", "")
    assert "Wednesday 3 March 2027" in text.replace(",", "")


def test_a_sample_is_called_a_sample_in_both_languages() -> None:
    text = mail_for(replace(JAKARTA, sample_note=True), "AU").text
    assert "Sample for demonstration. The dates are not real." in text
    assert "(tanggal contoh)" in text
    assert "(sample date)" in text


def test_a_revision_says_that_it_replaces_the_earlier_letter() -> None:
    assert "Revision 2: replaces the earlier invitation." in mail_for(JAKARTA, "AU", revision=2).text
    assert "Revision" not in mail_for(JAKARTA, "AU").text


def test_a_mail_without_a_calendar_entry_announces_none() -> None:
    assert "(ICS)" in mail_for(JAKARTA, "AU").text
    mail = mail_for(replace(JAKARTA, calendar=CalendarMode.none), "AU")
    assert "ICS" not in mail.text + mail.html


def test_the_office_that_signs_the_letter_signs_the_mail() -> None:
    agency = replace(JAKARTA, signatory=Signatory(kind=SignatoryKind.agency, name="Nama Pejabat"))
    assert mail_for(agency, "AU").text.count("Trade Office of the Province of South Kalimantan") == 1
    assert "Provincial Government of South Kalimantan" in mail_for(JAKARTA, "AU").text


def test_a_letter_without_a_number_shows_no_empty_line_for_it() -> None:
    mission = replace(JAKARTA, letter=replace(JAKARTA.letter, number=""))
    assert "Number" not in mail_for(mission, "AU").text


def test_an_embassy_that_reads_indonesian_gets_english_beside_it() -> None:
    assert mail_for(JAKARTA, "AU", locale="id-ID").languages == ("id", "en")


def test_a_language_that_no_catalogue_has_is_an_error_that_names_the_embassy() -> None:
    with pytest.raises(MessageError) as caught:
        mail_for(JAKARTA, "AU", locale="no language")
    assert caught.value.fields == {"code": "AU", "locale": "no language"}


def test_the_ministry_is_asked_to_hand_on_to_who_is_no_mission_by_the_plain_name() -> None:
    unsaid = {"mission_to_en": "", "mission_to_local": ""}
    company = invitation(JAKARTA, "AU", kind=Kind.organisation, name_en="Sample Company", **unsaid)
    mail = compose_note_mail(JAKARTA, company, link(JAKARTA, "AU"), templates=TEMPLATES, catalogues=CATALOGUES)
    assert "forwarding to Sample Company the enclosed invitation" in mail.text
