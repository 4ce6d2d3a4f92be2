"""From a list to a batch that may go: numbers, letters, signatures, and the persons who approve."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial

from invites.compose.numbers import allot
from invites.compose.readback import Register
from invites.deliver.standing import left, second_letters
from invites.errors import EventError, NotApproved, RecipientListError
from invites.house import House
from invites.model.batch import Approval, Batch, BatchState, Digests, Invitation
from invites.model.checked import Checked
from invites.model.delivery import MessageKind
from invites.model.event import Event, LinkOn, Signing
from invites.model.frozen import Enclosure, FrozenLetter, Planned, SignedLetter
from invites.model.message import Document, Form
from invites.model.precedence import in_order
from invites.model.recipient import DeliveryMode, Recipient
from invites.model.signature import LetterToSign
from invites.track import links

Done = Callable[[Planned], None]


def usable(checked: Checked) -> Event:
    """The event, when nothing found blocks; else RecipientListError or EventError with every problem."""
    if checked.event is None:
        raise EventError("event_unusable", checked.problems)
    if not checked.ok:
        raise RecipientListError("list_unusable", checked.problems)
    return checked.event


def plan(house: House, event: Event, recipients: Sequence[Recipient], *, keep: bool = False) -> list[Invitation]:
    """One invitation a recipient, in order of precedence, each with the number that it would get, or, with `keep`, that
    is kept for it from now on: who only looks takes no number from anybody.

    EventError when a number is another letter's, or there are too few.
    """
    ordered = in_order(recipients)
    choose = partial(allot, event, 1, [recipient.code for recipient in ordered])
    known = house.store.numbers
    numbers = known.reserve(event.slug, 1, choose, house.clock.now()) if keep else choose(known.all())
    return [
        Invitation(
            event=event.slug, code=recipient.code, revision=1, number=numbers[recipient.code], recipient=recipient
        )
        for recipient in ordered
    ]


def prepare(
    house: House,
    event: Event,
    invitation: Invitation,
    documents: Sequence[Document],
    register: Register | None = None,
) -> Planned:
    """One embassy's letter and mail, finished and stored; only `Date` is still open. `documents` are its PDFs, the
    letter first; `register` knows what is another's."""
    link = house.link(event.slug, invitation.code)
    letter, *beside = documents
    files = [(each.form, each.pdf) for each in documents]
    messages = {
        MessageKind.invitation: house.invitation_message(event, invitation, files, register),
        MessageKind.copy: house.copy_message(event, invitation, register),
    }
    return Planned(
        invitation=invitation,
        link=link,
        token_hash=links.token_hash(house.link_keys[0], link.token),
        document=house.blobs.put(letter.pdf),
        document_size=len(letter.pdf),
        verify_hash=links.token_hash(house.link_keys[0], house.verification(invitation)),
        enclosures=tuple(
            Enclosure(form=each.form, document=house.blobs.put(each.pdf), size=len(each.pdf)) for each in beside
        ),
        outgoing=tuple(house.keep(kind, message) for kind, message in messages.items() if message),
    )


def freeze(house: House, checked: Checked, by: str, done: Done = lambda _planned: None) -> Batch:
    """Fix every letter that has not left: numbers, PDF, mail. The same list, event and templates freeze once.

    RecipientListError, EventError: something blocks. NotApproved: letters with other facts have left already.
    """
    event = usable(checked)
    digests = _digests(house, checked, event)
    current = house.store.batches.current(event.slug)
    if current and current.digests == digests:
        return current
    handed = _handed(house, event)
    gone = {**left(house.store.deliveries.of_event(event.slug)), **handed}
    if gone and current and current.digests.event != digests.event:
        raise NotApproved("event_changed_after_release", event=event.slug, count=len(gone))
    for code, other in second_letters(gone, checked.recipients):
        raise NotApproved("mailbox_has_letter", event=event.slug, code=code, other=other)
    letters = []
    planned = plan(house, event, checked.recipients, keep=True)
    register = house.register(event, planned)
    going = [invitation for invitation in planned if invitation.code not in gone]
    for invitation, documents in zip(going, house.documents(event, going, register), strict=True):
        letters.append(prepare(house, event, invitation, documents, register))
        done(letters[-1])
    batch = Batch(
        id=_batch_id(digests, letters),
        event=event,
        revision=1,
        state=BatchState.frozen,
        digests=digests,
        size=len(letters),
        created_at=house.clock.now(),
        frozen_by=by,
    )
    kept = [found.code for found in checked.recipients if found.code in handed]
    signed = _still_signed(house, event, letters)
    house.store.batches.freeze(batch, letters, gone=gone.keys(), kept=kept)
    frozen = _current(house, event.slug)
    return take_signed(house, frozen, signed, by) if signed else frozen


