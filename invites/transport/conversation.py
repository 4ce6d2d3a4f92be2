"""One mail transaction after another on an open line, and what each end of one means (ports.Session)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from invites.model.delivery import Moment, Outcome
from invites.model.message import Envelope
from invites.ports import Claim
from invites.transport.line import Line, LineLost, Reply
from invites.transport.stuffing import check_envelope, stuffed

_DOT = b".\r\n"
_DONE, _GO_ON, _NOT_NOW, _REFUSED = 2, 3, 4, 5
_WANTED = MappingProxyType({"mail": _DONE, "rcpt": _DONE, "data": _GO_ON})
_REFUSALS = MappingProxyType({_NOT_NOW: Moment.refused_for_now, _REFUSED: Moment.refused})
#: seconds from the claim to the dot: it must leave inside the 30 s of lease that the claim made sure of
_DOT_AFTER_CLAIM = 20.0
#: a limit that EHLO names (RFC 1870 §4)
_SIZE = re.compile(r"[0-9]{1,20}")
_CLOSING = 421
_TOO_BIG = 552
#: a full mailbox, or too many recipients (RFC 5321 §4.5.3.1.10): a 552 that means something else says so (RFC 3463)
_FULL = re.compile(r"5\.2\.2\b|(?!5\.[0-9])")
#: seconds for QUIT and the closing of the socket: all that matters is settled by then
_PARTING = 5.0


class _Over(Exception):
    """The try ends here, and the line with it."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.moment)
        self.outcome = outcome


def meaning(phase: str, reply: Reply) -> Moment:
    """What an unwanted reply, or any reply to the dot, means for this message."""
    sender_refused = phase == "mail" and reply.digit == _REFUSED and reply.code != _TOO_BIG
    if reply.code == _CLOSING or sender_refused:
        # A relay that won't have our sender refuses every message: no recipient may fail for that.
        return Moment.relay_unavailable
    if reply.code == _TOO_BIG and phase != "mail" and _FULL.match(reply.text):
        return Moment.refused_for_now
    if reply.digit in _REFUSALS:
        return _REFUSALS[reply.digit]
    if phase != "dot":
        return Moment.lost_before_dot
    return Moment.taken if reply.digit == _DONE else Moment.lost_after_dot


def _ended(phase: str, reply: Reply) -> Outcome:
    return Outcome(moment=meaning(phase, reply), phase=phase, reply_code=reply.code, reply_text=reply.text)


