"""What a list of people says beside who they are: owner, grade, products of interest, heat, the day of the visit, and words for the note."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from django.utils.translation import override

from boothline.catalogue.products import NewProduct, add_products
from boothline.core.actors import SYSTEM
from boothline.core.money import Decimal
from boothline.customers.card import Contact, Customer, is_unmasked
from boothline.customers.grades import GradePin
from boothline.exchange import jobs
from boothline.exchange.imports import run_files
from boothline.exchange.jobs import hand_in, run_due, start
from boothline.exchange.undo import undo_import
from boothline.followups.models import Touch
from boothline.visitors.interests import Interested
from boothline.visitors.solicitation import Capture

pytestmark = pytest.mark.django_db

CHINESE = """序号,姓名,公司,电话,微信,意向产品,客户等级,负责人,备注,热度,拜访日期,付款方式
1,张伟,光速贸易有限公司,13900002046/0755-88881234,zw88,格栅灯、PL-60,A,Mei,要目录,很强,2025-03-04,月结30天
2,李娜,远航贸易,微信：lina,,筒灯,B级,,,一般,2025/3/5,
3,王强,越城灯具厂,13900002048,,路灯,重要,陈某,,滚烫,去年春天,款到发货
4,,,,,,,,,,,
5,赵敏,光速贸易有限公司,13900002049,,,C,mei,,,,
"""
ENGLISH = """Full Name,Company,Mobile,WeChat,Products of interest,Grade,Owner,Remarks,Heat,Visit date,Payment terms
Anna Berg,Nordlicht GmbH,+49 171 1234567,anna88,Track light; PL-60,A,Mei,wants samples,4,2025-03-04,30 days net
"""


@pytest.fixture
def lamps(world):
    kept = [("GD-20", "格栅灯", "Track light"), ("PL-60", "筒灯", "Downlight")]
    return add_products([NewProduct(code, name, Decimal(10), "CNY", {"name_latin": latin}) for code, name, latin in kept], by=SYSTEM)


def told(text: str, tmp_path: Path, **options):
    path = tmp_path / "名单.csv"
    path.write_text(text, "utf-8")
    with override("en"):
        return run_files({path: path.name}, by=options.pop("by", SYSTEM), **options)


def test_a_chinese_list_of_people_lands_whole(world, lamps, tmp_path):
    run = told(CHINESE, tmp_path)
    assert (dict(run.created), run.rejected) == ({"contact": 4, "customer": 3, "touch": 2}, [])
    zhang, li, wang, zhao = (Contact.objects.get(name=name) for name in ("张伟", "李娜", "王强", "赵敏"))
    assert [p.value for p in zhang.points.all()] == ["13900002046", "0755-88881234", "zw88"] and li.point("wechat") == "lina"
    assert zhang.customer.owner == world.users["mei"] and zhang.note == "要目录\n\n付款方式: 月结30天\n热度: 很强"
    assert {one.product.code for one in Interested.objects.filter(customer=zhang.customer)} == {"GD-20", "PL-60"}
    pins = {pin.customer: (pin.grade, pin.reason) for pin in GradePin.objects.standing()}
    assert pins == {zhang.customer: ("A", "from the file 名单.csv"), li.customer: ("B", "from the file 名单.csv")}
    assert {Customer.objects.get(pk=c.pk).grade for c in pins} == {"A", "B"}
    assert {t.contact: timezone.localdate(t.at).isoformat() for t in Touch.objects.all()} == {zhang: "2025-03-04", li: "2025-03-05"}
    assert Interested.objects.get(customer=li.customer).product.code == "PL-60" and "筒灯" not in li.note
    for kept in ("意向产品: 路灯", "客户等级: 重要", "负责人: 陈某", "热度: 滚烫", "拜访日期: 去年春天", "付款方式: 款到发货"):
        assert kept in wang.note
    assert zhao.customer == zhang.customer and zhao.note == "客户等级: C"
    said = " ".join(found["warning"] for found in run.warnings)
    assert all(words in said for words in ("路灯", "重要", "陈某", "滚烫", "去年春天", "says A")) and "not taken" not in said
    assert told(CHINESE, tmp_path).created == {} and GradePin.objects.count() == 2


def test_an_english_list_of_visitors_makes_captures_that_know_it(world, lamps, tmp_path):
    assert told(ENGLISH, tmp_path, fair_code="JN").created == {"contact": 1, "capture": 1, "customer": 1}
    capture = Capture.objects.get()
    assert (capture.heat, timezone.localdate(capture.taken_at).isoformat()) == (4, "2025-03-04")
    assert set(capture.interest.all()) == set(lamps) and capture.customer.owner == world.users["mei"]
    assert capture.customer.grade == "A" and capture.contact.note == "wants samples\n\nPayment terms: 30 days net"
    assert not Touch.objects.exists() and told(ENGLISH, tmp_path, fair_code="JN").created == {}
    stranger = told(ENGLISH.replace("Mei", "Nobody").replace("Anna Berg", "Bo Ek").replace("Nordlicht", "Ek"), tmp_path, fair_code="JN")
    assert "comes to Mei" in stranger.warnings[0]["warning"]  # the lead of the fair


@pytest.mark.parametrize("text", ["姓名,公司,手机\n张伟,光速贸易,13900002046\n", "公司名称,国家\n光速贸易,中国\n"])
def test_who_brings_customers_without_an_owner_has_them_if_they_sell(world, tmp_path, text):
    for by, owner in ((SYSTEM, None), (world.heyuan, world.users["heyuan"])):
        told(text.replace("光速", by.name).replace("张伟", by.name), tmp_path, by=by)
        customer = Customer.objects.get(name__startswith=by.name)
        assert customer.owner == owner and is_unmasked(customer, world.heyuan) == (owner is not None)


def test_companies_with_somebody_there_keep_what_is_known_of_them(world, tmp_path):
    rows = "客户名称,联系人,手机,所属行业,公司规模,业务员\n光速贸易,张伟,13900002046,照明,200人,Mei\n"
    for text in (rows, "客户编号," + rows.replace("\n光速", "\nK-7,光速").replace("光速", "远航").replace("张伟", "李娜")):
        assert told(text, tmp_path).created == {"contact": 1, "customer": 1}
    for customer in Customer.objects.all():
        assert customer.extra == {"sector": "照明", "employees": "200人"} and customer.owner == world.users["mei"]


def test_an_undone_list_takes_all_of_it_away(world, lamps, tmp_path, monkeypatch):
    monkeypatch.setattr(jobs.settings, "BOOTHLINE_HOME", tmp_path)
    job = hand_in([SimpleUploadedFile("名单.csv", io.BytesIO(CHINESE.encode()).read())], by=world.heyuan)
    for _round in range(2):
        run_due()
        job.refresh_from_db()
        if job.state == "checked":
            assert not Contact.objects.exists() and not GradePin.objects.exists()
            start(job, by=world.heyuan)
    assert GradePin.objects.count() == 2
    undo_import(job, by=world.heyuan)
    assert not (GradePin.objects.exists() or Interested.objects.exists() or Touch.objects.exists() or Customer.objects.exists())


COMPANIES = "客户编号,客户名称,客户级别,国家,负责人,付款方式\nK1,光速贸易,{grade},中国,Mei,月结\nK2,远航贸易,大客户,中国,,\n"


def test_companies_have_their_grade_and_keep_what_has_no_field(world, tmp_path):
    run = told(COMPANIES.format(grade="A级"), tmp_path)
    assert run.created == {"customer": 2} and [found["row"] for found in run.warnings] == [3]
    first, second = Customer.objects.order_by("pk")
    assert (first.grade, first.note, first.owner) == ("A", "付款方式：月结", world.users["mei"])
    assert second.grade == "C" and "大客户" in second.note
    assert not told(COMPANIES.format(grade="A级"), tmp_path).updated and GradePin.objects.count() == 1
    assert told(COMPANIES.format(grade="B"), tmp_path).updated == {"customer": 1}
    assert Customer.objects.get(pk=first.pk).grade == "B" and GradePin.objects.standing().count() == 1
