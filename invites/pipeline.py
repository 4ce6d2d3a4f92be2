"""The story of one letter: list → invitation → letter → mail → approval → delivery → reply → attendance."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from invites.deliver.standing import left, second_letters
from invites.deliver.worker import Progress, drain
from invites.errors import EventError, InvalidLink, NotApproved, RecipientListError, ReplyClosed, ReplyError
from invites.house import House
from invites.model.attendance import Attendance
from invites.model.audit import AuditEntry
from invites.model.batch import Batch, BatchState, Digests, Invitation
from invites.model.checked import Checked
from invites.model.delivery import MessageKind
from invites.model.event import Event
from invites.model.page import Phase, ReplyPage
from invites.model.precedence import in_order
from invites.model.recipient import Recipient
from invites.model.reply import Answer, NewReply, Reply, ReplyChannel
from invites.ports import Clock, Outgoing, Planned, Transport
from invites.report.attendance import attendance as attendance_of
from invites.track import links
from invites.track.rules import phase, reference
from invites.validate.event_file import read_event
from invites.validate.reader import read_list
from invites.words.catalogue import Catalogues

#: seconds to wait for another process to finish with the relay
_PATIENCE = 30.0
Done = Callable[[Planned], None]


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
    return Checked(event=event, recipients=listed.recipients, problems=problems, digest=listed.digest)


def usable(checked: Checked) -> Event:
    """The event, when nothing found blocks; else RecipientListError or EventError with every problem."""
    if checked.event is None:
        raise EventError("event_unusable", checked.problems)
    if not checked.ok:
        raise RecipientListError("list_unusable", checked.problems)
    return checked.event


def plan(event: Event, recipients: Sequence[Recipient]) -> list[Invitation]:
    """One invitation a recipient, in order of precedence; the letter's number comes from the event."""
    return [
        Invitation(event=event.slug, code=recipient.code, revision=1, number=event.letter.number, recipient=recipient)
        for recipient in in_order(recipients)
    ]


def prepare(house: House, event: Event, invitation: Invitation) -> Planned:
    """One embassy's letter and mail, finished and stored; only `Date` is still open."""
    link = house.link(event.slug, invitation.code)
    document = house.letter(event, invitation)
    message = house.invitation_message(event, invitation, document)
    return Planned(
        invitation=invitation,
        link=link,
        token_hash=links.token_hash(house.link_keys[0], link.token),
        document=house.blobs.put(document.pdf),
        document_size=len(document.pdf),
        outgoing=(Outgoing(kind=MessageKind.invitation, message=message, blob=house.blobs.put(message.content)),),
    )


def approve(house: House, checked: Checked, by: str, done: Done = lambda _planned: None) -> Batch:
    """Freeze every letter that has not left and record who approved them. What was approved is what is sent.

    RecipientListError, EventError: something blocks. NotApproved: letters with other facts have left already.
    """
    event = usable(checked)
    now = house.clock.now()
    digests = _digests(house, checked, event)
    current = house.store.batches.current(event.slug)
    if current and current.digests == digests and current.state in (BatchState.approved, BatchState.released):
        return current
    gone = left(house.store.deliveries.of_event(event.slug))
    if gone and current and current.digests.event != digests.event:
        raise NotApproved("event_changed_after_release", event=event.slug, count=len(gone))
    for code, other in second_letters(gone, checked.recipients):
        raise NotApproved("mailbox_has_letter", event=event.slug, code=code, other=other)
    letters = []
    for invitation in (found for found in plan(event, checked.recipients) if found.code not in gone):
        letters.append(prepare(house, event, invitation))
        done(letters[-1])
    batch = Batch(
        id=_batch_id(digests, letters),
        event=event,
        revision=1,
        state=BatchState.frozen,
        digests=digests,
        size=len(letters),
        created_at=now,
    )
    house.store.batches.freeze(batch, letters)
    house.store.batches.approve(batch.id, by, now)
    return replace(batch, state=BatchState.approved, approved_by=by, approved_at=now)


def approved(house: House, checked: Checked) -> Batch:
    """The batch that may go now. NotApproved when there is none, or when list, event, templates or sender
    changed since; RecipientListError, EventError when something blocks by now."""
    event = usable(checked)
    batch = house.store.batches.current(event.slug)
    if batch is None or batch.state is BatchState.frozen:
        raise NotApproved("no_batch", event=event.slug)
    digests = _digests(house, checked, event)
    before = asdict(batch.digests)
    changed = [name for name, digest in asdict(digests).items() if digest != before[name]]
    if changed:
        raise NotApproved("changed_since", event=event.slug, changed=", ".join(changed))
    return batch


