"""A workspace as it is laid out, with three embassies: Arabic and Japanese want a native reader, French does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from invites import approval, pipeline
from invites.bootstrap import create_workspace, find_event, open_house, open_words, template_folders
from invites.cli.translations import record
from invites.config import Settings
from invites.house import House
from invites.model.batch import Batch
from invites.model.checked import Checked
from invites.rehearsal.stage import dated
from invites.words.catalogue import Catalogues
from invites.words.jinja import Templates
from tests.scene import StandingClock, approved_all

ARABIC = "locales/ar/LC_MESSAGES/invites.po"
CODES = ("SA", "JP", "FR")
TODAY = date(2027, 1, 4)


@dataclass(frozen=True)
class Workspace:
    """What Sari does in it; every command opens the house anew."""

    settings: Settings

    def check(self) -> Checked:
        catalogues, _ = open_words(self.settings)
        file = self.settings.home / "recipients/embassies.csv"
        clock = StandingClock(datetime(2027, 1, 4, 2, tzinfo=UTC))
        return pipeline.check(catalogues, clock, file, find_event(self.settings, "jakarta"), for_sending=True)

    @contextmanager
    def house(self, *, gate: bool = True) -> Iterator[House]:
        """The office; without its gate, as if every text that lies there had been read."""
        with open_house(self.settings) as house:
            if gate:
                yield house
                return
            folders = template_folders(self.settings)
            catalogues = Catalogues(folders, approved_all)
            yield replace(house, catalogues=catalogues, templates=Templates(folders, catalogues))

    def freeze(self, *, gate: bool = True) -> Batch:
        with self.house(gate=gate) as house:
            return approval.freeze(house, self.check(), "Sari")

    def approve_language(self, *tags: str) -> None:
        with self.house() as house:
            for tag in tags:
                record(house, tag, "Sari")

    def say(self, key: str, text: str, file: str = ARABIC) -> None:
        """Put a text of the office's own before the shipped one."""
        path = self.settings.home / "templates" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'msgid ""\nmsgstr ""\n"Language: ar\\n"\n\nmsgid "{key}"\nmsgstr "{text}"\n', encoding="utf-8")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    settings = create_workspace(
        tmp_path / "kantor",
        base_url="http://127.0.0.1:8080",
        mail_from="Protokol <undangan@kalsel.example>",
        smtp_url="maildir:mail",
        from_environment=False,
    )
    event = settings.home / "templates/events/jakarta/event.toml"
    event.write_text(dated(event.read_text(encoding="utf-8"), "jakarta", TODAY), encoding="utf-8")
    path = settings.home / "recipients/embassies.csv"
    head, *rows = path.read_text(encoding="utf-8-sig").splitlines()
    kept = [head, *(row for row in rows if row.split(";")[0] in CODES)]
    path.write_text("\n".join(kept) + "\n", encoding="utf-8")
    return Workspace(settings)
