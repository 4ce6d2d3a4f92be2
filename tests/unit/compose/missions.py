"""The two trade missions and the sixteen embassies that the tests of mails and calendars write to."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from invites.model.batch import Invitation
from invites.model.event import Contact, Event, LetterFacts, ProgrammeItem, Signatory
from invites.model.link import Link
from invites.model.recipient import Gender, HeadClass, Recipient
from invites.model.reply import STATE_OF, Answer, Reply, ReplyChannel, Verb
from invites.words.catalogue import Catalogues
from invites.words.jinja import Templates
from tests.scene import approved_all

ROOT = Path(__file__).parents[3]
CATALOGUES = Catalogues([ROOT / "templates"], approved_all)
TEMPLATES = Templates([ROOT / "templates"], CATALOGUES)

URL = "https://undangan.kalsel.example/r/7q3k9m-2xv8a-b4c5d-e6f7g-h8j9k"
PHONE = "+62 511 000 0000"
MAILBOX = "protokol@kalsel.example"


def event(slug: str, zone: str, **changes: object) -> Event:
    """A mission on a Tuesday, answers until the Tuesday before."""
    local = ZoneInfo(zone)
    file = tomllib.loads((ROOT / f"templates/events/{slug}/event.toml").read_text(encoding="utf-8"))
    fields: dict[str, object] = {
        "slug": slug,
        "titles": file["title"],
        "city": file["city"],
        "venue": {"id": f"Balai Contoh, {file['city']}", "en": f"Sample Hall, {file['city']}"},
        "zone": zone,
        "start": datetime(2027, 3, 2, 9, 0, tzinfo=local),
        "end": datetime(2027, 3, 2, 15, 30, tzinfo=local),
        "reply_by": datetime(2027, 2, 23, 16, 0, tzinfo=local),
        "programme": (ProgrammeItem(at=time(8, 30), key="registration"), ProgrammeItem(at=time(9, 0), key="opening")),
        "contact": Contact(name="Meja Protokol", phone=PHONE, email=MAILBOX),
        "letter": LetterFacts(number="500.2/0123/CONTOH/2027", date=date(2027, 1, 5)),
        "signatory": Signatory(name="Nama Pejabat"),
    }
    return Event(**{**fields, **changes})  # type: ignore[arg-type]


def _listed() -> dict[str, Recipient]:
    with (ROOT / "recipients/embassies.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return {
        row["code"]: Recipient(
            code=row["code"],
            name_id=row["name_id"],
            name_en=row["name_en"],
            mission_to_id=row["mission_to_id"],
            mission_to_en=row["mission_to_en"],
            mission_name_local=row["mission_name_local"],
            mission_to_local=row["mission_to_local"],
            locale=row["locale"],
            email=row["email"],
            head_class=HeadClass(row["head_class"]),
            head_gender=Gender(row["head_gender"]),
        )
        for row in rows
    }


EMBASSIES = _listed()
JAKARTA = event("jakarta", "Asia/Jakarta")
BALI = event("bali", "Asia/Makassar")
EVERY = [(mission, code) for mission in (JAKARTA, BALI) for code in EMBASSIES]
NAMES = [f"{mission.slug}-{code}" for mission, code in EVERY]


def invitation(mission: Event, code: str, *, revision: int = 1, sequence: int = 0, **changes: object) -> Invitation:
    """This embassy's invitation; `changes` are to its row of the list."""
    return Invitation(
        event=mission.slug,
        code=code,
        revision=revision,
        number=mission.letter.number,
        recipient=replace(EMBASSIES[code], **changes),  # type: ignore[arg-type]
        sequence=sequence,
    )


def link(mission: Event, code: str) -> Link:
    """A live link."""
    return Link(event=mission.slug, code=code, token="7q3k9m2xv8ab4c5de6f7gh8j9k", url=URL)


def reply(mission: Event, code: str, answer: Answer, **changes: object) -> Reply:
    """The embassy's own reply over the link."""
    at = datetime(2027, 1, 20, 3, 0, tzinfo=ZoneInfo("UTC"))
    fields: dict[str, object] = {
        "id": 1,
        "event": mission.slug,
        "code": code,
        "number": 1,
        "ref": f"{code}-7Q3K",
        "answer": answer,
        "state": STATE_OF[answer.verb],
        "channel": ReplyChannel.link,
        "recorded_by": "",
        "received_at": at,
        "recorded_at": at,
    }
    return Reply(**{**fields, **changes})  # type: ignore[arg-type]


ACCEPTANCE = Answer(verb=Verb.accept)
