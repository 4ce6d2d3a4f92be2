"""The reply form: what an embassy may type, what it means, and that nothing typed is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invites.model.reply import Answer, Delegate, Verb
from invites.track.form import FieldError, FormErrors, filled_in, parse


def submit(*, max_delegates: int = 4, **fields: str | list[str]) -> Answer | FormErrors:
    listed = {name: [value] if isinstance(value, str) else value for name, value in fields.items()}
    return parse(listed, max_delegates=max_delegates)


def accepted(**fields: str | list[str]) -> Answer:
    answer = submit(answer="accept", **fields)
    assert isinstance(answer, Answer), answer
    return answer


def refused(**fields: str | list[str]) -> FormErrors:
    result = submit(**fields)
    assert isinstance(result, FormErrors), result
    return result


@pytest.mark.parametrize("verb", ["accept", "decline"])
def test_one_tick_is_a_whole_answer(verb: str) -> None:
    assert submit(answer=verb) == Answer(verb=Verb(verb))


@pytest.mark.parametrize("choice", ["", "maybe", "ACCEPT", "withdraw"])
def test_an_answer_must_be_one_of_the_three(choice: str) -> None:
    assert refused(answer=choice).errors == {"answer": FieldError(key="rsvp.err_choice")}


def test_an_empty_form_chooses_nothing() -> None:
    assert refused().errors == {"answer": FieldError(key="rsvp.err_choice")}


def test_a_representative_needs_name_and_position() -> None:
    errors = refused(answer="representative").errors
    assert errors == {
        "representative_name": FieldError(key="rsvp.err_required"),
        "representative_position": FieldError(key="rsvp.err_required"),
    }


def test_a_representative_may_be_named_later() -> None:
    answer = submit(answer="representative", names_to_follow="yes")
    assert answer == Answer(verb=Verb.representative, names_to_follow=True)
    assert answer.seats == 1


def test_what_is_known_of_a_representative_is_kept_while_the_name_follows() -> None:
    answer = submit(answer="representative", names_to_follow="yes", representative_position="Atase Perdagangan")
    assert isinstance(answer, Answer)
    assert answer.representative == Delegate(name="", position="Atase Perdagangan")


def test_delegates_are_the_rows_that_are_filled_in() -> None:
    answer = accepted(delegate_name=["Contoh Satu", "", "Contoh Tiga"], delegate_position=["Atase Perdagangan", "", ""])
    assert answer.delegates == (
        Delegate(name="Contoh Satu", position="Atase Perdagangan"),
        Delegate(name="Contoh Tiga"),
    )
    assert answer.seats == 3
    assert not answer.names_to_follow


def test_a_position_without_a_name_is_pointed_out_at_its_row() -> None:
    errors = refused(answer="accept", delegate_name=["Contoh", ""], delegate_position=["", "Penerjemah"]).errors
    assert errors == {"delegate_name_2": FieldError(key="rsvp.err_required")}


def test_a_position_without_a_name_is_fine_while_names_follow() -> None:
    answer = accepted(delegate_name=[""], delegate_position=["Penerjemah"], names_to_follow="yes")
    assert answer.delegates == (Delegate(name="", position="Penerjemah"),)


def test_more_delegates_than_allowed_are_refused_and_kept() -> None:
    names = [f"Contoh {number}" for number in range(5)]
    result = refused(answer="accept", delegate_name=names)
    assert result.errors == {"delegates": FieldError(key="rsvp.err_max", values={"max": 4})}
    assert result.typed["delegate_name"] == tuple(names)


def test_persons_count_the_head_and_announce_names_to_follow() -> None:
    answer = accepted(persons="4", names_to_follow="yes", delegate_name=["Contoh Satu"])
    assert answer.delegate_count == 3
    assert answer.names_to_follow
    assert answer.seats == 4


def test_more_names_than_persons_count_as_the_names() -> None:
    answer = accepted(persons="1", names_to_follow="yes", delegate_name=["Contoh Satu", "Contoh Dua"])
    assert answer.delegate_count == 2


def test_without_names_to_follow_those_named_are_all_whatever_number_was_left_in_the_form() -> None:
    before = accepted(persons="4", names_to_follow="yes")
    fields = {**filled_in(before), "names_to_follow": (), "delegate_name": ("Contoh Satu",)}
    answer = parse(fields, max_delegates=4)
    assert answer == Answer(verb=Verb.accept, delegates=(Delegate(name="Contoh Satu"),), delegate_count=1)
    assert answer.seats == 2


@pytest.mark.parametrize("persons", ["9", "tiga"])
def test_a_number_that_is_not_asked_for_is_not_complained_of(persons: str) -> None:
    assert accepted(persons=persons).seats == 1


@pytest.mark.parametrize("persons", ["tiga", "-1", "1e3", "2.5", "²"])
def test_a_number_of_persons_that_is_no_number_is_called_so(persons: str) -> None:
    errors = refused(answer="accept", persons=persons, names_to_follow="yes").errors
    assert errors == {"persons": FieldError(key="rsvp.err_number")}


def test_a_number_of_persons_may_be_written_in_figures_of_any_script() -> None:
    assert accepted(persons="٣", names_to_follow="yes").delegate_count == 2


@pytest.mark.parametrize("persons", ["0", "6", "9" * 400])
def test_a_number_of_persons_outside_the_limit_is_refused(persons: str) -> None:
    errors = refused(answer="accept", persons=persons, names_to_follow="yes").errors
    assert errors == {"persons": FieldError(key="rsvp.err_between", values={"min": 1, "max": 5})}


def test_the_spouse_is_apart_from_the_delegates() -> None:
    answer = accepted(spouse="yes", spouse_name="Contoh Pasangan")
    assert (answer.delegates, answer.spouse_name, answer.seats) == ((), "Contoh Pasangan", 2)


def test_a_spouse_who_is_not_ticked_does_not_come() -> None:
    answer = accepted(spouse_name="Contoh Pasangan")
    assert (answer.spouse, answer.spouse_name, answer.seats) == (False, "", 1)


def test_a_decline_brings_nobody_whatever_was_typed_before() -> None:
    answer = submit(
        answer="decline",
        delegate_name=["Contoh"] * 9,
        persons="77",
        spouse="yes",
        representative_name="x" * 500,
        names_to_follow="yes",
        remarks="Mohon maaf.",
        contact_name="Sekretariat",
    )
    assert answer == Answer(verb=Verb.decline, remarks="Mohon maaf.", contact_name="Sekretariat")


def test_a_representative_typed_before_changing_to_accept_is_left_out() -> None:
    assert accepted(representative_name="Contoh", representative_position="x" * 500).representative is None


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("spouse_name", 120),
        ("diet", 300),
        ("remarks", 1000),
        ("contact_name", 120),
        ("contact_email", 254),
        ("contact_phone", 40),
    ],
)
def test_too_long_a_text_is_refused_with_its_limit(name: str, limit: int) -> None:
    result = refused(answer="accept", spouse="yes", **{name: "1" * (limit + 1)})
    assert result.errors == {name: FieldError(key="rsvp.err_long", values={"max": limit})}


def test_a_text_of_exactly_the_limit_is_taken() -> None:
    assert accepted(remarks="雅" * 1000).remarks == "雅" * 1000


def test_too_long_a_delegate_is_pointed_out_at_its_row() -> None:
    errors = refused(answer="accept", delegate_name=["a", "b"], delegate_position=["", "x" * 121]).errors
    assert errors == {"delegate_position_2": FieldError(key="rsvp.err_long", values={"max": 120})}


@pytest.mark.parametrize(
    "address",
    ["protocol@embassy-jp.example", "Sekretariat.Atase+Dagang@kedubes.example", "протокол@посольство.example"],
)
def test_addresses_of_every_script_are_taken(address: str) -> None:
    assert accepted(contact_email=address).contact_email == address


@pytest.mark.parametrize(
    "address",
    ["protocol", "a@b", "a b@embassy.example", "Nama <a@embassy.example>", "a@embassy.example\r\nBcc: x@y.example"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    assert refused(answer="accept", contact_email=address).errors == {"contact_email": FieldError(key="rsvp.err_email")}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+62 21 000 0000", "+62 21 000 0000"),
        ("(021) 000-0000 ext", None),
        ("021 000 0000 x12", "021 000 0000 x12"),
        ("＋６２ ２１ ０００ ００００", "+62 21 000 0000"),
        ("٠٢١ ٠٠٠ ٠٠٠٠", "021 000 0000"),
        ("call me", None),
        ("1234", None),
    ],
)
def test_a_telephone_number_is_digits_of_any_script(typed: str, kept: str | None) -> None:
    result = submit(answer="accept", contact_phone=typed)
    if kept is None:
        assert isinstance(result, FormErrors)
        assert result.errors == {"contact_phone": FieldError(key="rsvp.err_phone")}
    else:
        assert isinstance(result, Answer)
        assert result.contact_phone == kept


def test_every_error_is_found_at_once_in_page_order() -> None:
    result = refused(
        answer="representative",
        delegate_position=["Penerjemah"],
        spouse="yes",
        spouse_name="x" * 121,
        diet="x" * 301,
        contact_email="nobody",
        contact_phone="none",
    )
    assert list(result.errors) == [
        "representative_name",
        "representative_position",
        "delegate_name_1",
        "spouse_name",
        "diet",
        "contact_email",
        "contact_phone",
    ]


def test_nothing_typed_is_lost_on_an_error() -> None:
    fields = {
        "answer": ["representative"],
        "representative_name": [""],
        "representative_position": ["Konselor Ekonomi"],
        "delegate_name": ["Contoh Satu", "", ""],
        "delegate_position": ["", "Penerjemah", ""],
        "names_to_follow": [""],
        "spouse": ["yes"],
        "spouse_name": ["Contoh Pasangan"],
        "diet": ["halal"],
        "remarks": ["baris satu\nbaris dua"],
        "contact_name": ["Sekretariat"],
        "contact_email": ["not an address"],
        "contact_phone": ["nope"],
    }
    result = parse(fields, max_delegates=4)
    assert isinstance(result, FormErrors)
    assert result.typed == {name: tuple(values) for name, values in fields.items()}


def test_control_and_bidi_characters_never_reach_an_answer() -> None:
    answer = accepted(
        delegate_name=["Con\x00toh\x1b[31m \u202eSatu\u2066"],
        delegate_position=["Atase\r\n\tPerdagangan"],
        remarks="satu\r\ndua\u2028tiga\x07\u200f",
    )
    assert answer.delegates == (Delegate(name="Contoh[31m Satu", position="Atase Perdagangan"),)
    assert answer.remarks == "satu\ndua\ntiga"


def test_names_keep_their_joiners_and_their_rare_characters() -> None:
    name = "क्\u200dष श\u200cर्मा 𠮷田 \U00031350"
    assert accepted(delegate_name=[name]).delegates == (Delegate(name=name),)


def test_text_is_composed() -> None:
    assert accepted(contact_name="Nguye\u0302\u0303n").contact_name == "Nguyễn"


def test_unknown_fields_change_nothing() -> None:
    assert submit(answer="accept", seats="99", verb="decline", delegates=["x"]) == Answer(verb=Verb.accept)


_words = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=20).map(
    lambda text: parse({"answer": ["accept"], "contact_name": [text]}, max_delegates=1).contact_name  # type: ignore[union-attr]
).filter(bool)  # fmt: skip
_people = st.builds(Delegate, name=_words, position=_words)


@st.composite
def _answers(draw: st.DrawFn) -> Answer:
    verb = draw(st.sampled_from([Verb.accept, Verb.representative]))
    delegates = tuple(draw(st.lists(_people, max_size=4)))
    count = draw(st.integers(len(delegates), 4))
    spouse = draw(st.booleans())
    return Answer(
        verb=verb,
        representative=draw(_people) if verb is Verb.representative else None,
        delegates=delegates,
        delegate_count=count,
        spouse=spouse,
        spouse_name=draw(_words) if spouse else "",
        diet=draw(_words),
        remarks=draw(_words),
        names_to_follow=draw(st.booleans()) or count > len(delegates),
        contact_name=draw(_words),
    )


@given(_answers())
def test_an_answer_shown_again_and_sent_unchanged_is_the_same_answer(answer: Answer) -> None:
    assert parse(filled_in(answer), max_delegates=4) == answer


@given(st.dictionaries(st.sampled_from(["answer", "persons", "delegate_name", "remarks", "contact_email"]),
                       st.lists(st.text(max_size=40), max_size=6)))  # fmt: skip
def test_no_input_breaks_the_form(fields: dict[str, list[str]]) -> None:
    result = parse(fields, max_delegates=2)
    assert isinstance(result, Answer | FormErrors)
    if isinstance(result, Answer):
        assert len(result.delegates) <= 2
