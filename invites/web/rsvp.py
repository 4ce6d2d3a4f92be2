"""The reply page of one embassy: GET shows, POST acts, since mail scanners open every link before a person does."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from invites import pipeline
from invites.compose import facts
from invites.errors import InvalidLink, ReplyClosed, ReplyConflict, StoreError
from invites.model.event import Event
from invites.model.page import Phase, ReplyPage
from invites.model.reply import Answer, Reply, ReplyChannel, Verb
from invites.track.form import FieldError, Typed, filled_in, parse, typed_in
from invites.web.site import Site, dead_link, fields_of, see, site_of
from invites.words import dates
from invites.words.names import language_for, mission_name

_LONGEST_CODE = 100
_PASTED_LINK = re.compile("/r/([0-9a-z-]+)", re.IGNORECASE)
_THANKS = {verb: f"rsvp.thanks_{verb.value}" for verb in Verb}


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request for a live link, in the language it is shown in."""

    site: Site
    page: ReplyPage
    language: str

    @property
    def own(self) -> str:
        """The embassy's language."""
        return language_for(self.page.recipient, self.site.house.catalogues)

    def path(self, below: str = "") -> str:
        """The address of the reply page, or of something under it, that keeps the language."""
        path = f"{urlsplit(self.page.link.url).path}{below}"
        return path if self.language == self.own else f"{path}?lang={self.language}"

    def show(self, name: str, *, status: int = 200, **values: Any) -> Response:
        """A page about this invitation."""
        event, recipient = self.page.event, self.page.recipient
        return self.site.page(
            name,
            self.language,
            status=status,
            path=self.path(),
            languages=_switch(self),
            event=event,
            title=facts.title(event, self.language),
            facts=_facts(self),
            programme=facts.programme(event, self.language, self.site.house.catalogues),
            reply_by=facts.deadline(event, self.language, self.site.house.catalogues) if event.reply_by else "",
            mission=mission_name(recipient, self.language),
            phase=self.page.phase.value,
            days_left=_days_left(self),
            history=tuple(_shown(reply, event) for reply in self.page.history),
            version=self.page.version,
            **values,
        )


def _visit(request: Request) -> Visit:
    """What stands behind the link. InvalidLink when nothing does."""
    site = site_of(request)
    page = pipeline.reply_page(site.house, request.path_params["token"])
    own = language_for(page.recipient, site.house.catalogues)
    asked = request.query_params.get("lang")
    return Visit(site=site, page=page, language=asked if asked in ("id", "en", own) else own)


def _behind_a_link(show: Callable[[Visit], Response]) -> Callable[[Request], Response]:
    """A GET endpoint of a live link; any other link gets the one page for dead ones."""

    def endpoint(request: Request) -> Response:
        try:
            return show(_visit(request))
        except InvalidLink:
            return dead_link(request)

    return endpoint


@_behind_a_link
def reply_page(visit: Visit) -> Response:
    """GET /r/{token}. What was answered before is filled in but for the choice, which is made afresh."""
    typed = filled_in(visit.page.history[-1].answer) if visit.page.history else {}
    return _form(visit, {name: values for name, values in typed.items() if name != "answer"})


@_behind_a_link
def thanks(visit: Visit) -> Response:
    """GET /r/{token}/thanks: what is recorded now."""
    if not visit.page.history:
        return see(visit.path())
    latest, event = visit.page.history[-1], visit.page.event
    return visit.show(
        "thanks.html",
        thanks=_THANKS[latest.answer.verb],
        mail_follows=latest.channel is ReplyChannel.link and bool(visit.page.recipient.email),
        at=dates.deadline(facts.local(latest.received_at, event), visit.language),
        calendar=visit.path("/calendar.ics") if event.start and latest.answer.verb is not Verb.decline else "",
        letter=visit.path("/letter.pdf"),
    )


@_behind_a_link
def letter(visit: Visit) -> Response:
    """GET /r/{token}/letter.pdf."""
    return _download(visit, pipeline.letter_pdf(visit.site.house, visit.page), "application/pdf", "pdf")


@_behind_a_link
def calendar(visit: Visit) -> Response:
    """GET /r/{token}/calendar.ics; nothing while the event has no date."""
    if visit.page.event.start is None:
        raise HTTPException(404)
    return _download(visit, pipeline.calendar_file(visit.site.house, visit.page), "text/calendar; charset=utf-8", "ics")


async def answer(request: Request) -> Response:
    """POST /r/{token}: the only thing that records a reply over the link."""
    fields = await fields_of(request)
    try:
        visit = await run_in_threadpool(_visit, request)
    except InvalidLink:
        return await run_in_threadpool(dead_link, request)
    return await run_in_threadpool(_answer, visit, fields)


