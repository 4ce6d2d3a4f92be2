"""The renderers by name."""

from __future__ import annotations

from typing import Literal

from invites.ports import Renderer
from invites.render.instanced import InstancedRenderer
from invites.render.pdf import PdfRenderer

Name = Literal["auto", "full", "instanced"]


def open_renderer(name: Name = "auto") -> Renderer:
    """`full` renders each letter on its own; `auto` and `instanced` set those of long lists together."""
    return PdfRenderer() if name == "full" else InstancedRenderer()
