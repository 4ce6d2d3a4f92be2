"""The way of the originals on paper: which letters a courier carries, what is printed, who took them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from invites.compose.paper import Consignment, address, compose_envelope, compose_expedition, on_the_way
from invites.errors import NotApproved
from invites.house import House
from invites.model.event import Event
from invites.model.frozen import FrozenLetter
from invites.model.handover import Handover
from invites.model.page import ReplyPage
from invites.model.recipient import DeliveryMode, Recipient


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A letter as it lies in the store, and the post as the list has it today: its address may have changed since."""

    letter: FrozenLetter
    recipient: Recipient

    @property
    def document(self) -> str:
        """sha256 of the very PDF that leaves."""
        return self.letter.signed or self.letter.document

    @property
    def consignment(self) -> Consignment:
        """What sheet and delivery book say of it."""
        return Consignment(recipient=self.recipient, number=self.letter.invitation.number)

    @property
    def has_address(self) -> bool:
        """Whether the list says where the courier goes."""
        return bool(address(self.recipient))


def parcels(
    house: House, event: Event, recipients: Sequence[Recipient], *, only: Collection[str] = (), everyone: bool = False
) -> list[Parcel]:
    """The letters of an event that go on paper, in the order of the courier's way (compose.paper.on_the_way).

    `recipients` are those of the list; `only` are codes; `everyone`: those who get mail alone too.
    """
    letters = {letter.invitation.code: letter for letter in house.store.batches.letters(event.slug)}
    wanted = [
        recipient
        for recipient in recipients
        if recipient.code in letters
        and (not only or recipient.code in only)
        and (everyone or recipient.delivery is not DeliveryMode.email)
    ]
    return [Parcel(letter=letters[recipient.code], recipient=recipient) for recipient in on_the_way(wanted)]


def printout(
    house: House, event: Event, carried: Sequence[Parcel], done: Callable[[], None] = lambda: None
) -> Iterator[tuple[str, bytes]]:
    """The PDFs to print, in order, each under its name ("" when it belongs to the one before): the delivery book, then
    for each post the sheet with its address, the stored letter, and what lies beside it. RenderError, StoreError."""
    templates, catalogues = house.templates, house.catalogues
    sent = [each.consignment for each in carried]
    book = compose_expedition(event, sent, house.clock.now(), templates=templates, catalogues=catalogues)
    yield catalogues.fill("paper.expedition", "id"), house.renderer.render(book).pdf
    for each in carried:
        invitation = each.letter.invitation
        sheet = compose_envelope(event, each.consignment, templates=templates, catalogues=catalogues)
        yield f"{invitation.code} · {invitation.number}", house.renderer.render(sheet).pdf
        yield "", house.blobs.get(each.document)
        for beside in each.letter.enclosures:
            yield "", house.blobs.get(beside.document)
        done()


def record_printing(house: House, event: Event, carried: Sequence[Parcel], by: str, *, live: bool) -> None:
    """From now on these letters are out: their numbers are used, and the audit log says who printed them.

    NotApproved, with nothing recorded, unless exactly these files are approved; `live`: by as many persons with their
    passwords as the house asks for before real mail.
    """
    house.store.handovers.printed(
        event.slug,
        {each.letter.invitation.code: each.document for each in carried},
        by,
        house.clock.now(),
        needed=house.approvers if live else 1,
        verified=live,
    )


def out_since(house: House, page: ReplyPage) -> datetime:
    """Since when somebody can have taken this letter: its first print, or its approval where it was printed by other
    means. NotApproved while it may not leave."""
    slug, code = page.event.slug, page.recipient.code
    approved = house.store.handovers.approved_since(slug, code)
    if approved is None:
        raise NotApproved("no_batch", event=slug)
    prints = house.store.handovers.prints(slug).get(code, ())
    return next((moment for moment in prints if moment >= approved), approved)


def hand_over(
    house: House, page: ReplyPage, to: str, at: datetime, by: str, *, replace: bool = False
) -> Handover | None:
    """Record who took the letter, and when (`at`, aware, in the event's zone). Returns what stood before; without
    `replace` that keeps standing, and nothing is recorded."""
    new = Handover(
        event=page.event.slug,
        code=page.recipient.code,
        revision=page.invitation.revision,
        handed_to=to,
        handed_at=at,
        recorded_by=by,
        recorded_at=house.clock.now(),
    )
    return house.store.handovers.record(new, replace=replace)
