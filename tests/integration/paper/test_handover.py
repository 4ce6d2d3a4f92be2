"""Letters that a courier carries: no mail for them, and from the moment somebody took one it has left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from invites import approval, paper, pipeline
from invites.errors import NotApproved
from invites.model.delivery import DeliveryState, MessageKind
from invites.model.handover import Handover, PaperState
from invites.model.recipient import DeliveryMode
from invites.model.reply import Answer, Verb
from tests.integration.paper.conftest import AU, JP, POSTS, SA, TH, Office, checked
from tests.scene import JAKARTA, NOW, event

AT = datetime(2027, 1, 4, 9, 30, tzinfo=JAKARTA)
Hand = Callable[..., Handover | None]


@pytest.fixture
def hand(office: Office) -> Hand:
    """Record that somebody at a post took its letter."""

    def take(code: str, to: str = "Resepsionis Contoh", *, replace: bool = False) -> Handover | None:
        page = pipeline.invited(office.house, "jakarta", code)
        return paper.hand_over(office.house, page, to, AT, "Sari", replace=replace)

    return take


def waiting(office: Office) -> dict[str, DeliveryState]:
    return {
        each.code: each.state
        for each in office.store.deliveries.of_event("jakarta")
        if each.kind is MessageKind.invitation
    }


def test_a_letter_that_goes_by_courier_only_is_approved_and_is_no_mail(office: Office) -> None:
    batch = office.approve()
    assert (batch.size, approval.mails(office.house, batch)) == (4, 2)
    assert waiting(office) == {"JP": DeliveryState.queued, "AU": DeliveryState.queued}
    assert {each.code for each in office.store.batches.invitations("jakarta")} == {"JP", "SA", "TH", "AU"}
    approval.release(office.house, batch, "sari")
    assert {each.code for each in office.store.deliveries.due(NOW)} == {"JP", "AU"}


def test_a_letter_that_goes_both_ways_is_mailed_and_printed(office: Office) -> None:
    office.approve()
    assert "JP" in waiting(office)
    assert "JP" in {each.recipient.code for each in office.parcels()}


def test_a_row_that_becomes_a_courier_s_takes_its_mail_back(office: Office) -> None:
    office.approve()
    office.approve(checked(replace(JP, delivery=DeliveryMode.courier), SA, TH, AU, digest="list 2"))
    assert waiting(office) == {"JP": DeliveryState.withdrawn, "AU": DeliveryState.queued}


def test_a_row_that_is_no_longer_a_courier_s_gets_its_mail(office: Office) -> None:
    office.approve()
    mailed = replace(TH, delivery=DeliveryMode.email)
    batch = office.approve(checked(JP, SA, mailed, AU, digest="list 2"))
    assert waiting(office)["TH"] is DeliveryState.queued
    assert approval.mails(office.house, batch) == 3


def test_the_table_tells_what_is_handed_over_and_what_is_to_be_handed(office: Office, hand: Hand) -> None:
    office.approve()
    hand("SA")
    table = pipeline.attendance(office.house, "jakarta")
    assert {row.recipient.code: row.paper for row in table.rows} == {
        "JP": PaperState.to_hand,
        "SA": PaperState.handed,
        "TH": PaperState.to_hand,
        "AU": None,
    }
    assert dict(table.handed) == {"to_hand": 2, "handed": 1}


def test_who_took_a_letter_is_recorded_with_its_trace_and_without_the_name_in_the_log(
    office: Office, hand: Hand
) -> None:
    office.approve()
    assert hand("SA") is None
    (taken,) = office.store.handovers.of_event("jakarta")
    assert (taken.code, taken.handed_to, taken.handed_at, taken.recorded_by) == (
        "SA",
        "Resepsionis Contoh",
        AT.astimezone(UTC),
        "Sari",
    )
    assert office.actions()[-1] == ("letter_handed", "SA", "2027-01-04 09:30")
    assert office.store.audit.broken_at() is None


def test_a_second_record_does_not_replace_the_first_unless_it_is_meant_to(office: Office, hand: Hand) -> None:
    office.approve()
    hand("SA")
    before = office.actions()
    stands = hand("SA", "Orang Lain")
    assert stands is not None
    assert stands.handed_to == "Resepsionis Contoh"
    assert office.actions() == before
    replaced = hand("SA", "Orang Lain", replace=True)
    assert replaced is not None
    assert replaced.handed_to == "Resepsionis Contoh"
    assert [each.handed_to for each in office.store.handovers.of_event("jakarta")] == ["Orang Lain"]
    assert office.actions()[-1] == ("handover_replaced", "SA", "2027-01-04 09:30")


def test_a_letter_that_may_not_leave_yet_was_not_taken_by_anybody(office: Office) -> None:
    approval.freeze(office.house, checked(), "Sari")
    with pytest.raises(NotApproved):
        paper.out_since(office.house, pipeline.invited(office.house, "jakarta", "SA"))


def test_a_letter_is_out_since_its_first_print_or_its_approval_where_it_was_printed_by_other_means(
    office: Office,
) -> None:
    office.approve()
    page = pipeline.invited(office.house, "jakarta", "SA")
    assert paper.out_since(office.house, page) == NOW
    office.clock.advance(timedelta(hours=2))
    office.print(office.parcels(only=("SA",)))
    office.clock.advance(timedelta(hours=2))
    office.print(office.parcels(only=("SA",)))
    assert paper.out_since(office.house, page) == NOW + timedelta(hours=2)
    # approved anew since: what was printed before is another letter
    office.clock.advance(timedelta(hours=2))
    office.approve(checked(JP, replace(SA, head_name="Nama Contoh"), TH, AU, digest="list 2"))
    assert paper.out_since(office.house, page) == NOW + timedelta(hours=6)


def test_a_letter_that_was_handed_over_is_replaced_by_no_later_approval(office: Office, hand: Hand) -> None:
    office.approve()
    before = office.stored("SA")
    hand("SA")
    made: list[str] = []
    changed = tuple(replace(post, head_name="Nama Contoh") for post in POSTS)
    approval.approve(
        office.house,
        checked(*changed, digest="list 2"),
        "Sari",
        lambda planned: made.append(planned.invitation.code),
    )
    assert sorted(made) == ["AU", "JP", "TH"]
    assert office.stored("SA") == before
    assert "SA" in {each.code for each in office.store.batches.invitations("jakarta")}


def test_the_mail_of_a_letter_that_was_handed_over_still_goes_as_it_was(office: Office, hand: Hand) -> None:
    office.approve()
    hand("JP")
    before = {each.code: each.blob for each in office.store.deliveries.of_event("jakarta")}
    changed = tuple(replace(post, head_name="Nama Contoh") for post in POSTS)
    batch = office.approve(checked(*changed, digest="list 2"))
    assert approval.mails(office.house, batch) == 2
    approval.release(office.house, batch, "sari")
    due = {each.code: each.blob for each in office.store.deliveries.due(NOW)}
    assert (due.keys(), due["JP"] == before["JP"], due["AU"] == before["AU"]) == ({"JP", "AU"}, True, False)


def test_a_letter_handed_over_and_taken_off_the_list_is_not_mailed_too(office: Office, hand: Hand) -> None:
    office.approve()
    hand("JP")
    office.approve(checked(SA, TH, AU, digest="list 2"))
    assert waiting(office)["JP"] is DeliveryState.withdrawn
    page = pipeline.reply_page(office.house, office.house.link("jakarta", "JP").token)
    assert page.recipient.code == "JP"


def test_a_record_can_be_corrected_after_a_later_approval(office: Office, hand: Hand) -> None:
    office.approve()
    hand("SA")
    office.clock.advance(timedelta(days=2))
    office.approve(checked(JP, SA, replace(TH, head_name="Nama Contoh"), AU, digest="list 2"))
    assert paper.out_since(office.house, pipeline.invited(office.house, "jakarta", "SA")) == NOW
    assert hand("SA", "Orang Lain", replace=True)


def test_other_facts_are_not_approved_once_a_letter_was_handed_over(office: Office, hand: Hand) -> None:
    office.approve()
    hand("SA")
    moved = event(venue={"id": "Balai Lain", "en": "Another Hall"}, digest="f" * 64)
    with pytest.raises(NotApproved, match="event_changed_after_release"):
        office.approve(checked(of=moved))


def test_a_letter_taken_while_the_next_batch_is_made_stops_that_batch(
    office: Office, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.approve()
    changed = tuple(replace(post, head_name="Nama Contoh") for post in POSTS)

    def meanwhile(planned: object) -> None:
        if not office.store.handovers.of_event("jakarta"):
            hand("SA")

    with pytest.raises(NotApproved, match="left_meanwhile"):
        approval.approve(office.house, checked(*changed, digest="list 2"), "Sari", meanwhile)


def test_a_letter_printed_and_not_handed_over_may_still_be_corrected(office: Office) -> None:
    office.approve()
    office.print(office.parcels())
    before = office.stored("SA")
    corrected = replace(SA, head_name="Nama Contoh")
    office.approve(checked(JP, corrected, TH, AU, digest="list 2"))
    assert office.stored("SA") != before
    assert office.numbers()["SA"] == "used"


def test_a_post_without_mail_address_is_owed_no_confirmation(office: Office) -> None:
    office.approve()
    office.print(office.parcels())
    for code in ("SA", "TH"):
        page = pipeline.reply_page(office.house, office.house.link("jakarta", code).token)
        pipeline.give_answer(office.house, page, Answer(verb=Verb.accept), version=0, language="en")
    assert [reply.code for reply in office.store.replies.unconfirmed()] == ["TH"]
    assert pipeline.confirm(office.house) == []
    owed = [each for each in office.store.deliveries.of_event("jakarta") if each.kind is MessageKind.confirmation]
    assert [(each.code, each.envelope.rcpt_to) for each in owed] == [("TH", TH.email)]
    assert not office.store.replies.unconfirmed()


def test_posts_without_mail_address_are_not_taken_for_one_another(office: Office, hand: Hand) -> None:
    silent = replace(TH, email="")
    office.approve(checked(SA, silent))
    hand("SA")
    again = office.approve(checked(SA, silent, AU, digest="list 2"))
    assert again.size == 2
