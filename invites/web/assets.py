"""The style sheet and its band of cloth, under names that change with their content."""

from __future__ import annotations

import hashlib
from pathlib import PurePath

from starlette.exceptions import HTTPException
from starlette.responses import Response

from invites.errors import TemplateError
from invites.words.jinja import Templates

BAND, SHEET = "pages-band.svg", "pages.css"
_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
_A_YEAR = "public, max-age=31536000, immutable"


class Assets:
    """What /static serves, read once."""

    def __init__(self, templates: Templates) -> None:
        self._files: dict[str, bytes] = {}
        self.band = self._add(BAND, _read(templates, BAND))
        self.sheet = self._add(SHEET, _read(templates, SHEET).replace(BAND.encode(), self.band.encode()))

    def response(self, name: str) -> Response:
        """A file by its hashed name. HTTPException 404 for any other."""
        if name not in self._files:
            raise HTTPException(404)
        headers = {"Cache-Control": _A_YEAR}
        return Response(self._files[name], headers=headers, media_type=_TYPES[PurePath(name).suffix])

    def _add(self, name: str, content: bytes) -> str:
        path = PurePath(name)
        hashed = f"{path.stem}.{hashlib.sha256(content).hexdigest()[:12]}{path.suffix}"
        self._files[hashed] = content
        return hashed


def _read(templates: Templates, name: str) -> bytes:
    content = templates.read(f"assets/{name}")
    if content is None:
        raise TemplateError("template_missing", template=f"assets/{name}", line=0)
    return content
