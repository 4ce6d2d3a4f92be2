"""The fixed persons and things of the tests: Sari sends, Budi reads, an embassy answers, a clock stands still."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from invites.house import House
from invites.model.batch import Approval, Batch, BatchState, Digests, Invitation
from invites.model.delivery import MessageKind
from invites.model.event import Contact, Event, Kemlu, LetterFacts, ProgrammeItem, Signatory
from invites.model.frozen import Outgoing, Planned
from invites.model.message import Envelope
from invites.model.recipient import Gender, HeadClass, Recipient
from invites.ports import Renderer
from invites.store.blobs import FileBlobs
from invites.store.database import SqlStore, create, open_store
from invites.track import links
from invites.words.catalogue import Catalogues
from invites.words.jinja import Templates

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2027, 1, 4, 2, 0, tzinfo=UTC)
KEY = b"k" * 32
BASE_URL = "https://kalsel.example"


@dataclass
class StandingClock:
    """ports.Clock that moves only by hand."""

    at: datetime = NOW

    def now(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by


def event(slug: str = "jakarta", **changes: object) -> Event:
    """A trade mission eight weeks ahead."""
    start = datetime(2027, 3, 2, 9, 0, tzinfo=JAKARTA)
    fields: dict[str, object] = {
        "slug": slug,
        "titles": {"id": "Misi Dagang Contoh", "en": "Sample Trade Mission"},
        "city": "Jakarta",
        "venue": {"id": "Balai Contoh, Jakarta", "en": "Sample Hall, Jakarta"},
        "zone": "Asia/Jakarta",
        "start": start,
        "end": start + timedelta(hours=4),
        "reply_by": start - timedelta(days=8),
        "programme": (ProgrammeItem(at=time(9, 0), key="registration"), ProgrammeItem(at=time(10, 0), key="opening")),
        "contact": Contact(name="Protokol Contoh", phone="+62 511 000 0000", email="protokol@kalsel.example"),
        "letter": LetterFacts(number="500.2/1/CONTOH/2027", date=NOW.date()),
        "signatory": Signatory(name="Nama Pejabat"),
        "kemlu": Kemlu(email="kemlu@kemlu.example"),
        "expected_recipients": 3,
        "digest": hashlib.sha256(slug.encode()).hexdigest(),
    }
    return Event(**{**fields, **changes})  # type: ignore[arg-type]


def recipient(code: str = "JP", **changes: object) -> Recipient:
    """An embassy with every form that its language needs."""
    fields: dict[str, object] = {
        "code": code,
        "name_id": f"Kedutaan Besar {code}",
        "name_en": f"Embassy of {code}",
        "mission_to_id": f"Kedutaan Besar {code}",
        "mission_to_en": f"the Embassy of {code}",
        "mission_name_local": f"Embassy of {code}",
        "mission_to_local": f"the Embassy of {code}",
        "locale": "en-AU",
        "email": f"protocol@embassy-{code.lower()}.example",
        "head_class": HeadClass.ambassador,
        "head_gender": Gender.unknown,
        "credentials_at": datetime(2022, 2, 16, 9, 30, tzinfo=JAKARTA),
    }
    return Recipient(**{**fields, **changes})  # type: ignore[arg-type]


def confirmation(number: int) -> Outgoing:
    """A message that follows from a reply."""
    envelope = Envelope(mail_from="undangan@kalsel.example", rcpt_to="protocol@embassy-jp.example")
    message_id = f"<c{number}@kalsel.example>"
    return Outgoing(kind=MessageKind.confirmation, message_id=message_id, envelope=envelope, blob="0" * 64)


def planned(code: str, text: str = "isi", slug: str = "jakarta", blobs: FileBlobs | None = None) -> Planned:
    """A frozen letter whose message says `text`."""
    who = recipient(code)
    content = f"Message-ID: <{slug}.{code}@kalsel.example>\r\nSubject: {code}\r\n\r\n{text}\r\n".encode()
    blob = blobs.put(content) if blobs else hashlib.sha256(content).hexdigest()
    link = links.derive([KEY], BASE_URL, slug, code)
    return Planned(
        invitation=Invitation(event=slug, code=code, revision=1, number="500.2/1/CONTOH/2027", recipient=who),
        link=link,
        token_hash=links.token_hash(KEY, link.token),
        document=hashlib.sha256(f"pdf {code}".encode()).hexdigest(),
        document_size=1000,
        outgoing=(
            Outgoing(
                kind=MessageKind.invitation,
                message_id=f"<{slug}.{code}@kalsel.example>",
                envelope=Envelope(mail_from="undangan@kalsel.example", rcpt_to=who.email),
                blob=blob,
            ),
        ),
    )


def batch(letters: Sequence[Planned], slug: str = "jakarta") -> Batch:
    """The frozen batch of these letters."""
    said = "".join(letter.outgoing[0].blob for letter in letters)
    return Batch(
        id=hashlib.sha256(f"{slug}{said}".encode()).hexdigest(),
        event=event(slug),
        revision=1,
        state=BatchState.frozen,
        digests=Digests(recipients="r" * 64, event="e" * 64, templates="t" * 64),
        size=len(letters),
        created_at=NOW,
    )


def approved_all(_language: str, _version: str) -> bool:
    """For Catalogues: as if a reviewer had approved every language."""
    return True


def new_store(folder: Path) -> SqlStore:
    """An empty store under KEY in `folder`."""
    path = folder / "invites.db"
    create(path, key_fingerprint=links.fingerprint(KEY))
    return open_store(path, key_fingerprints=[links.fingerprint(KEY)])


def open_office(
    store: SqlStore, folder: Path, renderer: Renderer, words: tuple[Catalogues, Templates], **changes: object
) -> House:
    """The office over a store, its blobs in `folder`."""
    fields: dict[str, object] = {
        "store": store,
        "blobs": FileBlobs(folder / "blobs", [KEY]),
        "renderer": renderer,
        "clock": StandingClock(),
        "catalogues": words[0],
        "templates": words[1],
        "templates_digest": "t" * 64,
        "sender_name": "Protokol",
        "sender": "undangan@kalsel.example",
        "reply_to": "protokol@kalsel.example",
        "base_url": BASE_URL,
        "link_keys": (KEY,),
    }
    return House(**{**fields, **changes})  # type: ignore[arg-type]


def approve(store: SqlStore, slug: str, by: str, at: datetime = NOW) -> None:
    """One person's yes to the event's current batch as it lies there."""
    current = store.batches.current(slug)
    assert current is not None
    store.batches.approve(current.id, Approval(by=by, at=at, content=current.content))


@dataclass
class Outbox:
    """A store with one released batch, its blobs and a clock."""

    store: SqlStore
    blobs: FileBlobs
    clock: StandingClock = field(default_factory=StandingClock)

    def release(self, *codes: str, slug: str = "jakarta", text: str = "isi") -> Batch:
        """Freeze, approve and release a letter for each code."""
        return self.release_all([planned(code, text, slug=slug, blobs=self.blobs) for code in codes], slug)

    def release_all(self, letters: Sequence[Planned], slug: str = "jakarta") -> Batch:
        """Freeze, approve and release these letters."""
        made = batch(letters, slug)
        self.store.batches.freeze(made, letters)
        approve(self.store, slug, "Sari", self.clock.now())
        self.store.batches.release(made.id, "Sari", self.clock.now())
        return made
