"""Which face prints which language, and whether this machine has all that a letter needs.

Nothing here imports WeasyPrint: without Pango its import fails, and without any font its first render
ends in a segmentation fault, so `require` comes first.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from types import MappingProxyType
from xml.sax.saxutils import escape

from invites.errors import MissingSystemPart, RenderError
from invites.words.catalogue import script

_CORE = "fonts-noto-core"
_CJK = "fonts-noto-cjk"
REGULAR, BOLD = 80, 200  # fontconfig's own numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A font family and the Debian package that holds it. `leads`: it sets Latin letters and quotes too."""

    family: str
    package: str
    leads: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FontFile:
    """Where an installed face lies; `index` is its place in a collection (.ttc)."""

    family: str
    weight: int
    path: Path
    index: int


LATIN = Face(family="Noto Serif", package=_CORE)

#: (language, script) → face; an empty language stands for every other language of the script. Han letters
#: differ from country to country, and Chinese quotes come out full width only when the CJK face leads.
TABLE: Mapping[tuple[str, str], Face] = MappingProxyType(
    {
        ("", "Latn"): LATIN,
        ("", "Cyrl"): LATIN,
        ("", "Arab"): Face(family="Noto Naskh Arabic", package=_CORE),
        ("", "Deva"): Face(family="Noto Serif Devanagari", package=_CORE),
        ("", "Thai"): Face(family="Noto Serif Thai", package=_CORE),
        ("ja", "Jpan"): Face(family="Noto Serif CJK JP", package=_CJK, leads=True),
        ("ko", "Kore"): Face(family="Noto Serif CJK KR", package=_CJK, leads=True),
        ("zh", "Hans"): Face(family="Noto Serif CJK SC", package=_CJK, leads=True),
    }
)

#: what WeasyPrint loads, by soname, and a Debian package that brings it (the first three pull in the rest)
LIBRARIES: Mapping[str, str] = MappingProxyType(
    {
        "pango-1.0.so.0": "libpango-1.0-0",
        "pangoft2-1.0.so.0": "libpangoft2-1.0-0",
        "harfbuzz-subset.so.0": "libharfbuzz-subset0",
        "harfbuzz.so.0": "libharfbuzz-subset0",
        "fontconfig.so.1": "libpangoft2-1.0-0",
        "gobject-2.0.so.0": "libpango-1.0-0",
    }
)
_INSTALL = "apt-get install -y --no-install-recommends "

_DIRECTORIES = """<dir>/usr/share/fonts</dir><dir>/usr/local/share/fonts</dir>
<dir prefix="xdg">fonts</dir><dir>~/.fonts</dir>"""
_CONFIGURATION = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
{fonts}
<cachedir>/var/cache/fontconfig</cachedir><cachedir prefix="xdg">fontconfig</cachedir>
<selectfont><rejectfont><pattern/></rejectfont>{accepted}</selectfont>
</fontconfig>"""
_ACCEPT = '<acceptfont><pattern><patelt name="{}"><string>{}</string></patelt></pattern></acceptfont>'
_environment = Lock()


def face_for(language: str) -> Face:
    """The face of a catalogue tag's own script. RenderError when the table has none."""
    letters = script(language)
    face = TABLE.get((language.partition("-")[0], letters)) or TABLE.get(("", letters))
    if face is None:
        raise RenderError("no_face", language=language, script=letters)
    return face


def families(languages: Iterable[str]) -> tuple[str, ...]:
    """The families that a document in these languages embeds, no more and no less; Latin is always there."""
    return tuple(dict.fromkeys([LATIN.family, *(face_for(language).family for language in languages)]))


def font_css(languages: Iterable[str]) -> str:
    """One rule a language, so that no stylesheet names a family."""
    rules = []
    for language in dict.fromkeys(languages):
        face = face_for(language)
        stack = (face, LATIN) if face.leads else (LATIN, face)
        names = ", ".join(f'"{name}"' for name in dict.fromkeys(entry.family for entry in stack))
        rules.append(f"[lang={language}] {{ font-family: {names} }}")
    return "\n".join(rules)


def missing_libraries() -> tuple[str, ...]:
    """Debian packages of the shared libraries that can't be loaded here."""
    return tuple(dict.fromkeys(package for soname, package in LIBRARIES.items() if _library(soname) is None))


def missing_fonts(languages: Iterable[str]) -> tuple[str, ...]:
    """Families of which the regular or the bold face is not installed, for these catalogue tags.

    All of them, where fontconfig itself can't be loaded.
    """
    present = installed()
    return tuple(
        family for family in families(languages) if (family, REGULAR) not in present or (family, BOLD) not in present
    )


