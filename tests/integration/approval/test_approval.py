"""What an approval covers, and what approving again may change: only letters that have not left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from invites import approval, pipeline
from invites.errors import NotApproved, RecipientListError, ReplyClosed
from invites.house import House
from invites.model.batch import Invitation
from invites.model.checked import Checked
from invites.model.delivery import Delivery, DeliveryState, Moment, Outcome
from invites.model.event import CalendarMode, Event
from invites.model.frozen import Planned
from invites.model.recipient import Problem, Recipient, Severity
from invites.model.reply import Answer, Verb
from invites.render.pdf import PdfRenderer
from invites.store.database import SqlStore
from invites.track import links
from tests.integration.web.world import CATALOGUES, WORDS
from tests.scene import KEY, NOW, event, new_store, open_office, recipient

TAKEN = Outcome(moment=Moment.taken, phase="dot", reply_code=250)
UNKNOWN = Outcome(moment=Moment.lost_after_dot, phase="dot")
REFUSED = Outcome(moment=Moment.refused, phase="rcpt", reply_code=550)
RENDERER = PdfRenderer()


def checked(*recipients: Recipient, of: Event | None = None, digest: str = "list 1") -> Checked:
    return Checked(event=of or event(), recipients=recipients, problems=(), digest=digest)


@dataclass
class Desk:
    house: House
    store: SqlStore

    def letters(self) -> dict[str, Delivery]:
        return {item.code: item for item in self.store.deliveries.of_event("jakarta")}

    def release(self, of: Checked) -> None:
        batch = approval.approve(self.house, of, "Sari")
        approval.release(self.house, batch, "sari")

    def ends(self, code: str, state: DeliveryState, outcome: Outcome) -> None:
        item = self.letters()[code]
        worker = self.store.leases.identify()
        assert self.store.deliveries.claim(item, worker, "Mon, 04 Jan 2027 02:00:00 +0000", NOW).result()
        assert self.store.deliveries.settle(item, state, outcome, NOW, claimed=True).result()


def prepared(desk: Desk, of: Event, invitation: Invitation) -> Planned:
    (documents,) = desk.house.documents(of, [invitation])
    return approval.prepare(desk.house, of, invitation, documents)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = new_store(tmp_path)
    house = open_office(store, tmp_path, RENDERER, (CATALOGUES, WORDS))
    yield Desk(house, store)
    store.close()


def test_approving_the_same_twice_renders_nothing_again(desk: Desk) -> None:
    first = approval.approve(desk.house, checked(recipient("JP")), "Sari")
    made: list[str] = []
    again = approval.approve(
        desk.house, checked(recipient("JP")), "Budi", lambda planned: made.append(planned.invitation.code)
    )
    assert (again.id, again.approved_by, made) == (first.id, "Sari, Budi", [])


def test_freezing_the_same_anew_gives_the_same_bytes(desk: Desk) -> None:
    mission = event()
    invitation = approval.plan(desk.house, mission, [recipient("JP")])[0]
    first, second = (prepared(desk, mission, invitation) for _ in range(2))
    assert first == second


def test_what_blocks_is_not_approved(desk: Desk) -> None:
    blocked = replace(checked(recipient("JP")), problems=(Problem(code="R010", severity=Severity.E),))
    with pytest.raises(RecipientListError):
        approval.approve(desk.house, blocked, "Sari")
    assert desk.letters() == {}


def test_a_corrected_address_goes_out_and_what_has_left_does_not_go_again(desk: Desk) -> None:
    desk.release(checked(recipient("JP"), recipient("TH"), recipient("RU")))
    desk.ends("JP", DeliveryState.sent, TAKEN)
    desk.ends("TH", DeliveryState.failed, REFUSED)
    desk.ends("RU", DeliveryState.unknown, UNKNOWN)
    before = desk.letters()
    made: list[str] = []
    corrected = recipient("TH", email="protokol@embassy-th.example")
    batch = approval.approve(
        desk.house,
        checked(recipient("JP"), corrected, recipient("RU"), digest="list 2"),
        "Sari",
        lambda planned: made.append(planned.invitation.code),
    )
    after = desk.letters()
    assert (made, batch.size) == (["TH"], 1)
    assert (after["JP"], after["RU"]) == (before["JP"], before["RU"])
    assert (after["TH"].state, after["TH"].envelope.rcpt_to) == (DeliveryState.queued, corrected.email)
    assert desk.store.deliveries.due(NOW) == []
    approval.release(desk.house, batch, "sari")
    assert [item.code for item in desk.store.deliveries.due(NOW)] == ["TH"]


def test_an_embassy_added_later_is_the_only_one_that_goes(desk: Desk) -> None:
    desk.release(checked(recipient("JP")))
    desk.ends("JP", DeliveryState.sent, TAKEN)
    desk.release(checked(recipient("JP"), recipient("TH"), digest="list 2"))
    assert [item.code for item in desk.store.deliveries.due(NOW)] == ["TH"]
    assert {found.code for found in desk.store.batches.invitations("jakarta")} == {"JP", "TH"}


def test_other_facts_are_not_approved_once_a_letter_has_left(desk: Desk) -> None:
    desk.release(checked(recipient("JP"), recipient("TH")))
    desk.ends("JP", DeliveryState.sent, TAKEN)
    moved = event(venue={"id": "Balai Lain", "en": "Another Hall"}, digest="f" * 64)
    with pytest.raises(NotApproved, match="event_changed_after_release"):
        approval.approve(desk.house, checked(recipient("JP"), recipient("TH"), of=moved), "Sari")
    assert desk.letters()["TH"].state is DeliveryState.queued


@pytest.mark.parametrize("what", ["list", "event", "templates"])
def test_whatever_changes_after_approval_stops_the_sending(desk: Desk, what: str) -> None:
    approval.approve(desk.house, checked(recipient("JP")), "Sari")
    house, now = desk.house, checked(recipient("JP"))
    if what == "list":
        now = replace(now, digest="list 2")
    elif what == "event":
        now = replace(now, event=event(digest="f" * 64))
    else:
        house = replace(house, templates_digest="u" * 64)
    with pytest.raises(NotApproved, match="changed_since"):
        approval.approved(house, now)


def test_a_new_link_key_leaves_the_printed_links_alive(desk: Desk) -> None:
    desk.release(checked(recipient("JP")))
    printed = desk.house.link("jakarta", "JP")
    rotated = replace(desk.house, link_keys=(b"n" * 32, KEY))
    assert rotated.link("jakarta", "JP") == printed
    assert pipeline.reply_page(rotated, links.grouped(printed.token)).recipient.code == "JP"


def test_the_calendar_mode_decides_what_the_mail_carries(desk: Desk) -> None:
    kinds = {}
    for mode in (CalendarMode.after_reply, CalendarMode.in_letter, CalendarMode.none):
        mission = event(calendar=mode)
        invitation = approval.plan(desk.house, mission, [recipient("JP")])[0]
        content = desk.house.blobs.get(prepared(desk, mission, invitation).outgoing[0].blob)
        parts = list(message_from_bytes(content, policy=policy.default).walk())
        kinds[mode] = (
            "invitation.ics" in [part.get_filename() for part in parts],
            "REQUEST" in [part.get_param("method") for part in parts],
        )
    assert kinds == {
        CalendarMode.after_reply: (True, False),
        CalendarMode.in_letter: (False, True),
        CalendarMode.none: (False, False),
    }


def test_a_batch_whose_approval_was_cut_off_does_not_go_until_somebody_approves_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = checked(recipient("JP"))
    with monkeypatch.context() as cut:
        cut.setattr(desk.store.batches, "approve", lambda *_, **__: None)
        approval.approve(desk.house, of, "Sari")
    with pytest.raises(NotApproved, match="no_batch"):
        approval.approved(desk.house, of)
    approval.approve(desk.house, of, "Budi")
    assert approval.approved(desk.house, of).approved_by == "Budi"
    assert len(desk.letters()) == 1


def test_a_reply_after_the_start_is_not_taken_whatever_the_page_said(desk: Desk) -> None:
    desk.release(checked(recipient("JP")))
    page = pipeline.reply_page(desk.house, desk.house.link("jakarta", "JP").token)
    assert page.event.start is not None
    desk.house.clock.at = page.event.start  # type: ignore[attr-defined]
    with pytest.raises(ReplyClosed):
        pipeline.give_answer(desk.house, page, Answer(verb=Verb.accept), version=0, language="id")
    assert desk.store.replies.history("jakarta") == []


def test_a_changed_template_is_approved_anew(desk: Desk) -> None:
    approval.approve(desk.house, checked(recipient("JP")), "Sari")
    changed = replace(desk.house, templates_digest="u" * 64)
    assert approval.approve(changed, checked(recipient("JP")), "Budi").approved_by == "Budi"
    assert approval.approved(changed, checked(recipient("JP"))).digests.templates == "u" * 64
