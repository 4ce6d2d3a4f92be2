"""Whatever a file holds, reading it ends in recipients and problems, never in an exception."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from invites.validate.event_file import read_event
from invites.validate.reader import ListResult, read_list
from invites.words.catalogue import Catalogues
from invites.words.problems import problem_line
from tests.unit.validate.conftest import REPOSITORY, TODAY
from tests.unit.validate.lists import COLUMNS, csv_text, embassy

# one folder for all examples of a test: each writes the same file anew
quick = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
XLSX = (REPOSITORY / "recipients" / "embassies.xlsx").read_bytes()
EVENT = (REPOSITORY / "templates" / "events" / "jakarta" / "event.toml").read_bytes()

cells = st.text(max_size=40) | st.sampled_from(
    ["=1", "a@b.example", "2022-02-16T09:30", "1E9", "ja-JP", "ya", "embassy", "JP", '"', "\r\n", ";", "\u202e", "\0"]
)
names = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=60).map(
    lambda text: unicodedata.normalize("NFC", f"K{text}t")
)


def check(content: bytes, folder: Path, catalogues: Catalogues) -> ListResult:
    path = folder / "list"
    path.write_bytes(content)
    result = read_list(path, catalogues=catalogues, today=TODAY, expected=16, live=True)
    for problem in result.problems:
        assert problem.file == "list"
        assert bool(problem.cell) == bool(problem.row)
        for language in ("id", "en"):
            line = problem_line(problem, catalogues, language)
            assert line.isprintable()
            assert line.startswith("list")
    assert result.recipients or result.problems
    return result


@quick
@given(content=st.binary(max_size=2_000))
def test_any_bytes_are_read_or_refused(content, tmp_path, catalogues):
    check(content, tmp_path, catalogues)


@quick
@given(
    content=st.binary(max_size=300), start=st.sampled_from([b"PK\x03\x04", b"\xff\xfe", b"\xef\xbb\xbf", b"sep=;\n"])
)
def test_bytes_behind_a_familiar_beginning_are_read_or_refused(content, start, tmp_path, catalogues):
    check(start + content, tmp_path, catalogues)


@quick
@given(rows=st.lists(st.lists(cells, max_size=16), max_size=6), separator=st.sampled_from(";,\t"))
def test_any_cells_under_a_right_header_are_read_or_refused(rows, separator, tmp_path, catalogues):
    filled = [dict(zip(COLUMNS, row, strict=False)) for row in rows]
    check(csv_text(*filled, separator=separator).encode(errors="surrogatepass"), tmp_path, catalogues)


@quick
@given(at=st.integers(0, len(XLSX) - 1), byte=st.integers(0, 255))
def test_a_workbook_with_any_byte_changed_is_read_or_refused(at, byte, tmp_path, catalogues):
    check(XLSX[:at] + bytes([byte]) + XLSX[at + 1 :], tmp_path, catalogues)


@quick
@given(data=st.data())
def test_a_workbook_with_any_part_changed_is_read_or_refused(data, tmp_path, catalogues):
    with zipfile.ZipFile(io.BytesIO(XLSX)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = data.draw(st.sampled_from(sorted(name for name in parts if name.endswith((".xml", ".rels")))))
    at = data.draw(st.integers(0, len(parts[name]) - 1))
    length = data.draw(st.integers(0, 40))
    new = data.draw(st.binary(max_size=20) | st.sampled_from([b"9999999", b'r="XFD9"', b"<c>", b"</row>", b"-1"]))
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content[:at] + new + content[at + length :] if part == name else content)
    check(changed.getvalue(), tmp_path, catalogues)


@quick
@given(name=names)
def test_names_survive_byte_exact(name, tmp_path, catalogues):
    row = embassy(name_id=name, name_en=name, mission_to_local=name)

    result = check(csv_text(row).encode("utf-8-sig"), tmp_path, catalogues)

    blocked = {problem.column for problem in result.problems if problem.blocks and problem.code != "R015"}
    assert blocked <= {"name_id", "name_en", "mission_to_local"}
    for recipient in read_list(tmp_path / "list", catalogues=catalogues, today=TODAY).recipients:
        assert recipient.name_id == recipient.name_en == recipient.mission_to_local == name


@quick
@given(content=st.binary(max_size=500))
def test_any_bytes_for_an_event_are_read_or_refused(content, tmp_path):
    path = tmp_path / "jakarta" / "event.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)

    result = read_event(path, now=datetime(2024, 2, 1, tzinfo=UTC), for_sending=True)

    assert result.event is None
    assert result.problems


@quick
@given(at=st.integers(0, len(EVENT) - 1), length=st.integers(0, 30), new=st.binary(max_size=10))
def test_an_event_file_with_anything_changed_is_read_or_refused(at, length, new, tmp_path, catalogues):
    path = tmp_path / "jakarta" / "event.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(EVENT[:at] + new + EVENT[at + length :])

    result = read_event(path, now=datetime(2024, 2, 1, tzinfo=UTC), for_sending=True)

    assert result.event or result.problems
    for problem in result.problems:
        assert problem_line(problem, catalogues, "id").isprintable()
