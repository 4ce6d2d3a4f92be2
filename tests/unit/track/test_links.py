"""The link: derived, typed from paper, known only by hash."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from invites.track import links
from tests.scene import BASE_URL, KEY

keys = st.binary(min_size=32, max_size=64)
names = st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=12)


@given(keys, names, names)
def test_a_link_can_be_derived_again_and_differs_by_everything(key: bytes, event: str, code: str) -> None:
    link = links.derive([key], BASE_URL, event, code)
    assert links.derive([key, KEY], BASE_URL, event, code) == link
    others = [
        links.derive([key], BASE_URL, event, code, version=2),
        links.derive([key], BASE_URL, event + "x", code),
        links.derive([key], BASE_URL, event, code + "x"),
        links.derive([key + b"x"], BASE_URL, event, code),
    ]
    assert len({link.token, *(other.token for other in others)}) == 5


@given(keys, names)
def test_what_a_secretary_types_from_paper_is_understood(key: bytes, event: str) -> None:
    link = links.derive([key], BASE_URL, event, "JP")
    printed = link.url.rpartition("/")[2]
    typed = printed.upper().replace("0", "O").replace("1", "l")
    for variant in (printed, typed, f"  {printed} ", printed.replace("-", ""), printed.replace("-", " ")):
        assert links.normal(variant) == link.token


def test_what_is_no_link_is_none() -> None:
    for typed in ("", "0", "u" * 26, "0" * 25, "0" * 27, "../../etc/passwd", "’" * 26):
        assert links.normal(typed) is None


def test_a_whole_link_with_a_short_base_address_fits_45_characters() -> None:
    assert len(links.derive([KEY], "https://x.id", "jakarta", "JP").url) <= 45


def test_a_link_does_not_show_itself_in_a_traceback() -> None:
    link = links.derive([KEY], BASE_URL, "jakarta", "JP")
    assert link.token not in repr(link)
    assert link.url not in repr(link)


def test_all_128_bits_reach_the_token() -> None:
    assert links.base32(b"\xff" * 16) == "z" * 25 + "w"
    assert links.base32(b"\0" * 16) == "0" * 26
