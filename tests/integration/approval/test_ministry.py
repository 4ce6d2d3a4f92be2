"""The foreign ministry: it gets a copy without the reply link, or hands the invitation on; never both ways at once."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO

import pypdf

from invites import approval
from invites.cli import send
from invites.model.delivery import DeliveryState, MessageKind
from invites.model.event import Kemlu, KemluCopy
from invites.model.recipient import Channel
from tests.integration.approval.test_approval import REFUSED, TAKEN, Desk, checked, desk
from tests.scene import NOW, event, recipient

__all__ = ["desk"]
MINISTRY = "kemlu@kemlu.example"
COPIED = event(kemlu=Kemlu(email=MINISTRY, as_=KemluCopy.message))
THROUGH = recipient("TH", channel=Channel.via_kemlu)


def mails(desk: Desk) -> dict[tuple[str, MessageKind], EmailMessage]:
    found = desk.store.deliveries.of_event("jakarta")
    return {
        (item.code, item.kind): message_from_bytes(desk.house.blobs.get(item.blob), policy=policy.default)  # type: ignore[misc]
        for item in found
    }


def files(mail: EmailMessage) -> dict[str, str]:
    """Name of each PDF → all its text."""
    texts = {}
    for part in mail.iter_attachments():
        if part.get_content_type() == "application/pdf":
            pages = pypdf.PdfReader(BytesIO(part.get_content())).pages
            texts[part.get_filename() or ""] = "\n".join(page.extract_text() for page in pages)
    return texts


def test_the_ministry_gets_a_copy_of_its_own_without_the_link(desk: Desk) -> None:
    approval.approve(desk.house, checked(recipient("JP"), of=COPIED), "Sari")
    both = mails(desk)
    letter, copy = both["JP", MessageKind.invitation], both["JP", MessageKind.copy]
    assert (letter["To"], copy["To"]) == ("protocol@embassy-jp.example", MINISTRY)
    token = desk.house.link("jakarta", "JP").token
    readable = token.upper(), desk.house.link("jakarta", "JP").url
    everything = copy.as_string() + "".join(files(copy).values())
    for part in copy.walk():
        everything += part.get_content() if part.get_content_maintype() == "text" else ""
    assert not any(secret.casefold() in everything.casefold() for secret in (*readable, token))
    assert [name.partition("-")[0] for name in files(copy)] == ["undangan", "nota"]


def test_an_invitation_through_the_ministry_goes_to_nobody_else(desk: Desk) -> None:
    approval.approve(desk.house, checked(recipient("JP"), THROUGH, of=COPIED), "Sari")
    sent = {key: str(mail["To"]) for key, mail in mails(desk).items()}
    assert sent == {
        ("JP", MessageKind.invitation): "protocol@embassy-jp.example",
        ("JP", MessageKind.copy): MINISTRY,
        ("TH", MessageKind.invitation): MINISTRY,
    }


def test_the_ministry_is_asked_in_the_third_person_to_hand_the_letter_on(desk: Desk) -> None:
    approval.approve(desk.house, checked(THROUGH, of=event()), "Sari")
    mail = mails(desk)["TH", MessageKind.invitation]
    body = mail.get_body(("plain",))
    assert body is not None
    said = body.get_content()
    assert "presents its compliments to the Ministry of Foreign Affairs" in said
    assert "Your Excellency" not in said
    assert desk.house.link("jakarta", "TH").url in said
    assert str(mail["Subject"]).startswith("Mohon diteruskan: undangan kepada Kedutaan Besar TH")
    assert [name.partition("-")[0] for name in files(mail)] == ["undangan", "nota"]


def test_no_copy_goes_where_the_letter_names_it_only(desk: Desk) -> None:
    approval.approve(desk.house, checked(recipient("JP"), of=event()), "Sari")
    assert [kind for _, kind in mails(desk)] == [MessageKind.invitation]


def test_a_copy_of_a_letter_that_has_left_still_goes_when_others_are_approved(desk: Desk) -> None:
    first = checked(recipient("JP"), of=COPIED)
    desk.release(first)
    (letter,) = [item for item in desk.store.deliveries.of_event("jakarta") if item.kind is MessageKind.invitation]
    worker = desk.store.leases.identify()
    assert desk.store.deliveries.claim(letter, worker, "Mon, 04 Jan 2027 02:00:00 +0000", NOW).result()
    assert desk.store.deliveries.settle(letter, DeliveryState.sent, TAKEN, NOW, claimed=True).result()
    approval.approve(desk.house, checked(recipient("JP"), recipient("TH"), of=COPIED, digest="list 2"), "Sari")
    waiting = {(item.code, item.kind): item.state for item in desk.store.deliveries.of_event("jakarta")}
    assert waiting["JP", MessageKind.copy] is DeliveryState.queued


def test_a_copy_that_failed_is_named_and_asks_for_a_person(desk: Desk) -> None:
    desk.release(checked(recipient("JP"), of=COPIED))
    copy = next(item for item in desk.store.deliveries.of_event("jakarta") if item.kind is MessageKind.copy)
    assert desk.store.deliveries.settle(copy, DeliveryState.failed, REFUSED, NOW, claimed=False).result()
    batch = desk.store.batches.current("jakarta")
    assert batch is not None
    said = send._troubles(desk.house, batch)
    assert len(said) == 1
    assert "JP (Kemlu)" in said[0]