class Conversation:
    """An open conversation after EHLO and AUTH. `offers` is what EHLO listed: keyword (lower case) to parameter.

    `within` is the wait for each answer before the dot, `dot_within` for the dot's, in seconds.
    """

    def __init__(self, line: Line, offers: Mapping[str, str], *, within: float, dot_within: float) -> None:
        self._line = line
        self._offers = offers
        self._within = within
        self._dot_within = dot_within

    @property
    def usable(self) -> bool:
        """Whether another message may go over this conversation."""
        return self._line.quiet

    async def deliver(self, envelope: Envelope, content: bytes, claim: Claim) -> Outcome:
        """ports.Session.deliver. ValueError, with nothing sent, for an envelope or content that is not fit for SMTP.

        What `claim` raises is raised again, after the socket has been closed without a dot.
        """
        check_envelope(envelope)
        body = stuffed(content)
        lacking = self._lacking(envelope, content)
        if lacking:
            return Outcome(moment=Moment.refused, phase="mail", reply_text=lacking)
        try:
            self._must_be_quiet("mail")
            return await self._announce(self._commands(envelope, content)) or await self._hand_over(body, claim)
        except _Over as over:
            self._line.abort()
            return over.outcome
        except BaseException:
            self._line.abort()
            raise

    async def part(self) -> None:
        """QUIT if the line still is there, then close it."""
        self._line.write(b"QUIT\r\n")
        try:
            await self._line.reply(_PARTING)
        except LineLost:
            self._line.abort()
        await self._line.hang_up(_PARTING)

    async def cut(self) -> None:
        """Close the line without a word."""
        self._line.abort()
        await self._line.hang_up(_PARTING)

    def _lacking(self, envelope: Envelope, content: bytes) -> str:
        """Why this relay can't take the message, in the words of a relay; empty when it can."""
        limit = self._offers.get("size", "")
        if _SIZE.fullmatch(limit) and 0 < int(limit) < len(content):
            return f"message of {len(content)} octets, the relay takes {limit}"
        if _needs_utf8(envelope, content) and "smtputf8" not in self._offers:
            return "an address or header needs SMTPUTF8, which the relay does not offer"
        if not content.isascii() and "8bitmime" not in self._offers:
            return "the message needs 8BITMIME, which the relay does not offer"
        return ""

    def _commands(self, envelope: Envelope, content: bytes) -> dict[str, bytes]:
        mail = f"MAIL FROM:<{envelope.mail_from}>"
        if "size" in self._offers:
            mail += f" SIZE={len(content)}"
        if not content.isascii():
            mail += " BODY=8BITMIME"
        if _needs_utf8(envelope, content):
            mail += " SMTPUTF8"
        return {
            "mail": f"{mail}\r\n".encode(),
            "rcpt": f"RCPT TO:<{envelope.rcpt_to}>\r\n".encode(),
            "data": b"DATA\r\n",
        }

    async def _announce(self, commands: Mapping[str, bytes]) -> Outcome | None:
        """MAIL, RCPT, DATA, in one group where the relay allows it (RFC 2920). None when it waits for the body."""
        grouped = "pipelining" in self._offers
        if grouped:
            self._line.write(b"".join(commands.values()))
        refusal: Outcome | None = None
        for phase, command in commands.items():
            if not grouped:
                self._line.write(command)
            reply = await self._answer(phase, refusal)
            if reply.digit != _WANTED[phase]:
                refusal = refusal or _ended(phase, reply)
                if not grouped:
                    break
            elif refusal and phase == "data":
                # A relay that refused the recipient and says 354 all the same would take the dot for a message.
                raise _Over(refusal)
        if refusal:
            await self._start_afresh(refusal)
        return refusal

    async def _hand_over(self, body: bytes, claim: Claim) -> Outcome:
        """After 354 the only way back is to close the socket: never a dot, never QUIT."""
        self._line.write(body)
        if not await claim():
            raise _Over(Outcome(moment=Moment.not_claimed, phase="claim"))
        try:
            await self._line.sent(_DOT_AFTER_CLAIM)
        except LineLost as lost:
            raise _Over(_lost("body", lost)) from None
        self._must_be_quiet("body")
        self._line.write(_DOT)
        outcome = _ended("dot", await self._answer("dot", None))
        if outcome.moment is Moment.lost_after_dot:
            raise _Over(outcome)
        return outcome

    async def _answer(self, phase: str, refusal: Outcome | None) -> Reply:
        """The answer to a command. A refusal that was already heard outlives the line, 421 or not."""
        try:
            reply = await self._line.reply(self._dot_within if phase == "dot" else self._within)
        except LineLost as lost:
            raise _Over(refusal or _lost(phase, lost)) from None
        if reply.code == _CLOSING:
            raise _Over(refusal or _ended(phase, reply))
        return reply

    def _must_be_quiet(self, phase: str) -> None:
        """An answer that came before its question must not be taken for the answer to the next one."""
        try:
            reply = self._line.unasked()
        except LineLost as lost:
            raise _Over(_lost(phase, lost)) from None
        if reply:
            raise _Over(_ended(phase, reply))

    async def _start_afresh(self, refusal: Outcome) -> None:
        """RSET, so that the next message finds the relay without half an envelope."""
        if refusal.moment is Moment.lost_before_dot:
            raise _Over(refusal)
        self._line.write(b"RSET\r\n")
        reply = await self._answer("rset", refusal)
        if reply.digit != _DONE:
            raise _Over(refusal)


def _lost(phase: str, lost: LineLost) -> Outcome:
    moment = Moment.lost_after_dot if phase == "dot" else Moment.lost_before_dot
    return Outcome(moment=moment, phase=phase, reply_text=str(lost))


def _needs_utf8(envelope: Envelope, content: bytes) -> bool:
    head, _, _ = content.partition(b"\r\n\r\n")
    return not (envelope.mail_from.isascii() and envelope.rcpt_to.isascii() and head.isascii())
