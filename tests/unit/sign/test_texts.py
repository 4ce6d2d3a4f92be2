"""Staff can be told every reason in Indonesian and in English."""

from __future__ import annotations

from typing import get_args

import pytest

from invites import config
from invites.model.signature import Reason
from invites.words.catalogue import Catalogues, placeholders

CATALOGUES = Catalogues([config.shipped("templates")])


@pytest.mark.parametrize("reason", get_args(Reason))
def test_there_is_a_sentence_in_both_languages_with_the_same_places(reason: str) -> None:
    said = {language: CATALOGUES.get(f"sign.reason.{reason}", language) for language in ("id", "en")}
    assert {text.language for text in said.values()} == {"id", "en"}
    assert len({frozenset(placeholders(text.text)) for text in said.values()}) == 1
