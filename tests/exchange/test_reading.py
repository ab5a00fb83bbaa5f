"""What a card or a line says: versions, encodings, headings, delimiters; and what is wrong with it, named by its row."""

import pytest
import vobject

from boothline.core.errors import Refused
from boothline.exchange import cards, contact_tables, text_tables, workbooks
from boothline.exchange.headings import meaning
from boothline.exchange.mapping import Wishes, settle
from boothline.exchange.reading import Source, encoding_of, read
from boothline.exchange.rows import content_of, id_of

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def card_rows(text: str | bytes, encoding: str = "utf-8"):
    data = text if isinstance(text, bytes) else text.encode(encoding)
    return list(cards.rows_of(Source("a.vcf", "vcard", data, encoding_of(data, "a.vcf"))))


def people_in(source: Source):
    read_as = {"csv": text_tables.tables_of, "workbook": workbooks.tables_of}[source.form]
    tables = read_as(source)
    assert {settle(table, "", Wishes()).kind for table in tables} == {"contact"}
    return [row for table in tables for row in contact_tables.rows_of(table) if row.person or row.reason]


def csv_rows(text: str | bytes):
    data = text if isinstance(text, bytes) else text.encode()
    return people_in(Source("a.csv", "csv", data, encoding_of(data, "a.csv")))


def only(rows):
    assert len(rows) == 1 and rows[0].person, rows
    return rows[0].person


OLD = """BEGIN:VCARD
VERSION:2.1
N;LANGUAGE=de;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg;;;
FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:J=F6rg M=FCller
ORG;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:=C4=CF=BE=A9=
=B5=E7=C6=F7
TITLE;CHARSET=UTF-8;ENCODING=BASE64:6ZSA5ZSu57uP55CG
TEL;WORK;VOICE:+49 40 1234-0
TEL;CELL;PREF:+49 170 1234567
TEL;WORK;FAX:+49 40 1234-99
EMAIL;PREF;INTERNET:joerg@nordlicht.example
ADR;WORK:;;Hafenstr. 1;Hamburg;;20095;Germany
NOTE;ENCODING=QUOTED-PRINTABLE:first line=0D=0Asecond=
 line
PHOTO;ENCODING=BASE64;JPEG:
 /9j/4AAQSkZJRg
 AB

END:VCARD
"""


def test_a_card_of_2_1_with_a_charset_for_each_property():
    person = only(card_rows(OLD.replace("\n", "\r\n")))
    assert (person.name, person.company, person.title) == ("Jörg Müller", "南京电器", "销售经理")
    assert person.phones == ["+49 170 1234567", "+49 40 1234-0"]
    assert person.emails == ["joerg@nordlicht.example"]
    assert (person.address, person.country) == ("Hafenstr. 1, Hamburg, 20095", "Germany")
    assert person.note == "first line\nsecondline\n\nFax: +49 40 1234-99"


def test_a_card_of_3_0_grouped_folded_and_escaped():
    person = only(
        card_rows(
            "BEGIN:VCARD\nVERSION:3.0\nFN:Zhang Wei\\, Dr.\nN:Zhang;Wei;;;\nORG:Light\\; Speed;Export\n"
            'item1.TEL;X-ID="a:b;c":+86 139 0000 2046\nitem1.X-ABLabel:_$!<Other>!$_\n'
            "item2.EMAIL;TYPE=INTERNET;TYPE=pref:wei@li\n ght.example\nURL:http\\://light.example\nX-WECHAT:zw_light\n"
            "PHOTO;ENCODING=b:/9j/\n 4AAQ\nEND:VCARD\n"
        )
    )
    assert (person.name, person.company, person.note) == ("Zhang Wei, Dr.", "Light; Speed", "Department: Export")
    assert (person.phones, person.emails) == (["+86 139 0000 2046"], ["wei@light.example"])
    assert person.chats == {"web": "http://light.example", "wechat": "zw_light"}


