"""A page's content stream: cut at its slots, drawn, and packed so that what stays is packed once.

Deflate lets blocks that were packed apart stand side by side (RFC 1951 §2.3), so a page keeps the one content stream
that WeasyPrint gives it.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import pydyf  # type: ignore[import-untyped]
from weasyprint.formatting_structure.boxes import ReplacedBox

from invites.render.runs import Place
from invites.render.slots import Picture, pieces

_ZLIB, _LAST_BLOCK = b"\x78\xda", b"\x03\x00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """Where a run goes in a page's content: which slot, which of its runs, and the operators around it."""

    slot: int
    run: int
    mcid: int
    head: bytes
    says: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Still:
    """Content that all letters share, plain and packed."""

    plain: bytes
    packed: bytes


#: a page's content: what stays, runs, and the numbers of pictures
Part = Still | Hole | int


def decimal(value: float) -> bytes:
    """A coordinate as pydyf writes it."""
    return b"%d" % value if float(value).is_integer() else f"{value:f}".rstrip("0").encode()


@lru_cache(maxsize=8)
def drawn(modules: bytes) -> bytes:
    """The path of a code's dark modules as WeasyPrint writes it."""
    return "\n".join(
        f"{x} {y} m\n{x + n} {y} l\n{x + n} {y + 1} l\n{x} {y + 1} l\nh" for x, y, n in pieces(modules)
    ).encode()


def cut_up(
    content: pydyf.Stream,
    page: int,
    blocks: Sequence[tuple[int, Place]],
    pictures: Sequence[tuple[int, ReplacedBox, Picture]],
) -> list[Part]:
    """A page's content, cut at its slots. What is not found where it should be is left out: the caller counts."""
    items = list(map(plain, content.stream))
    where = {item: n for n, item in enumerate(items) if item.endswith((b" Tm", b" cm"))}
    cuts: list[tuple[int, int, Hole | int]] = []
    for slot, (_, place) in ((n, each) for n, each in enumerate(blocks) if each[0] == page):
        for n, run in enumerate(place.runs):
            matrix = b"1 0 0 -1 %s %s Tm" % (decimal(place.x + run.x), decimal(place.y + run.y))
            found = _hole(content.stream, items, where.get(matrix, -1), slot, n)
            if found is not None:
                cuts.append(found)
    for n, (_, box, picture) in ((n, each) for n, each in enumerate(pictures) if each[0] == page):
        matrix = b"1 0 0 1 %s %s cm" % (decimal(box.content_box_x()), decimal(box.content_box_y()))
        path = drawn(picture.modules).split(b"\n")
        start = where.get(matrix, len(items))
        first = next((at for at in range(start, len(items)) if items[at : at + len(path)] == path), None)
        if first is not None:
            cuts.append((first, first + len(path), n))
    parts: list[Part] = []
    done = 0
    for start, end, what in sorted(cuts, key=lambda each: each[0]):
        parts += [still(_lines(items[done:start], done, None)), what]
        done = end
    return [*parts, still(_lines(items[done:], done, len(items)))]


def _hole(
    stream: Sequence[object], items: Sequence[bytes], at: int, slot: int, run: int
) -> tuple[int, int, Hole] | None:
    """The run whose text matrix is item `at`: from its mark to before the end of its text."""
    start = next((n for n in range(at, -1, -1) if items[n] == b"BDC"), None)
    end = next((n for n in range(at, len(items)) if items[n] == b"ET"), None)
    if start is None or end is None or items[at - 1] != b"BT" or items[end + 1] != b"EMC":
        return None
    mark = stream[start - 1]
    if not isinstance(mark, pydyf.Dictionary) or set(mark) - {"MCID", "ActualText"} or b"EMC" in items[start:at]:
        return None
    head = b"".join(item + b"\n" for item in items[start : at - 1])
    return start - 1, end, Hole(slot=slot, run=run, mcid=mark["MCID"], head=head, says="ActualText" in mark)


def _lines(items: Sequence[bytes], start: int, end: int | None) -> bytes:
    """Items with the line ends that part them from what stands before and after."""
    return (b"\n" if start else b"") + b"\n".join(items) + (b"\n" if end is None else b"")


def plain(item: object) -> bytes:
    """An item of a content stream as it is written."""
    if isinstance(item, bytes):
        return item
    return bytes(item.data) if isinstance(item, pydyf.Object) else str(item).encode("ascii")


def still(plain: bytes, level: int = 9) -> Still:
    packer = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Still(plain=plain, packed=packer.compress(plain) + packer.flush(zlib.Z_FULL_FLUSH))


def joined(stills: Sequence[Still]) -> bytes:
    """One stream of blocks that were packed apart."""
    check = 1
    for each in stills:
        check = zlib.adler32(each.plain, check)
    packed = b"".join((_ZLIB, *(each.packed for each in stills), _LAST_BLOCK, check.to_bytes(4, "big")))
    return b"<</Filter /FlateDecode/Length %d>>\nstream\n%s\nendstream" % (len(packed), packed)
