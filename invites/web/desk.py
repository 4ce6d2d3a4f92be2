"""The protocol desk: one event's attendance in order of precedence, and who changed what and when."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from invites import pipeline
from invites.compose import facts
from invites.model.attendance import Attendance, AttendanceRow
from invites.model.audit import AuditEntry
from invites.model.delivery import Delivery, DeliveryState
from invites.model.event import Event
from invites.model.handover import PaperState
from invites.model.reply import Reply, ReplyChannel, ReplyState
from invites.model.user import User
from invites.web.auth import DESK_HEADERS, form_token, signed_in
from invites.web.site import address, site_of, staff_language, staff_page
from invites.words.catalogue import Catalogues

_HANDLED = frozenset({DeliveryState.queued, DeliveryState.sending, DeliveryState.sent})
_CHANNELS = frozenset(channel.value for channel in ReplyChannel)
_UNRESOLVED = frozenset({DeliveryState.failed, DeliveryState.unknown})
#: what a batch leaves in the log: how many letters, and its digest
_OF_A_BATCH = re.compile("([0-9]+) · ([0-9a-f]+)")
_SOME_DAY = datetime.max.replace(tzinfo=UTC)


@signed_in
def desk(request: Request, user: User) -> Response:
    """GET /desk, `?event=` chooses one of the current events. HTTPException 404 for any other."""
    site, language = site_of(request), staff_language(request)
    events = pipeline.current_events(site.house)
    event = _chosen(events, request.query_params.get("event"), site.house.clock.now())
    values = {}
    if event:
        values = _table(pipeline.attendance(site.house, event.slug), event, language)
        values["dated"] = facts.when_and_where(event, language, site.house.catalogues)[:-1]
        values["now"] = facts.local(site.house.clock.now(), event)
        values["log"] = _log(pipeline.audit_entries(site.house, event.slug), event, language, site.house.catalogues)
    return staff_page(
        request,
        "/desk",
        "desk.html" if event else "desk_empty.html",
        headers=DESK_HEADERS,
        user=user,
        token=form_token(request),
        log_out=address("/desk/logout", request),
        tabs=tuple(_tab(request, other, language, shown=other == event) for other in events),
        **values,
    )


def _tab(request: Request, event: Event, language: str, *, shown: bool) -> tuple[str, str, bool]:
    return event.city, address("/desk", request, event=event.slug), shown


def _chosen(events: Sequence[Event], slug: str | None, now: datetime) -> Event | None:
    """The event asked for, else the first that is not over, else the last that was."""
    if slug is None:
        dated = sorted(events, key=lambda event: event.start or _SOME_DAY)
        ahead = [event for event in dated if (event.end or event.start or _SOME_DAY) >= now]
        return next(iter(ahead or dated[-1:]), None)
    found = next((event for event in events if event.slug == slug), None)
    if found is None:
        raise HTTPException(404)
    return found


def _table(attendance: Attendance, event: Event, language: str) -> dict[str, Any]:
    awaited = attendance.replies.get(ReplyState.needs_action, 0)
    counts = {
        "invited": len(attendance.rows),
        "sent": attendance.deliveries.get(DeliveryState.sent, 0),
        "replied": len(attendance.rows) - awaited,
        **{state.value: attendance.replies.get(state, 0) for state in ReplyState},
        "seats": attendance.seats,
    }
    if attendance.handed:
        counts |= {state.value: attendance.handed.get(state, 0) for state in reversed(PaperState)}
    attention = sum(attendance.deliveries.get(state, 0) for state in _UNRESOLVED)
    counts = {"attention": attention, **counts} if attention else counts
    rows = tuple(_row(number, row, event, language) for number, row in enumerate(attendance.rows, 1))
    title, on_paper = event.titles[language], bool(attendance.handed)
    return {"event": event, "title": title, "counts": counts, "rows": rows, "on_paper": on_paper}


def _row(number: int, row: AttendanceRow, event: Event, language: str) -> dict[str, Any]:
    troubled = row.delivery is not None and row.delivery.state not in _HANDLED
    return {
        "number": number,
        "code": row.recipient.code,
        "name": row.recipient.name_id if language == "id" else row.recipient.name_en,
        "delivery": row.delivery,
        "paper": row.paper,
        "handover": row.handover,
        "handed_at": facts.local(row.handover.handed_at, event) if row.handover else None,
        "reply": row.reply,
        "state": row.state.value,
        "seats": row.seats,
        "troubled": troubled,
        "words": _words(row.delivery),
        "first": row.delivery is not None and row.delivery.state in _UNRESOLVED,
        "urgent": troubled or row.state is ReplyState.needs_action,
        "history": tuple(_entry(reply, event) for reply in reversed(row.history)),
    }


def _words(delivery: Delivery | None) -> str:
    """The key of what introduces the words kept with a delivery. Without a code the server has not said them."""
    if delivery is None or not delivery.reply_text:
        return ""
    if delivery.reply_code:
        return "desk.server_said"
    if delivery.state is DeliveryState.failed:
        return "desk.not_handed_over"
    return "desk.line_broke" if delivery.state not in _HANDLED else ""


def _entry(reply: Reply, event: Event) -> dict[str, Any]:
    return {
        "reply": reply,
        "answer": reply.answer,
        "received": facts.local(reply.received_at, event),
        "recorded": facts.local(reply.recorded_at, event),
    }


def _log(
    entries: Sequence[AuditEntry], event: Event, language: str, catalogues: Catalogues
) -> dict[str, tuple[dict[str, Any], ...]]:
    """Audit entries by embassy, the newest first; those of the event as a whole under the empty code."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for entry in reversed(entries):
        key = f"desk.audit.{entry.action}"
        said = catalogues.fill(key, language) if key in catalogues.keys(language) else entry.action
        detail = _detail(entry, language, catalogues)
        found[entry.code].append(
            {"actor": entry.actor, "said": said, "detail": detail, "at": facts.local(entry.at, event)}
        )
    return {code: tuple(listed) for code, listed in found.items()}


def _detail(entry: AuditEntry, language: str, catalogues: Catalogues) -> str:
    """What the log keeps beside an action, in words: a reply's channel, a batch's letters."""
    if entry.detail in _CHANNELS:
        return catalogues.fill(f"channel.{entry.detail}", language)
    of_a_batch = _OF_A_BATCH.fullmatch(entry.detail)
    if of_a_batch is None:
        return entry.detail
    size, batch = int(of_a_batch[1]), of_a_batch[2]
    return catalogues.fill("desk.batch", language, count=size, batch=batch)
