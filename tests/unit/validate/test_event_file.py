"""An event file becomes an event, or tells at once all that keeps it from being one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from invites.model.event import CalendarMode, KemluCopy, LinkOn, SignatoryKind, Signing
from invites.model.recipient import Problem
from invites.validate.event_file import read_event
from invites.words.catalogue import Catalogues
from tests.scene import approved_all
from tests.unit.validate.conftest import REPOSITORY
from tests.unit.validate.lists import shorts

NOW = datetime(2024, 1, 20, 3, tzinfo=UTC)
EVENTS = REPOSITORY / "templates" / "events"
Found = Callable[..., list[str]]


def text_of(slug: str) -> str:
    return (EVENTS / slug / "event.toml").read_text(encoding="utf-8")


@pytest.fixture
def found(tmp_path: Path, catalogues: Catalogues) -> Found:
    """What is wrong with an event of this text, in short; `changes` are (old, new) pieces of it."""

    def check(
        *changes: tuple[str, str], slug: str = "jakarta", sending: bool = False, now: datetime = NOW
    ) -> list[str]:
        text = text_of(slug)
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / slug / "event.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        table = EVENTS / "holidays.toml"
        result = read_event(path, now=now, for_sending=sending, catalogues=catalogues, holidays=table)
        return shorts(without_samples(result.problems))

    return check


def without_samples(problems: Sequence[Problem]) -> list[Problem]:
    """All but the remarks on sample texts, of which the shipped events are full; see test_samples.py."""
    return [problem for problem in problems if problem.code != "E109"]


def test_letters_have_to_be_signed_unless_the_event_says_otherwise(tmp_path):
    text = (EVENTS / "jakarta" / "event.toml").read_text(encoding="utf-8")
    path = tmp_path / "jakarta" / "event.toml"
    path.parent.mkdir()
    path.write_text(text.replace('signing = "none"\n', ""), encoding="utf-8")
    (path.parent / "products.csv").write_bytes((EVENTS / "jakarta" / "products.csv").read_bytes())

    assert read_event(path, now=NOW, for_sending=True).event.signatory.signing is Signing.upload


def test_the_event_in_jakarta_is_read_to_the_last_entry():
    path = EVENTS / "jakarta" / "event.toml"

    result = read_event(path, now=NOW, for_sending=True)

    assert without_samples(result.problems) == []
    event = result.event
    assert event is not None
    zone = ZoneInfo("Asia/Jakarta")
    assert event.slug == "jakarta"
    assert event.start == datetime(2024, 3, 5, 9, tzinfo=zone)
    assert event.end == datetime(2024, 3, 5, 13, tzinfo=zone)
    assert event.reply_by == datetime(2024, 2, 26, 16, tzinfo=zone)
    assert event.start.tzinfo == zone
    assert (event.programme[0].at, event.programme[0].key) == (time(8, 30), "registration")
    assert event.letter.date == date(2024, 2, 5)
    assert event.signatory.kind is SignatoryKind.governor
    assert event.kemlu is not None
    assert event.kemlu.as_ is KemluCopy.tembusan
    assert (event.calendar, event.link_on) == (CalendarMode.after_reply, LinkOn.letter)
    assert (event.max_delegates, event.expected_recipients, event.arrival_minutes) == (4, 16, 15)
    assert event.digest == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(("slug", "zone"), [("yogyakarta", "Asia/Jakarta"), ("bali", "Asia/Makassar")])
def test_an_event_without_dates_is_a_warning_for_a_preview_and_a_block_for_sending(found, slug, zone):
    preview = found(slug=slug)
    sending = found(slug=slug, sending=True)

    assert preview == [
        "E101.undated W start", "E101.undated W end", "E101.undated W reply_by",
        "E103.number W letter.number", "E103.date W letter.date",
    ]  # fmt: skip
    assert sending == [line.replace(" W ", " B ") for line in preview]
    event = read_event(EVENTS / slug / "event.toml", now=NOW, for_sending=False).event
    assert event is not None
    assert (event.zone, event.start, event.end, event.reply_by) == (zone, None, None, None)


@pytest.mark.parametrize("slug", ["jakarta", "yogyakarta", "bali"])
def test_the_titles_are_there_in_every_language_of_embassies(catalogues, slug):
    event = read_event(EVENTS / slug / "event.toml", now=NOW, for_sending=False).event

    assert event is not None
    assert set(event.titles) == set(catalogues.languages) - {"en-US"}
    assert set(event.venue) >= {"id", "en"}


@pytest.mark.parametrize("slug", ["jakarta", "yogyakarta", "bali"])
def test_every_key_of_an_event_file_names_a_text(catalogues, slug):
    event = read_event(EVENTS / slug / "event.toml", now=NOW, for_sending=False).event

    assert event is not None
    keys = [f"agenda.{item.key}" for item in event.programme]
    keys += [f"dress.{event.dress}", f"letter.nature.{event.letter.nature}"]
    keys += [f"letter.signatory.{event.signatory.kind}"]
    keys += [f"letter.attachment.{event.letter.attachment}"] if event.letter.attachment else []
    for key in keys:
        assert catalogues.get(key, "id").language == "id"


def test_a_past_event_is_a_warning_for_a_preview_and_a_block_for_sending(found):
    later = datetime(2024, 3, 6, tzinfo=UTC)

    assert found(now=later) == ["E101.past W start", "E101.deadline_past W reply_by"]
    assert found(now=later, sending=True) == ["E101.past B start", "E101.deadline_past B reply_by"]


def test_the_deadline_is_an_instant_in_the_zone_of_the_event(found):
    assert found(now=datetime(2024, 2, 26, 8, 59, tzinfo=UTC)) == ["E102.notice_short W start"]
    assert "E101.deadline_past W reply_by" in found(now=datetime(2024, 2, 26, 9, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("change", "short"),
    [
        (("end = 2024-03-05T13:00:00", "end = 2024-03-05T09:00:00"), "E101.order B end"),
        (("reply_by = 2024-02-26T16", "reply_by = 2024-03-05T10"), "E101.deadline_late B reply_by"),
        (("reply_by = 2024-02-26T16:00:00", "reply_by = 2024-02-26T16:00:00\nlate_until = 2024-02-20T00:00:00"),
         "E101.late_until B late_until"),
        (('zone = "Asia/Jakarta"', 'zone = "Asia/Makassar"'), "E101.zone B zone"),
        (('zone = "Asia/Jakarta"', 'zone = "WIB"'), "E101.zone B zone"),
        (("start = 2024-03-05T09:00:00", "start = 2024-03-05T09:00:00+08:00"), "E101.offset B start"),
        (("reply_by = 2024-02-26T16", "reply_by = 2024-02-28T16"), "E102.deadline_short W reply_by"),
        (('number = "500.2/0123/DISDAG/2024"', 'number = "500.2/.../DISDAG/2024"'), "E103.number W letter.number"),
        (('number = "500.2/0123/DISDAG/2024"', 'number = "500.2/XXX/DISDAG/2024"'), "E103.number W letter.number"),
        (('number = "500.2/0123/DISDAG/2024"', 'number = "500.2/{n}/DISDAG/2024"'), "E103.range W letter.first"),
        (('number = "500.2/0123/DISDAG/2024"', 'number = "1/{n}"\nfirst = 9\nlast = 8'), "E103.range W letter.first"),
        (('number = "500.2/0123/DISDAG/2024"', 'number = "500.2/7/2024"\nfirst = 7'), "E103.no_place W letter.number"),
        (('number = "500.2/0123/DISDAG/2024"', 'numbers = { JP = "500.2/7/2024", CN = "500.2/7/2024" }'),
         "E103.twice W letter.numbers"),
        (('number = "500.2/0123/DISDAG/2024"', 'numbers = { JP = "500.2/…/2024" }'), "E103.number W letter.numbers.JP"),
        (("date = 2024-02-05", "date = 2024-02-26"), "E103.date_late W letter.date"),
        (('id = "Tempat acara', 'id = "=?utf-8?q?Bcc:?= Tempat'), "E105 B venue.id"),
        (('en = "Event venue', 'en = "Event\\nvenue'), "E105 B venue.en"),
        (('name = "Meja', 'name = "\\u202eMeja'), "E105 B contact.name"),
        (('email = "undangan@protokol', 'email = "undangan@@protokol'), "E106 B contact.email"),
        (('email = "protokol@kemlu.example"', 'email = ""'), "E106 B kemlu.email"),
        (('at = "12:45"', 'at = "10:00"'), "E107 W programme.6.at"),
        (('at = "12:45"', 'at = "13:30"'), "E107 W programme.6.at"),
        (('city = "Jakarta"', 'kota = "Jakarta"'), "E100.missing B city"),
        (('arrival_minutes = 15', 'arrival_minutes = "lima"'), "E100.number B arrival_minutes"),
        (("max_delegates = 4", "max_delegates = 51"), "E100.number B max_delegates"),
        (("max_delegates = 4", "max_delegates = 4\nsample_note = 1"), "E100.yes_no B sample_note"),
        (('city = "Jakarta"', "city = 5"), "E100.text B city"),
        (('city = "Jakarta"', f'city = "{"x" * 501}"'), "E100.text B city"),
        (('id = "Tempat acara (contoh), Jakarta"', "id = 5"), "E100.text B venue.id"),
        (("[kemlu]", "[kemlu.x]"), "E100.missing B kemlu.email"),
        (("[title]", "[title]\nJP = 'x'"), "E100.unknown B title.JP"),
        (('copies = [', 'copies = "x"\nx = ['), "E100.value B copies"),
        (('calendar = "after_reply"', 'calendar = "selalu"'), "E100.choice B calendar"),
        (('kind = "governor"', 'kind = "bupati"'), "E100.choice B signatory.kind"),
        (('nature = "important"', 'nature = "penting"'), "E100.choice B letter.nature"),
        (('attachment = ""', 'attachment = "acara"'), "E100.choice B letter.attachment"),
        (('link_on = "letter"', 'link_on = 5'), "E100.choice B link_on"),
        (('dress = "batik"', 'dress = "jas"'), "E100.choice B dress"),
        (('dress = "batik"', 'dress = "Batik Resmi"'), "E100.choice B dress"),
        (('key = "opening"', 'key = "pembukaan"'), "E100.choice B programme.2.key"),
        (("start = 2024-03-05T09:00:00", 'start = "5 Maret"'), "E100.date_time B start"),
        (("start = 2024-03-05T09:00:00", "start = 2024-03-05"), "E100.date_time B start"),
        (("start = 2024-03-05T09:00:00", "start = 20240305"), "E100.date_time B start"),
        (('at = "09:00"', 'at = "pukul 9"'), "E100.date_time B programme.2.at"),
        (("max_delegates = 4", "max_delegates = 4\nmaks = 3"), "E100.unknown B maks"),
        (("[kemlu]", "[kemlu]\ncc = 1"), "E100.unknown B kemlu.cc"),
        (('en = "Event venue (sample), Jakarta"', ""), "E100.missing B venue.en"),
        (('\nkey = "closing"', ""), "E100.missing B programme.6.key"),
    ],
)  # fmt: skip
def test_what_an_event_file_gets_wrong_is_told_by_its_key(found, change, short):
    assert short in found(change)


def test_all_that_is_missing_or_misspelt_is_told_at_once(found):
    problems = found(
        ('city = "Jakarta"', ""), ('kind = "governor"', 'kind = "x"'), ('en = "Event venue (sample), Jakarta"', "")
    )

    assert problems == ["E100.missing B venue.en", "E100.choice B signatory.kind", "E100.missing B city"]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        (('dress = "batik"', 'dress = "jas"'), {"entry": "dress", "text": "jas", "choices": "batik"}),
        (
            ('key = "opening"', 'key = "pembukaan"'),
            {
                "entry": "programme.2.key",
                "text": "pembukaan",
                "choices": "closing, exhibition, meetings, opening, registration, remarks",
            },
        ),
        (
            ('nature = "important"', 'nature = "penting"'),
            {"entry": "letter.nature", "text": "penting", "choices": "normal, important, urgent"},
        ),
        (
            ('attachment = ""', 'attachment = "acara"'),
            {"entry": "letter.attachment", "text": "acara", "choices": 'programme, ""'},
        ),
        (
            ("max_delegates = 4", "max_delegates = 51"),
            {"entry": "max_delegates", "text": "51", "least": "0", "most": "50"},
        ),
    ],
)
def test_a_value_that_cannot_be_used_is_quoted_with_what_can(tmp_path, catalogues, change, fields):
    path = tmp_path / "jakarta" / "event.toml"
    path.parent.mkdir()
    path.write_text(text_of("jakarta").replace(*change), encoding="utf-8")

    result = read_event(path, now=NOW, for_sending=False, catalogues=catalogues)

    assert [dict(problem.fields) for problem in result.problems] == [fields]
    assert result.event is None


def test_a_text_that_the_office_added_may_be_chosen(tmp_path):
    po = tmp_path / "templates/locales/en/LC_MESSAGES/own.po"
    po.parent.mkdir(parents=True)
    po.write_text('msgid "dress.jas"\nmsgstr "Lounge suit"\n', encoding="utf-8")
    path = tmp_path / "jakarta" / "event.toml"
    path.parent.mkdir()
    path.write_text(text_of("jakarta").replace('dress = "batik"', 'dress = "jas"'), encoding="utf-8")
    own = Catalogues([tmp_path / "templates", REPOSITORY / "templates"], approved_all)

    result = read_event(path, now=NOW, for_sending=False, catalogues=own, holidays=EVENTS / "holidays.toml")

    assert without_samples(result.problems) == []


def test_a_clock_may_be_written_with_a_dot_and_a_date_as_text(found):
    assert found(('at = "09:15"', 'at = "09.15"'), ("start = 2024-03-05T09:00:00", 'start = "2024-03-05 09:00"')) == []
    assert found(('at = "09:15"', "at = 09:15:00")) == []


@pytest.mark.parametrize(
    ("day", "shorts_expected"),
    [
        ("2024-03-11", ["E102.holiday W start"]),
        ("2024-03-12", ["E102.holiday W start", "E102.ramadan W start"]),
        ("2024-04-08", ["E102.holiday W start", "E102.ramadan W start"]),
        ("2024-04-22", []),
        ("2024-08-17", ["E102.holiday W start", "E104.weekend W start"]),
        ("2024-10-03", ["E104.national_day W start"]),
        ("2024-09-08", ["E104.weekend W start"]),
        ("2032-05-05", ["E102.no_table W start"]),
    ],
)
def test_days_on_which_nobody_comes_are_remarked(found, day, shorts_expected):
    assert found(("2024-03-05T", f"{day}T")) == shorts_expected


def test_an_event_in_less_than_fourteen_days_is_remarked(found):
    assert found(now=datetime(2024, 2, 20, 1, 59, tzinfo=UTC)) == []
    assert found(now=datetime(2024, 2, 20, 2, 1, tzinfo=UTC)) == ["E102.notice_short W start"]


def test_a_city_that_is_not_known_must_still_lie_in_an_indonesian_zone(found):
    assert found(('city = "Jakarta"', 'city = "Ambon"'), ('zone = "Asia/Jakarta"', 'zone = "Asia/Jayapura"')) == []
    assert found(('city = "Jakarta"', 'city = "Ambon"'), ('zone = "Asia/Jakarta"', 'zone = "Asia/Tokyo"')) == [
        "E101.zone B zone"
    ]


@pytest.mark.parametrize(
    ("content", "short"),
    [
        (b"city = \n", "E100.syntax B"),
        (b"\xff\xfe\x00", "E100.unreadable B"),
        (b"x = " + b"[" * 100_000, "E100.unreadable B"),
        (b"x" * 10_000_001, "E100.unreadable B"),
    ],
    ids=["no value", "no UTF-8", "too deep", "too large"],
)
def test_a_file_that_is_no_toml_is_refused(tmp_path, content, short):
    path = tmp_path / "jakarta" / "event.toml"
    path.parent.mkdir()
    path.write_bytes(content)

    result = read_event(path, now=NOW, for_sending=False)

    assert shorts(result.problems) == [short]
    assert result.event is None


def test_a_syntax_error_names_its_line(tmp_path):
    path = tmp_path / "jakarta" / "event.toml"
    path.parent.mkdir()
    path.write_text('city = "Jakarta"\nzone = Asia\n', encoding="utf-8")

    (problem,) = read_event(path, now=NOW, for_sending=False).problems

    assert problem.row == 2


def test_a_file_saved_by_notepad_is_read(tmp_path):
    path = tmp_path / "jakarta" / "event.toml"
    path.parent.mkdir()
    path.write_bytes(text_of("jakarta").replace("\n", "\r\n").encode("utf-8-sig"))

    result = read_event(path, now=NOW, for_sending=True, holidays=EVENTS / "holidays.toml")

    assert without_samples(result.problems) == []


def test_an_event_that_is_not_there_is_a_problem_and_no_exception(tmp_path):
    assert shorts(read_event(tmp_path / "jakarta" / "event.toml", now=NOW, for_sending=False).problems) == [
        "E100.missing_file B"
    ]


@pytest.mark.parametrize("slug", ["Jakarta", "..", "misi dagang", "1jakarta", "x" * 41])
def test_a_folder_name_that_could_lead_astray_is_refused(tmp_path, slug):
    assert shorts(read_event(tmp_path / slug / "event.toml", now=NOW, for_sending=False).problems) == ["E100.slug B"]


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('calendar = "after_reply"', 'calendar = "separate"', "calendar"),
    ],
)
def test_a_choice_that_this_version_cannot_carry_out_is_refused(tmp_path, old, new, key):
    path = tmp_path / "jakarta" / "event.toml"
    path.parent.mkdir()
    text = (EVENTS / "jakarta" / "event.toml").read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    problems = read_event(path, now=NOW, for_sending=False, holidays=EVENTS / "holidays.toml").problems
    assert ("E108", "B", key) in [(problem.code, problem.severity, problem.cell) for problem in problems]
