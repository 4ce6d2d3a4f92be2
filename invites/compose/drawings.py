"""The bytes behind a letter's `asset:` addresses: style, drawings, pictures of products, the QR code."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import segno

from invites.errors import TemplateError
from invites.model.event import Event, Product
from invites.model.message import Form
from invites.words.jinja import Templates

_STYLE = "letter.css"
_DRAWINGS = ("sasirangan.svg", "seam.svg")
_PICTURES = ("svg", "png", "jpg")
#: the mask decides nothing that a scanner cares for, and a fixed one gives the same picture without a search
_MASK = 3
_DARK = re.compile(rb"\x01+")


def assets(
    templates: Templates,
    event: Event,
    form: Form,
    *,
    url: str = "",
    products: Iterable[Product] = (),
    proof: bool = False,
) -> dict[str, bytes]:
    """By name, of a PDF that begins with `form`. The style sheet and the drawings ship with the program; an emblem and
    pictures of products are the workspace's own business. TemplateError when one that is needed is gone."""
    found = {"qr.svg": qr(url)} if url else {}
    found[_STYLE] = _needed(templates, f"letter/{_STYLE}")
    found |= {name: _needed(templates, f"assets/{name}") for name in _DRAWINGS}
    if proof:
        found |= {"proof.css": _needed(templates, "letter/proof.css")}
        found |= {"specimen.svg": _needed(templates, "assets/specimen.svg")}
    found |= {picture(product): _needed(templates, _file(event, product)) for product in products}
    for name in _emblems(event, form):
        content = templates.read(f"assets/{name}")
        if content is not None:
            found[name] = content
            break
    return found


def emblem(found: dict[str, bytes]) -> str:
    """The name of the emblem, or ""."""
    return next((name for name in found if name.startswith("emblem")), "")


def picture(product: Product) -> str:
    """The name of a product's picture: its own, or the drawing of its group."""
    return f"picture-{product.picture}" if product.picture else f"product-{product.group}.svg"


def _emblems(event: Event, form: Form) -> Iterator[str]:
    """Of the letterhead itself, which follows the signer or is the note's, before the one for all."""
    own = form if form is Form.note else event.signatory.kind
    yield from (f"{stem}.{kind}" for stem in (f"emblem-{own}", "emblem") for kind in _PICTURES)


def _file(event: Event, product: Product) -> str:
    return f"events/{event.slug}/{product.picture}" if product.picture else f"assets/{picture(product)}"


def _needed(templates: Templates, name: str) -> bytes:
    content = templates.read(name)
    if content is None:
        raise TemplateError("template_missing", template=name, line=0)
    return content


def qr(url: str) -> bytes:
    """A QR code (error correction M) as one filled path, its quiet zone of four modules included."""
    code = segno.make(url, error="m", micro=False, boost_error=False, mask=_MASK)
    side = code.symbol_size(border=4)[0]
    runs = ((run.start() + 4, y, len(run[0])) for y, row in enumerate(code.matrix, 4) for run in _DARK.finditer(row))
    dark = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in runs)
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
    return f'{drawing}<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{dark}"/></svg>'.encode()
