"""What an embassy sees and does on its reply page."""

from __future__ import annotations

import re
from datetime import timedelta

import icalendar
import pytest
from starlette.testclient import TestClient

from invites import pipeline
from invites.model.reply import Answer, Delegate, ReplyChannel, ReplyState, Verb
from tests.integration.web.visitor import send, version_in, visible
from tests.integration.web.world import BALI, EMBASSIES, REPLY_BY, START, World, dated

CODES = [one.code for one in EMBASSIES]


@pytest.mark.parametrize(
    ("code", "start"),
    [
        ("JP", '<html lang="ja" dir="ltr">'),
        ("SA", '<html lang="ar" dir="rtl">'),
        ("TH", '<html lang="th" dir="ltr">'),
        ("RU", '<html lang="ru" dir="ltr">'),
        ("IN", '<html lang="hi" dir="ltr">'),
        ("US", '<html lang="en-US" dir="ltr">'),
    ],
)
def test_an_embassy_is_addressed_in_its_own_language(visitor: TestClient, world: World, code: str, start: str) -> None:
    response = visitor.get(world.path(code))
    assert response.status_code == 200
    assert start in response.text
    assert next(one for one in EMBASSIES if one.code == code).mission_name_local in response.text


def test_the_page_says_what_when_where_and_until_when(visitor: TestClient, world: World) -> None:
    text = visible(visitor.get(world.path("DE") + "?lang=en").text)
    for fact in (
        "Trade Mission of South Kalimantan Micro and Small Enterprises – Bali",
        "Embassy of the Federal Republic of Germany",
        "Tuesday, 20 May 2031",
        "09:00–15:00 WITA (08:00–14:00 WIB)",
        "Gedung Contoh Hall, Denpasar",
        "Batik, national dress or business attire",
        "17:00 WITA (16:00 WIB)",
        "15 days left to reply",
        "+62 511 000 0000",
    ):
        assert fact in text, fact


def test_the_language_switch_offers_the_embassys_language_indonesian_and_english(
    visitor: TestClient, world: World
) -> None:
    path = world.path("JP")
    page = visitor.get(path).text
    assert [f"{path}?lang=id", f"{path}?lang=en"] == re.findall(r'href="([^"]+)" lang="\w+" dir="ltr" hreflang', page)
    english = visitor.get(f"{path}?lang=en")
    assert '<html lang="en" dir="ltr">' in english.text
    assert f'action="{path}?lang=en"' in english.text
    assert f'href="{path}?lang=ja"' in english.text


def test_an_american_is_not_offered_english_twice(visitor: TestClient, world: World) -> None:
    assert re.findall(r'hreflang="([^"]+)"', visitor.get(world.path("US")).text) == ["id"]


@pytest.mark.parametrize("asked", ["fr", "xx", "../../etc/passwd", "ar"])
def test_any_other_language_is_the_embassys_own(visitor: TestClient, world: World, asked: str) -> None:
    assert '<html lang="ja"' in visitor.get(world.path("JP"), params={"lang": asked}).text


def test_the_chosen_language_stays_through_answer_and_thanks(visitor: TestClient, world: World) -> None:
    response = visitor.post(f"{world.path('JP')}?lang=id", data={"version": "0", "answer": "accept"})
    assert response.headers["location"] == f"{world.path('JP')}/thanks?lang=id"
    assert "Terima kasih" in visitor.get(response.headers["location"]).text
    assert world.history("JP")[0].language == "id"