def _still_signed(house: House, event: Event, letters: Sequence[Planned]) -> dict[str, bytes]:
    """The signed files, by code, of letters that came out the same, to the byte, as those that were signed: a list that
    Excel saved anew must not cost sixteen signatures."""
    frozen = {planned.invitation.code: planned.document for planned in letters}
    return {
        letter.invitation.code: house.blobs.get(letter.signed)
        for letter in house.store.batches.letters(event.slug)
        if letter.signed and frozen.get(letter.invitation.code) == letter.document
    }


def _handed(house: House, event: Event) -> dict[str, str]:
    """Code → address of every post that somebody of took the letter on paper."""
    taken = {each.code for each in house.store.handovers.of_event(event.slug)}
    standing = house.store.batches.invitations(event.slug)
    return {each.code: each.recipient.email for each in standing if each.code in taken}


def mails(house: House, batch: Batch) -> int:
    """How many letters of a batch leave by mail; the others go on paper only."""
    letters = house.store.batches.frozen(batch.id)
    return sum(letter.invitation.recipient.delivery is not DeliveryMode.courier for letter in letters)


def standing(house: House, slug: str) -> list[FrozenLetter]:
    """The letters of an event that stand, of whatever batch, in order of precedence. NotApproved: there are none."""
    _current(house, slug)
    letters = {letter.invitation.code: letter for letter in house.store.batches.letters(slug)}
    return [letters[each.code] for each in in_order([letter.invitation.recipient for letter in letters.values()])]


def files(house: House, letter: FrozenLetter) -> tuple[Document, ...]:
    """The PDFs that leave, or have left: the letter first, signed if it came back signed, then what lies beside it."""
    stored = [
        (Form.letter, letter.signed or letter.document),
        *((each.form, each.document) for each in letter.enclosures),
    ]
    return tuple(
        Document(form=form, pdf=house.blobs.get(sha256), sha256=sha256, pages=0, fonts=()) for form, sha256 in stored
    )


def unsigned(house: House, batch: Batch) -> tuple[FrozenLetter, ...]:
    """The letters that still lack the signature that their event asks for."""
    if batch.event.signatory.signing is Signing.none:
        return ()
    return tuple(letter for letter in house.store.batches.frozen(batch.id) if letter.signed is None)


def to_sign(house: House, batch: Batch) -> tuple[LetterToSign, ...]:
    """The frozen letters as they go out to be signed, with what tells one from another."""
    printed = batch.event.link_on is LinkOn.letter
    return tuple(
        LetterToSign(
            code=letter.invitation.code,
            number=letter.invitation.number,
            pdf=house.blobs.get(letter.document),
            link=house.link(letter.invitation.event, letter.invitation.code).url if printed else "",
            verification=house.verification_address(letter.invitation),
        )
        for letter in house.store.batches.frozen(batch.id)
    )


def take_signed(house: House, batch: Batch, signed: Mapping[str, bytes], by: str) -> Batch:
    """Put letters that came back signed (PDF by code) in the place of the frozen ones; a mail carries exactly the
    signed bytes. Their numbers are used from now on, and who approved the unsigned files did not approve these; the
    same files again change nothing."""
    letters = []
    for frozen in house.store.batches.frozen(batch.id):
        pdf = signed.get(frozen.invitation.code)
        if pdf is None or hashlib.sha256(pdf).hexdigest() == frozen.signed:
            continue
        beside = [(each.form, house.blobs.get(each.document)) for each in frozen.enclosures]
        message = house.invitation_message(batch.event, frozen.invitation, [(Form.letter, pdf), *beside])
        outgoing = house.keep(MessageKind.invitation, message) if message else None
        letters.append(SignedLetter(code=frozen.invitation.code, document=house.blobs.put(pdf), outgoing=outgoing))
    if letters:
        house.store.batches.sign(batch.id, letters, by, house.clock.now())
    return _current(house, batch.event.slug)


