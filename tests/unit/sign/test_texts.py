"""Staff can be told every reason, state and kind in Indonesian and in English."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

import pytest

from invites import config
from invites.model.signature import FindingState, Reason, SignatureKind
from invites.words.catalogue import Catalogues, placeholders

CATALOGUES = Catalogues([config.shipped("templates")])


def keys() -> Iterator[str]:
    yield from (f"sign.reason.{reason}" for reason in get_args(Reason))
    yield from (f"sign.state.{state}" for state in FindingState)
    yield from (f"sign.kind.{kind}" for kind in SignatureKind)


@pytest.mark.parametrize("key", list(keys()))
def test_there_is_a_sentence_in_both_languages_with_the_same_places(key: str) -> None:
    said = {language: CATALOGUES.get(key, language) for language in ("id", "en")}
    assert {text.language for text in said.values()} == {"id", "en"}
    assert len({frozenset(placeholders(text.text)) for text in said.values()}) == 1
