"""What an event is called and where it is held, in the language of a reader."""

from __future__ import annotations

from collections.abc import Mapping

from invites.model.event import Event
from invites.words.catalogue import Text, parents


def title(event: Event, language: str) -> Text:
    """The event's title and the language that it is in: English where the event file has no translation."""
    return _in(event.titles, language)


def venue(event: Event, language: str) -> Text:
    """The venue and the language that it is in; an empty text while none is fixed."""
    return _in(event.venue, language)


def _in(texts: Mapping[str, str], language: str) -> Text:
    found = next((tag for tag in (*parents(language), "en", "id") if texts.get(tag)), "en")
    return Text(texts.get(found, ""), found)
