"""The installed command in a workspace of its own, as Sari types it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from invites import config
from invites.cli import translations

COMMAND = Path(sys.executable).parent / "invites"


@dataclass(frozen=True)
class Office:
    """A workspace; `environment` is all that its commands see."""

    home: Path
    environment: dict[str, str]

    def run(self, *words: str, typed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        """`invites WORDS` with `typed` on standard input."""
        return subprocess.run(
            [str(COMMAND), *words],
            cwd=self.home,
            env={**self.environment, **environment},
            input=typed,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def json(self, *words: str, exits: int = 0) -> Any:
        """The one JSON object that a command prints on stdout."""
        ended = self.run(*words, "--json")
        assert ended.returncode == exits, ended.stderr
        return json.loads(ended.stdout)

    def edit(self, name: str, **values: str) -> None:
        """Give keys of an event file other values."""
        path = self.home / "templates/events" / name / "event.toml"
        text = path.read_text(encoding="utf-8")
        for key, value in values.items():
            text, count = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", text, count=1)
            assert count == 1, key
        path.write_text(text, encoding="utf-8")

    def set_dates(self, slug: str = "jakarta", weeks: int = 8) -> None:
        """Move the event into the future."""
        today = datetime.now(UTC).date()
        day = today + timedelta(weeks=weeks)
        day += timedelta(days=(1 - day.weekday()) % 7)
        self.edit(
            slug,
            start=f"{day}T09:00:00",
            end=f"{day}T13:00:00",
            reply_by=f"{day - timedelta(days=14)}T16:00:00",
            date=f"{today}",
            number='"500.2/1/CONTOH/2026"',
        )

    def approve_languages(self) -> None:
        """As if Sari had had every translation read."""
        translations.record_all(config.load(self.home, environment=False), "Sari")

    def mails(self) -> list[Path]:
        """What the rehearsal's Maildir holds."""
        folder = self.home / "var/mail/new"
        return sorted(folder.iterdir()) if folder.is_dir() else []


def environment() -> dict[str, str]:
    """An environment without any INVITES_*, in English."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INVITES_")}
    return {**kept, "INVITES_LANG": "en", "NO_COLOR": "1", "COLUMNS": "120"}