def code_page(request: Request) -> Response:
    """GET /r: for those who type the code from paper."""
    return site_of(request).page("code.html", "id", mailbox=site_of(request).house.reply_to)


async def code(request: Request) -> Response:
    """POST /r: off to the page of that code, or of the link it stands in, which says whether there is one."""
    typed = (await fields_of(request)).get("code", [""])[-1].strip()
    pasted = _PASTED_LINK.search(typed)
    typed = pasted[1] if pasted else typed
    return see(f"/r/{quote(typed[:_LONGEST_CODE], safe='')}" if typed else "/r")


def _answer(visit: Visit, fields: Mapping[str, list[str]]) -> Response:
    if visit.page.phase is Phase.closed:
        return _form(visit, {}, status=409)
    result = parse(fields, max_delegates=visit.page.event.max_delegates)
    if not isinstance(result, Answer):
        return _form(visit, result.typed, errors=result.errors, status=422)
    try:
        pipeline.give_answer(visit.site.house, visit.page, result, version=_version(fields), language=visit.language)
    except (ReplyConflict, ReplyClosed):
        return _answer_again(visit, fields, result)
    except StoreError:
        return _form(visit, typed_in(fields), notice="rsvp.err_save", status=503)
    return see(visit.path("/thanks"))


def _answer_again(visit: Visit, fields: Mapping[str, list[str]], result: Answer) -> Response:
    """Another answer came in since the form was loaded: show it, unless it says the same."""
    page = pipeline.reply_page(visit.site.house, visit.page.link.token)
    visit = Visit(site=visit.site, page=page, language=visit.language)
    if page.phase is Phase.closed:
        return _form(visit, {}, status=409)
    if not page.history:  # the form is older than a restored database
        return _form(visit, typed_in(fields), notice="rsvp.err_form", status=409)
    latest = page.history[-1]
    if latest.answer != result:
        return _form(visit, typed_in(fields), notice="rsvp.conflict", status=409)
    if latest.channel is ReplyChannel.link:  # a second click
        return see(visit.path("/thanks"))
    # staff wrote down the same; now the embassy has said it itself, and a confirmation is owed
    return _answer(visit, {**fields, "version": [str(page.version)]})


def _version(fields: Mapping[str, list[str]]) -> int:
    """The reply that the form was loaded with; 0 for a form that does not say, which meets any other reply."""
    number = re.fullmatch("[0-9]{1,18}", fields.get("version", [""])[-1])
    return int(number[0]) if number else 0


def _form(
    visit: Visit,
    typed: Typed,
    *,
    errors: Mapping[str, FieldError] | None = None,
    notice: str = "",
    status: int = 200,
) -> Response:
    typed_rows = max(len(typed.get(name, ())) for name in ("delegate_name", "delegate_position"))
    rows = max(visit.page.event.max_delegates, typed_rows)
    return visit.show("rsvp.html", status=status, typed=typed, errors=errors or {}, notice=notice, rows=rows)


def _download(visit: Visit, content: bytes, media_type: str, suffix: str) -> Response:
    name = f"undangan-{visit.page.event.slug}-{visit.page.recipient.code.lower()}.{suffix}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _switch(visit: Visit) -> tuple[tuple[str, str, bool], ...]:
    """Tag, address and whether it is the one shown: the embassy's language, Indonesian, English unless alike."""
    tags = (visit.own, *(tag for tag in ("id", "en") if tag != visit.own.partition("-")[0]))
    return tuple((tag, f"{urlsplit(visit.page.link.url).path}?lang={tag}", tag == visit.language) for tag in tags)


def _facts(visit: Visit) -> list[facts.Fact]:
    """The same facts as in the mail."""
    event, language, catalogues = visit.page.event, visit.language, visit.site.house.catalogues
    dress = catalogues.get(f"dress.{event.dress}", language)
    return [
        *facts.when_and_where(event, language, catalogues),
        facts.fact("label.dress", dress.text, reader=language, language=dress.language),
        *facts.contact(event, language),
    ]


def _days_left(visit: Visit) -> int | None:
    """Whole days from today to the deadline where the event is; None once it has passed or is not fixed."""
    deadline = visit.page.event.reply_by
    if deadline is None or visit.page.phase is not Phase.open:
        return None
    today = facts.local(visit.site.house.clock.now(), visit.page.event).date()
    return (facts.local(deadline, visit.page.event).date() - today).days


def _shown(reply: Reply, event: Event) -> dict[str, Any]:
    """A reply with its time where the event is."""
    return {"reply": reply, "answer": reply.answer, "at": facts.local(reply.received_at, event)}
