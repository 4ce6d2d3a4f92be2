"""What differs from one letter to the next: its marked slots cut out, so that letters of one skeleton are found.

Templates mark such blocks and pictures with `data-slot`. Nothing here imports WeasyPrint.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from invites.model.message import Letter, Variant

MARK = "data-slot"
_HOLE = "\0"
_SLOT = re.compile(
    r"<title>(?P<title>[^<]*)</title>"
    rf"|<img(?=\s)[^<>]*\s{MARK}(?=[\s>])[^<>]*>"
    rf"|<(?P<tag>[a-z][a-z0-9]*)(?:\s[^<>]*)?\s{MARK}(?=[\s>])[^<>]*>(?P<body>.*?)</(?P=tag)>",
    re.DOTALL,
)
_TAG = re.compile(r"(<[^<>]*>)")
_TARGET = re.compile(r'\shref="([^"]*)"')
_SOURCE = re.compile(r'(?<=\ssrc="asset:)[^"]+')
_ALT = re.compile(r'(?<=\salt=")[^"]*')
#: the dark modules of a QR code as compose draws them: runs of one row each
_MODULES = re.compile(rb"(?:M\d+ \d+h\d+v1h-\d+z){20,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A marked block: its HTML, tags and all, its strings as a reader sees them, and where its links lead."""

    html: str
    texts: tuple[str, ...]
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A marked picture: its words, and the path of its dark modules (SVG's words for it)."""

    alt: str
    modules: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A letter's slots in document order. Letters with the same `key` are the same but for them."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    pictures: tuple[Picture, ...]

    @property
    def texts(self) -> Iterator[str]:
        """Every string of every slot."""
        for block in self.blocks:
            yield from block.texts


def cut(letter: Letter) -> Cut | None:
    """The slots of a letter; None when it marks none, or a picture that is no QR code, or
    is for an archive."""
    if letter.variant is not Variant.ua1:
        return None
    title = ""
    blocks: list[Block] = []
    pictures: list[Picture] = []
    rest: dict[str, bytes] = {}
    skeleton: list[str] = []
    position = 0
    for match in _SLOT.finditer(letter.html):
        whole = match[0]
        skeleton.append(letter.html[position : match.start()])
        position = match.end()
        if match["title"] is not None:
            title = unescape(match["title"])
            skeleton.append(_HOLE)
        elif match["tag"] is None:
            name = (_SOURCE.search(whole) or [""])[0]
            parts = _MODULES.split(letter.assets.get(name, b""))
            if len(parts) != 2:  # noqa: PLR2004 - before and after
                return None
            rest[name] = _HOLE.encode().join(parts)
            modules = letter.assets[name][len(parts[0]) : len(letter.assets[name]) - len(parts[1])]
            pictures.append(Picture(alt=unescape((_ALT.search(whole) or [""])[0]), modules=modules))
            skeleton.append(_ALT.sub(_HOLE, whole))
        else:
            blocks.append(_block(whole))
            skeleton.append(_hollow(whole))
    if not blocks:
        return None
    skeleton.append(letter.html[position:])
    return Cut(key=_key(letter, "".join(skeleton), rest), title=title, blocks=tuple(blocks), pictures=tuple(pictures))


def _block(html: str) -> Block:
    pieces = _TAG.split(html)
    return Block(
        html=html,
        texts=tuple(unescape(text) for text in pieces[::2] if text.strip()),
        targets=tuple(unescape(target) for tag in pieces[1::2] for target in _TARGET.findall(tag)),
    )


def _hollow(html: str) -> str:
    pieces = _TAG.split(html)
    pieces[::2] = [_HOLE if text.strip() else text for text in pieces[::2]]
    pieces[1::2] = [_TARGET.sub(_HOLE, tag) for tag in pieces[1::2]]
    return "".join(pieces)


def _key(letter: Letter, skeleton: str, rest: dict[str, bytes]) -> str:
    digest = hashlib.sha256(repr((letter.languages, letter.sheets)).encode())
    digest.update(skeleton.encode())
    for name, content in sorted({**letter.assets, **rest}.items()):
        digest.update(name.encode() + _fingerprint(content))
    return digest.hexdigest()


@lru_cache(maxsize=64)
def _fingerprint(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def groups(letters: Sequence[Letter]) -> tuple[dict[str, list[int]], list[int]]:
    """Positions of the letters of each skeleton, and of those that have none. Each letter is asked for once."""
    found: dict[str, list[int]] = {}
    alone: list[int] = []
    for position, letter in enumerate(letters):
        slots = cut(letter)
        if slots is None:
            alone.append(position)
        else:
            found.setdefault(slots.key, []).append(position)
    return found, alone


def same_strings(texts: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two ways to cut a text into strings say the same, whatever spaces line ends swallowed."""
    return _squeezed(texts) == _squeezed(others)


def _squeezed(texts: Sequence[str]) -> str:
    return "".join("".join(texts).split())


def pieces(modules: bytes) -> Iterator[tuple[int, int, int]]:
    """(x, y, length) of each run of dark modules."""
    for x, y, length in re.findall(rb"M(\d+) (\d+)h(\d+)", modules):
        yield int(x), int(y), int(length)
