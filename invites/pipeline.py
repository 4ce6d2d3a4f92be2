"""The story of one letter: list → invitation, letter, mail, approval (approval.py) → delivery → reply → attendance."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from invites.deliver.standing import last_confirmed
from invites.deliver.worker import Progress, drain
from invites.errors import InvalidLink, InvitesError, MessageError, ReplyClosed, ReplyError
from invites.house import House
from invites.model.attendance import Attendance
from invites.model.audit import AuditEntry
from invites.model.checked import Checked
from invites.model.delivery import MessageKind
from invites.model.event import Event
from invites.model.page import Phase, ReplyPage
from invites.model.reply import Answer, NewReply, Reply, ReplyChannel
from invites.model.verification import Verification
from invites.ports import Clock, Transport
from invites.report.attendance import attendance as attendance_of
from invites.track import links, verification
from invites.track.rules import phase, reference
from invites.validate.event_file import read_event
from invites.validate.reader import read_list
from invites.words.catalogue import Catalogues

#: seconds to wait for another process to finish with the relay
_PATIENCE = 30.0


def check(
    catalogues: Catalogues,
    clock: Clock,
    list_file: Path,
    event_file: Path | None = None,
    *,
    live: bool = False,
    for_sending: bool = False,
) -> Checked:
    """Read the list, and the event if there is one, and find every problem of both at once."""
    now = clock.now()
    found = None
    if event_file:
        found = read_event(event_file, now=now, for_sending=for_sending, live=live, catalogues=catalogues)
    event = found.event if found else None
    today = now.astimezone(ZoneInfo("Asia/Jakarta")).date()
    listed = read_list(list_file, catalogues=catalogues, event=event, live=live, today=today)
    problems = (*(found.problems if found else ()), *listed.problems)
    return Checked(
        event=event,
        recipients=listed.recipients,
        problems=problems,
        digest=listed.digest,
        source=list_file,
        rows=listed.rows,
    )


async def send_waiting(
    house: House,
    transport: Transport,
    *,
    event: str | None = None,
    progress: Progress = lambda _delivery, _state: None,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Write the confirmations that are owed, then send whatever is due; over a live relay only what enough persons
    approved by password. DeliveryError as drain raises it; MessageError at the end when a confirmation could not be
    written."""
    troubles = confirm(house)
    sent = await drain(
        deliveries=house.store.deliveries,
        leases=house.store.leases,
        blobs=house.blobs,
        transport=transport,
        clock=house.clock,
        event=event,
        progress=progress,
        stopping=stopping,
        patience=_PATIENCE,
        verified=_verified(house, transport),
    )
    if troubles:
        raise troubles[0]
    return sent


def something_waits(house: House, transport: Transport) -> bool:
    """Whether send_waiting would find anything to do; changes nothing."""
    if house.store.replies.unconfirmed():
        return True
    return bool(house.store.deliveries.due(house.clock.now(), limit=1, verified=_verified(house, transport)))


def _verified(house: House, transport: Transport) -> int:
    """A yes from a rehearsal lets no real mail go, whoever sends."""
    return house.approvers if transport.live else 0


def reply_page(house: House, typed: str) -> ReplyPage:
    """What stands behind a link as it was opened or typed from paper. InvalidLink looks the same for all."""
    # a malformed link is looked up like any other, so that its answer takes as long
    token = links.normal(typed) or "0"
    found = [house.store.batches.find_link(links.token_hash(key, token)) for key in house.link_keys]
    event_code = next((pair for pair in found if pair), None)
    if event_code is None:
        raise InvalidLink("invalid_link")
    page = _page(house, *event_code)
    if page is None:
        raise InvalidLink("invalid_link")
    return page


def invited(house: House, slug: str, code: str) -> ReplyPage:
    """What stands behind an embassy's link, for staff who know its code. ReplyError when it is not invited."""
    page = _page(house, slug, code)
    if page is None:
        raise ReplyError("not_invited", event=slug, code=code)
    return page


def _page(house: House, slug: str, code: str) -> ReplyPage | None:
    batch = house.store.batches.current(slug)
    invitation = house.store.batches.invitation(slug, code)
    if batch is None or invitation is None:
        return None
    return ReplyPage(
        event=batch.event,
        recipient=invitation.recipient,
        invitation=invitation,
        link=house.link(slug, code),
        phase=phase(batch.event, house.clock.now()),
        history=tuple(house.store.replies.history(slug, code)),
    )


