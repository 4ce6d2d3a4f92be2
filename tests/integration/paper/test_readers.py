"""Readers that are none of ours find nothing wrong with the file for the printer."""

from __future__ import annotations

from pathlib import Path

from tests.integration.letters import readers
from tests.integration.paper.conftest import Office


def test_no_reader_finds_anything_in_what_is_printed(approved: Office, tmp_path: Path) -> None:
    path = tmp_path / "cetak.pdf"
    path.write_bytes(approved.print(approved.parcels()))
    assert readers.complaints(path) == []
    facts = readers.facts(path)
    assert (facts["Pages"], facts["Form"], facts["JavaScript"], facts["Encrypted"]) == ("14", "none", "no", "no")
    assert {embedded for embedded, _, _ in readers.fonts(path).values()} == {"yes"}
