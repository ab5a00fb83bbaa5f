"""Names on a page in the other language: colleagues under the name the reader has for them, the rest with its `lang`."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.utils.translation import override
from markupsafe import Markup, escape

from boothline.accounts.people import User, add_person
from boothline.core.actors import SYSTEM
from boothline.core.slots import colleague
from boothline.customers.grades import set_grade
from boothline.ui.jinja import address, cap, columns, command, day, said, spoken, unbroken

pytestmark = pytest.mark.django_db
APART = re.compile(r'[.?!]"[^{}<]*\}\}(?:\{%[^%]*%\})* (?:\{%[^%]*%\})*\{\{ ?(?:_|ngettext)\("[A-Z]')


def test_what_is_written_in_the_other_language_says_so():
    with override("en"):
        assert spoken("Edit 光速贸易") == 'Edit <span lang="zh-CN">光速贸易</span>'
        assert spoken("筒灯 8 瓦（白）, <b>") == '<span lang="zh-CN">筒灯 8 瓦（白）</span>, &lt;b&gt;'
        assert spoken("Nordlicht GmbH") == "Nordlicht GmbH" and spoken(Markup("<b>光</b>")) == "<b>光</b>"
    with override("zh-hans"):
        assert spoken("Nordlicht GmbH") == '<span lang="en">Nordlicht GmbH</span>'
        assert [str(spoken(words)) for words in ("光速贸易 Ltd", "SO-0001", "60 cm", "DL08-NW")] == [
            "光速贸易 Ltd",
            "SO-0001",
            "60 cm",
            "DL08-NW",
        ]


def test_no_line_breaks_a_chinese_name():
    """In an English line three characters are a name; in a Chinese sentence those that it is told to be about."""
    with override("en"):
        assert spoken("Asked for: 王珂") == 'Asked for: <span lang="zh-CN" class="nw">王珂</span>'
        assert unbroken("王珂 came", ["王珂"]) == "王珂 came"
    with override("zh-hans"):
        assert unbroken("林梅接待林梅林 <b>", ["林梅林", "林梅", "Lin Mei", "Nordlicht GmbH", ""]) == (
            '<span class="nw">林梅</span>接待<span class="nw">林梅林</span> &lt;b&gt;'
        )
        assert unbroken("展客通新增展会", ["江南国际照明展览会"]) == "展客通新增展会"


def test_an_address_and_a_command_break_where_one_reads_on():
    assert address("haoran@minglan.example") == "haoran@<wbr>minglan.example" and address("<a@b>") == "&lt;a@<wbr>b&gt;"
    assert address("write to a@b.example") == "write to a@b.example"
    assert command("boothline run --tls") == " ".join(f'<span class="nw">{word}</span>' for word in ("boothline", "run", "--tls"))


def test_a_day_or_a_name_in_a_label_stays_what_it_is_shown_as():
    """Its tags are never read by a person."""
    with override("en"):
        shown = day(date(2027, 1, 5))
        assert cap(Markup("planned for %s") % shown) == f"Planned for {shown}" and isinstance(cap(Markup("x")), Markup)
        assert said("question", spoken("能调光吗 <b>")) == 'Question: <span lang="zh-CN">能调光吗</span> &lt;b&gt;'
        assert escape(said("a <b>", "c <d>")) == "A &lt;b&gt;: c &lt;d&gt;" == said("a <b>", Markup("c &lt;d&gt;"))


def test_a_colleagues_kept_name_is_read_in_latin_letters_where_there_are_some(world):
    add_person(by=SYSTEM, username="su", name="苏敏", name_latin="Su Min", roles=["sales"])
    add_person(by=SYSTEM, username="twin", name="李娜", name_latin="Li Na", roles=["sales"])
    add_person(by=SYSTEM, username="other", name="李娜", name_latin="Lina Lee", roles=["sales"])
    assert colleague("苏敏") == "苏敏"
    with override("en"):
        assert [colleague(name) for name in ("苏敏", "李娜", "周明", SYSTEM.name)] == ["Su Min", "李娜", "周明", SYSTEM.latin]


def test_a_page_in_english_names_a_colleague_in_latin_and_a_firm_in_its_own_language(client, world):
    User.objects.filter(username="mei").update(name="林梅", name_latin="Lin Mei", language="en")
    customer = world.take()
    set_grade(customer, by=world.mei, grade="A", reason="下半年有大工程要做")
    client.force_login(User.objects.get(username="mei"))
    assert "set by Lin Mei" in client.get(f"/customers/{customer.pk}/").content.decode()
    assert f'<span lang="zh-CN">{customer.name}</span></a>' in client.get("/customers/").content.decode()


def test_a_chinese_character_is_as_wide_as_two_letters():
    assert columns("grade A") == 7 and columns("A级") == 3 and columns("") == 0


def test_nothing_stands_between_two_chinese_sentences():
    """A page says `gap()` there: a space in English only."""
    assert APART.search('{{ _("One.") }}{% if more %} {{ _("Two.") }}') and not APART.search('{{ _("One.") }}{{ gap() }}{{ _("Two.") }}')
    pages = Path(__file__).resolve().parents[2].glob("boothline/*/jinja2/**/*.html")
    assert [str(page) for page in pages if APART.search(page.read_text("utf-8"))] == []
