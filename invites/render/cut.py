"""CJK faces cut to the characters of a country's own standard: smaller letters, made sooner."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import fontTools  # type: ignore[import-untyped]
from fontTools import subset
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from invites.render.fonts import BOLD, REGULAR, FontFile, families, installed, versions

LANGUAGES = ("ja", "ko", "zh-Hans")
#: family → the codec that knows the country's set (JIS X 0208, KS X 1001, GB 2312), and OpenType's tag of its language
SETS: Mapping[str, tuple[str, str]] = MappingProxyType(
    dict(zip(families(LANGUAGES)[1:], (("cp932", "JAN"), ("euc_kr", "KOR"), ("gb2312", "ZHS")), strict=True))
)
#: what a national set chooses from; every other character of a face stays. Variation selectors, which stand in no
#: set, are here so that a text with one gets the full face
_CHOSEN = ((0x2E80, 0x2FDF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0xF900, 0xFAFF),
           (0xFE00, 0xFE0F), (0x20000, 0x3FFFF), (0xE0100, 0xE01EF))  # fmt: skip
_MADE_BY = f"fontTools {fontTools.version}, recipe 1"
#: a character of the set; euc_kr spells a syllable that is not in KS X 1001 out in eight
_BYTES = 2
_WEIGHTS = (REGULAR, BOLD)


@dataclass(frozen=True, slots=True, kw_only=True)
class CutFace:
    """A cut face on disk; `chosen` are the characters that it has of those that a national set chooses from."""

    file: FontFile
    sha256: str
    chosen: frozenset[str]


def chosen(text: Iterable[str]) -> frozenset[str]:
    """The characters of a text that a national set may lack: Han letters, Hangul syllables."""
    return frozenset(each for each in text if any(first <= ord(each) <= last for first, last in _CHOSEN))


def cuttable() -> tuple[FontFile, ...]:
    """The installed faces that `build` would cut."""
    faces = installed()
    return tuple(faces[family, weight] for family in SETS for weight in _WEIGHTS if (family, weight) in faces)


def build(folder: Path) -> Iterator[CutFace]:
    """Cut every installed CJK face that is not cut yet, or was cut from another file, one after the other.

    The same files and the same fontTools give the same bytes. OSError when `folder` can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for source in cuttable():
        yield _read(folder, source) or _make(folder, source)


def fresh(folder: Path | None) -> tuple[CutFace, ...]:
    """The cut faces that may stand for the installed ones: cut from exactly these by exactly this recipe, unharmed,
    the regular and the bold of a family both."""
    if folder is None or not folder.is_dir():
        return ()
    found = {(source.family, source.weight): _read(folder, source) for source in cuttable()}
    return tuple(
        face for (family, _), face in found.items() if face and all(found.get((family, weight)) for weight in _WEIGHTS)
    )


def lacks(faces: Iterable[CutFace], languages: Iterable[str], text: Iterable[str]) -> bool:
    """Whether a text in these languages has a character that a cut face of theirs lacks: it needs the full one."""
    wanted = families(languages)
    theirs = [face for face in faces if face.file.family in wanted]
    return bool(theirs) and any(chosen(text) - face.chosen for face in theirs)


def font_digest(languages: Iterable[str], folder: Path | None = None) -> str:
    """sha256 (hex) over all that decides how letters in these languages are drawn: the bytes of their faces, full
    and cut, and the versions of the libraries that shape and write them."""
    wanted = families(languages)
    files = {(file.family, file.weight, "full"): digest(file.path) for file in installed().values()}
    files.update({(face.file.family, face.file.weight, "cut"): face.sha256 for face in fresh(folder)})
    lines = [f"{' '.join(map(str, name))} {sha256}" for name, sha256 in files.items() if name[0] in wanted]
    lines += [f"{library} {version}" for library, version in versions().items()]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def digest(path: Path) -> str:
    """sha256 (hex) of a file, computed once while it stays as it is."""
    state = path.stat()
    return _digest(path, state.st_size, state.st_mtime_ns)