def test_an_acceptance_with_delegates_is_recorded_and_thanked_for(visitor: TestClient, world: World) -> None:
    response = send(
        visitor,
        world,
        "DE",
        answer="accept",
        delegate_name=["Contoh Satu", "Contoh Dua"],
        delegate_position=["Handelsattaché", ""],
        spouse="yes",
        diet="vegetarisch",
        contact_email="sekretariat@embassy-de.example",
    )
    assert (response.status_code, response.headers["location"]) == (303, f"{world.path('DE')}/thanks")
    (reply,) = world.history("DE")
    assert reply.answer == Answer(
        verb=Verb.accept,
        delegates=(Delegate(name="Contoh Satu", position="Handelsattaché"), Delegate(name="Contoh Dua")),
        delegate_count=2,
        spouse=True,
        diet="vegetarisch",
        contact_email="sekretariat@embassy-de.example",
    )
    assert (reply.channel, reply.recorded_by, reply.late) == (ReplyChannel.link, "", False)
    thanks = visitor.get(response.headers["location"]).text
    for shown in ("BALI-DE-1", "Contoh Satu", "Handelsattaché", "vegetarisch", "/calendar.ics", "/letter.pdf"):
        assert shown in thanks, shown


def test_a_representative_is_recorded_with_name_and_position(visitor: TestClient, world: World) -> None:
    fields = {"representative_name": "Contoh Wakil", "representative_position": "Konselor"}
    assert send(visitor, world, "TH", answer="representative", **fields).status_code == 303
    (reply,) = world.history("TH")
    assert reply.state is ReplyState.represented
    assert reply.answer.representative == Delegate(name="Contoh Wakil", position="Konselor")


def test_a_contact_without_a_name_leaves_no_empty_line(visitor: TestClient, world: World) -> None:
    response = send(visitor, world, "DE", answer="accept", contact_email="protokoll@embassy-de.example")
    said = re.search(r"<dd>(?:(?!<dd>).)*protokoll@embassy-de\.example", visitor.get(response.headers["location"]).text)
    assert said
    assert "<br>" not in said[0]
    assert "<bdi></bdi>" not in said[0]


def test_persons_without_names_are_counted_as_they_were_asked_for(visitor: TestClient, world: World) -> None:
    response = send(visitor, world, "JP", answer="accept", persons="3", names_to_follow="yes")
    assert "出席人数（公館長または代理者を含む） 3" in visible(visitor.get(response.headers["location"]).text)


def test_a_decline_is_thanked_for_without_a_calendar(visitor: TestClient, world: World) -> None:
    response = send(visitor, world, "RU", answer="decline", remarks="К сожалению")
    thanks = visitor.get(response.headers["location"]).text
    assert "К сожалению" in thanks
    assert "calendar.ics" not in thanks
    assert world.history("RU")[0].state is ReplyState.declined


def test_thanks_without_a_reply_lead_to_the_form(visitor: TestClient, world: World) -> None:
    response = visitor.get(f"{world.path('JP')}/thanks")
    assert (response.status_code, response.headers["location"]) == (303, world.path("JP"))


def test_reloading_the_thanks_sends_nothing_twice(visitor: TestClient, world: World) -> None:
    response = send(visitor, world, "JP", answer="accept")
    for _ in range(3):
        assert visitor.get(response.headers["location"]).status_code == 200
    assert len(world.history("JP")) == 1


def test_a_mail_is_promised_for_what_the_embassy_said_itself_and_not_for_what_staff_wrote_down(
    visitor: TestClient, world: World
) -> None:
    promise = "Ihre Botschaft erhält eine Bestätigung"
    response = send(visitor, world, "DE", answer="accept")
    assert promise in visible(visitor.get(response.headers["location"]).text)
    pipeline.enter_answer(
        world.house, world.page("DE"), Answer(verb=Verb.decline), channel=ReplyChannel.phone, by="Sari"
    )
    assert promise not in visible(visitor.get(response.headers["location"]).text)


