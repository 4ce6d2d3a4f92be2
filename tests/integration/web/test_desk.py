"""The desk: who may look, what Sari and Budi see, and that only our own forms are taken."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from threading import Lock

import pytest
from httpx2 import ASGITransport, AsyncClient
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from invites import pipeline
from invites.errors import ReplyConflict
from invites.model.delivery import DeliveryState
from invites.model.reply import Answer, Delegate, ReplyChannel, Verb
from invites.model.user import Role, User
from invites.web.app import create_app
from tests.integration.web.conftest import Login
from tests.integration.web.visitor import form_token, row_of, submit_login, visible
from tests.integration.web.world import (
    BALI,
    BASE_URL,
    CATALOGUES,
    IN_ORDER,
    PASSWORD,
    REPLY_BY,
    SESSION_KEY,
    World,
    dated,
    embassy,
)
from tests.scene import new_store


def test_a_stranger_sees_the_door_and_no_embassy(visitor: TestClient) -> None:
    response = visitor.get("/desk")
    assert (response.status_code, response.headers["location"]) == (303, "/desk/login")
    assert "Kedutaan" not in response.text + visitor.get("/desk/login").text


# by route and method: what a stranger gets, what staff get
MATRIX = {
    ("GET", "/"): (303, 303),
    ("GET", "/desk"): (303, 200),
    ("GET", "/desk/login"): (200, 303),
    ("POST", "/desk/login"): (403, 403),
    ("POST", "/desk/logout"): (403, 403),
    ("GET", "/healthz"): (200, 200),
    ("GET", "/r"): (200, 200),
    ("POST", "/r"): (303, 303),
    ("GET", "/r/{token}"): (404, 404),
    ("POST", "/r/{token}"): (404, 404),
    ("GET", "/r/{token}/thanks"): (404, 404),
    ("GET", "/r/{token}/letter.pdf"): (404, 404),
    ("GET", "/r/{token}/calendar.ics"): (404, 404),
    ("GET", "/static/{name}"): (404, 404),
    ("GET", "/v"): (200, 200),
    ("POST", "/v"): (303, 303),
    ("GET", "/v/{code}"): (404, 404),
}


def test_every_route_has_its_place_in_the_matrix(app: Starlette, log_in: Login, world: World) -> None:
    """Without a link and without a form of ours, no route changes anything for anybody."""
    routes = {
        (method, route.path)
        for route in app.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }
    assert routes == set(MATRIX)
    stranger, staff = TestClient(app, base_url=BASE_URL, follow_redirects=False), log_in()
    before = world.dump()
    for (method, path), expected in MATRIX.items():
        address = re.sub(r"{\w+}", "none", path)
        assert tuple(who.request(method, address).status_code for who in (stranger, staff)) == expected, (method, path)
    assert world.dump() == before


@pytest.mark.parametrize(("name", "role"), [("Sari", Role.staff), ("Budi", Role.organiser)])
def test_staff_and_organisers_see_the_table_in_order_of_precedence(log_in: Login, name: str, role: Role) -> None:
    page = log_in(name, role).get("/desk").text
    assert tuple(re.findall(r'<tbody[^>]* id="(\w+)"', page)) == IN_ORDER
    assert f"Masuk sebagai {name}." in visible(page)


def test_a_reply_never_changes_the_order(log_in: Login, world: World) -> None:
    world.answer("RU", Answer(verb=Verb.accept))
    assert tuple(re.findall(r'<tbody[^>]* id="(\w+)"', log_in().get("/desk").text)) == IN_ORDER


def test_counts_and_rows_tell_who_comes_and_how_we_know(log_in: Login, world: World) -> None:
    world.answer("JP", Answer(verb=Verb.accept, delegates=(Delegate(name="Contoh"),), delegate_count=1, spouse=True))
    world.answer("TH", Answer(verb=Verb.representative, names_to_follow=True))
    note = "JAK/551/2031"
    pipeline.enter_answer(
        world.house,
        world.page("SA"),
        Answer(verb=Verb.decline),
        channel=ReplyChannel.note_verbale,
        by="Sari",
        source_ref=note,
    )
    page = log_in().get("/desk", params={"lang": "en"}).text
    counts = dict(re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", page))
    assert counts == {
        "Invited": "7",
        "Sent": "0",
        "Replied": "3",
        "Accepted": "1",
        "Represented": "1",
        "Declined": "1",
        "No reply yet": "4",
        "Seats": "4",
    }
    assert row_of(page, "JP").startswith("1 Embassy of Japan JP queued accepted 3 link the Embassy")
    assert "names to follow" in row_of(page, "TH")
    assert "note verbale Sari 21 April 2031" in row_of(page, "SA")
    assert note in row_of(page, "SA")


def test_the_history_tells_who_changed_what_and_when(log_in: Login, world: World) -> None:
    world.answer("JP", Answer(verb=Verb.accept, delegates=(Delegate(name="Contoh Lama"),), delegate_count=1))
    world.clock.advance(timedelta(days=2))
    pipeline.enter_answer(
        world.house, world.page("JP"), Answer(verb=Verb.decline), channel=ReplyChannel.phone, by="Sari"
    )
    row = row_of(log_in().get("/desk?lang=en").text, "JP")
    assert "telephone Sari 23 April 2031" in row
    assert "Contoh Lama" in row
    assert row.index("BALI-JP-2") < row.index("BALI-JP-1")
    assert "Sari: Reply recorded: declined · telephone" in row
    assert "JP: Reply recorded: accepted · link" in row
    assert "Sari: Jawaban dicatat: berhalangan · telepon" in row_of(log_in().get("/desk").text, "JP")


def test_the_log_of_the_event_says_how_many_letters_of_which_batch(log_in: Login) -> None:
    staff = log_in()
    assert re.search("Sari: Pengiriman dimulai · 7 surat, kumpulan [0-9a-f]{12} ", visible(staff.get("/desk").text))
    assert re.search("Sending started · 7 letters, batch [0-9a-f]{12} ", visible(staff.get("/desk?lang=en").text))


def test_a_late_reply_is_marked(log_in: Login, world: World) -> None:
    world.clock.at = REPLY_BY + timedelta(hours=1)
    world.answer("JP", Answer(verb=Verb.decline))
    assert "late" in row_of(log_in().get("/desk?lang=en").text, "JP")


@pytest.mark.parametrize(
    ("before", "late"), [(timedelta(hours=1), False), (timedelta(0), False), (-timedelta(0, 1), True)]
)
def test_an_answer_is_late_by_when_it_was_received_not_by_when_it_was_written_down(
    world: World, before: timedelta, late: bool
) -> None:
    world.clock.at = REPLY_BY + timedelta(days=1)
    received = REPLY_BY - before
    recorded = pipeline.enter_answer(
        world.house,
        world.page("JP"),
        Answer(verb=Verb.accept),
        channel=ReplyChannel.phone,
        by="Sari",
        received_at=received,
    )
    assert (recorded.late, recorded.received_at, recorded.recorded_at) == (late, received, world.clock.now())


def test_an_answer_that_came_in_while_sari_was_typing_is_not_overwritten(world: World) -> None:
    seen = world.page("JP")
    world.answer("JP", Answer(verb=Verb.accept))
    with pytest.raises(ReplyConflict):
        pipeline.enter_answer(world.house, seen, Answer(verb=Verb.decline), channel=ReplyChannel.phone, by="Sari")
    assert [reply.answer.verb for reply in world.history("JP")] == [Verb.accept]


def test_what_needs_a_person_is_marked_for_the_phone(log_in: Login, world: World) -> None:
    world.answer("JP", Answer(verb=Verb.accept))
    page = log_in().get("/desk").text
    urgent = set(re.findall(r'<tbody[^>]* id="(\w+)" class="urgent"', page))
    assert urgent == set(IN_ORDER) - {"JP"}


def ended(world: World, code: str, state: str, reply_code: int | None = None, reply_text: str = "") -> None:
    """How the delivery of a letter ended."""
    with world.store.engine.connect() as connection:
        statement = "UPDATE delivery SET state = ?, reply_code = ?, reply_text = ? WHERE code = ?"
        connection.exec_driver_sql(statement, (state, reply_code, reply_text, code))


def test_what_the_mail_server_said_is_shown(log_in: Login, world: World) -> None:
    ended(world, "DE", "failed", 550, "5.1.1 <who?>")
    assert "The mail server said: 550 5.1.1 <who?>" in row_of(log_in().get("/desk?lang=en").text, "DE")


def test_what_the_mail_server_never_said_is_not_put_into_its_mouth(log_in: Login, world: World) -> None:
    ended(world, "DE", "unknown", None, "connection closed by the relay")
    ended(world, "RU", "failed", None, "the relay does not take SMTPUTF8")
    ended(world, "TH", "sent", None, "1700000000.M1.host")
    world.answer("TH", Answer(verb=Verb.accept))
    page = log_in().get("/desk").text
    broke = "Sambungan dengan server surel terputus: connection closed by the relay"
    assert broke in row_of(page, "DE")
    assert "Tidak dapat diserahkan ke server surel: the relay does not take SMTPUTF8" in row_of(page, "RU")
    assert "M1.host" not in row_of(page, "TH")
    assert "Jawaban server surel" not in page


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_desk_uses_the_words_of_the_commands(log_in: Login, world: World, language: str) -> None:
    for code, state in zip(IN_ORDER, DeliveryState, strict=True):
        ended(world, code, state)
    answers = zip(
        ("JP", "IN", "SA"), Verb, (ReplyChannel.in_person, ReplyChannel.whatsapp, ReplyChannel.email), strict=True
    )
    for code, verb, channel in answers:
        pipeline.enter_answer(world.house, world.page(code), Answer(verb=verb), channel=channel, by="Sari")
    page = log_in().get("/desk", params={"lang": language}).text
    for row in pipeline.attendance(world.house, "bali").rows:
        said = [f"state.{row.delivery.state}" if row.delivery else "", f"reply.{row.state}"]
        said += [f"channel.{row.reply.channel}"] if row.reply else []
        for key in said:
            assert CATALOGUES.fill(key, language) in row_of(page, row.recipient.code), key


def test_letters_that_need_a_person_are_counted_and_come_before_those_without_a_reply(
    log_in: Login, world: World
) -> None:
    staff = log_in()
    assert "Perlu perhatian" not in staff.get("/desk").text
    ended(world, "TH", "failed")
    ended(world, "RU", "unknown")
    ended(world, "IN", "deferred")
    page = staff.get("/desk").text
    assert "<dt>Perlu perhatian</dt><dd>2</dd>" in page
    assert set(re.findall(r'<tbody[^>]* id="(\w+)" class="urgent first"', page)) == {"TH", "RU"}


def test_an_embassys_words_are_text_at_the_desk(log_in: Login, world: World) -> None:
    attack = "<script>alert(1)</script>"
    world.answer("JP", Answer(verb=Verb.accept, delegates=(Delegate(name=attack, position=attack),), remarks=attack))
    page = log_in().get("/desk").text
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_each_event_has_its_table_and_the_next_one_comes_first(log_in: Login, world: World) -> None:
    sooner = dated(BALI, slug="jakarta", city="Jakarta", start=world.clock.now() + timedelta(days=9), end=None)
    world.invite(sooner, [embassy("JP")])
    staff = log_in()
    assert re.findall(r'<tbody[^>]* id="(\w+)"', staff.get("/desk").text) == ["JP"]
    assert len(re.findall(r'<tbody[^>]* id="(\w+)"', staff.get("/desk?event=bali").text)) == 7
    world.clock.advance(timedelta(days=10))
    assert len(re.findall(r'<tbody[^>]* id="(\w+)"', log_in().get("/desk").text)) == 7


def test_an_unknown_event_is_not_found(log_in: Login) -> None:
    assert log_in().get("/desk?event=paris").status_code == 404


def test_before_anything_was_approved_the_desk_says_what_to_type(tmp_path: Path, world: World) -> None:
    (tmp_path / "empty").mkdir()
    store = new_store(tmp_path / "empty")
    try:
        store.users.add("Sari", Role.staff, PASSWORD, by="Sari", at=world.clock.now())
        house = world.house.__class__(
            **{name: store if name == "store" else getattr(world.house, name) for name in world.house.__slots__}
        )
        browser = TestClient(create_app(house, session_key=SESSION_KEY), base_url=BASE_URL)
        assert "invites approve" in submit_login(browser, "Sari", PASSWORD).text
    finally:
        store.close()


def test_the_desk_speaks_indonesian_and_english(log_in: Login) -> None:
    staff = log_in()
    indonesian, english = staff.get("/desk?event=bali").text, staff.get("/desk?event=bali&lang=en").text
    assert '<html lang="id"' in indonesian
    assert "Kedutaan Besar Jepang" in indonesian
    assert '<html lang="en"' in english
    assert "Embassy of Japan" in english
    assert 'href="/desk?event=bali&amp;lang=id"' in english


def test_the_login_keeps_what_was_asked_for(visitor: TestClient) -> None:
    door = visitor.get("/desk?event=bali&lang=en&next=//evil.example").headers["location"]
    assert door == "/desk/login?event=bali&lang=en"
    page = visitor.get(door).text
    assert "Password" in page
    action = re.search(r'action="([^"]+)"', page)
    assert action
    fields = {"token": form_token(page), "name": "Sari", "password": PASSWORD}
    response = visitor.post(unescape(action[1]), data=fields, headers={"Origin": BASE_URL})
    assert response.headers["location"] == "/desk?event=bali&lang=en"


@pytest.mark.parametrize(("name", "password"), [("Sari", "wrong"), ("Nobody", PASSWORD), ("", "")])
def test_a_wrong_login_says_neither_what_was_wrong_nor_lets_in(visitor: TestClient, name: str, password: str) -> None:
    response = submit_login(visitor, name, password)
    assert response.status_code == 403
    assert "Nama pengguna atau kata sandi salah." in response.text
    assert "invites_desk" not in response.headers.get("set-cookie", "")
    assert visitor.get("/desk").status_code == 303
    if password:
        assert password not in response.text


def test_after_ten_wrong_passwords_a_network_waits_and_another_does_not(visitor: TestClient, app: Starlette) -> None:
    for _ in range(10):
        assert submit_login(visitor, "Sari", "guess").status_code == 403
    assert submit_login(visitor, "Sari", PASSWORD).status_code == 429
    elsewhere = TestClient(app, base_url=BASE_URL, follow_redirects=False, client=("198.51.100.9", 1))
    assert submit_login(elsewhere, "Sari", PASSWORD).status_code == 303


async def test_sixty_guesses_at_once_are_ten_and_two_are_verified_at_a_time(
    visitor: TestClient, app: Starlette, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = form_token(visitor.get("/desk/login").text)
    lock, running, most, verified = Lock(), 0, 0, 0
    check = world.store.users.check

    def counted(name: str, password: str) -> User | None:
        nonlocal running, most, verified
        with lock:
            running, verified = running + 1, verified + 1
            most = max(most, running)
        try:
            return check(name, password)
        finally:
            with lock:
                running -= 1

    monkeypatch.setattr(world.store.users, "check", counted)
    transport = ASGITransport(app, client=("203.0.113.7", 4711))
    cookies = {"invites_login": visitor.cookies["invites_login"]}
    async with AsyncClient(transport=transport, base_url=BASE_URL, cookies=cookies) as guesser:
        fields = {"token": token, "name": "Sari", "password": "guess"}
        guesses = [guesser.post("/desk/login", data=fields, headers={"Origin": BASE_URL}) for _ in range(60)]
        statuses = [response.status_code for response in await asyncio.gather(*guesses)]
    assert sorted(statuses) == [403] * 10 + [429] * 50
    assert (verified, most) == (10, 2)


def test_a_right_password_is_no_failure(visitor: TestClient) -> None:
    for _ in range(12):
        assert submit_login(visitor, "Sari", PASSWORD).status_code == 303
        visitor.cookies.clear()


def test_a_name_is_taken_however_its_spaces_were_typed(visitor: TestClient) -> None:
    assert submit_login(visitor, "  Sari ", PASSWORD).status_code == 303


@pytest.mark.parametrize("origin", ["http://undangan.kalsel.example", "https://undangan.kalsel.example:8443"])
def test_a_login_at_another_address_of_ours_is_told_which_one_is_right(visitor: TestClient, origin: str) -> None:
    response = submit_login(visitor, "Sari", PASSWORD, Origin=origin, Host=origin.partition("//")[2])
    assert response.status_code == 403
    assert f"Mohon masuk lewat {BASE_URL}/desk" in visible(response.text)
    assert visitor.get("/desk").status_code == 303


def test_the_usual_port_may_be_written_out(visitor: TestClient) -> None:
    assert submit_login(visitor, "Sari", PASSWORD, Origin=f"{BASE_URL}:443").status_code == 303


@pytest.mark.parametrize(
    "origin", ["https://[", "https://evil.example", "null", "", "https://undangan.kalsel.example.evil.example"]
)
def test_a_login_sent_from_elsewhere_is_refused(visitor: TestClient, origin: str) -> None:
    response = submit_login(visitor, "Sari", PASSWORD, Origin=origin)
    assert response.status_code == 403
    assert visitor.get("/desk").status_code == 303


def test_a_login_without_the_token_of_its_cookie_is_refused(visitor: TestClient) -> None:
    visitor.get("/desk/login")
    for token in ("", "0" * 64):
        fields = {"token": token, "name": "Sari", "password": PASSWORD}
        assert visitor.post("/desk/login", data=fields, headers={"Origin": BASE_URL}).status_code == 403


def test_a_token_without_a_cookie_is_refused(visitor: TestClient) -> None:
    token = form_token(visitor.get("/desk/login").text)
    visitor.cookies.clear()
    fields = {"token": token, "name": "Sari", "password": PASSWORD}
    assert visitor.post("/desk/login", data=fields, headers={"Origin": BASE_URL}).status_code == 403


def test_the_cookie_is_out_of_reach_and_the_database_does_not_know_it(log_in: Login, world: World) -> None:
    staff = log_in()
    (cookie,) = (cookie for cookie in staff.cookies.jar if cookie.name == "invites_desk")
    assert (cookie.path, cookie.secure, cookie.has_nonstandard_attr("HttpOnly")) == ("/desk", True, True)
    assert cookie.get_nonstandard_attr("SameSite") == "lax"
    assert cookie.value
    assert not any(cookie.value in line for line in world.dump())
    assert cookie.value not in staff.get("/desk").text


def test_logging_out_ends_the_session_and_not_only_the_cookie(log_in: Login) -> None:
    staff = log_in()
    cookie = staff.cookies["invites_desk"]
    token = form_token(staff.get("/desk").text)
    assert (
        staff.post("/desk/logout", data={"token": token}, headers={"Origin": "https://evil.example"}).status_code == 403
    )
    assert staff.get("/desk").status_code == 200
    response = staff.post("/desk/logout", data={"token": token}, headers={"Origin": BASE_URL})
    assert (response.status_code, response.headers["location"]) == (303, "/desk/login")
    staff.cookies.set("invites_desk", cookie, path="/desk")
    assert staff.get("/desk").status_code == 303


def test_a_session_ends_with_the_working_day(log_in: Login, world: World) -> None:
    staff = log_in()
    world.clock.advance(timedelta(hours=9, minutes=59))
    assert staff.get("/desk").status_code == 200
    world.clock.advance(timedelta(minutes=1))
    assert staff.get("/desk").status_code == 303


def test_another_session_key_ends_every_session(log_in: Login, world: World) -> None:
    cookie = log_in().cookies["invites_desk"]
    other = TestClient(create_app(world.house, session_key=b"another"), base_url=BASE_URL, follow_redirects=False)
    other.cookies.set("invites_desk", cookie, path="/desk")
    assert other.get("/desk").status_code == 303
