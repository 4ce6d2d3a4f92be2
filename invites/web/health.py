"""Whether this process can serve: it answers, and so does its database."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from invites import pipeline
from invites.errors import InvitesError
from invites.web.site import site_of


def healthz(request: Request) -> Response:
    """GET /healthz: 200, or 503 when the database does not answer."""
    try:
        pipeline.current_events(site_of(request).house)
    except InvitesError:
        return JSONResponse({"ok": False}, 503)
    return JSONResponse({"ok": True})