def test_a_card_of_4_0_with_addresses_as_uris():
    person = only(
        card_rows(
            "BEGIN:VCARD\nVERSION:4.0\nN:张;伟;;;\nTEL;VALUE=uri;PREF=1:tel:+86-139-0000-2046;ext=12\nEMAIL:mailto:wei@light.example\n"
            "IMPP:weixin:zw_light\nADR:;;科技路 8 号;深圳;广东;518000;中国\nEND:VCARD"
        )
    )
    assert (person.name, person.phones, person.emails) == ("张伟", ["+86-139-0000-2046"], ["wei@light.example"])
    assert person.chats == {"wechat": "zw_light"}
    assert (person.address, person.country) == ("广东深圳科技路 8 号 518000", "中国")
    assert person.note == "Extension: +86-139-0000-2046 ext. 12"


def test_cards_read_as_another_library_writes_them():
    for name, company in (("Anna; Öberg, MSc", "Nordlicht\\ GmbH"), ("欧阳娜娜", "光速贸易，有限公司"), ("a" * 150, "x;y")):
        made = vobject.vCard()
        made.add("fn").value = name
        made.add("n").value = vobject.vcard.Name(family=name)
        made.add("org").value = [company]
        made.add("email").value = "a@b.example"
        made.add("note").value = "one\ntwo; three, four"
        person = only(card_rows(made.serialize()))
        assert (person.name, person.company, person.emails) == (name, company, ["a@b.example"])
        assert person.note == "one\ntwo; three, four"


def test_a_cut_card_is_named_and_its_neighbours_stand():
    rows = card_rows("BEGIN:VCARD\nFN:A\nEND:VCARD\nBEGIN:VCARD\nFN:B\nBEGIN:VCARD\nFN:C\nEND:VCARD\nBEGIN:VCARD\nFN:D\n")
    assert [(r.number, bool(r.person), "END:VCARD" in r.reason) for r in rows] == [
        (1, True, False), (2, False, True), (3, True, False), (4, False, True),
    ]  # fmt: skip


def test_the_card_of_an_agent_is_not_a_card():
    person = only(card_rows("BEGIN:VCARD\nFN:A\nAGENT:\nBEGIN:VCARD\nFN:B\nEND:VCARD\nTEL:1234567\nEND:VCARD\n"))
    assert (person.name, person.phones) == ("A", ["1234567"])


def test_an_agent_that_never_ends_does_not_swallow_the_rest():
    rows = card_rows("BEGIN:VCARD\nFN:A\nAGENT:\nBEGIN:VCARD\nFN:B\nBEGIN:VCARD\nFN:C\nEND:VCARD\nBEGIN:VCARD\nFN:D\nEND:VCARD\n")
    assert [r.person.name if r.person else "-" for r in rows] == ["-", "C", "D"]


def test_a_card_without_anybody_is_refused():
    rows = card_rows("BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\nBEGIN:VCARD\nNOTE:only words\nEND:VCARD\n")
    assert all(r.reason for r in rows) and len(rows) == 2


def test_cut_characters_show_and_are_told():
    (row,) = card_rows("BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:" + "=E5=BC=A0" * 12 + "=E5\nEND:VCARD\n")
    assert row.person.name == "张" * 12 + "\ufffd" and row.warnings


def test_a_card_in_no_encoding_is_named():
    (row,) = card_rows("BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE:=FF=FE=FF\nEND:VCARD\n")
    assert "encoding" in row.reason or "编码" in row.reason


HEADINGS = {
    "姓名": "name", "Full Name": "name", "联系人（必填）": "name", "First Name": "first", "Family-Name": "last", "名": "first", "姓": "last",
    "公司名称": "company", "Organization 1 - Name": "company", "客户名称": "company", "职务": "title", "Job Title": "title",
    "手机": "phones", "手机号码": "phones", "公司电话": "phones", "联系电话2": "phones", "Mobile Phone": "phones", "Phone 1 - Value": "phones",
    "Business Phone 2": "phones", "E-mail 2 Address": "emails", "电子邮箱": "emails", "E-Mail": "emails", "邮箱": "emails",
    "微信号": "wechat", "WeChat ID": "wechat", "地址": "address whole", "Business Street": "address street", "City": "address city",
    "国家/地区": "country", "Business Country/Region": "country", "备注": "note", "Notes": "note", "传真": "fax", "网址": "web",
}  # fmt: skip


