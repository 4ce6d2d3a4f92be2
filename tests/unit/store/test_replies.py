"""History is appended; a form that is behind is told so; what is personal lies apart."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from invites.errors import ReplyConflict
from invites.model.delivery import DeliveryState
from invites.model.reply import Answer, Delegate, NewReply, Reply, ReplyChannel, ReplyState, Verb
from invites.store.database import SqlStore
from invites.store.tables import personal
from invites.track.rules import reference
from tests.scene import NOW, confirmation

ACCEPTS = Answer(
    verb=Verb.accept,
    delegates=(Delegate(name="Contoh Satu", position="Atase"),),
    delegate_count=2,
    spouse=True,
    spouse_name="Contoh Dua",
    diet="halal",
    names_to_follow=True,
    contact_name="Contoh Tiga",
)
DECLINES = Answer(verb=Verb.decline, remarks="maaf")


def record(store: SqlStore, answer: Answer, version: int | None = None, **changes: Any) -> Reply:
    fields: dict[str, Any] = {
        "event": "jakarta",
        "code": "JP",
        "answer": answer,
        "channel": ReplyChannel.link,
        "received_at": NOW,
        "recorded_at": NOW,
        "language": "ja",
    }
    new = NewReply(**{**fields, **changes})
    return store.replies.record(new, version=version, reference=partial(reference, "jakarta", new.code))


def test_an_answer_comes_back_whole(store: SqlStore) -> None:
    reply = record(store, ACCEPTS)
    assert reply.answer == ACCEPTS
    assert (reply.state, reply.ref, reply.answer.seats) == (ReplyState.accepted, "JAKARTA-JP-1", 4)
    assert list(store.replies.history("jakarta", "JP")) == [reply]


def test_a_change_is_appended_and_the_first_answer_stays(store: SqlStore) -> None:
    first = record(store, ACCEPTS, version=0)
    second = record(store, DECLINES, version=first.id)
    assert [reply.answer.verb for reply in store.replies.history("jakarta")] == [Verb.accept, Verb.decline]
    assert second.ref == "JAKARTA-JP-2"


def test_a_form_loaded_before_another_reply_is_told_and_overwrites_nothing(store: SqlStore) -> None:
    record(store, ACCEPTS, version=0)
    with pytest.raises(ReplyConflict):
        record(store, DECLINES, version=0)
    assert len(store.replies.history("jakarta", "JP")) == 1


def test_every_reply_leaves_its_trace_in_the_audit_log(store: SqlStore) -> None:
    record(store, DECLINES, channel=ReplyChannel.phone, recorded_by="Sari")
    (entry,) = store.audit.entries("jakarta")
    assert (entry.actor, entry.action, entry.detail) == ("Sari", "reply_decline", "phone")


def test_erasing_what_is_personal_breaks_no_history(store: SqlStore) -> None:
    record(store, ACCEPTS)
    store.writer.run(lambda c: c.execute(sa.update(personal).values(content="{}")))
    (reply,) = store.replies.history("jakarta", "JP")
    assert (reply.state, reply.answer.delegate_count, reply.answer.delegates) == (ReplyState.accepted, 2, ())
    assert store.audit.broken_at() is None


def confirm(store: SqlStore, reply: Reply) -> None:
    following = confirmation(reply.number)
    store.deliveries.enqueue(following, event="jakarta", code="JP", revision=1, number=reply.number)


def test_a_reply_that_staff_recorded_later_leaves_nothing_to_confirm(store: SqlStore) -> None:
    record(store, ACCEPTS)
    record(store, DECLINES, channel=ReplyChannel.phone, recorded_by="Sari")
    assert list(store.replies.unconfirmed()) == []


def test_a_later_reply_takes_a_waiting_confirmation_back_whatever_way_it_came(store: SqlStore) -> None:
    confirm(store, record(store, ACCEPTS))
    record(store, DECLINES, channel=ReplyChannel.phone, recorded_by="Sari")
    assert store.deliveries.due(NOW) == []
    assert [item.state for item in store.deliveries.of_event("jakarta")] == [DeliveryState.withdrawn]


def test_a_confirmation_that_was_being_written_when_a_later_reply_came_is_not_queued(store: SqlStore) -> None:
    accepted = record(store, ACCEPTS)
    record(store, DECLINES, channel=ReplyChannel.phone, recorded_by="Sari")
    confirm(store, accepted)
    assert store.deliveries.of_event("jakarta") == []


def test_only_replies_over_the_link_owe_a_confirmation(store: SqlStore) -> None:
    record(store, DECLINES, channel=ReplyChannel.phone, recorded_by="Sari")
    record(store, DECLINES, channel=ReplyChannel.phone, recorded_by="Sari", code="TH")
    over_link = record(store, ACCEPTS)
    assert list(store.replies.unconfirmed()) == [over_link]
