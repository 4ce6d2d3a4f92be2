"""The address below which every link stands, and the certificates that a signature has to lead to."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificate

from invites.config import Settings
from invites.errors import ConfigurationError
from tests.integration.sign.papers import open_office


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


def test_anchors_are_certificates_in_files_of_the_workspace(tmp_path: Path) -> None:
    pem = open_office(tmp_path / "one.p12").anchor
    der = load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    (tmp_path / "one.pem").write_bytes(pem)
    (tmp_path / "two.der").write_bytes(der)
    set_ = {"INVITES_SIGN_ANCHORS": f"one.pem, {tmp_path / 'two.der'}"}
    assert Settings(home=tmp_path, values=set_).sign_anchors == (pem, der)
    assert Settings(home=tmp_path, values={}).sign_anchors == ()


@pytest.mark.parametrize("name", ["lacking.pem", "text.pem", "folder", "one.pem,text.pem"])
def test_a_file_of_anchors_that_holds_no_certificate_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.pem").write_bytes(b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    (tmp_path / "one.pem").write_bytes(open_office(tmp_path / "one.p12").anchor)
    with pytest.raises(ConfigurationError) as refused:
        _ = Settings(home=tmp_path, values={"INVITES_SIGN_ANCHORS": name}).sign_anchors
    assert (refused.value.key, refused.value.setting) == ("setting_sign_anchors", "INVITES_SIGN_ANCHORS")
    assert refused.value.fields["path"] == tmp_path / name.rpartition(",")[2]
