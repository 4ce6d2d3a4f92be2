"""How missions and their heads are named and addressed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from invites.model.recipient import Gender, HeadClass, Kind, Recipient
from invites.words.catalogue import Catalogues
from invites.words.names import (
    city,
    form,
    gender,
    head_name,
    language_for,
    mission_name,
    mission_to,
    named_below,
    phrase,
)

RUSSIA = Recipient(
    code="RU",
    name_id="Kedutaan Besar Federasi Rusia",
    name_en="Embassy of the Russian Federation",
    locale="ru-RU",
    email="protocol@embassy-ru.example",
    mission_to_en="the Embassy of the Russian Federation",
    mission_name_local="Посольство Российской Федерации в Республике Индонезия",
    mission_to_local="Посольству Российской Федерации в Республике Индонезия",
    head_gender=Gender.f,
)
CHINA = replace(RUSSIA, code="CN", locale="zh-CN", mission_name_local="中华人民共和国驻印度尼西亚共和国大使馆")
AMERICA = replace(
    RUSSIA,
    code="US",
    name_en="Embassy of the United States of America",
    locale="en-US",
    mission_to_en="the Embassy of the United States of America",
    mission_name_local="",
    mission_to_local="",
)


def headed(head: HeadClass) -> Recipient:
    return replace(RUSSIA, head_class=head)


def test_the_language_is_that_of_the_locale_or_the_fallback_of_the_list(shipped: Catalogues) -> None:
    assert language_for(RUSSIA, shipped) == "ru"
    assert language_for(CHINA, shipped) == "zh-Hans"
    assert language_for(AMERICA, shipped) == "en-US"
    assert language_for(replace(RUSSIA, locale="pt-BR"), shipped) == "en"
    assert language_for(replace(RUSSIA, locale="pt-BR", fallback_locale="fr"), shipped) == "fr"


def test_a_locale_without_any_catalogue_is_refused(shipped: Catalogues) -> None:
    with pytest.raises(LookupError):
        language_for(replace(RUSSIA, locale="pt-BR", fallback_locale="sw"), shipped)


def test_a_mission_is_named_in_three_languages() -> None:
    assert mission_name(RUSSIA, "id") == "Kedutaan Besar Federasi Rusia"
    assert mission_name(RUSSIA, "en") == "Embassy of the Russian Federation"
    assert mission_name(RUSSIA, "ru") == "Посольство Российской Федерации в Республике Индонезия"
    assert mission_name(CHINA, "zh-Hans") == "中华人民共和国驻印度尼西亚共和国大使馆"


def test_the_form_after_to_is_the_one_of_the_list() -> None:
    assert mission_to(RUSSIA, "ru") == "Посольству Российской Федерации в Республике Индонезия"
    assert mission_to(RUSSIA, "en") == "the Embassy of the Russian Federation"


def test_indonesian_does_not_inflect() -> None:
    assert mission_to(RUSSIA, "id") == RUSSIA.name_id
    assert mission_to(replace(RUSSIA, mission_to_id="Kedubes"), "id") == "Kedubes"


def test_american_english_uses_the_english_name() -> None:
    assert mission_name(AMERICA, "en-US") == "Embassy of the United States of America"
    assert mission_to(AMERICA, "en-US") == "the Embassy of the United States of America"


@pytest.mark.parametrize("language", ["fr", "ja", "en-US-x"])
def test_a_form_that_the_list_lacks_is_never_put_together(language: str) -> None:
    bare = replace(RUSSIA, mission_to_en="", mission_to_local="", mission_name_local="")
    with pytest.raises(LookupError, match="RU"):
        mission_to(bare, language)


def test_a_missing_inflected_form_is_not_replaced_by_the_name() -> None:
    with pytest.raises(LookupError):
        mission_to(replace(RUSSIA, mission_to_local=""), "ru")
    with pytest.raises(LookupError):
        mission_to(replace(RUSSIA, mission_to_en=""), "en")


@pytest.mark.parametrize("kind", list(Kind))
def test_the_plain_name_of_who_is_no_mission_serves_after_to(kind: Kind) -> None:
    bare = replace(RUSSIA, kind=kind, mission_to_en="", mission_to_local="")
    if kind in (Kind.embassy, Kind.delegation):
        with pytest.raises(LookupError):
            mission_to(bare, "en")
    else:
        assert mission_to(bare, "en") == RUSSIA.name_en


def test_a_name_in_one_language_does_not_serve_another() -> None:
    with pytest.raises(LookupError):
        mission_name(CHINA, "ja")


@pytest.mark.parametrize(
    ("head", "kind", "expected"),
    [
        (HeadClass.ambassador, Kind.embassy, "ambassador"),
        (HeadClass.cda_ai, Kind.embassy, "cda"),
        (HeadClass.cda_titular, Kind.embassy, "cda"),
        (HeadClass.vacant, Kind.embassy, "vacant"),
        (HeadClass.ambassador, Kind.delegation, "ambassador"),
        (HeadClass.ambassador, Kind.consulate, "other"),
        (HeadClass.ambassador, Kind.organisation, "other"),
        (HeadClass.ambassador, Kind.person, "other"),
    ],
)
def test_only_the_head_of_an_embassy_or_delegation_is_an_ambassador(head: HeadClass, kind: Kind, expected: str) -> None:
    assert form(replace(RUSSIA, head_class=head, kind=kind)) == expected


def test_an_unknown_gender_is_neutral_and_an_empty_chair_has_none() -> None:
    assert gender(RUSSIA) == "f"
    assert gender(replace(RUSSIA, head_gender=Gender.unknown)) == "n"
    assert gender(headed(HeadClass.vacant)) == "n"
    assert gender(replace(RUSSIA, kind=Kind.organisation)) == "n"


@pytest.mark.parametrize(
    ("stem", "head", "key"),
    [
        ("letter.opening", HeadClass.ambassador, "letter.opening"),
        ("letter.opening", HeadClass.cda_ai, "letter.opening_cda"),
        ("letter.closing", HeadClass.cda_titular, "letter.closing_cda"),
        ("letter.opening", HeadClass.vacant, "letter.opening_vacant"),
        ("letter.hope", HeadClass.cda_ai, "letter.hope"),
        ("letter.purpose", HeadClass.vacant, "letter.purpose"),
        ("salutation", HeadClass.ambassador, "salutation.ambassador"),
        ("salutation", HeadClass.cda_ai, "salutation.cda"),
        ("addressee", HeadClass.cda_titular, "addressee.cda_titular"),
        ("addressee", HeadClass.vacant, "addressee.vacant"),
    ],
)
def test_a_sentence_is_chosen_by_the_head_of_mission(stem: str, head: HeadClass, key: str) -> None:
    assert phrase(stem, headed(head)) == key


def test_organisations_and_persons_get_sentences_of_their_own() -> None:
    company = replace(RUSSIA, kind=Kind.organisation)
    assert phrase("addressee", company) == "addressee.organisation"
    assert phrase("addressee", replace(RUSSIA, kind=Kind.person)) == "addressee.person"
    for stem in ("letter.opening", "letter.closing", "letter.hope", "letter.representative", "letter.link_personal"):
        assert phrase(stem, company) == f"{stem}_other"
    assert phrase("salutation", company) == "salutation.other"


EMBASSIES = {"id": "Kedutaan", "en": "mbassy", "ms": "Kedutaan", "fr": "mbassade", "de": "otschaft", "nl": "mbassade"}
EMBASSIES |= {
    "ru": "осольств",
    "tr": "üyükelçili",
    "ar": "سفار",
    "hi": "राजदूतावास",
    "th": "สถานเอก",
    "vi": "Đại sứ quán",
}
EMBASSIES |= {"zh-Hans": "馆", "ja": "大使館", "ko": "대사관"}


@pytest.mark.parametrize("head", list(HeadClass))
@pytest.mark.parametrize("language", EMBASSIES)
def test_a_delegation_is_never_called_an_embassy(shipped: Catalogues, language: str, head: HeadClass) -> None:
    delegation = replace(RUSSIA, kind=Kind.delegation, head_class=head, head_gender=Gender.m)
    stems = ("salutation", "opening", "closing", "hope", "representative", "link_personal")
    for stem in stems:
        key = phrase(stem if stem == "salutation" else f"letter.{stem}", delegation)
        said = shipped.get(key, language, gender=gender(delegation)).text
        assert EMBASSIES[language] not in said.replace("Botschafter", "").replace("Ambassadeur", ""), key


def test_the_head_of_a_delegation_is_an_ambassador_still() -> None:
    delegation = replace(RUSSIA, kind=Kind.delegation)
    assert phrase("addressee", delegation) == "addressee.ambassador"
    assert phrase("salutation", delegation) == "salutation.ambassador"
    assert phrase("letter.opening", delegation) == "letter.opening"
    assert phrase("letter.closing", delegation) == "letter.closing"


def test_the_head_of_a_consulate_is_addressed_as_one_and_an_empty_one_by_its_name(shipped: Catalogues) -> None:
    consulate = replace(RUSSIA, kind=Kind.consulate)
    assert (phrase("addressee", consulate), phrase("salutation", consulate)) == (
        "addressee.consulate",
        "salutation.consulate",
    )
    assert shipped.get("addressee.consulate", "fr", gender=gender(consulate)).text.startswith("Madame la Cheffe de")
    vacant = replace(consulate, head_class=HeadClass.vacant)
    assert (phrase("addressee", vacant), phrase("salutation", vacant)) == ("addressee.vacant", "salutation.other")
    assert gender(vacant) == "n"


@pytest.mark.parametrize(
    ("kind", "head", "expected"),
    [
        (Kind.embassy, HeadClass.cda_ai, True),
        (Kind.embassy, HeadClass.vacant, False),
        (Kind.consulate, HeadClass.ambassador, True),
        (Kind.consulate, HeadClass.vacant, False),
        (Kind.organisation, HeadClass.ambassador, False),
        (Kind.person, HeadClass.ambassador, False),
    ],
)
def test_a_post_is_named_below_its_heads_title_or_in_one_line(kind: Kind, head: HeadClass, expected: bool) -> None:
    assert named_below(replace(RUSSIA, kind=kind, head_class=head)) == expected


@pytest.mark.parametrize(
    ("language", "sex", "said"),
    [
        ("de", Gender.m, "Sehr geehrter Herr,"),
        ("de", Gender.unknown, "Sehr geehrte Dame, sehr geehrter Herr,"),
        ("fr", Gender.f, "Madame,"),
        ("vi", Gender.m, "Kính thưa Ông,"),
        ("ja", Gender.f, "謹んで申し上げます。"),
    ],
)
def test_a_person_is_greeted_as_one_person(shipped: Catalogues, language: str, sex: Gender, said: str) -> None:
    person = replace(RUSSIA, kind=Kind.person, head_gender=sex)
    assert shipped.get(phrase("salutation", person), language, gender=gender(person)).text == said


def test_vietnamese_asks_every_kind_of_guest_for_a_reply_and_not_embassies_alone(shipped: Catalogues) -> None:
    assert "Đại sứ quán" not in shipped.get("letter.rsvp_request", "vi").text


def test_every_phrase_exists_in_every_language_for_every_recipient(shipped: Catalogues) -> None:
    stems = ("addressee", "salutation", "letter.opening", "letter.closing", "letter.hope", "letter.representative")
    for language in shipped.languages:
        for kind in Kind:
            for head in HeadClass:
                recipient = replace(RUSSIA, kind=kind, head_class=head)
                for stem in (*stems, "letter.link_personal"):
                    found = shipped.get(phrase(stem, recipient), language, gender=gender(recipient))
                    assert language in (found.language, "en-US")


def test_only_an_ambassador_is_excellency(shipped: Catalogues) -> None:
    honour = {"en": "Excellency", "id": "Yang Mulia", "de": "Exzellenz", "ru": "Превосходительство", "ar": "سعاد"}
    honour |= {"fr": "Excellence", "nl": "Excellentie", "ja": "閣下", "zh-Hans": "阁下", "hi": "महामहिम", "th": "ฯพณฯ"}
    for language, word in honour.items():
        for stem in ("salutation", "addressee", "letter.opening", "letter.closing"):
            for head in (HeadClass.cda_ai, HeadClass.cda_titular, HeadClass.vacant):
                for sex in Gender:
                    recipient = replace(headed(head), head_gender=sex)
                    said = shipped.get(phrase(stem, recipient), language, gender=gender(recipient)).text
                    assert word not in said, f"{language} {stem} {head}"
        opening = shipped.get("letter.opening", language).text + shipped.get("salutation.ambassador", language).text
        closing = shipped.get("letter.closing", language).text
        addressee = shipped.get("addressee.ambassador", language, gender="m").text
        assert word in opening + closing + addressee


def test_a_charge_en_titre_is_not_called_ad_interim(shipped: Catalogues) -> None:
    interim = (
        "interim",
        "Interim",
        "a. i.",
        "a.i.",
        "بالإنابة",
        "臨時",
        "临时",
        "Временн",
        "lâm thời",
        "Geçici",
        "tijdelijk",
    )
    for language in shipped.languages:
        for key in ("addressee.cda_titular", "salutation.cda_titular"):
            for sex in ("m", "f", "n"):
                said = shipped.get(key, language, gender=sex).text
                assert not any(word in said for word in interim), f"{language}: {said}"


@pytest.mark.parametrize(
    ("language", "sex", "said"),
    [
        ("fr", "m", "Monsieur l’Ambassadeur,"),
        ("fr", "f", "Madame l’Ambassadrice,"),
        ("ar", "f", "صاحبة السعادة، تحية طيبة وبعد،"),
        ("ru", "f", "Ваше Превосходительство, госпожа Посол!"),
        ("zh-Hans", "n", "尊敬的大使阁下："),
        ("id", "f", "Yang Mulia Duta Besar,"),
        ("ja", "n", "閣下"),
        ("nl", "n", "Excellentie,"),
        ("hi", "n", "महामहिम,"),
    ],
)
def test_salutations_follow_the_gender(shipped: Catalogues, language: str, sex: str, said: str) -> None:
    assert shipped.get("salutation.ambassador", language, gender=sex).text == said


@pytest.mark.parametrize(
    ("kind", "address", "indonesian", "english"),
    [
        (Kind.embassy, (), "di Jakarta", "Jakarta"),
        (Kind.delegation, (), "di Jakarta", "Jakarta"),
        (Kind.embassy, ("Jl. Contoh 1", "Jakarta Selatan 12950"), "di Jakarta", "Jakarta"),
        (Kind.embassy, ("Jl. Contoh 1", "Jakarta Selatan 12950", "Indonesia"), "di Jakarta", "Jakarta"),
        (Kind.embassy, ("Menara Contoh", "Jakarta", "Kotak Pos 17"), "di Jakarta", "Jakarta"),
        (Kind.embassy, ("Jl. Contoh 1",), "di Jakarta", "Jakarta"),
        (Kind.embassy, ("1 Sample Road", "Singapore 238879"), "di Singapore", "Singapore"),
        (Kind.consulate, ("Jl. Contoh 1", "Surabaya 60241"), "di Surabaya", "Surabaya"),
        (Kind.consulate, ("Jl. Jakarta 1, Surabaya 60241", "Indonesia"), "di Surabaya", "Surabaya"),
        (Kind.consulate, ("Jl. Contoh 1", "Jakarta Pusat 10310"), "di Jakarta", "Jakarta"),
        (Kind.consulate, (), "", ""),
        (Kind.organisation, ("Phố Mẫu 2", "Hà Nội 100000"), "di Hà Nội", "Hà Nội"),
        (Kind.organisation, ("Jl. Contoh 1",), "", ""),
        (Kind.organisation, (), "", ""),
        (Kind.person, ("1-2-3 Mihon", "〒100-0001 Tokyo"), "di Tokyo", "Tokyo"),
        (Kind.person, ("1 Sample Road", "London SW1A 2AA"), "di London", "London"),
    ],
)
def test_a_city_is_the_one_of_the_address_and_only_embassies_are_in_the_capital_without_one(
    shipped: Catalogues, kind: Kind, address: tuple[str, ...], indonesian: str, english: str
) -> None:
    recipient = replace(RUSSIA, kind=kind, address_lines=address)
    assert city(recipient, "id", shipped) == indonesian
    assert city(recipient, "en", shipped) == english


def test_the_capital_is_called_what_each_language_calls_it(shipped: Catalogues) -> None:
    assert city(RUSSIA, "ru", shipped) == "г.\u00a0Джакарта"
    assert city(replace(RUSSIA, address_lines=("Jakarta 10310",)), "ar", shipped) == "جاكرتا"
    assert city(replace(RUSSIA, address_lines=("Surabaya 60241",)), "ar", shipped) == "Surabaya"


def test_a_name_stands_with_the_title_of_its_holder_alone() -> None:
    held = replace(RUSSIA, head_name="Nama Contoh")
    assert head_name(held, "id") == head_name(held, "ru") == "Nama Contoh"
    assert head_name(replace(held, head_class=HeadClass.vacant), "id") == ""


@pytest.mark.parametrize("language", ["ja", "ko", "zh-Hans"])
def test_a_bare_name_is_left_out_where_it_would_be_rude(language: str) -> None:
    assert head_name(replace(RUSSIA, head_name="Yamada Taro"), language) == ""
