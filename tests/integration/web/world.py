"""A house with seven embassies, real SQLite, real blobs, the shipped words, and a clock that is turned by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from invites import pipeline
from invites.house import House
from invites.model.batch import Batch, BatchState, Digests, Invitation
from invites.model.delivery import MessageKind
from invites.model.event import Contact, Event, LetterFacts, ProgrammeItem, Signatory
from invites.model.frozen import Planned
from invites.model.link import Link
from invites.model.message import Document, Envelope, Letter, Message
from invites.model.page import ReplyPage
from invites.model.recipient import HeadClass, Recipient
from invites.model.reply import Answer, Reply
from invites.model.user import Role
from invites.store.database import SqlStore, open_store
from invites.track import links
from invites.words.catalogue import Catalogues
from invites.words.jinja import Templates
from tests.scene import KEY, StandingClock, approve, approved_all, new_store, open_office, recipient

TEMPLATES = Path(__file__).parents[3] / "templates"
CATALOGUES = Catalogues([TEMPLATES], approved_all)
WORDS = Templates([TEMPLATES], CATALOGUES)
BASE_URL = "https://undangan.kalsel.example"
SESSION_KEY = b"a session key of thirty-two bytes"
PASSWORD = "sasirangan hijau tua"
MAKASSAR = ZoneInfo("Asia/Makassar")
START = datetime(2031, 5, 20, 9, tzinfo=MAKASSAR)
REPLY_BY = datetime(2031, 5, 6, 17, tzinfo=MAKASSAR)
LONG_BEFORE = datetime(2031, 4, 21, 3, tzinfo=UTC)

BALI = Event(
    slug="bali",
    titles={
        "id": "Misi Dagang Usaha Mikro dan Kecil Kalimantan Selatan di Bali",
        "en": "Trade Mission of South Kalimantan Micro and Small Enterprises – Bali",
        "ja": "南カリマンタン州零細・小規模企業貿易ミッション（バリ）",
        "ar": "البعثة التجارية للمشاريع المتناهية الصغر والصغيرة من كاليمانتان الجنوبية – بالي",
        "th": "คณะผู้แทนการค้าวิสาหกิจรายย่อยและขนาดย่อมจากกาลีมันตันใต้ – บาหลี",
        "ru": "Торговая миссия микро- и малых предприятий Южного Калимантана – Бали",
        "hi": "दक्षिण कालीमंतान सूक्ष्म एवं लघु उद्यम व्यापार मिशन – बाली",
    },
    city="Denpasar",
    venue={"id": "Gedung Contoh, Denpasar", "en": "Gedung Contoh Hall, Denpasar"},
    zone="Asia/Makassar",
    start=START,
    end=START + timedelta(hours=6),
    reply_by=REPLY_BY,
    programme=(
        ProgrammeItem(at=time(9), key="registration"),
        ProgrammeItem(at=time(9, 30), key="opening"),
        ProgrammeItem(at=time(10, 30), key="exhibition"),
        ProgrammeItem(at=time(13), key="meetings"),
        ProgrammeItem(at=time(15), key="closing"),
    ),
    contact=Contact(name="Meja Protokol Contoh", phone="+62 511 000 0000", email="protokol@kalsel.example"),
    letter=LetterFacts(number="500.2/0123/DISDAG/2031", date=START.date() - timedelta(days=40)),
    signatory=Signatory(),
)


NAMES = {
    # code: locale, day of credentials, names in English, Indonesian, the embassy's own language
    "DE": ("de-DE", 9, "Embassy of the Federal Republic of Germany", "Kedutaan Besar Republik Federal Jerman",
           "Botschaft der Bundesrepublik Deutschland"),
    "JP": ("ja-JP", 1, "Embassy of Japan", "Kedutaan Besar Jepang", "在インドネシア日本国大使館"),
    "SA": ("ar-SA", 3, "Embassy of the Kingdom of Saudi Arabia", "Kedutaan Besar Kerajaan Arab Saudi",
           "سفارة المملكة العربية السعودية"),
    "TH": ("th-TH", 5, "Royal Thai Embassy", "Kedutaan Besar Kerajaan Thailand", "สถานเอกอัครราชทูต ณ กรุงจาการ์ตา"),
    "RU": ("ru-RU", 7, "Embassy of the Russian Federation", "Kedutaan Besar Federasi Rusia",
           "Посольство Российской Федерации"),
    "IN": ("hi-IN", 2, "Embassy of India", "Kedutaan Besar India", "भारत का राजदूतावास"),
    "US": ("en-US", 4, "Embassy of the United States of America", "Kedutaan Besar Amerika Serikat",
           "Embassy of the United States of America"),
}  # fmt: skip
IN_ORDER = ("JP", "IN", "SA", "US", "TH", "DE", "RU")


def embassy(code: str) -> Recipient:
    """An embassy of the list; Russia's is led by a chargé d'affaires, and so comes last."""
    locale, day, english, indonesian, local = NAMES[code]
    return recipient(
        code,
        name_id=indonesian,
        name_en=english,
        locale=locale,
        mission_name_local=local,
        mission_to_local=local,
        mission_to_id=indonesian,
        mission_to_en=english,
        head_class=HeadClass.cda_ai if code == "RU" else HeadClass.ambassador,
        credentials_at=datetime(2022, 2, day, 2, 30, tzinfo=UTC),
    )


EMBASSIES = tuple(map(embassy, NAMES))


class NoRenderer:
    """ports.Renderer. The letters of these tests are frozen already."""

    def render(self, letter: Letter) -> Document:
        raise AssertionError(f"{letter.title} was rendered again")

    def render_many(self, letters: Sequence[Letter]) -> Iterator[Document]:
        raise AssertionError(f"{len(letters)} letters were rendered again")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The house, its clock, and the folder in which its database lies."""

    house: House
    store: SqlStore
    clock: StandingClock
    folder: Path

    def link(self, code: str, event: Event = BALI) -> Link:
        return self.house.link(event.slug, code)

    def path(self, code: str, event: Event = BALI) -> str:
        return self.link(code, event).url.removeprefix(self.house.base_url)

    def page(self, code: str) -> ReplyPage:
        return pipeline.reply_page(self.house, self.link(code).token)

    def answer(self, code: str, answer: Answer) -> None:
        page = self.page(code)
        pipeline.give_answer(self.house, page, answer, version=page.version, language="id")

    def history(self, code: str, event: Event = BALI) -> list[Reply]:
        return list(self.store.replies.history(event.slug, code))

    def dump(self) -> list[str]:
        """Everything that the database says."""
        with closing(sqlite3.connect(self.folder / "invites.db")) as connection:
            return list(connection.iterdump())

    def code(self, code: str) -> str:
        """The verification code of an embassy's letter."""
        invitation = self.store.batches.invitation("bali", code)
        assert invitation is not None
        return self.house.verification(invitation)

    def end_link(self, code: str, state: str) -> None:
        """Rotate or revoke a link, as a database says it."""
        with self.store.engine.connect() as connection:
            statement = sa.text("UPDATE link SET state = :state WHERE code = :code")
            connection.execute(statement, {"state": state, "code": code})

    def invite(self, event: Event, chosen: Sequence[Recipient] = EMBASSIES, *, released: bool = True) -> None:
        """Freeze, approve and release a batch; every letter is a few bytes that are kept as a PDF is. Each event has
        a number of its own."""
        if event.slug != BALI.slug:
            event = replace(event, letter=replace(event.letter, number=f"500.2/{event.slug}/DISDAG/2031"))
        batch = Batch(
            id=sha256(f"{event!r}{chosen}".encode()).hexdigest(),
            event=event,
            revision=1,
            state=BatchState.frozen,
            digests=Digests(recipients="0" * 64, event="0" * 64, templates="0" * 64),
            size=len(chosen),
            created_at=self.clock.now(),
        )
        numbers = {one.code: event.letter.number for one in chosen}
        self.store.numbers.reserve(event.slug, 1, lambda _known: numbers, self.clock.now())
        self.store.batches.freeze(batch, [self._planned(event, one) for one in chosen])
        if not released:
            return
        approve(self.store, event.slug, "Sari", self.clock.now())
        self.store.batches.release(batch.id, "Sari", self.clock.now())

    def _planned(self, event: Event, recipient: Recipient) -> Planned:
        invitation = Invitation(
            event=event.slug, code=recipient.code, revision=1, number=event.letter.number, recipient=recipient
        )
        link = self.house.link(event.slug, recipient.code)
        pdf = f"%PDF-1.7 {event.slug} {recipient.code}".encode()
        message = Message(
            message_id=f"<{event.slug}.{recipient.code}@kalsel.example>",
            envelope=Envelope(mail_from="protokol@kalsel.example", rcpt_to=recipient.email),
            content=b"Subject: undangan\r\n\r\n",
        )
        outgoing = self.house.keep(MessageKind.invitation, message)
        return Planned(
            invitation=invitation,
            link=link,
            token_hash=links.token_hash(self.house.link_keys[0], link.token),
            document=self.house.blobs.put(pdf),
            document_size=len(pdf),
            verify_hash=links.token_hash(self.house.link_keys[0], self.house.verification(invitation)),
            outgoing=(outgoing,),
        )


def lay_out(folder: Path) -> Path:
    """A folder in which Sari has sent the letters for Bali."""
    new_store(folder).close()
    with open_world(folder) as world:
        world.store.users.add("Sari", Role.staff, PASSWORD, by="Sari", at=LONG_BEFORE)
        world.invite(BALI)
    return folder


@contextmanager
def open_world(folder: Path, *, now: datetime = LONG_BEFORE, base_url: str = BASE_URL) -> Iterator[World]:
    """The house whose store lies in a folder."""
    store = open_store(folder / "invites.db", key_fingerprints=[links.fingerprint(KEY)])
    clock = StandingClock(now)
    house = open_office(
        store,
        folder,
        NoRenderer(),
        (CATALOGUES, WORDS),
        clock=clock,
        sender_name="Meja Protokol",
        sender="protokol@kalsel.example",
        base_url=base_url,
    )
    try:
        yield World(house=house, store=store, clock=clock, folder=folder)
    finally:
        store.close()


def dated(event: Event, **changes: object) -> Event:
    """The event with other facts."""
    return replace(event, **changes)  # type: ignore[arg-type]