@cache
def _digest(path: Path, size: int, changed: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _paths(folder: Path, source: FontFile) -> tuple[Path, Path]:
    """Where the cut face of a source lies, and what it was made from."""
    name = f"{source.family.replace(' ', '')}-{'Bold' if source.weight == BOLD else 'Regular'}"
    return folder.resolve() / f"{name}.otf", folder.resolve() / f"{name}.json"


def _stamp(source: FontFile, sha256: str) -> bytes:
    return json.dumps({"source": digest(source.path), "index": source.index, "by": _MADE_BY, "cut": sha256}).encode()


def _read(folder: Path, source: FontFile) -> CutFace | None:
    path, stamp = _paths(folder, source)
    try:
        sha256 = digest(path)
        if stamp.read_bytes() != _stamp(source, sha256):
            return None
    except OSError:
        return None
    with TTFont(path, lazy=True) as font:
        letters = chosen(map(chr, font.getBestCmap()))
    file = FontFile(family=source.family, weight=source.weight, path=path, index=0)
    return CutFace(file=file, sha256=sha256, chosen=letters)


def _make(folder: Path, source: FontFile) -> CutFace:
    path, stamp = _paths(folder, source)
    with tempfile.TemporaryDirectory(dir=folder) as bench:
        raw, cut = Path(bench) / "raw.otf", Path(bench) / "cut.otf"
        _subset(source, raw)
        _number_anew(raw, cut)
        (Path(bench) / "stamp").write_bytes(_stamp(source, digest(cut)))
        for made, place in ((cut, path), (Path(bench) / "stamp", stamp)):
            _replace(made, place)
    face = _read(folder, source)
    if face is None:
        raise OSError(f"{path} was changed while it was written")
    return face


def _subset(source: FontFile, target: Path) -> None:
    """The face with its country's characters, under its own name, with every layout rule that applies unasked.

    The rules for texts in other languages go: they would bring in the letters of the other countries.
    """
    codec, language = SETS[source.family]
    options = subset.Options(glyph_names=False, notdef_outline=True, recalc_timestamp=False)
    options.name_IDs = ["*"]
    with TTFont(source.path, fontNumber=source.index, lazy=True, recalcTimestamp=False, recalcBBoxes=False) as font:
        rules = [font[tag].table for tag in ("GSUB", "GPOS") if tag in font]
        scripts = {record.ScriptTag for table in rules for record in table.ScriptList.ScriptRecord}
        options.layout_scripts = [f"{script}.{each}" for script in sorted(scripts) for each in (language, "dflt")]
        codes = font.getBestCmap().keys()
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes={code for code in codes if not chosen(chr(code)) or _encodes(chr(code), codec)})
        subsetter.subset(font)
        subset.save_font(font, str(target), options)


def _encodes(character: str, codec: str) -> bool:
    try:
        return len(character.encode(codec)) == _BYTES
    except UnicodeEncodeError:
        return False


def _number_anew(source: Path, target: Path) -> None:
    """Give every glyph its place as its CID. A PDF writes places where readers expect CIDs (ISO 32000-1 §9.7.4.2):
    with the full face's CIDs left in, MuPDF and Ghostscript draw other glyphs or none."""
    with TTFont(source, lazy=True, recalcTimestamp=False, recalcBBoxes=False) as font:
        top = font["CFF "].cff.topDictIndex[0]
        names = [".notdef", *(f"cid{place:05d}" for place in range(1, len(top.charset)))]
        top.charset = names
        top.CharStrings.charStrings = {name: place for place, name in enumerate(names)}
        font.save(target)


def _replace(made: Path, place: Path) -> None:
    with made.open("rb") as file:
        os.fsync(file.fileno())  # a rename must not outlive the bytes
    made.replace(place)