@pytest.mark.parametrize("heading", HEADINGS)
def test_headings_of_both_languages(heading: str):
    assert meaning(heading)[0] == HEADINGS[heading]


@pytest.mark.parametrize("heading", ["MobileRelType", "NameLower", "E-mail 1 - Label", "Phone 1 - Type", "Birthday", "", "价格", "x" * 500])
def test_other_headings_mean_nothing(heading: str):
    assert meaning(heading) is None


ROWS = "姓名,公司,职务,手机,电话,邮箱,微信,地址,国家,备注\n张伟,光速贸易有限公司,经理,13900002046,0755-1234567,zw@light.example,zw,深圳,中国,要目录\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encodings_and_delimiters(tmp_path, encoding: str, delimiter: str):
    path = tmp_path / "contacts.whatever"
    path.write_bytes(ROWS.replace(",", delimiter).encode(encoding))
    person = only(people_in(read(path)))
    assert (person.name, person.company, person.title, person.note) == ("张伟", "光速贸易有限公司", "经理", "要目录")
    assert (person.phones, person.emails, person.chats) == (["13900002046", "0755-1234567"], ["zw@light.example"], {"wechat": "zw"})
    assert (person.address, person.country) == ("深圳", "中国")


def test_other_encodings_are_read_and_told(tmp_path):
    path = tmp_path / "a.csv"
    people = "".join(f"Jörg Müller {i},Süßwaren Köln GmbH,über uns: größer\n" for i in range(20))
    path.write_bytes(("Name,Company,Note\n" + people).encode("cp1252"))
    source = read(path)
    assert source.is_guessed
    assert next(r for r in people_in(source) if r.person).person.name == "Jörg Müller 0"


def test_names_in_parts_addresses_in_parts_and_several_values_in_a_cell():
    person = only(
        csv_rows(
            "Given Name,Family Name,Title,Job Title,Business Street,Business City,Business Postal Code,Business Country,Home City,E-mail,Phone\n"
            "Anna,Berg,Ms,Buyer,Hafenstr. 1,Hamburg,20095,Germany,Kiel,a@b.example ::: c@d.example,040-1234567/040-7654321\n"
        )
    )
    assert (person.name, person.title, person.country) == ("Anna Berg", "Buyer", "Germany")
    assert (person.address, person.note) == ("Hafenstr. 1, Hamburg, 20095", "Address: Kiel")
    assert (person.emails, person.phones) == (["a@b.example", "c@d.example"], ["040-1234567", "040-7654321"])


def test_a_title_above_the_headings_and_blank_lines_do_not_matter():
    rows = csv_rows("sep=;\n2026 展会观众名单;;\n\n姓名;公司;电话\n张伟;光速;13900002046\n;;\n\n李娜;远航;13900002047\n")
    assert [(r.number, r.person.name) for r in rows] == [(2, "张伟"), (5, "李娜")]


def test_fillers_are_nothing_and_what_is_no_point_is_kept_in_the_note():
    (row,) = csv_rows("name,phone,email,company\nAnna,call me,nobody at home,N/A\n")
    assert (row.person.company, row.person.phones, row.person.emails) == ("", [], [])
    assert row.person.note == "E-mail: nobody\nE-mail: at\nE-mail: home\nPhone: call me" and len(row.warnings) == 4


def test_one_bad_row_is_named_and_the_others_stand():
    lines = ["name,company,email"] + [f'"Person {i}",Firm {i},p{i}@x.example' for i in range(2, 102)]
    lines[49] = '"Person 50,Firm 50,p50@x.example'
    rows = csv_rows("\n".join(lines))
    assert [r.number for r in rows if r.reason] == [50]
    assert [r.number for r in rows if r.person] == [n for n in range(2, 102) if n != 50]


