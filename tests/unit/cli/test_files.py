"""Letters on this disk are readable for their owner alone."""

from __future__ import annotations

from pathlib import Path

from invites.cli.files import write_secret


def test_a_file_that_others_could_read_is_secret_once_a_letter_is_written_into_it(tmp_path: Path) -> None:
    old = tmp_path / "JP.pdf"
    old.write_bytes(b"of an earlier program, and longer")
    old.chmod(0o644)
    write_secret(old, b"letter")
    write_secret(tmp_path / "new" / "FR.pdf", b"letter")
    for path in (old, tmp_path / "new" / "FR.pdf"):
        assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"letter", 0o600)
