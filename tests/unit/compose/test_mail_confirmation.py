"""The mail that tells an embassy which answer was recorded, and until when it may be changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invites.compose.mail import compose_confirmation_mail, sends_request
from invites.model.event import CalendarMode, Event
from invites.model.message import Mail
from invites.model.recipient import Kind
from invites.model.reply import Answer, Delegate, Verb
from invites.words.names import language_for

from .missions import ACCEPTANCE, BALI, CATALOGUES, EMBASSIES, EVERY, JAKARTA, NAMES, TEMPLATES, URL, invitation, link
from .missions import reply as recorded

DELEGATION = Answer(
    verb=Verb.representative,
    representative=Delegate(name="Ada Contoh", position="Trade Attaché"),
    delegates=(Delegate(name="Budi Contoh", position="Second Secretary"), Delegate(name="Citra Contoh")),
    delegate_count=3,
    spouse=True,
    spouse_name="Dewi Contoh",
    names_to_follow=True,
    diet="no shellfish",
    remarks="arrives early",
    contact_phone="+62 21 000 0000",
)


def confirmation(answer: Answer, code: str = "AU", mission: Event = JAKARTA, **changes: object) -> Mail:
    return compose_confirmation_mail(
        mission,
        invitation(mission, code),
        link(mission, code),
        recorded(mission, code, answer, **changes),
        templates=TEMPLATES,
        catalogues=CATALOGUES,
    )


@pytest.mark.parametrize(("mission", "code"), EVERY, ids=NAMES)
@pytest.mark.parametrize("verb", Verb)
def test_it_repeats_the_answer_in_both_languages_with_reference_and_link(mission: Event, code: str, verb: Verb) -> None:
    mail = confirmation(Answer(verb=verb), code, mission)
    language = language_for(EMBASSIES[code], CATALOGUES)
    assert mail.languages == ("id", language)
    for said in (mail.text, mail.html):
        for tag in mail.languages:
            assert CATALOGUES.fill(f"rsvp.{verb}", tag) in said
        assert f"{code}-7Q3K" in said
        assert URL in said
    assert URL in mail.text.splitlines()


def test_it_names_whom_the_embassy_named_and_keeps_diet_and_remarks_out() -> None:
    mail = confirmation(DELEGATION)
    for said in (mail.text, mail.html):
        for name in ("Ada Contoh, Trade Attaché", "Budi Contoh, Second Secretary", "Citra Contoh", "Dewi Contoh"):
            assert name in said
        assert "shellfish" not in said
        assert "arrives early" not in said
        assert "+62 21 000 0000" not in said
    assert "Delegates:\n  Budi Contoh, Second Secretary\n  Citra Contoh\n" in mail.text
    assert "Number of delegates, including the Head of Mission or the representative: 4\n" in mail.text
    assert "Names will follow" in mail.text


def test_a_number_always_says_who_is_counted() -> None:
    text = confirmation(replace(ACCEPTANCE, delegate_count=2, names_to_follow=True), "JP").text
    assert "Jumlah anggota delegasi, termasuk Kepala Perwakilan atau wakil: 3\n" in text
    assert "出席人数（公館長または代理者を含む）：3\n" in text
    assert "Anggota delegasi:" not in text


def test_where_every_delegate_is_named_nobody_is_counted() -> None:
    named = replace(ACCEPTANCE, delegates=(Delegate(name="Budi Contoh"),), delegate_count=1)
    text = confirmation(named).text
    assert "Delegates: Budi Contoh\n" in text
    assert "Number of delegates" not in text


def test_a_regret_lists_nobody() -> None:
    text = confirmation(replace(DELEGATION, verb=Verb.decline)).text
    assert "Reply: Unable to attend" in text
    assert [name for name in ("Ada", "Budi", "Citra", "Dewi") if name in text] == []


def test_a_spouse_without_a_name_is_said_with_a_yes() -> None:
    assert "Accompanied by spouse: Yes" in confirmation(replace(ACCEPTANCE, spouse=True)).text
    assert "spouse" not in confirmation(ACCEPTANCE).text


def test_it_may_be_changed_until_the_deadline_and_when_late_until_the_event_begins() -> None:
    assert "until Tuesday, 23 February 2027, 16:00 WIB" in confirmation(ACCEPTANCE).text.replace(" at ", ", ")
    late = confirmation(ACCEPTANCE, late=True).text.replace(" at ", ", ")
    assert "until Tuesday, 2 March 2027, 09:00 WIB" in late


def test_bali_gives_both_clocks() -> None:
    assert "09:00–15:30 WITA (08:00–14:30 WIB)" in confirmation(ACCEPTANCE, mission=BALI).text


@pytest.mark.parametrize("mode", CalendarMode)
@pytest.mark.parametrize("verb", Verb)
def test_it_announces_a_calendar_entry_exactly_when_one_travels_with_it(verb: Verb, mode: CalendarMode) -> None:
    mission = replace(JAKARTA, calendar=mode)
    answer = Answer(verb=verb)
    travels = sends_request(mission, recorded(mission, "AU", answer))
    assert travels == (verb is not Verb.decline and mode is CalendarMode.after_reply)
    assert ("A calendar entry (ICS) is attached." in confirmation(answer, mission=mission).text) == travels


def test_the_subject_says_that_a_reply_was_received_in_the_embassys_language() -> None:
    assert confirmation(ACCEPTANCE).subject == f"Reply received: {JAKARTA.titles['en']}"
    assert confirmation(ACCEPTANCE, "DE").subject == f"Antwort erhalten: {JAKARTA.titles['de']}"


def test_a_delegates_name_never_becomes_markup() -> None:
    hostile = replace(ACCEPTANCE, delegates=(Delegate(name="<b>x</b>&", position='"><a href=//evil.example>'),))
    html = confirmation(hostile).html
    assert "<b>x" not in html
    assert 'href="//evil.example' not in html
    assert "&lt;b&gt;x" in html


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Kind.embassy, "reserved for your Embassy"),
        (Kind.delegation, "reserved for your Delegation"),
        (Kind.consulate, "reserved for you."),
        (Kind.organisation, "reserved for you."),
        (Kind.person, "reserved for you."),
    ],
)
def test_it_says_for_whom_the_link_is_as_the_invitation_did(kind: Kind, said: str) -> None:
    mail = compose_confirmation_mail(
        JAKARTA,
        invitation(JAKARTA, "AU", kind=kind),
        link(JAKARTA, "AU"),
        recorded(JAKARTA, "AU", ACCEPTANCE),
        templates=TEMPLATES,
        catalogues=CATALOGUES,
    )
    for part in (mail.text, mail.html):
        assert said in part
        assert ("your Embassy" in part) == (kind is Kind.embassy)
