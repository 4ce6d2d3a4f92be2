"""The renderers by name."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from invites.ports import Renderer
from invites.render.instanced import WORTH, InstancedRenderer
from invites.render.pdf import PdfRenderer
from invites.render.pool import PooledRenderer
from invites.render.tasks import LEAST

Name = Literal["auto", "full", "instanced"]
#: letters of one skeleton from which on they are set together
_LEAST = {"auto": LEAST, "full": sys.maxsize, "instanced": WORTH}


def open_renderer(name: Name = "auto", *, workers: int = 1, cut_fonts: Path | None = None) -> Renderer:
    """`full` renders each letter on its own; `auto` sets those of long lists together, `instanced` those of short
    ones too. Whatever is not proven to be the same is rendered in full. `workers`: processes for a long list."""
    if workers > 1:
        return PooledRenderer(workers, least=_LEAST[name], cut_fonts=cut_fonts)
    full = PdfRenderer(cut_fonts)
    return full if name == "full" else InstancedRenderer(full, least=_LEAST[name])