def give_answer(house: House, page: ReplyPage, answer: Answer, *, version: int, language: str) -> Reply:
    """Record what an embassy answers on its page; durable when this returns. ReplyClosed, ReplyConflict."""
    now = house.clock.now()
    stage = phase(page.event, now)
    if stage is Phase.closed:
        raise ReplyClosed("reply_closed", event=page.event.slug)
    slug, code = page.event.slug, page.recipient.code
    new = NewReply(
        event=slug,
        code=code,
        answer=answer,
        channel=ReplyChannel.link,
        received_at=now,
        recorded_at=now,
        late=stage is Phase.late,
        language=language,
    )
    return house.store.replies.record(new, version=version, reference=partial(reference, slug, code))


def enter_answer(
    house: House,
    page: ReplyPage,
    answer: Answer,
    *,
    channel: ReplyChannel,
    by: str,
    source_ref: str = "",
    received_at: datetime | None = None,
) -> Reply:
    """Record what staff heard by telephone, mail or note; `received_at` (aware) is when, now unless told. Taken at
    any time: a late regret frees a seat. ReplyConflict when an answer came in since `page` was read."""
    now = house.clock.now()
    slug, code = page.event.slug, page.recipient.code
    if answer.delegate_count > page.event.max_delegates:
        raise ReplyError("too_many_delegates", code=code, most=page.event.max_delegates)
    new = NewReply(
        event=slug,
        code=code,
        answer=answer,
        channel=channel,
        received_at=received_at or now,
        recorded_at=now,
        recorded_by=by,
        source_ref=source_ref,
        late=phase(page.event, received_at or now) is not Phase.open,
    )
    return house.store.replies.record(new, version=page.version, reference=partial(reference, slug, code))


def confirm(house: House) -> list[MessageError]:
    """Queue the confirmation of every reply that came over the link and has none yet. A crash between a
    reply and its confirmation is mended by the next call; one that can't be written is returned as an error and
    keeps no other back."""
    troubles = []
    for reply in house.store.replies.unconfirmed():
        try:
            _confirm_one(house, reply)
        except Exception as error:  # noqa: BLE001 - whatever it is, the letters must go
            # the text of a foreign error may repeat what the embassy wrote
            reason = str(error) if isinstance(error, InvitesError) else type(error).__name__
            trouble = MessageError("confirmation_unwritten", event=reply.event, ref=reply.ref, reason=reason)
            trouble.__cause__ = error
            troubles.append(trouble)
    return troubles


def _confirm_one(house: House, reply: Reply) -> None:
    store, slug, code = house.store, reply.event, reply.code
    batch, invitation = store.batches.current(slug), store.batches.invitation(slug, code)
    if batch is None or invitation is None:
        return
    number = last_confirmed(store.deliveries.of_event(slug), code)
    before = next((past for past in store.replies.history(slug, code) if past.number == number), None)
    message = house.confirmation_message(batch.event, invitation, reply, before)
    store.deliveries.enqueue(
        house.keep(MessageKind.confirmation, message),
        event=slug,
        code=code,
        revision=invitation.revision,
        number=reply.number,
    )


def attendance(house: House, slug: str) -> Attendance:
    """The event's table in order of precedence."""
    store = house.store
    invitations = store.batches.invitations(slug)
    return attendance_of(
        invitations, store.deliveries.of_event(slug), store.replies.history(slug), store.handovers.of_event(slug)
    )


def current_events(house: House) -> tuple[Event, ...]:
    """Every event that has a batch, as it was approved."""
    return tuple(batch.event for batch in house.store.batches.events())


def audit_entries(house: House, slug: str) -> tuple[AuditEntry, ...]:
    """Who did what for this event, oldest first."""
    return tuple(house.store.audit.entries(slug))


def verify(house: House, typed: str) -> Verification | None:
    """The letter behind a verification code as it was typed; None when no letter that left has it."""
    # a malformed code is looked up like any other, so that its answer takes as long
    code = verification.normal(typed) or "0"
    found = [house.store.batches.find_letter(links.token_hash(key, code)) for key in house.link_keys]
    return next((letter for letter in found if letter), None)


def letter_pdf(house: House, page: ReplyPage) -> bytes:
    """The very PDF that this embassy's invitation carried."""
    stored = house.store.batches.document(page.event.slug, page.recipient.code)
    if stored is None:
        raise InvalidLink("invalid_link")
    return house.blobs.get(stored)


def calendar_file(house: House, page: ReplyPage) -> bytes:
    """The event as a calendar file to add by hand."""
    return house.calendar(page.event, page.invitation, "PUBLISH", answered=len(page.history))
