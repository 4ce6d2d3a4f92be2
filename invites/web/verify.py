"""Anybody may ask whether a letter is genuine; who guesses codes is slowed down."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from invites import pipeline
from invites.model.verification import Verification
from invites.track import verification
from invites.web.access import network
from invites.web.site import Site, fields_of, see, site_of
from invites.words import dates
from invites.words.names import mission_name

_LONGEST_CODE = 100


def enter(request: Request) -> Response:
    """GET /v: where a code can be typed."""
    site, language = site_of(request), _language(request)
    return site.page("verify.html", language, found=None, asked=False, phone="", switch=_switch(site, language, "/v"))


async def typed(request: Request) -> Response:
    """POST /v: to the page of the code that was typed; it is no secret and changes nothing."""
    fields = await fields_of(request)
    code = verification.normal((fields.get("code") or [""])[0][:_LONGEST_CODE]) or "-"
    asked = request.query_params.get("lang")
    return see(f"/v/{code}" + (f"?lang={asked}" if asked in site_of(request).house.catalogues.languages else ""))


def verdict(request: Request) -> Response:
    """GET /v/{code}: what the letter's text says in `verify.*`, and nothing else about it."""
    site, language, client = site_of(request), _language(request), network(request.scope)
    code = request.path_params["code"][:_LONGEST_CODE]
    if site.guessed_codes.exceeded(client):
        return _page(site, language, code, None, status=429)
    found = pipeline.verify(site.house, code)
    if found is None:
        site.guessed_codes.add(client)
    return _page(site, language, code, found, status=200 if found else 404)


def _page(site: Site, language: str, code: str, found: Verification | None, *, status: int) -> Response:
    events = pipeline.current_events(site.house)
    written = found.event.letter.date if found else None
    return site.page(
        "verify.html",
        language,
        status=status,
        asked=True,
        found=found.verdict.value if found else None,
        number=found.invitation.number if found else "",
        date=dates.date_long(written, language) if written else "",
        mission=_mission(found, language) if found else "",
        phone=events[0].contact.phone if events else site.house.reply_to,
        switch=_switch(site, language, f"/v/{verification.normal(code) or '-'}"),
    )


def _mission(found: Verification, language: str) -> str:
    recipient = found.invitation.recipient
    try:
        return mission_name(recipient, language)
    except LookupError:
        return recipient.name_en


def _switch(site: Site, language: str, path: str) -> tuple[tuple[str, str, bool], ...]:
    known = site.house.catalogues.languages
    # a country's own spelling says the same here, and under the same name
    shown = [tag for tag in known if tag == language or tag.partition("-")[0] not in known or "-" not in tag]
    return tuple((tag, f"{path}?lang={tag}", tag == language) for tag in shown)


def _language(request: Request) -> str:
    """The language that was asked for, else the first of the browser's that there is, else Indonesian."""
    catalogues = site_of(request).house.catalogues
    accepted = [part.partition(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
    for wanted in (request.query_params.get("lang", ""), *accepted):
        for tag in catalogues.languages:
            if wanted and (tag.casefold() == wanted.casefold() or tag.partition("-")[0] == wanted.partition("-")[0]):
                return tag
    return "id"