def test_an_embassy_that_says_what_staff_wrote_down_meanwhile_has_said_it_itself(
    visitor: TestClient, world: World
) -> None:
    loaded = version_in(visitor.get(world.path("DE")).text)
    pipeline.enter_answer(
        world.house, world.page("DE"), Answer(verb=Verb.accept), channel=ReplyChannel.phone, by="Sari"
    )
    response = visitor.post(world.path("DE"), data={"version": loaded, "answer": "accept"})
    assert response.status_code == 303
    assert [reply.channel for reply in world.history("DE")] == [ReplyChannel.phone, ReplyChannel.link]
    assert [reply.number for reply in world.store.replies.unconfirmed()] == [2]
    assert "Ihre Botschaft erhält eine Bestätigung" in visible(visitor.get(response.headers["location"]).text)


def test_a_second_click_is_thanked_for_as_the_first(visitor: TestClient, world: World) -> None:
    fields = {"version": "0", "answer": "accept", "delegate_name": ["Contoh"]}
    first, second = (visitor.post(world.path("JP"), data=fields) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert len(world.history("JP")) == 1


def test_a_reply_can_be_changed_and_its_history_is_shown(visitor: TestClient, world: World) -> None:
    send(visitor, world, "DE", answer="accept", remarks="bis bald")
    page = visitor.get(world.path("DE")).text
    assert "BALI-DE-1" in page
    assert "bis bald</textarea>" in page
    world.clock.advance(timedelta(days=1))
    response = send(visitor, world, "DE", answer="decline")
    thanks = visible(visitor.get(response.headers["location"]).text)
    assert "BALI-DE-2" in thanks
    assert "Teilnahme leider nicht möglich" in thanks
    assert "Die Botschaftsleitung nimmt teil" in thanks
    assert [reply.state for reply in world.history("DE")] == [ReplyState.accepted, ReplyState.declined]


def test_nothing_is_chosen_before_a_person_chooses(visitor: TestClient, world: World) -> None:
    assert "checked" not in visitor.get(world.path("JP")).text
    send(visitor, world, "JP", answer="accept")
    assert not re.search(r'type="radio"[^>]*checked', visitor.get(world.path("JP")).text)


def test_whoever_answers_after_somebody_else_sees_that_reply_first(visitor: TestClient, world: World) -> None:
    stale = {"version": "0", "answer": "accept", "delegate_name": ["Contoh Baru"], "remarks": "nur mit Dolmetscher"}
    world.answer("DE", Answer(verb=Verb.decline, remarks="Vertretung lehnt ab"))
    response = visitor.post(world.path("DE"), data=stale)
    assert response.status_code == 409
    assert "Vertretung lehnt ab" in response.text
    for kept in ("Contoh Baru", "nur mit Dolmetscher"):
        assert kept in response.text
    assert re.search(r'id="answer-accept"[^>]* checked', response.text)
    assert len(world.history("DE")) == 1
    again = {**stale, "version": version_in(response.text)}
    assert visitor.post(world.path("DE"), data=again).status_code == 303
    assert [reply.state for reply in world.history("DE")] == [ReplyState.declined, ReplyState.accepted]


@pytest.mark.parametrize("version", ["", "-1", "none", "9" * 30, "1 OR 1=1"])
def test_a_form_that_does_not_know_the_last_reply_overwrites_nothing(
    visitor: TestClient, world: World, version: str
) -> None:
    world.answer("DE", Answer(verb=Verb.accept))
    assert visitor.post(world.path("DE"), data={"answer": "decline", "version": version}).status_code == 409
    assert len(world.history("DE")) == 1


def test_a_form_from_before_a_database_was_restored_is_shown_again_with_what_was_typed(
    visitor: TestClient, world: World
) -> None:
    lost = {"version": "999", "answer": "accept", "delegate_name": ["Contoh Satu"], "remarks": "bis bald"}
    response = visitor.post(world.path("DE"), data=lost)
    assert response.status_code == 409
    assert "Dieses Formular ist nicht mehr gültig." in visible(response.text)
    for kept in ("Contoh Satu", "bis bald"):
        assert kept in response.text
    assert re.search(r'id="answer-accept"[^>]* checked', response.text)
    assert world.history("DE") == []
    again = {**lost, "version": version_in(response.text)}
    assert visitor.post(world.path("DE"), data=again).status_code == 303
    assert len(world.history("DE")) == 1


def test_errors_are_named_in_the_embassys_language_and_lead_to_their_fields(visitor: TestClient, world: World) -> None:
    response = send(
        visitor,
        world,
        "DE",
        answer="representative",
        representative_name="Contoh Wakil",
        delegate_position=["Dolmetscherin"],
        names_to_follow="",
        contact_email="niemand",
        remarks="Grüße <b>aus</b> Berlin",
    )
    assert response.status_code == 422
    assert world.history("DE") == []
    assert "Bitte geben Sie eine gültige E-Mail-Adresse ein." in response.text
    targets = re.findall(r'<li><a href="#([^"]+)"', response.text)
    assert targets == ["representative_position", "delegate_name_1", "contact_email"]
    for target in targets:
        assert re.search(rf'id="{target}"[^>]* aria-invalid="true"', response.text), target
    for kept in ("Contoh Wakil", "Dolmetscherin", "niemand", "Grüße &lt;b&gt;aus&lt;/b&gt; Berlin"):
        assert kept in response.text
    assert re.search(r'id="answer-representative"[^>]* checked', response.text)


def test_an_empty_form_asks_for_the_choice(visitor: TestClient, world: World) -> None:
    response = send(visitor, world, "SA")
    assert response.status_code == 422
    assert 'href="#answer-accept"' in response.text
    assert world.history("SA") == []


def test_every_delegate_typed_is_shown_again_even_those_above_the_limit(visitor: TestClient, world: World) -> None:
    names = [f"Contoh {letter}" for letter in "ABCDEF"]
    response = send(visitor, world, "DE", answer="accept", delegate_name=names)
    assert response.status_code == 422
    assert all(name in response.text for name in names)
    assert 'href="#delegates"' in response.text


def test_the_form_has_as_many_delegates_as_may_come(visitor: TestClient, world: World) -> None:
    assert visitor.get(world.path("DE")).text.count('name="delegate_name"') == BALI.max_delegates


def test_what_was_typed_is_text_wherever_it_is_shown(visitor: TestClient, world: World) -> None:
    attack = "<script>alert(1)</script>\"'><img src=x>"
    response = send(visitor, world, "DE", answer="accept", delegate_name=[attack], remarks=attack, diet=attack)
    for path in (response.headers["location"], world.path("DE")):
        page = visitor.get(path).text
        assert "<script" not in page
        assert "<img" not in page
        assert "&lt;script&gt;" in page


def test_a_late_reply_is_taken_and_flagged(visitor: TestClient, world: World) -> None:
    world.clock.at = REPLY_BY + timedelta(minutes=1)
    page = visible(visitor.get(world.path("DE") + "?lang=en").text)
    assert "The time for replies has passed. You may still send your reply" in page
    assert send(visitor, world, "DE", answer="decline").status_code == 303
    assert world.history("DE")[0].late


def test_the_last_day_is_called_so(visitor: TestClient, world: World) -> None:
    world.clock.at = REPLY_BY - timedelta(hours=2)
    assert "Today is the last day to reply." in visitor.get(world.path("DE") + "?lang=en").text


def test_once_the_event_has_begun_the_page_shows_whom_to_call(visitor: TestClient, world: World) -> None:
    world.answer("DE", Answer(verb=Verb.accept, remarks="bis bald"))
    world.clock.at = START
    response = visitor.get(world.path("DE"))
    assert response.status_code == 200
    assert "<form" not in response.text
    assert "bis bald" in response.text
    assert "+62 511 000 0000" in visible(response.text)


def test_a_form_loaded_in_time_and_sent_too_late_records_nothing(visitor: TestClient, world: World) -> None:
    visitor.get(world.path("DE"))
    world.clock.at = START + timedelta(seconds=1)
    response = visitor.post(world.path("DE"), data={"version": "0", "answer": "accept"})
    assert response.status_code == 409
    assert "<form" not in response.text
    assert world.history("DE") == []


def test_once_closed_an_incomplete_form_is_refused_for_being_late_and_not_for_its_fields(
    visitor: TestClient, world: World
) -> None:
    world.clock.at = START + timedelta(seconds=1)
    response = visitor.post(world.path("DE"), data={"version": "0", "answer": "representative"})
    assert response.status_code == 409
    assert "<form" not in response.text
    assert "aria-invalid" not in response.text


def test_the_letter_is_the_very_file_that_was_sent(visitor: TestClient, world: World) -> None:
    response = visitor.get(f"{world.path('JP')}/letter.pdf")
    assert (response.content, response.headers["content-type"]) == (b"%PDF-1.7 bali JP", "application/pdf")
    assert response.headers["content-disposition"] == 'attachment; filename="undangan-bali-jp.pdf"'


def test_the_calendar_file_opens_with_the_right_start(visitor: TestClient, world: World) -> None:
    response = visitor.get(f"{world.path('JP')}/calendar.ics")
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    (entry,) = icalendar.Calendar.from_ical(response.content).walk("VEVENT")
    assert entry.decoded("dtstart") == START


def test_an_event_without_a_date_has_a_page_and_no_calendar(visitor: TestClient, world: World) -> None:
    undated = dated(BALI, slug="nanti", start=None, end=None, reply_by=None)
    world.invite(undated)
    path = world.path("JP", undated)
    assert "Date to be announced" in visitor.get(f"{path}?lang=en").text
    response = visitor.post(path, data={"version": "0", "answer": "accept"})
    assert "calendar.ics" not in visitor.get(response.headers["location"]).text
    assert visitor.get(f"{path}/calendar.ics").status_code == 404


def test_a_secretary_may_type_the_code_from_paper(visitor: TestClient, world: World) -> None:
    assert visitor.get("/r").status_code == 200
    typed = world.link("TH").token.upper().replace("0", "O")
    response = visitor.post("/r", data={"code": f" {typed} "})
    assert response.status_code == 303
    assert '<html lang="th"' in visitor.get(response.headers["location"]).text


def test_the_bare_address_leads_to_the_question_for_the_code(visitor: TestClient) -> None:
    response = visitor.get("/")
    assert (response.status_code, response.headers["location"]) == (303, "/r")


@pytest.mark.parametrize("shape", ["{url}", " <{url}?lang=id> ", "{bare}/thanks", "{upper}"])
def test_the_whole_link_may_be_pasted_where_the_code_is_asked_for(
    visitor: TestClient, world: World, shape: str
) -> None:
    url = world.link("TH").url
    response = visitor.post("/r", data={"code": shape.format(url=url, bare=url.split("//")[1], upper=url.upper())})
    assert '<html lang="th"' in visitor.get(response.headers["location"]).text


@pytest.mark.parametrize("typed", ["", "   "])
def test_no_code_leads_back_to_the_question(visitor: TestClient, typed: str) -> None:
    assert visitor.post("/r", data={"code": typed}).headers["location"] == "/r"


@pytest.mark.parametrize("typed", ["//evil.example/", "../desk", "x\r\nSet-Cookie: a=b", "ä" * 500, "\x00"])
def test_a_code_of_any_shape_leads_to_our_own_page_only(visitor: TestClient, typed: str) -> None:
    response = visitor.post("/r", data={"code": typed})
    assert re.fullmatch(r"/r/[A-Za-z0-9%._~-]+", response.headers["location"])
    assert "set-cookie" not in response.headers
    assert visitor.get(response.headers["location"]).status_code == 404


@pytest.mark.parametrize("code", CODES)
def test_a_page_needs_no_script_no_cookie_nothing_from_elsewhere_and_little_weight(
    visitor: TestClient, world: World, code: str
) -> None:
    world.answer(code, Answer(verb=Verb.accept, delegates=(Delegate(name="Contoh", position="Contoh"),) * 4))
    response = visitor.get(world.path(code))
    assert "set-cookie" not in response.headers
    assert not re.search(r"<script|\son\w+=|javascript:|style=|<style", response.text)
    loaded = re.findall(r'(?:src|<link[^>]*href)="([^"]+)"', response.text)
    assert loaded
    assert all(address.startswith("/static/") for address in loaded)
    sheet = next(address for address in loaded if address.endswith(".css"))
    imported = re.findall(r"url\(([^)]+)\)", visitor.get(sheet).text)
    weight = sum(len(visitor.get(address).content) for address in {*loaded, *(f"/static/{name}" for name in imported)})
    assert len(response.content) + weight < 30_000


def test_static_files_are_kept_for_long_under_a_name_that_changes_with_them(visitor: TestClient, world: World) -> None:
    sheet = re.search(r'href="(/static/pages\.[0-9a-f]{12}\.css)"', visitor.get(world.path("JP")).text)
    assert sheet
    response = visitor.get(sheet[1])
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-type"] == "text/css; charset=utf-8"
    assert visitor.get("/static/pages.css").status_code == 404
    assert visitor.get("/static/..%2Fpages%2Frsvp.html").status_code == 404


def test_what_could_not_be_saved_is_not_thanked_for_and_not_lost(visitor: TestClient, world: World) -> None:
    with world.store.engine.connect() as connection:
        connection.exec_driver_sql("CREATE TRIGGER full BEFORE INSERT ON reply BEGIN INSERT INTO disk VALUES (1); END")
    fields = {"answer": "accept", "delegate_name": ["Contoh Satu"], "remarks": "bis bald"}
    response = send(visitor, world, "DE", **fields)
    assert response.status_code == 503
    assert "Die Antwort konnte nicht gespeichert werden." in visible(response.text)
    for kept in ("Contoh Satu", "bis bald"):
        assert kept in response.text
    with world.store.engine.connect() as connection:
        connection.exec_driver_sql("DROP TRIGGER full")
    assert send(visitor, world, "DE", **fields).status_code == 303


def test_a_form_of_a_megabyte_is_refused(visitor: TestClient, world: World) -> None:
    response = visitor.post(world.path("DE"), data={"answer": "accept", "remarks": "x" * 1_000_000})
    assert response.status_code == 413
    assert "Formulir ini tidak berlaku lagi." in visible(response.text)
    assert world.history("DE") == []


def test_a_body_that_does_not_say_its_length_is_refused_all_the_same(visitor: TestClient, world: World) -> None:
    pieces = (piece for piece in [b"answer=accept&remarks=", *[b"x" * 10_000] * 7])
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert visitor.post(world.path("DE"), content=pieces, headers=headers).status_code == 413
    assert world.history("DE") == []


def test_a_form_below_the_limit_is_read_whole(visitor: TestClient, world: World) -> None:
    response = send(visitor, world, "DE", answer="accept", unknown="x" * 60_000, remarks="bis bald")
    assert response.status_code == 303
    assert world.history("DE")[0].answer.remarks == "bis bald"


@pytest.mark.parametrize("count", [201, 900])
def test_a_form_of_many_fields_is_refused(visitor: TestClient, world: World, count: int) -> None:
    response = visitor.post(world.path("DE"), data={"answer": "accept", "x": ["1"] * count})
    assert response.status_code == 400
    assert world.history("DE") == []


def test_a_file_in_the_form_is_refused(visitor: TestClient, world: World) -> None:
    response = visitor.post(world.path("DE"), data={"answer": "accept"}, files={"remarks": ("a.exe", b"MZ")})
    assert response.status_code == 400
    assert world.history("DE") == []
