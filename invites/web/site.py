"""What every page needs: the house, the style sheet, a way to say something in one language."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from invites.house import House
from invites.web.access import network
from invites.web.assets import Assets
from invites.web.limits import Failures
from invites.web.security import secure
from invites.web.sessions import Sessions

STAFF_LANGUAGES = ("id", "en")
_NOWHERE = (404, 405)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One running site. `language` is the staff's; failures are counted for guessed links and for logins."""

    house: House
    sessions: Sessions
    assets: Assets
    language: str
    dead_links: Failures = field(default_factory=lambda: Failures(limit=200, window=600))
    guessed_codes: Failures = field(default_factory=lambda: Failures(limit=30, window=600))
    logins: Failures = field(default_factory=lambda: Failures(limit=10, window=900))
    #: a password takes 64 MiB and a core to check
    verifying: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))

    @property
    def https(self) -> bool:
        """Whether visitors come by TLS."""
        return urlsplit(self.house.base_url).scheme == "https"

    def page(
        self,
        template: str,
        language: str,
        /,
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """A template of pages/, in one language."""
        addresses = {"sheet": f"/static/{self.assets.sheet}", "band": f"/static/{self.assets.band}"}
        html = self.house.templates.render(f"pages/{template}", language, **addresses, **values)
        return HTMLResponse(html, status, {"Content-Language": language, **(headers or {})})


def site_of(request: Request) -> Site:
    """The site that this request came to."""
    site: Site = request.app.state.site
    return site


def address(path: str, request: Request, **changes: str) -> str:
    """A staff page's address that keeps the event and the language that were asked for, or changes them."""
    kept = {name: request.query_params[name] for name in ("event", "lang") if name in request.query_params} | changes
    return f"{path}?{urlencode(kept)}" if kept else path


def staff_page(
    request: Request, path: str, template: str, /, *, status: int = 200, headers: dict[str, str], **values: Any
) -> Response:
    """A page for staff in the language that they asked for, and its address `path` in the other one."""
    language = staff_language(request)
    switch = tuple((tag, address(path, request, lang=tag), tag == language) for tag in STAFF_LANGUAGES)
    site = site_of(request)
    return site.page(template, language, status=status, headers=headers, switch=switch, **values)


def staff_language(request: Request) -> str:
    """The language that a member of staff asked for, else the house's."""
    asked = request.query_params.get("lang")
    return asked if asked in STAFF_LANGUAGES else site_of(request).language


async def fields_of(request: Request) -> dict[str, list[str]]:
    """A submitted form, files left out. HTTPException 400 or 413 when it is no form of ours."""
    form = await request.form(max_files=0, max_fields=200)
    return {name: [value for value in form.getlist(name) if isinstance(value, str)] for name in form}


def dead_link(request: Request) -> Response:
    """The one page for a link that opens nothing, whatever the reason; many of them slow a network down."""
    site, client = site_of(request), network(request.scope)
    tired = site.dead_links.exceeded(client)
    site.dead_links.add(client)
    return _nothing_here(site, 429 if tired else 404)


def refused(request: Request, error: Exception) -> Response:
    """Any HTTP error. What does not exist looks as a dead link does."""
    site = site_of(request)
    status = error.status_code if isinstance(error, HTTPException) else 404
    if status in _NOWHERE:
        response = _nothing_here(site, status)
    else:
        response = site.page("message.html", "id", status=status, key="rsvp.err_form")
    response.headers.update(getattr(error, "headers", None) or {})  # Allow, with 405
    return response


def broken(request: Request, error: Exception) -> Response:
    """The page for a fault of ours. It is made outside the middleware, so it brings its own headers."""
    site = site_of(request)
    response = site.page("message.html", "id", status=500, key="rsvp.err_server")
    secure(response.headers, https=site.https)
    return response


def see(path: str) -> Response:
    """Go there by GET, so that a reload sends nothing twice."""
    return RedirectResponse(path, status_code=303)


def _nothing_here(site: Site, status: int) -> Response:
    return site.page("not_found.html", "id", status=status, mailbox=site.house.reply_to)
