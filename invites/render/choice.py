"""The renderers by name."""

from __future__ import annotations

import sys
from pathlib import Path

from invites.model.message import RenderMode
from invites.ports import Renderer
from invites.render.instanced import WORTH, InstancedRenderer
from invites.render.pdf import PdfRenderer
from invites.render.pool import PooledRenderer
from invites.render.tasks import LEAST

#: letters of one skeleton from which on they are set together
_LEAST = {RenderMode.auto: LEAST, RenderMode.full: sys.maxsize, RenderMode.instanced: WORTH}


def open_renderer(mode: RenderMode = RenderMode.auto, *, workers: int = 1, cut_fonts: Path | None = None) -> Renderer:
    """What makes PDFs as `mode` says. Whatever is not proven to be the same is rendered in full. `workers`: processes
    for more than a few letters."""
    if workers > 1:
        return PooledRenderer(workers, least=_LEAST[mode], cut_fonts=cut_fonts)
    full = PdfRenderer(cut_fonts)
    return full if mode is RenderMode.full else InstancedRenderer(full, least=_LEAST[mode])
