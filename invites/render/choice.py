"""The renderers by name."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from invites.ports import Renderer
from invites.render.instanced import InstancedRenderer
from invites.render.pdf import PdfRenderer

Name = Literal["auto", "full", "instanced"]


def open_renderer(name: Name = "auto", *, cut_fonts: Path | None = None) -> Renderer:
    """`full` renders each letter on its own; `auto` and `instanced` set those of long lists together. `cut_fonts` is
    the folder of cut CJK faces."""
    full = PdfRenderer(cut_fonts)
    return full if name == "full" else InstancedRenderer(full)
