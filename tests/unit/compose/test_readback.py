"""A finished letter is read again: nothing of another guest's, and nothing of its own missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from invites.compose.letter import compose_documents
from invites.compose.mail import compose_invitation_mail, compose_note_mail
from invites.compose.readback import Register, check_letter, check_mail
from invites.errors import RenderError
from invites.model.batch import Invitation
from invites.model.event import Event, LinkOn, Signatory, SignatoryKind
from invites.model.link import Link
from invites.model.message import Form, Letter, Mail
from invites.model.recipient import Channel, Gender, HeadClass, Kind

from .missions import CATALOGUES, EMBASSIES, JAKARTA, TEMPLATES, invitation
from .test_forms import FULL

CARD = replace(FULL, link_on=LinkOn.card)
HEADS = {"CN": "Orang Pertama Contoh", "KR": "Orang Kedua Contoh"}
EVERY = tuple(Form)


def links() -> dict[str, Link]:
    tokens = {code: f"{n:02}" * 13 for n, code in enumerate(EMBASSIES)}
    return {
        code: Link(event="jakarta", code=code, token=token, url=f"https://undangan.kalsel.example/r/{token}")
        for code, token in tokens.items()
    }


LINKS = links()
NUMBERED = {
    code: replace(invitation(JAKARTA, code, head_name=HEADS.get(code, "")), number=f"500.2/{n}/CONTOH/2027")
    for n, code in enumerate(EMBASSIES, 1)
}
REGISTER = Register((each, LINKS[code]) for code, each in NUMBERED.items())


def made(
    invited: Invitation, event: Event = FULL, wanted: tuple[Form, ...] | None = None, translation: str | None = None
) -> tuple[Letter, ...]:
    return compose_documents(
        event,
        invited,
        LINKS[invited.code],
        templates=TEMPLATES,
        catalogues=CATALOGUES,
        wanted=wanted,
        translation=translation,
    )


def check(
    letter: Letter,
    code: str = "JP",
    event: Event = FULL,
    invited: Invitation | None = None,
    register: Register = REGISTER,
) -> None:
    check_letter(letter, event, invited or NUMBERED[code], LINKS[code], register=register, catalogues=CATALOGUES)


def refused(letter: Letter, code: str = "JP", **options: object) -> tuple[str, object]:
    """Key and `what` of the error."""
    with pytest.raises(RenderError) as caught:
        check(letter, code, **options)  # type: ignore[arg-type]
    assert (caught.value.fields["event"], caught.value.fields["code"]) == ("jakarta", code)
    return caught.value.key, caught.value.fields["what"]


@pytest.mark.parametrize("event", [FULL, CARD], ids=["link on the letter", "link on a card"])
@pytest.mark.parametrize("code", EMBASSIES)
def test_every_form_of_each_of_the_sixteen_passes_beside_the_fifteen_others(code: str, event: Event) -> None:
    for wanted in (None, *((form,) for form in EVERY)):
        for letter in made(NUMBERED[code], event, wanted):
            check(letter, code, event)


@pytest.mark.parametrize("code", ["JP", "SA", "US"])
def test_a_letter_in_english_in_place_of_a_translation_passes(code: str) -> None:
    check(made(NUMBERED[code], translation="en")[0], code)


def leaks() -> Iterator[tuple[str, str]]:
    korea = EMBASSIES["KR"]
    yield "name in Indonesian", korea.name_id
    yield "name in English", korea.name_en
    yield "name in its own language", korea.mission_name_local
    yield "inflected name", EMBASSIES["RU"].mission_to_local
    yield "person", HEADS["KR"]
    yield "number", NUMBERED["KR"].number
    yield "link", LINKS["KR"].url
    yield "token", LINKS["KR"].token


@pytest.mark.parametrize("leak", [leak for _, leak in leaks()], ids=[name for name, _ in leaks()])
@pytest.mark.parametrize("around", ["<p>{}</p>", "<p>の{}を</p>", '<p title="{}">.</p>', "<p><b>{}</b>, .</p>"])
@pytest.mark.parametrize("sheet", range(7))
def test_a_sheet_that_holds_what_is_anothers_is_refused(sheet: int, around: str, leak: str) -> None:
    (letter,) = made(NUMBERED["JP"])
    parts = letter.html.split("</article>")
    parts[sheet] += around.format(leak)
    key, what = refused(replace(letter, html="</article>".join(parts)))
    assert key == "letter_foreign"
    assert what in (leak, "https://…")
    assert LINKS["KR"].token not in str(what)


def test_a_name_that_begins_like_anothers_is_not_taken_for_it() -> None:
    niger = replace(
        NUMBERED["AU"],
        code="NE",
        recipient=replace(
            EMBASSIES["AU"],
            code="NE",
            name_id="Kedutaan Besar Niger",
            name_en="Embassy of Niger",
            mission_to_en="Embassy of Niger",
            mission_to_id="",
        ),
    )
    nigeria = replace(
        NUMBERED["AU"],
        code="AU",
        recipient=replace(
            EMBASSIES["AU"],
            name_id="Kedutaan Besar Nigeria",
            name_en="Embassy of Nigeria",
            mission_name_local="Embassy of Nigeria",
        ),
    )
    both = Register([(niger, None), (nigeria, None)])
    (letter,) = made(nigeria)
    check(letter, "AU", invited=nigeria, register=both)
    wrong = replace(letter, html=letter.html.replace("</article>", "<p>Embassy of Niger</p></article>", 1))
    assert refused(wrong, "AU", invited=nigeria, register=both) == ("letter_foreign", "Embassy of Niger")


def test_a_number_that_all_letters_share_is_nobodys_own() -> None:
    shared = [(invitation(JAKARTA, code), LINKS[code]) for code in EMBASSIES]
    (letter,) = made(shared[0][0])
    check(letter, shared[0][0].code, invited=shared[0][0], register=Register(shared))


def test_what_the_event_says_to_everybody_gives_nobody_away() -> None:
    host = replace(FULL, contact=replace(FULL.contact, name=HEADS["KR"]))
    check(made(NUMBERED["JP"], host)[0], event=host)


def test_the_qr_code_of_another_is_refused() -> None:
    (letter,), (other,) = made(NUMBERED["JP"]), made(NUMBERED["KR"])
    swapped = replace(letter, assets={**letter.assets, "qr.svg": other.assets["qr.svg"]})
    assert refused(swapped) == ("letter_foreign", "QR")


@pytest.mark.parametrize(
    "own",
    [NUMBERED["JP"].number, EMBASSIES["JP"].name_id, EMBASSIES["JP"].mission_name_local, LINKS["JP"].url],
)
def test_a_letter_without_what_is_its_own_is_refused(own: str) -> None:
    (letter,) = made(NUMBERED["JP"])
    head, _, body = letter.html.partition("<body>")
    key, what = refused(replace(letter, html=f"{head}<body>{body.replace(own, '–')}"))
    assert key in ("letter_lacks", "letter_address_form")
    assert what in (own, "https://…")


@pytest.mark.parametrize("form", [Form.letter, Form.update, Form.thanks, Form.card])
@pytest.mark.parametrize(
    "other",
    [
        {"head_class": HeadClass.ambassador},
        {"head_class": HeadClass.cda_titular},
        {"head_class": HeadClass.vacant},
        {"kind": Kind.organisation},
    ],
    ids=str,
)
def test_a_charge_daffaires_in_the_words_due_to_another_rank_is_refused(form: Form, other: dict[str, object]) -> None:
    charge = invitation(JAKARTA, "DE", head_class=HeadClass.cda_ai)
    wrong = replace(charge, recipient=replace(charge.recipient, **other))  # type: ignore[arg-type]
    register = Register([(charge, LINKS["DE"])])
    check(made(charge, wanted=(form,))[0], "DE", invited=charge, register=register)
    assert refused(made(wrong, wanted=(form,))[0], "DE", invited=charge, register=register)[0] == "letter_address_form"


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("head", list(HeadClass))
@pytest.mark.parametrize("code", ["AU", "JP", "RU"])
def test_every_kind_of_guest_passes_whoever_heads_it(kind: Kind, head: HeadClass, code: str) -> None:
    guest = invitation(JAKARTA, code, kind=kind, head_class=head, head_name="Nama Contoh")
    register = Register([(guest, LINKS[code])])
    for form in (Form.letter, Form.update, Form.card, Form.note):
        for letter in made(guest, wanted=(form,)):
            check(letter, code, invited=guest, register=register)


@pytest.mark.parametrize("form", [Form.letter, Form.cancellation, Form.card])
def test_an_ambassador_in_the_words_due_to_a_woman_is_refused_when_he_is_a_man(form: Form) -> None:
    man = invitation(JAKARTA, "FR", head_class=HeadClass.ambassador, head_gender=Gender.m)
    woman = replace(man, recipient=replace(man.recipient, head_gender=Gender.f))
    register = Register([(man, LINKS["FR"])])
    check(made(man, wanted=(form,))[0], "FR", invited=man, register=register)
    key, what = refused(made(woman, wanted=(form,))[0], "FR", invited=man, register=register)
    assert key == "letter_address_form"
    assert "Ambassad" in str(what)


def test_a_salutation_beside_the_right_one_is_refused_too() -> None:
    charge = invitation(JAKARTA, "DE", head_class=HeadClass.cda_ai)
    (letter,) = made(charge, wanted=(Form.letter,))
    excellency = "<p>Exzellenz, sehr geehrter Herr Botschafter,</p>"
    wrong = replace(letter, html=letter.html.replace("</article>", f"{excellency}</article>"))
    assert refused(wrong, "DE", invited=charge)[0] == "letter_address_form"


@pytest.mark.parametrize("secret", [LINKS["JP"].url, LINKS["JP"].token])
def test_a_copy_that_holds_its_own_link_is_refused(secret: str) -> None:
    invited = NUMBERED["JP"]
    (copy,) = compose_documents(FULL, invited, None, templates=TEMPLATES, catalogues=CATALOGUES)
    check_letter(copy, FULL, invited, None, register=REGISTER, catalogues=CATALOGUES)
    leaked = replace(copy, html=copy.html.replace("</article>", f"<p>{secret}</p></article>", 1))
    with pytest.raises(RenderError) as caught:
        check_letter(leaked, FULL, invited, None, register=REGISTER, catalogues=CATALOGUES)
    assert (caught.value.key, caught.value.fields["what"]) == ("letter_foreign", "https://…")


def test_thousands_of_other_names_cost_a_letter_nothing() -> None:
    others = [
        (
            replace(
                NUMBERED["JP"],
                code=f"ORG-{n}",
                number=f"500.2/{n + 100}/CONTOH/2027",
                recipient=replace(
                    EMBASSIES["AU"], code=f"ORG-{n}", name_id=f"Kamar Dagang Contoh {n}", name_en=f"Sample Chamber {n}"
                ),
            ),
            None,
        )
        for n in range(5000)
    ]
    register = Register([(NUMBERED["JP"], LINKS["JP"]), *others])
    (letter,) = made(NUMBERED["JP"])
    check(letter, register=register)
    leaked = replace(letter, html=letter.html.replace("</article>", "<p>Sample Chamber 4711</p></article>", 1))
    assert refused(leaked, register=register) == ("letter_foreign", "Sample Chamber 4711")


def verified(invited: Invitation) -> str:
    """An address as letters print it, another for each."""
    return f"https://undangan.kalsel.example/v/7q3k9-{list(EMBASSIES).index(invited.code):05}"


VERIFIABLE = Register(((each, LINKS[code]) for code, each in NUMBERED.items()), verified)


def printed(code: str, address: str) -> Letter:
    (letter,) = compose_documents(
        FULL, NUMBERED[code], LINKS[code], templates=TEMPLATES, catalogues=CATALOGUES, verification=address
    )
    return letter


def check_verified(letter: Letter, code: str, address: str) -> None:
    check_letter(
        letter,
        FULL,
        NUMBERED[code],
        LINKS[code],
        register=VERIFIABLE,
        catalogues=CATALOGUES,
        verification=address,
    )


@pytest.mark.parametrize("code", ["JP", "SA"])
def test_a_letter_with_its_own_verification_address_passes(code: str) -> None:
    own = verified(NUMBERED[code])
    check_verified(printed(code, own), code, own)


def test_a_letter_with_the_verification_code_of_another_or_with_none_is_refused() -> None:
    own, other = verified(NUMBERED["JP"]), verified(NUMBERED["KR"])
    for wrong in (printed("JP", other), printed("JP", "")):
        with pytest.raises(RenderError) as caught:
            check_verified(wrong, "JP", own)
        assert (caught.value.key, caught.value.fields["what"]) == ("letter_lacks", own)
    for leak in (other, other.rpartition("/")[2], other.rpartition("/")[2].replace("-", "")):
        letter = printed("JP", own)
        both = replace(letter, html=letter.html.replace("</article>", f"<p>{leak}</p></article>", 1))
        with pytest.raises(RenderError) as caught:
            check_verified(both, "JP", own)
        assert (caught.value.key, caught.value.fields["what"]) == ("letter_foreign", leak)


def test_a_specimen_that_could_be_found_genuine_is_refused() -> None:
    own = verified(NUMBERED["JP"])
    check_verified(printed("JP", ""), "JP", "")
    with pytest.raises(RenderError) as caught:
        check_verified(printed("JP", own), "JP", "")
    assert caught.value.key == "letter_foreign"


MINISTRY = {
    "name_id": "Kementerian Luar Negeri Republik Indonesia",
    "name_en": "Ministry of Foreign Affairs of the Republic of Indonesia",
    "mission_to_en": "the Ministry of Foreign Affairs of the Republic of Indonesia",
}
SIGNATORY = {"name_id": "Kepala Dinas Perdagangan", "name_en": "Governor of South Kalimantan"}


@pytest.mark.parametrize("guest", [MINISTRY, SIGNATORY], ids=["ministry", "signatory"])
@pytest.mark.parametrize("kind", list(SignatoryKind))
def test_the_ministry_and_the_signatory_may_be_guests_without_closing_the_door_on_the_others(
    guest: dict[str, object], kind: SignatoryKind
) -> None:
    unsaid = {"mission_name_local": "", "mission_to_local": "", "mission_to_id": ""}
    office = invitation(JAKARTA, "AU", kind=Kind.organisation, **{**unsaid, **guest})
    event = replace(FULL, signatory=Signatory(kind=kind, name="Nama Pejabat"))
    for channel in Channel:
        invited = invitation(JAKARTA, "JP", channel=channel)
        register = Register([(invited, LINKS["JP"]), (office, LINKS["AU"])])
        for form in (Form.letter, Form.note, Form.card):
            for letter in made(invited, event, wanted=(form,)):
                check(letter, "JP", event, invited=invited, register=register)
        mail = mail_of("JP", through=True, invited=invited)
        check_mail(mail, event, invited, LINKS["JP"], register=register, catalogues=CATALOGUES)


def mail_of(code: str, *, through: bool = False, copy: bool = False, invited: Invitation | None = None) -> Mail:
    """The covering mail, to the post or to the ministry."""
    own, secret = invited or NUMBERED[code], None if copy else LINKS[code]
    if through or secret is None:
        return compose_note_mail(FULL, own, secret, templates=TEMPLATES, catalogues=CATALOGUES)
    return compose_invitation_mail(FULL, own, secret, templates=TEMPLATES, catalogues=CATALOGUES)


def check_its_mail(mail: Mail, code: str, *, copy: bool = False) -> None:
    secret = None if copy else LINKS[code]
    check_mail(mail, FULL, NUMBERED[code], secret, register=VERIFIABLE, catalogues=CATALOGUES)


WAYS = [{}, {"through": True}, {"copy": True}]


@pytest.mark.parametrize("way", WAYS, ids=["to the post", "to hand on", "a copy"])
@pytest.mark.parametrize("code", EMBASSIES)
def test_the_mail_of_each_of_the_sixteen_passes_beside_the_fifteen_others(code: str, way: dict[str, bool]) -> None:
    check_its_mail(mail_of(code, **way), code, copy="copy" in way)


@pytest.mark.parametrize("leak", [leak for _, leak in leaks()], ids=[name for name, _ in leaks()])
@pytest.mark.parametrize("way", WAYS, ids=["to the post", "to hand on", "a copy"])
def test_a_mail_that_holds_what_is_anothers_is_refused(way: dict[str, bool], leak: str) -> None:
    mail = mail_of("SA", **way)
    for wrong in (
        replace(mail, subject=f"{mail.subject} – {leak}"),
        replace(mail, text=f"{mail.text}\u2068{leak}\u2069.\n"),
        replace(mail, html=mail.html.replace("</body>", f"<p>{leak}</p></body>")),
        replace(mail, html=mail.html.replace("</body>", f'<a href="{leak}">.</a></body>')),
    ):
        with pytest.raises(RenderError) as caught:
            check_its_mail(wrong, "SA", copy="copy" in way)
        assert (caught.value.key, caught.value.fields["other"]) == ("letter_foreign", "RU" if "осс" in leak else "KR")
        assert LINKS["KR"].token not in str(caught.value.fields["what"])


@pytest.mark.parametrize("own", [NUMBERED["SA"].number, LINKS["SA"].url], ids=["number", "link"])
def test_a_mail_without_its_own_number_or_link_is_refused(own: str) -> None:
    mail = mail_of("SA")
    for wrong in (replace(mail, text=mail.text.replace(own, "–")), replace(mail, html=mail.html.replace(own, "–"))):
        with pytest.raises(RenderError) as caught:
            check_its_mail(wrong, "SA")
        assert caught.value.key == "letter_lacks"


def test_a_copy_by_mail_holds_no_link_its_own_neither() -> None:
    with pytest.raises(RenderError) as caught:
        check_its_mail(mail_of("SA", through=True), "SA", copy=True)
    assert (caught.value.key, caught.value.fields["what"]) == ("letter_foreign", "https://…")