def approve(
    house: House, checked: Checked, by: str, done: Done = lambda _planned: None, *, verified: bool = False
) -> Batch:
    """Record that a person approves the files that will leave, frozen now if they are not yet. `verified`: the
    person's password was right, so that it counts for real mail.

    NotApproved when signatures lack, or when the author of the last change would be the second person; before real
    mail also when something changed since somebody froze: this person looked at other letters. What freeze raises.
    """
    before = house.store.batches.current(usable(checked).slug)
    others = verified and before and before.frozen_by.casefold() != by.casefold()
    if before and others and (changed := _changed(house, checked, before)):
        raise NotApproved("frozen_by_other", event=before.event.slug, by=before.frozen_by, changed=changed)
    batch = freeze(house, checked, by, done)
    if lacking := unsigned(house, batch):
        codes = ", ".join(letter.invitation.code for letter in lacking)
        raise NotApproved("not_signed", event=batch.event.slug, count=len(lacking), codes=codes)
    yes = Approval(by=by, at=house.clock.now(), content=batch.content, verified=verified)
    house.store.batches.approve(batch.id, yes, needed=house.approvers if verified else 1)
    return _current(house, batch.event.slug)


def unchanged(house: House, checked: Checked) -> Batch:
    """The current batch, made from exactly this list, event file, templates and sender. NotApproved when there
    is none, or when something changed since; RecipientListError, EventError when something blocks by now."""
    event = usable(checked)
    batch = house.store.batches.current(event.slug)
    if batch is None:
        raise NotApproved("no_batch", event=event.slug)
    if changed := _changed(house, checked, batch):
        raise NotApproved("changed_since", event=event.slug, changed=changed, list=checked.source)
    return batch


def _changed(house: House, checked: Checked, batch: Batch) -> str:
    """What differs from what a batch was made of, in words of the file names; "" when nothing does."""
    before = asdict(batch.digests)
    now = asdict(_digests(house, checked, usable(checked)))
    return ", ".join(name for name, digest in now.items() if digest != before[name])


def approved(house: House, checked: Checked) -> Batch:
    """The batch that may go now: unchanged, signed where its event asks for it, approved. NotApproved."""
    batch = unchanged(house, checked)
    if batch.state not in (BatchState.approved, BatchState.released) or unsigned(house, batch):
        raise NotApproved("needs_second" if batch.approvals else "no_batch", **_said(house, batch))
    return batch


def release(house: House, batch: Batch, actor: str, *, live: bool = False) -> None:
    """From now on the batch's messages may leave. Idempotent. `live`: real mail, for which as many persons as
    the house asks for must have approved by password. NotApproved."""
    needed = house.approvers if live else 1
    house.store.batches.release(batch.id, actor, house.clock.now(), needed=needed, verified=live)


def _said(house: House, batch: Batch) -> dict[str, object]:
    return {
        "event": batch.event.slug,
        "needed": house.approvers,
        "count": len(batch.approvals),
        "by": batch.approved_by,
    }


def _current(house: House, slug: str) -> Batch:
    batch = house.store.batches.current(slug)
    if batch is None:
        raise NotApproved("no_batch", event=slug)
    return batch


def _digests(house: House, checked: Checked, event: Event) -> Digests:
    return Digests(recipients=checked.digest, event=event.digest, templates=house.templates_digest)


def _batch_id(digests: Digests, letters: Sequence[Planned]) -> str:
    parts = [digests.recipients, digests.event, digests.templates]
    for planned in letters:
        parts += [planned.invitation.code, planned.document, *(outgoing.blob for outgoing in planned.outgoing)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