def release(house: House, batch: Batch, actor: str) -> None:
    """From now on the batch's messages may leave. Idempotent."""
    house.store.batches.release(batch.id, actor, house.clock.now())


async def send_waiting(
    house: House,
    transport: Transport,
    *,
    event: str | None = None,
    progress: Progress = lambda _delivery, _state: None,
    stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Write the confirmations that are owed, then send whatever is due. DeliveryError as drain raises it."""
    confirm(house)
    return await drain(
        deliveries=house.store.deliveries,
        leases=house.store.leases,
        blobs=house.blobs,
        transport=transport,
        clock=house.clock,
        event=event,
        progress=progress,
        stopping=stopping,
        patience=_PATIENCE,
    )


def something_waits(house: House) -> bool:
    """Whether send_waiting would find anything to do; changes nothing."""
    return bool(house.store.replies.unconfirmed() or house.store.deliveries.due(house.clock.now(), limit=1))


def reply_page(house: House, typed: str) -> ReplyPage:
    """What stands behind a link as it was opened or typed from paper. InvalidLink looks the same for all."""
    # a malformed link is looked up like any other, so that its answer takes as long
    token = links.normal(typed) or "0"
    found = [house.store.batches.find_link(links.token_hash(key, token)) for key in house.link_keys]
    event_code = next((pair for pair in found if pair), None)
    if event_code is None:
        raise InvalidLink("invalid_link")
    slug, code = event_code
    batch = house.store.batches.current(slug)
    invitation = house.store.batches.invitation(slug, code)
    if batch is None or invitation is None:
        raise InvalidLink("invalid_link")
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
    house: House, slug: str, code: str, answer: Answer, *, channel: ReplyChannel, by: str, source_ref: str = ""
) -> Reply:
    """Record what staff heard by telephone, mail or note. Taken at any time: a late regret frees a seat."""
    now = house.clock.now()
    batch = house.store.batches.current(slug)
    if batch is None or house.store.batches.invitation(slug, code) is None:
        raise ReplyError("not_invited", event=slug, code=code)
    if answer.delegate_count > batch.event.max_delegates:
        raise ReplyError("too_many_delegates", code=code, most=batch.event.max_delegates)
    new = NewReply(
        event=slug,
        code=code,
        answer=answer,
        channel=channel,
        received_at=now,
        recorded_at=now,
        recorded_by=by,
        source_ref=source_ref,
        late=phase(batch.event, now) is not Phase.open,
    )
    return house.store.replies.record(new, version=None, reference=partial(reference, slug, code))


def confirm(house: House) -> None:
    """Queue the confirmation of every reply that came over the link and has none yet. A crash between a
    reply and its confirmation is mended by the next call."""
    for reply in house.store.replies.unconfirmed():
        batch = house.store.batches.current(reply.event)
        invitation = house.store.batches.invitation(reply.event, reply.code)
        if batch and invitation:
            message = house.confirmation_message(batch.event, invitation, reply)
            house.store.deliveries.enqueue(
                message,
                house.blobs.put(message.content),
                event=reply.event,
                code=reply.code,
                revision=invitation.revision,
                kind=MessageKind.confirmation,
                number=reply.number,
            )


def attendance(house: House, slug: str) -> Attendance:
    """The event's table in order of precedence."""
    store = house.store
    invitations = store.batches.invitations(slug)
    return attendance_of(invitations, store.deliveries.of_event(slug), store.replies.history(slug))


def current_events(house: House) -> tuple[Event, ...]:
    """Every event that has a batch, as it was approved."""
    return tuple(batch.event for batch in house.store.batches.events())


def audit_entries(house: House, slug: str) -> tuple[AuditEntry, ...]:
    """Who did what for this event, oldest first."""
    return tuple(house.store.audit.entries(slug))


def letter_pdf(house: House, page: ReplyPage) -> bytes:
    """The very PDF that this embassy's invitation carried."""
    stored = house.store.batches.document(page.event.slug, page.recipient.code)
    if stored is None:
        raise InvalidLink("invalid_link")
    return house.blobs.get(stored)


def calendar_file(house: House, page: ReplyPage) -> bytes:
    """The event as a calendar file to add by hand."""
    return house.calendar(page.event, page.invitation, "PUBLISH")


def _digests(house: House, checked: Checked, event: Event) -> Digests:
    return Digests(recipients=checked.digest, event=event.digest, templates=house.templates_digest)


def _batch_id(digests: Digests, letters: Sequence[Planned]) -> str:
    parts = [digests.recipients, digests.event, digests.templates]
    for planned in letters:
        parts += [planned.invitation.code, planned.document, *(outgoing.blob for outgoing in planned.outgoing)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
