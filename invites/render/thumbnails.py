"""Small pictures of a PDF's pages, to look many letters over at once."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pypdfium2

_POINTS = 72


def thumbnails(pdf: bytes, *, dpi: int = 50) -> Iterator[bytes]:
    """Each page as PNG."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            out = BytesIO()
            page.render(scale=dpi / _POINTS).to_pil().convert("P", palette=1, colors=64).save(out, "PNG")
            yield out.getvalue()
    finally:
        document.close()
