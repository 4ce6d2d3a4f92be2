"""What the shipped event files hold until staff put the real thing in: no embassy may receive it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from invites.model.event import Event
from invites.validate import addresses

_SAMPLE = re.compile(r"\b(contoh|sample|nama pejabat)\b", re.IGNORECASE)
# a demonstration puts its own year behind it
_NUMBER = re.compile(r"\s*500\.2/0123/DISDAG/\d{4}\s*", re.IGNORECASE)
_ZEROS = "0" * 7


def samples(event: Event) -> Iterator[tuple[str, str]]:
    """Each entry that still holds a sample, as its dotted key and its text."""
    words = {f"venue.{tag}": text for tag, text in event.venue.items()}
    words |= {"contact.name": event.contact.name, "letter.number": event.letter.number}
    words |= {"signatory.name": event.signatory.name}
    words |= {f"products.{number}.maker": product.maker for number, product in enumerate(event.products, 1)}
    for key, text in words.items():
        if _SAMPLE.search(text) or (key == "letter.number" and _NUMBER.fullmatch(text)):
            yield key, text
    if re.sub(r"\D", "", event.contact.phone).endswith(_ZEROS):
        yield "contact.phone", event.contact.phone
    emails = {"contact.email": event.contact.email} | ({"kemlu.email": event.kemlu.email} if event.kemlu else {})
    for key, text in emails.items():
        if "R015" in addresses.parsed(text, live=True, smtputf8=True).faults:
            yield key, text
    if event.sample_note:
        yield "sample_note", "true"