def require(languages: Iterable[str]) -> None:
    """Raise MissingSystemPart (exit 69) unless a letter in these languages can be set on this machine.

    Its fields: `parts`, what is missing; `line`, what to type on Debian.
    """
    libraries = missing_libraries()
    fonts = missing_fonts(languages)
    if not libraries and not fonts:
        return
    packages = {face.family: face.package for face in TABLE.values()}
    wanted = dict.fromkeys([*libraries, *(packages[family] for family in fonts)])
    raise MissingSystemPart(
        "missing_system_part", parts=", ".join([*libraries, *fonts]), line=_INSTALL + " ".join(wanted)
    )


@contextmanager
def private_fontconfig(cut: Sequence[FontFile] = ()) -> Iterator[None]:
    """While this is open, a fontconfig configuration that is loaded knows the table's families only.

    So a text that needs another face shows a missing glyph, which is noticed, and no surprising face.
    A FONTCONFIG_FILE that is set already says where fonts lie, and is included. Of the families in `cut`, these
    files are known and no others.
    """
    theirs = os.environ.get("FONTCONFIG_FILE")
    fonts = f"<include>{escape(theirs)}</include>" if theirs else _DIRECTORIES
    folders = sorted({escape(str(file.path.parent)) for file in cut})
    fonts += "".join(f"<dir>{folder}</dir>" for folder in folders)
    chosen = "".join(f"<rejectfont><glob>{folder}/*</glob></rejectfont>" for folder in folders)
    chosen += "".join(f"<acceptfont><glob>{escape(str(file.path))}</glob></acceptfont>" for file in cut)
    whole = {face.family for face in TABLE.values()} - {file.family for file in cut}
    accepted = "".join(_ACCEPT.format("family", escape(family)) for family in sorted(whole))
    accepted += "".join(_ACCEPT.format("file", escape(str(file.path))) for file in cut)
    with _environment, tempfile.NamedTemporaryFile("w", suffix=".conf", encoding="utf-8") as file:
        file.write(_CONFIGURATION.format(fonts=fonts, accepted=chosen + accepted))
        file.flush()
        os.environ["FONTCONFIG_FILE"] = file.name
        try:
            yield
        finally:
            if theirs is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = theirs


def versions() -> Mapping[str, str]:
    """The libraries that decide where a glyph stands and how it is written, with their versions."""
    found = {name: version(name) for name in ("weasyprint", "pydyf")}
    for name, soname, asked in (
        ("pango", "pango-1.0.so.0", "pango_version_string"),
        ("harfbuzz", "harfbuzz.so.0", "hb_version_string"),
    ):
        library = _library(soname)
        if library is not None:
            function = library[asked]
            function.restype = ctypes.c_char_p
            found[name] = function().decode()
    return found


class _FontSet(ctypes.Structure):
    """FcFontSet of fontconfig.h."""

    _fields_ = (("count", ctypes.c_int), ("room", ctypes.c_int), ("fonts", ctypes.POINTER(ctypes.c_void_p)))


@cache
def installed() -> Mapping[tuple[str, int], FontFile]:
    """The table's faces on this machine, by (family, weight); upright only. Read once a process."""
    library = _library("fontconfig.so.1")
    if library is None:
        return MappingProxyType({})
    library.FcInitLoadConfigAndFonts.restype = ctypes.c_void_p
    library.FcConfigGetFonts.restype = ctypes.POINTER(_FontSet)
    with private_fontconfig():
        configuration = ctypes.c_void_p(library.FcInitLoadConfigAndFonts())
    try:
        fonts = library.FcConfigGetFonts(configuration, 0)
        found: dict[tuple[str, int], FontFile] = {}
        for position in range(fonts.contents.count if fonts else 0):
            pattern = ctypes.c_void_p(fonts.contents.fonts[position])
            if _number(library, pattern, b"slant") == 0:
                file = _font_file(library, pattern)
                found.setdefault((file.family, file.weight), file)
        return MappingProxyType(found)
    finally:
        library.FcConfigDestroy(configuration)


def _font_file(library: ctypes.CDLL, pattern: ctypes.c_void_p) -> FontFile:
    return FontFile(
        family=_string(library, pattern, b"family"),
        weight=_number(library, pattern, b"weight"),
        path=Path(_string(library, pattern, b"file")),
        index=_number(library, pattern, b"index"),
    )


def _string(library: ctypes.CDLL, pattern: ctypes.c_void_p, field: bytes) -> str:
    value = ctypes.c_char_p()
    library.FcPatternGetString(pattern, field, 0, ctypes.byref(value))
    return os.fsdecode(value.value or b"")


def _number(library: ctypes.CDLL, pattern: ctypes.c_void_p, field: bytes) -> int:
    value = ctypes.c_int(-1)
    library.FcPatternGetInteger(pattern, field, 0, ctypes.byref(value))
    return value.value


def _library(soname: str) -> ctypes.CDLL | None:
    """The shared library, or None. Outside Linux its name is another, and the system is asked for it."""
    name = f"lib{soname}" if sys.platform == "linux" else ctypes.util.find_library(soname.partition(".so")[0])
    try:
        return ctypes.CDLL(name) if name else None
    except OSError:
        return None
