"""What Sari types for an embassy means what the embassy's own form would have meant, and nothing typed is lost."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from invites.cli.dictated import answer, moment
from invites.errors import ConfigurationError
from invites.model.reply import Answer, Delegate, Verb

NOW = datetime(2027, 1, 12, 1, 0, tzinfo=UTC)


def dictated(verb: str, *, named: tuple[str, ...] = (), **typed: object) -> Answer:
    """`invites reply … VERB` with options such as `spouse_name="X"` for --spouse-name X."""
    delegates, spouse = typed.pop("delegates", None), typed.pop("spouse", False)
    texts = {f"--{name.replace('_', '-')}": str(value) for name, value in typed.items()}
    return answer(Verb(verb), texts, named=named, delegates=delegates, spouse=bool(spouse), most=4)  # type: ignore[arg-type]


@pytest.mark.parametrize("verb", list(Verb))
def test_a_verb_alone_is_an_answer(verb: Verb) -> None:
    assert dictated(verb) == Answer(verb=verb, names_to_follow=verb is Verb.representative)


def test_a_position_without_a_name_is_kept_and_the_name_follows() -> None:
    said = dictated("representative", position="Konselor")
    assert said.representative == Delegate(name="", position="Konselor")
    assert said.names_to_follow


def test_a_name_without_a_position_is_kept_and_the_position_follows() -> None:
    said = dictated("representative", name="Contoh Wakil")
    assert said.representative == Delegate(name="Contoh Wakil", position="")
    assert said.names_to_follow


def test_a_representative_with_name_and_position_is_complete() -> None:
    assert not dictated("representative", name="Contoh Wakil", position="Konselor").names_to_follow


@pytest.mark.parametrize(
    ("verb", "typed", "option"),
    [
        ("accept", {"name": "Contoh"}, "--name"),
        ("accept", {"position": "Konselor"}, "--position"),
        ("decline", {"name": "Contoh"}, "--name"),
        ("decline", {"delegates": 3}, "--delegates"),
        ("decline", {"named": ("Contoh, Konselor",)}, "--delegate"),
        ("decline", {"spouse": True}, "--spouse"),
        ("decline", {"spouse_name": "Contoh"}, "--spouse-name"),
        ("decline", {"diet": "halal"}, "--diet"),
    ],
)
def test_what_does_not_go_with_the_answer_is_refused_and_not_thrown_away(
    verb: str, typed: dict[str, object], option: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        dictated(verb, **typed)  # type: ignore[arg-type]
    assert (refused.value.key, refused.value.setting) == ("option_unfit", option)


def test_delegates_are_named_with_their_positions() -> None:
    said = dictated("accept", named=("Contoh Satu, S.E., Atase Perdagangan", "Contoh Dua"))
    assert said.delegates == (
        Delegate(name="Contoh Satu, S.E.", position="Atase Perdagangan"),
        Delegate(name="Contoh Dua"),
    )
    assert (said.delegate_count, said.names_to_follow) == (2, False)


def test_more_delegates_than_are_named_have_their_names_follow() -> None:
    said = dictated("accept", named=("Contoh Satu",), delegates=3)
    assert (said.delegate_count, said.names_to_follow, said.seats) == (3, True, 4)


def test_fewer_delegates_than_are_named_is_a_contradiction() -> None:
    with pytest.raises(ConfigurationError, match="delegates_fewer"):
        dictated("accept", named=("Contoh Satu", "Contoh Dua"), delegates=1)


def test_spouse_diet_remarks_and_contact_are_recorded_as_on_the_page() -> None:
    typed = {
        "diet": "halal",
        "remarks": "datang pukul sembilan",
        "contact_name": "Sekretariat",
        "contact_email": "sekretariat@embassy-jp.example",
        "contact_phone": "+62 21 000 0000",
    }
    assert dictated("accept", spouse=True, **typed) == Answer(verb=Verb.accept, spouse=True, **typed)  # type: ignore[arg-type]


def test_a_spouses_name_says_that_the_spouse_comes() -> None:
    said = dictated("accept", spouse_name="Contoh Pasangan")
    assert (said.spouse, said.spouse_name) == (True, "Contoh Pasangan")


@pytest.mark.parametrize(
    ("typed", "option"),
    [
        ({"contact_email": "nobody"}, "--contact-email"),
        ({"contact_phone": "later"}, "--contact-phone"),
        ({"remarks": "x" * 1001}, "--remarks"),
        ({"named": ("x" * 121,)}, "--delegate"),
    ],
)
def test_what_the_page_would_refuse_is_refused_here(typed: dict[str, object], option: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        dictated("accept", **typed)  # type: ignore[arg-type]
    assert (refused.value.key, refused.value.setting) == ("option_wrong", option)


@pytest.mark.parametrize("typed", ["2027-01-10 14:30", "2027-01-10T14:30"])
def test_when_an_answer_was_received_is_told_in_the_events_time(typed: str) -> None:
    assert moment("--received", typed, "Asia/Makassar", NOW) == datetime(2027, 1, 10, 6, 30, tzinfo=UTC)


def test_what_is_not_told_is_now() -> None:
    assert moment("--received", "", "Asia/Jakarta", NOW) is None


@pytest.mark.parametrize(
    ("typed", "key"),
    [("yesterday", "no_moment"), ("2027-01-32 10:00", "no_moment"), ("2027-01-12 08:01", "moment_ahead")],
)
def test_no_answer_was_received_at_no_time_or_in_the_future(typed: str, key: str) -> None:
    with pytest.raises(ConfigurationError, match=key):
        moment("--received", typed, "Asia/Jakarta", NOW)
