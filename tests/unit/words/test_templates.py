"""Templates speak one language, escape every value and hold nothing that could bite."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invites.errors import TemplateError
from invites.words.catalogue import Catalogues
from invites.words.jinja import Templates

from .conftest import SHIPPED, Write

LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"
HOSTILE = '<script>alert(1)</script> & "quoted" {{ 7*7 }} {phone}'
SAFE = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#34;quoted&#34; {{ 7*7 }} {phone}"

#: a workspace whose Dutch is not finished
TEXTS = {
    "en": 'msgid "greet"\nmsgstr "Dear {name}, <b>welcome</b>"\n\nmsgid "call"\nmsgstr "Call {phone}"\n',
    "id": 'msgid "greet"\nmsgstr "Yth. {name}"\n\nmsgid "call"\nmsgstr "Telepon {phone}"\n',
    "nl": 'msgid "call"\nmsgstr "Bel {phone}"\n',
    "ar": 'msgid "call"\nmsgstr "هاتف {phone}"\n',
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    name: str


class Say:
    """Renders one-off templates with the little catalogues above."""

    def __init__(self, folder: Path, write: Write) -> None:
        for language, texts in TEXTS.items():
            write(f"locales/{language}/LC_MESSAGES/invites.po", texts)
        self._write = write
        self._folder = folder

    def __call__(self, source: str, language: str = "en", name: str = "page.html", **values: object) -> str:
        self._write(name, source)
        return Templates([self._folder], Catalogues([self._folder])).render(name, language, **values)


@pytest.fixture
def say(tmp_path: Path, write: Write) -> Say:
    return Say(tmp_path, write)


def test_a_text_is_said_in_the_language_of_the_page(say: Say) -> None:
    assert say("{{ t('call', phone=1) }} {{ language }}", "nl") == "Bel <bdi>1</bdi> nl"


def test_another_language_can_be_asked_for(say: Say) -> None:
    assert say("{{ t('call', lang='id', phone=1) }}", "nl") == "Telepon <bdi>1</bdi>"


def test_a_macro_speaks_the_language_of_the_page_that_imports_it(say: Say, write: Write) -> None:
    write("parts.html", "{% macro call(n) %}{{ t('call', phone=n) }}{% endmacro %}")
    source = "{% from 'parts.html' import call %}{{ call(1) }}"
    assert say(source, "nl") == "Bel <bdi>1</bdi>"
    assert say(source, "id") == "Telepon <bdi>1</bdi>"


def test_a_hostile_value_prints_as_text(say: Say) -> None:
    assert say("{{ t('call', phone=x) }}", x=HOSTILE) == f"Call <bdi>{SAFE}</bdi>"
    assert say("{{ x }}", x=HOSTILE) == SAFE
    assert say("{{ ltr(x) }}", x=HOSTILE) == f'<bdi dir="ltr">{SAFE}</bdi>'
    assert say("{{ guest.name }}", guest=Guest(name=HOSTILE)) == SAFE


def test_markup_in_a_catalogue_prints_as_text_too(say: Say) -> None:
    assert say("{{ t('greet', name='Sari') }}") == "Dear <bdi>Sari</bdi>, &lt;b&gt;welcome&lt;/b&gt;"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.tags.append("comment")


@settings(deadline=None)
@given(value=st.text(alphabet=st.characters(exclude_characters="\r\x00", exclude_categories=["Cs"]), max_size=60))
def test_no_value_ever_makes_markup(shipped: Catalogues, value: str) -> None:
    reader = _Reader()
    environment = Templates([SHIPPED], shipped)._environment("en")
    reader.feed(environment.from_string("{{ t('letter.subject', event_title=x) }}").render(x=value))
    reader.close()
    assert reader.tags == ["bdi"]
    assert reader.text == f"Invitation: {value}"


@pytest.mark.parametrize("name", ["a.html", "a.html.j2", "a.svg", "a.xml", "a.ics", "a.j2", "a", "txt", "a.txt.html"])
def test_every_name_but_a_text_file_is_escaped(say: Say, name: str) -> None:
    assert say("{{ x }}", name=name, x="<&>") == "&lt;&amp;&gt;"


@pytest.mark.parametrize("name", ["mail/a.txt", "mail/a.txt.j2"])
def test_a_text_file_is_not(say: Say, name: str) -> None:
    assert say("{{ x }} {{ t('call', phone='<&>') }}", name=name, x="<&>") == "<&> Call <&>"


def test_a_telephone_number_keeps_its_direction_in_arabic(say: Say) -> None:
    source = "{{ t('call', phone=ltr('+62 511')) }}|{{ ltr('+62 511') }}"
    assert say(source, "ar") == 'هاتف <bdi dir="ltr">+62 511</bdi>|<bdi dir="ltr">+62 511</bdi>'
    assert say(source, "ar", name="a.txt") == f"هاتف {LRI}+62 511{PDI}|{LRI}+62 511{PDI}"


def test_plain_text_in_other_languages_has_no_invisible_marks(say: Say) -> None:
    assert (
        say("{{ t('call', phone=ltr('+62 511')) }}|{{ ltr('+62 511') }}", "nl", name="a.txt") == "Bel +62 511|+62 511"
    )


def test_a_text_for_an_attribute_has_no_markup_inside(say: Say) -> None:
    said = say("""<a title="{{ plain('greet', name=x) }}">""", x='"Sari" & Budi')
    assert said == '<a title="Dear &#34;Sari&#34; &amp; Budi, &lt;b&gt;welcome&lt;/b&gt;">'


def test_english_in_place_of_a_missing_text_says_that_it_is_english(say: Say) -> None:
    assert say("{{ t('greet', name='Sari') }}", "nl").startswith('<span lang="en" dir="ltr">Dear <bdi>Sari</bdi>')
    assert say("{{ t('greet', name='Sari') }}", "ar").startswith('<span lang="en" dir="ltr">Dear <bdi>Sari</bdi>')
    assert say("{{ t('greet', name='Sari') }}", "ar", name="a.txt") == "Dear Sari, <b>welcome</b>"


def test_american_pages_take_british_texts_without_remark(shipped: Catalogues) -> None:
    templates = Templates([SHIPPED], shipped)
    assert templates._environment("en-US").from_string("{{ t('label.venue') }}").render() == "Venue"


@pytest.mark.parametrize(
    "trick",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ guest.__class__ }}",
        "{{ guest.__init__.__globals__ }}",
        "{{ t.__globals__ }}",
        "{{ t.__closure__ }}",
        "{{ guest|attr('__class__') }}",
        "{{ '{0.__class__}'.format(guest) }}",
        "{{ ('%s' ~ '{0.__class__}').format(guest) }}",
        "{{ ''['__class__'] }}",
        "{{ words.append('x') }}",
        "{{ words.pop() }}",
        "{{ facts.clear() }}",
        "{{ facts.update(a=1) }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ range(1000000000)|list }}",
        "{% include '../secret.html' %}",
        "{% include '/etc/passwd' %}",
        "{{ undefined_name }}",
        "{{ guest.nobody }}",
        "{{ nothing }}",
    ],
)
def test_a_template_can_not_leave_its_box(say: Say, trick: str) -> None:
    values = {"guest": Guest(name="Sari"), "words": ["a"], "facts": {"a": 1}, "nothing": None}
    with pytest.raises(TemplateError):
        say(trick, **values)
    assert values["words"] == ["a"]
    assert values["facts"] == {"a": 1}


@pytest.mark.parametrize(
    ("source", "key", "line"),
    [
        ("one\ntwo\n{{ nobody.name }}\n", "template_failed", 3),
        ("one\n{% if %}\n", "template_broken", 2),
        ("one\n\n\n{{ t('no.such.key') }}", "template_failed", 4),
        ("one\n{{ t('call') }}", "template_failed", 2),
        ("{{ 1 / 0 }}", "template_failed", 1),
    ],
)
def test_a_fault_is_told_with_template_and_line(say: Say, source: str, key: str, line: int) -> None:
    with pytest.raises(TemplateError) as caught:
        say(source, name="letter/letter.html")
    assert caught.value.key == key
    assert (caught.value.fields["template"], caught.value.fields["line"]) == ("letter/letter.html", line)


def test_a_fault_in_an_included_file_names_that_file(say: Say, write: Write) -> None:
    write("letter/part.html", "\n{{ nobody }}")
    with pytest.raises(TemplateError) as caught:
        say("\n\n\n\n{% include 'letter/part.html' %}", name="letter/letter.html")
    assert (caught.value.fields["template"], caught.value.fields["line"]) == ("letter/part.html", 2)


def test_a_template_that_is_not_there_is_named(say: Say) -> None:
    with pytest.raises(TemplateError) as caught:
        say("{% include 'gone.html' %}")
    assert (caught.value.key, caught.value.fields["template"]) == ("template_missing", "gone.html")


def test_a_workspaces_template_comes_before_the_shipped_one(tmp_path: Path, write: Write) -> None:
    shipped = tmp_path / "shipped"
    write("shipped/locales/en/LC_MESSAGES/invites.po", TEXTS["en"])
    for name, content in {"shipped/a.html": "shipped a", "shipped/b.html": "shipped b", "own/a.html": "own a"}.items():
        write(name, content)
    folders = [tmp_path / "own", shipped]
    templates = Templates(folders, Catalogues(folders))
    assert templates.render("a.html", "en") == "own a"
    assert templates.render("b.html", "en") == "shipped b"


START = datetime(2024, 3, 5, 9, tzinfo=ZoneInfo("Asia/Makassar"))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("date_full(day)", "Selasa, 5 Maret 2024"),
        ("date_full(day, 'en')", "Tuesday, 5 March 2024"),
        ("date_long(day)", "5 Maret 2024"),
        ("clock(start)", "09.00 WITA"),
        ("clocks(start)", "09.00 WITA (08.00 WIB)"),
        ("span(start, none)", "09.00 WITA (08.00 WIB)"),
        ("deadline(start)", "Selasa, 5 Maret 2024 pukul 09.00 WITA (08.00 WIB)"),
        ("number(364628)", "364.628"),
        ("number(364628, 'hi')", "3,64,628"),
        ("direction('ar')", "rtl"),
        ("zone_key(start)", "tz.wita"),
    ],
)
def test_templates_write_dates_in_the_language_of_the_page(say: Say, call: str, said: str) -> None:
    assert say(f"{{{{ {call} }}}}", "id", day=date(2024, 3, 5), start=START) == said


def test_each_language_has_its_own_voice_in_one_templates(shipped: Catalogues, tmp_path: Path, write: Write) -> None:
    write("a.html", "{{ t('label.venue') }}")
    templates = Templates([tmp_path], shipped)
    assert [templates.render("a.html", tag) for tag in ("id", "ja", "id")] == ["Tempat", "会場", "Tempat"]
