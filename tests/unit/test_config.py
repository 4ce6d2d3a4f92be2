"""The address below which every link stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from invites.config import Settings
from invites.errors import ConfigurationError


def base_url(value: str) -> str:
    return Settings(home=Path(), values={"INVITES_BASE_URL": value}).base_url


@pytest.mark.parametrize(
    "value",
    [
        "https://undangan.kalsel.example",
        "https://undangan.kalsel.example:8443",
        "http://127.0.0.1:8080",
        "http://localhost",
        "http://[::1]:8080",
    ],
)
def test_scheme_host_and_port_are_an_address(value: str) -> None:
    assert base_url(value) == base_url(f" {value}/ ") == value


@pytest.mark.parametrize(
    "value",
    [
        "https://kalsel.example/undangan",
        "https://kalsel.example?lang=id",
        "https://kalsel.example/?",
        "https://kalsel.example#r",
        "https://sari@kalsel.example",
        "https://sari:rahasia@kalsel.example",
        "https://kalsel.example:99999",
        "https://kalsel.example:",
        "https://[kalsel.example",
        "https://kalsel example",
        "https://",
        "http://kalsel.example",
        "kalsel.example",
        "ftp://kalsel.example",
    ],
)
def test_anything_more_or_less_is_refused_and_not_repeated(value: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        base_url(value)
    assert (refused.value.key, refused.value.setting) == ("setting_base_url", "INVITES_BASE_URL")
    assert "rahasia" not in str(refused.value.fields)