def test_a_quotation_mark_that_nobody_closes_does_not_swallow_the_rest():
    rows = csv_rows('name,company\nA,a\nB,"b\nC,c\nD,d\n')
    assert [(r.number, r.person.name if r.person else "-") for r in rows] == [(2, "A"), (3, "-"), (4, "C"), (5, "D")]


def test_columns_never_shift():
    rows = csv_rows("name,company,city\nA,Light, Speed,Shenzhen\nB,Light\nC,Light,Kiel,,\n")
    assert [(r.number, bool(r.person)) for r in rows] == [(2, False), (3, True), (4, True)]


def test_hostile_quotation_marks_do_not_take_for_ever():
    text = "name,company\n" + 'a,"b"c\n' * 20_000
    assert all(r.reason for r in csv_rows(text))
    with pytest.raises(Refused):
        csv_rows('"' + text)


def test_long_fields_are_refused_not_cut():
    rows = csv_rows(f"name,company,note\n{'A' * 201},x,\nB,{'y' * 500},\nC,x,{'z' * 20_001}\n{'D' * 200},x,ok\n")
    assert [bool(r.reason) for r in rows] == [True, True, True, False]
    assert "201" in rows[0].reason and "200" in rows[0].reason


def test_too_many_points_are_refused():
    (row,) = card_rows("BEGIN:VCARD\nFN:A\n" + "".join(f"TEL:{n}\n" for n in range(1000, 1200)) + "END:VCARD\n")
    assert "100" in row.reason


def test_control_characters_and_formulas_are_only_text():
    (row,) = csv_rows('name,company\n=HYPERLINK("http://x.example"),\x01\x07Fi\x1brm\n')
    assert (row.person.name, row.person.company) == ('=HYPERLINK("http://x.example")', "Firm")


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"", "a.csv"), (b" \r\n\t ", "a.csv"), (b"\xef\xbb\xbf", "a.csv"), (b"PK\x03\x04xxxx", "csv"), (b"\xd0\xcf\x11\xe0\x00", "csv"),
        (b"name\0,company", "vCard"), (b"\xff\xfea\xd8a\xd8", "UTF-16"), ("\u3000\n\u3000\n".encode(), "a.csv"),
    ],
)  # fmt: skip
def test_unusable_content_is_refused_in_words(tmp_path, content: bytes, hint: str):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(Refused) as refused:
        people_in(read(path))
    assert hint in str(refused.value.words)


def test_unusable_files_are_refused_in_words(tmp_path):
    for path in (tmp_path, tmp_path / "nothing.vcf", tmp_path / ("x" * 300), tmp_path / "a\0b"):
        with pytest.raises(Refused):
            read(path)
    big = tmp_path / "big.csv"
    with big.open("wb") as out:
        out.truncate(50 * 2**20)
    with pytest.raises(Refused) as refused:
        read(big)
    assert "50.0 MB" in str(refused.value.words) and "20 MB" in str(refused.value.words)


def test_headings_that_say_nothing_are_shown_beside_those_we_understand():
    with pytest.raises(Refused) as refused:
        csv_rows("Artikel,Preis\nLampe,3\n")
    assert all(word in str(refused.value.words) for word in ("Artikel", "Preis", "姓名", "e-mail"))


def test_the_same_row_in_any_file_and_encoding_has_one_id():
    card = only(card_rows("BEGIN:VCARD\nFN:张伟\nORG:光速\nEMAIL:ZW@light.example\nEND:VCARD\n"))
    line = only(csv_rows("邮箱;公司;姓名\nzw@light.example;光速;张伟\n".encode("gb18030")))
    assert id_of(content_of(card), 1) == id_of(content_of(line), 1) != id_of(content_of(line), 2)


def test_a_number_too_short_to_be_dialled_is_taken_in_with_a_warning():
    rows = csv_rows("name,phone,company\nBob,12,Nord\nAnn,0755 8888 0000;8012,Nord\n")
    assert [(row.person.phones, len(row.warnings)) for row in rows] == [(["12"], 1), (["0755 8888 0000", "8012"], 0)]
    assert "12" in rows[0].warnings[0]
