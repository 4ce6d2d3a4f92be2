"""What follows from how a try ended. Pure; docs/delivery.md's table is made from here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from invites.model.delivery import DeliveryState, Moment, Outcome

#: waits after the 1st, 2nd, … deferral, each taken ±20 %
_BACK_OFF = [timedelta(minutes=minutes) for minutes in (15, 30, 60, 120, 240)]
_GREYLIST = timedelta(minutes=5)
#: a relay that says 450 or 451 more often than this is not greylisting
_GREYLIST_TRIES = 3
_QUOTA = timedelta(hours=2)
#: about three days of tries; after that a person must look
LAST_TRY = 20
#: a broken line is tried again at once this often, then like a deferral
_AT_ONCE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`state` is the delivery's next state, or None to leave it as it is; `wait` is the time to the next
    try of a deferred one; `pause_relay` ends this run, since the next message would meet the same; `counted`
    tells whether the try counts against the letter."""

    state: DeliveryState | None
    wait: timedelta | None = None
    pause_relay: bool = False
    counted: bool = False


def decide(outcome: Outcome, tries: int, *, jitter: float = 0.0) -> Decision:
    """The decision after try number `tries` (from 1) of those that count. `jitter` in [-1, 1] moves the wait by up
    to 20 %. An outage of the relay's fails nobody, however long it lasts: what is said to MAIL, or lost there,
    is nothing about this letter."""
    match outcome.moment:
        case Moment.taken:
            return Decision(state=DeliveryState.sent)
        case Moment.refused:
            return Decision(state=DeliveryState.failed)
        case Moment.lost_after_dot:
            return Decision(state=DeliveryState.unknown)
        case Moment.not_claimed:
            return Decision(state=None)
        case Moment.relay_unavailable:
            return Decision(state=DeliveryState.queued, pause_relay=True)
        case Moment.lost_before_dot if tries <= _AT_ONCE:
            return Decision(state=DeliveryState.queued, counted=True)
        case Moment.lost_before_dot | Moment.refused_for_now:
            return _later(outcome, tries, jitter)


def _later(outcome: Outcome, tries: int, jitter: float) -> Decision:
    of_the_relay = outcome.phase == "mail"
    if tries >= LAST_TRY and not of_the_relay:
        return Decision(state=DeliveryState.failed, counted=True)
    wait = _BACK_OFF[min(tries, len(_BACK_OFF)) - 1]
    # greylisting: most relays let the second try in after minutes
    if outcome.reply_code in (450, 451) and tries <= _GREYLIST_TRIES:
        wait = min(wait, _GREYLIST)
    elif outcome.reply_code in (452, 552):  # a full mailbox does not empty in minutes
        wait = max(wait, _QUOTA)
    return Decision(state=DeliveryState.deferred, wait=wait * (1 + 0.2 * jitter), counted=not of_the_relay)
