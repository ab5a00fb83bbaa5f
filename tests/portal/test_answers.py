"""204 from the customer's side, by the forms of the pages alone: who may answer, how often, how late, and with what."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from boothline.accounts.company import edit_company
from boothline.care.complaints import Complaint
from boothline.contracts.agreement import Term, edit_version, new_version
from boothline.contracts.establishment import NO_LONGER_WANTED, ConfirmationRequest, decline, expire_all, send, withdraw
from boothline.contracts.lapse import lapse_all
from boothline.contracts.models import Confirmation, Contract
from boothline.contracts.reminders import ASKED_AGAIN
from boothline.core import clock
from boothline.core.actors import SYSTEM
from boothline.customers.card import Contact, Person, add_people
from boothline.followups.models import NextStep
from boothline.followups.steps import done
from boothline.orders.models import Order
from boothline.timeline.models import Event
from tests.checksum import checksum
from tests.portal.guest import Guest, link_of
from tests.suites.odd import body, odd_values
from tests.suites.paper import filled, read
from tests.turns import part_of

pytestmark = pytest.mark.django_db
HARD = [
    b"\x00",
    b"x\x00y",
    b"\xed\xa0\x80",
    "²".encode(),
    "٣".encode(),
    b"sNaN",
    b"NaN",
    b"Infinity",
    b"1e400",
    b"9" * 4400,
    b"-1",
    b"a" * 1_000_000,
]


@pytest.fixture
def customer(world):
    return world.take()


@pytest.fixture
def asked(world, customer):
    return world.sent(customer)


@pytest.fixture
def signatory(asked):
    """The signatory, with the contract before them."""
    guest = Guest(link_of(asked))
    guest.send("opening")
    return guest


@pytest.fixture
def colleague(asked, customer):
    """Another contact of the same firm, with a link to read it."""
    person = Person(name="李经理", emails=["li@guangsu.example"], customer=customer)
    (contact,) = add_people([person], by=SYSTEM)
    guest = Guest(link_of(asked, contact))
    if "opening" in guest.forms():  # nobody of the firm has opened it yet
        guest.send("opening")
    return guest


def kinds() -> list[str]:
    return list(Event.objects.order_by("id").values_list("kind", flat=True))


def day_of(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def words_of(guest: Guest) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", guest.text))


# The good way.


def test_opened_read_and_confirmed_without_a_script(asked, customer):
    guest = Guest(link_of(asked))
    assert "看合同" in guest.text and "1,200.00" not in guest.text  # before it is opened: who writes to whom, until when, no figures
    landing = words_of(guest)
    assert "光速贸易有限公司" in landing and f"{asked.last_day.month}月{asked.last_day.day}日 24:00" in landing
    guest.send("opening")
    assert "1,200.00" in guest.text
    before = kinds()
    guest.send("confirmation", signed_by="张伟", consent="yes")
    order = Order.objects.get(customer=customer)
    assert guest.page.status_code == 200 and order.number in guest.text and "张伟" in guest.text
    assert "接下来是定金" in guest.text, "what follows"
    assert [k for k in kinds()[len(before) :] if k.startswith(("contracts", "orders", "customers"))] == [
        "contracts.confirmed", "orders.opened", "customers.type_changed",
    ]  # fmt: skip
    confirmation = Confirmation.objects.get()
    assert (confirmation.signed_by, confirmation.contact, confirmation.version) == ("张伟", asked.signatory, asked.version)
    assert (order.total, order.lines.count()) == (asked.version.total, asked.version.line_count)


def test_the_paper_is_the_frozen_one_in_the_guests_language(signatory, asked):
    address = f"/c/{asked.grant_id}/contracts/{asked.contract.number}/paper/"
    chinese = b"".join(signatory.browser.get(address).streaming_content)
    signatory.speak("en")
    english = b"".join(signatory.browser.get(address).streaming_content)
    assert chinese.startswith(b"%PDF") and english.startswith(b"%PDF") and chinese != english


def test_every_form_works_without_a_script(world, signatory, asked):
    pages = [signatory.seen[-1], *(f"{signatory.seen[-1]}{part}/" for part in ("changes", "refusal"))]
    for address in pages:
        signatory.open(address)
        page = read(signatory.page.content)
        scripts = [a for tag, a in page.tags if tag == "script"]  # one draws the signature; without it the name is enough
        assert all("sign-" in a["src"] and "defer" in a for a in scripts) and len(scripts) <= 1
        assert not [name for _tag, a in page.tags for name in a if name.startswith(("on", "hx-"))]
        for form in page.forms:
            assert form.method == "post" and form.buttons and "csrfmiddlewaretoken" in form.fields, address
    fresh = send(new_version(asked.contract, by=world.mei), by=world.mei)
    assert not [a for tag, a in read(Guest(link_of(fresh)).page.content).tags if tag == "script"], "the landing page has none"


# Once.


def test_a_second_press_gets_the_first_confirmation(signatory, asked, customer):
    """The first confirmation: who, when, order number; another name never replaces it."""
    form = signatory.forms()["confirmation"]
    signatory.post(form.action, filled(form, signed_by="张伟", consent="yes"))
    first, before = Confirmation.objects.get(), checksum()
    for name in ("张伟", "别人"):
        signatory.post(form.action, filled(form, signed_by=name, consent="yes"))
        assert signatory.page.status_code == 200 and "别人" not in signatory.text
        at, order = timezone.localtime(first.confirmed_at), Order.objects.get()
        assert f"张伟已确认 · 今天 {at:%H:%M} 订单 {order.number}" in words_of(signatory), words_of(signatory)
    assert Confirmation.objects.get() == first and Order.objects.get(customer=customer)
    assert {k: v for k, v in checksum().items() if k != "core.Press"} == {k: v for k, v in before.items() if k != "core.Press"}


def test_two_browsers_confirm_once(asked, customer):
    first, second = Guest(link_of(asked)), Guest(link_of(asked))
    first.send("opening")
    second.send("opening")
    form = second.forms()["confirmation"]
    first.send("confirmation", signed_by="张伟", consent="yes")
    second.post(form.action, filled(form, signed_by="张先生", consent="yes"))
    assert Order.objects.filter(customer=customer).count() == 1
    assert second.page.status_code == 200 and "张先生" not in second.text


# Who.


def test_a_colleague_reads_and_asks_for_changes(colleague, asked):
    assert "1,200.00" in colleague.text and "confirmation" not in colleague.forms()
    assert "只有张伟能确认" in colleague.text
    colleague.open(f"{colleague.seen[-1]}changes/")
    colleague.send("", words="交期提前一周")
    asked.refresh_from_db()
    assert (asked.state, asked.changes_words) == ("changes_asked", "交期提前一周")
    event = Event.objects.filter(kind="contracts.changes_asked").get()
    assert (event.actor_kind, event.actor_name) == ("guest", "李经理")


@pytest.mark.parametrize("part", ["confirmation", "refusal"])
def test_a_colleague_cannot_answer_for_the_signatory(colleague, asked, part):
    before = checksum()
    version = asked.version
    fields = {"request": asked.pk, "version": version.n, "total": version.total, "lines": version.line_count, "signed_by": "张伟"}
    address = f"{colleague.seen[-1]}{part}/"
    colleague.post(address, fields | {"consent": "yes", "reason": "price"})
    assert colleague.page.status_code == 403
    assert "只有张伟能确认" in colleague.text and "/c/" in colleague.text  # in their own frame, with the way back
    assert not Order.objects.exists() and not Confirmation.objects.exists()
    assert checksum() == before


def test_a_colleague_sees_who_confirmed(signatory, colleague):
    signatory.send("confirmation", signed_by="张伟", consent="yes")
    colleague.open(colleague.seen[-1])
    assert "张伟" in colleague.text and Order.objects.get().number in colleague.text


def test_another_customers_contract_is_not_there(signatory, world):
    other = world.sent(world.take("Nordlicht GmbH", "Anna", emails=["a@n.example"], phones=[]))
    grant = signatory.seen[-1].split("/contracts/")[0]
    before = checksum()
    for part in ("", "changes/", "refusal/", "paper/"):
        assert signatory.browser.get(f"{grant}/contracts/{other.contract.number}/{part}").status_code == 404
    own = signatory.seen[-1]
    for part in ("opening/", "confirmation/", "refusal/", "changes/", "changes/withdrawal/"):  # the own address, another's request
        fields = {
            "request": other.pk,
            "version": 1,
            "total": other.version.total,
            "lines": 2,
            "consent": "yes",
            "signed_by": "x",
            "words": "x",
        }
        assert signatory.browser.post(own + part, fields).status_code == 404
    assert checksum() == before


# Late.


def late(world, request: ConfirmationRequest, how: str) -> None:
    """What happened meanwhile."""
    if how == "declined":
        decline(request, by=world.guest(request), reason="price")
    elif how == "withdrawn":
        withdraw(request, by=world.mei, reason="价格要重算")
    elif how == "superseded":
        version = new_version(request.contract, by=world.mei)
        edit_version(version, by=world.mei, revision=version.revision, values={}, terms=[Term(1, Decimal(8), Decimal(95))])
        send(Contract.objects.get(pk=request.contract.pk).newest, by=world.mei)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("declined", "这份合同已于DAY谢绝"),
        ("withdrawn", "这份请求已于DAY撤回"),
        ("superseded", "合同 NUMBER 第1版已被第2版替代"),
        ("expired", "这份请求已于LAST到期"),
        ("changes_asked", "您已提出修改。请先收回，或等第2版。"),
    ],
)
def test_a_late_confirmation_is_told_why(world, signatory, asked, how, said):
    said = said.replace("DAY", day_of(clock.today())).replace("LAST", day_of(asked.last_day)).replace("NUMBER", asked.contract.number)
    form = signatory.forms()["confirmation"]
    if how == "changes_asked":
        signatory.open(f"{signatory.seen[-1]}changes/")
        signatory.send("", words="定金改 20%")
    else:
        late(world, asked, how)
    away = timedelta(days=16) if how == "expired" else timedelta()
    with time_machine.travel(timezone.now() + away, tick=False):
        before = checksum()
        signatory.post(form.action, filled(form, signed_by="张伟", consent="yes"))
        assert signatory.page.status_code == 409
        assert re.search(said, words_of(signatory)), words_of(signatory)
        assert not Order.objects.exists() and not Confirmation.objects.exists()
        assert checksum() == before
        signatory.open(re.search(r'href="(/c/[^"]*)"', signatory.text)[1])  # the way on leads to how it stands now
        assert signatory.page.status_code == 200


def test_expired_is_what_the_clock_says(signatory, asked):
    """On the last day until 24:00, not a minute longer; the daily task need not have run."""
    form = signatory.forms()["confirmation"]
    with time_machine.travel(asked.expires_at, tick=False):
        signatory.post(form.action, filled(form, signed_by="张伟", consent="yes"))
        assert signatory.page.status_code == 409 and not Order.objects.exists()
    with time_machine.travel(asked.expires_at - timedelta(seconds=1), tick=False):
        signatory.post(form.action, filled(form, signed_by="张伟", consent="yes"))
        assert signatory.page.status_code == 200 and Order.objects.count() == 1


def test_the_new_version_is_for_the_same_contact_only(world, signatory, colleague, asked):
    """Link to the new one for the same contact only: sent to somebody else, who had the old one reads that, and that it was replaced."""
    version = new_version(asked.contract, by=world.mei)
    boss = add_people([Person(name="王总", emails=["wang@guangsu.example"], customer=asked.customer)], by=SYSTEM)[0]
    edit_version(version, by=world.mei, revision=version.revision, values={"signatory": boss}, terms=[Term(1, Decimal(8), Decimal(95))])
    newer = send(Contract.objects.get().newest, by=world.mei)
    for guest in (signatory, colleague):
        guest.open(f"/c/{guest.seen[-1].split('/')[2]}/")
        assert "1,200.00" in guest.text and "960.00" not in guest.text and not {"confirmation", "opening"} & set(guest.forms())
        assert "第2版代替了第1版" in words_of(guest)
        before = checksum()
        guest.post(f"{guest.seen[-1]}opening/", {"request": newer.pk})
        assert guest.page.status_code == 404 and checksum() == before
    theirs = Guest(link_of(newer))
    theirs.send("opening")
    assert "960.00" in theirs.text and "confirmation" in theirs.forms()


def test_what_was_declined_is_asked_for_again(world, signatory, asked):
    """*Confirm* after a refusal: "declined on ...", with "ask for it again" (next step for S)."""
    late(world, asked, "declined")
    signatory.open(f"/c/{asked.grant_id}/")
    assert "请重新发一份" in signatory.text
    steps = NextStep.objects.filter(owner=world.users["mei"]).count()
    signatory.send("renewal")
    assert NextStep.objects.filter(owner=world.users["mei"]).count() == steps + 1
    assert "renewal" not in signatory.forms()


def test_who_was_spoken_with_and_lapsed_over_may_ask_again(world, asked):
    """They asked, we spoke with them, and nothing came of it: a lapse later they are heard again."""
    start = timezone.now()
    with time_machine.travel(start + timedelta(days=10), tick=False):
        guest = Guest(link_of(asked))
        guest.send("opening")
    with time_machine.travel(start + timedelta(days=16), tick=False):
        expire_all()
        guest.open(f"/c/{asked.grant_id}/")
        guest.send("renewal")
        assert "renewal" not in guest.forms()
        done(NextStep.objects.open().get(what=ASKED_AGAIN), by=world.mei)
    with time_machine.travel(start + timedelta(days=60), tick=False):
        assert lapse_all() == 1
    with time_machine.travel(start + timedelta(days=61), tick=False):
        guest = Guest(link_of(asked))
        guest.open(f"/c/{asked.grant_id}/")
        guest.send("renewal")
        assert NextStep.objects.open().filter(what=ASKED_AGAIN).count() == 1
        assert "renewal" not in guest.forms() and "会与您联系" in guest.text


def test_the_new_version_is_reached_from_the_old_link(world, signatory, asked):
    late(world, asked, "superseded")
    signatory.open(f"/c/{asked.grant_id}/")
    signatory.send("opening")
    assert "第2版" in words_of(signatory)
    signatory.send("confirmation", signed_by="张伟", consent="yes")
    assert Order.objects.get().confirmation.version.n == 2


def test_declined_with_a_reason_once(world, signatory, asked):
    signatory.open(f"{signatory.seen[-1]}refusal/")
    form = signatory.forms()[""]
    signatory.send("")
    assert signatory.page.status_code == 422 and "alert" in signatory.text
    signatory.post(signatory.seen[-1], filled(form, reason="price", words="超出预算\x00"))
    asked.refresh_from_db()
    assert (asked.state, asked.declined_reason, asked.declined_words) == ("declined", "price", "超出预算")
    before = checksum()
    signatory.post(signatory.seen[-2], filled(form, reason=NO_LONGER_WANTED))
    assert signatory.page.status_code == 200
    assert {k: v for k, v in checksum().items() if k != "core.Press"} == {k: v for k, v in before.items() if k != "core.Press"}


def test_changes_are_asked_added_to_and_taken_back(signatory, asked):
    contract = signatory.seen[-1]
    for words in ("定金改 20%", "交期提前", "定金改 20%"):
        signatory.open(f"{contract}changes/")
        signatory.send("", words=words)
    asked.refresh_from_db()
    assert asked.changes_words == "定金改 20%\n\n交期提前"
    signatory.send("withdrawal")
    assert "confirmation" in signatory.forms()
    signatory.send("confirmation", signed_by="张伟", consent="yes")
    assert Order.objects.count() == 1


# With what.


@pytest.mark.parametrize(
    "bent",
    [
        {"total": "1.00"}, {"total": "1200.01"}, {"total": "-1200.00"}, {"total": ""}, {"total": "sNaN"}, {"total": "1e400"},
        {"lines": "1"}, {"lines": "3"}, {"lines": ""}, {"lines": "²"}, {"version": "2"}, {"version": "0"}, {"version": ""}, {"version": "٣"},
    ],
    ids=str,
)  # fmt: skip
def test_other_figures_than_those_shown_are_refused(signatory, bent):
    form = signatory.forms()["confirmation"]
    before = checksum()
    signatory.post(form.action, filled(form, signed_by="张伟", consent="yes") | bent)
    assert signatory.page.status_code == 409
    assert "刷新" in signatory.text or "重新" in signatory.text
    assert not Order.objects.exists() and checksum() == before
    signatory.post(form.action, filled(form, signed_by="张伟", consent="yes"))  # the true ones are taken
    assert Order.objects.count() == 1


@pytest.mark.parametrize("missing", [{"signed_by": ""}, {"signed_by": " \x00 "}, {"consent": None}])
def test_name_and_consent_are_asked_for_and_nothing_typed_is_lost(signatory, missing):
    form = signatory.forms()["confirmation"]
    fields = filled(form, signed_by="张伟先生", consent="yes") | {k: v for k, v in missing.items() if v is not None}
    fields = {k: v for k, v in fields.items() if missing.get(k, "") is not None}
    signatory.post(form.action, fields)
    assert signatory.page.status_code == 422 and 'role="alert"' in signatory.text
    assert not Order.objects.exists()
    marked = [a["name"] for tag, a in read(signatory.page.content).tags if tag == "input" and "autofocus" in a]
    assert marked == list(missing) or marked == ["signed_by"], "the field that is to blame has the focus and its sentence"
    assert "novalidate" in signatory.text, "the words are ours, not the browser's"
    assert "consent" not in missing or signatory.forms()["confirmation"].fields["signed_by"] == ["张伟先生"]


@pytest.mark.by_turns
@pytest.mark.parametrize("part", ["opening", "confirmation", "refusal", "changes", "changes/withdrawal", "language"])
def test_odd_posts_never_break_a_portal_page(signatory, asked, part):
    from django.db import transaction

    version = asked.version
    right = {
        "request": str(asked.pk), "version": str(version.n), "total": str(version.total), "lines": str(version.line_count), "signed_by": "张伟",
        "consent": "yes", "reason": "price", "words": "定金改 20%", "language": "en", "at": "/c/1/",
    }  # fmt: skip
    address = f"/c/{asked.grant_id}/language/" if part == "language" else f"{signatory.seen[-1]}{part}/"
    posts = [dict.fromkeys(right, value) for value in part_of(odd_values(), part, 10)]
    posts += [right | {name: value} for name in right for value in part_of(HARD, part + name, 10)]
    for i, fields in enumerate(posts):
        with transaction.atomic():
            answer = signatory.browser.post(address, body(fields), content_type="application/x-www-form-urlencoded")
            assert answer.status_code in (302, 404, 409, 422), fields
            if answer.status_code == 302 and i % 5 == 0:
                assert signatory.browser.get(answer["Location"]).status_code in (200, 302)
            transaction.set_rollback(True)
    assert Contact.objects.exists()


def test_whoever_confirmed_finds_where_to_pay_the_deposit(signatory, asked):
    """Work begins once it has arrived: the way to the account stands beside the amount."""
    edit_company(by=SYSTEM, revision=1, values={"bank": "示例银行 6222"})
    signatory.send("confirmation", signed_by="张伟", consent="yes")
    assert "付款账户" in signatory.text
    address = f"/c/{asked.grant_id}/money/"
    assert f'href="{address}#bank"' in signatory.text and "示例银行 6222" in signatory.open(address).content.decode()


def test_another_name_than_the_signatorys_is_asked_about_once_and_told_to_the_house(world, signatory, asked, client_of):
    signatory.send("confirmation", signed_by="李四", consent="yes")
    assert signatory.page.status_code == 422 and "应由张伟签署" in signatory.text and "转给签约人" in signatory.text
    assert not Order.objects.exists()
    signatory.send("confirmation", signed_by="王五", consent="yes")
    assert signatory.page.status_code == 422, "asked about this name, too"
    signatory.send("confirmation", consent="yes")
    assert Confirmation.objects.get().signed_by == "王五" and Order.objects.exists()
    mei, words = client_of(world.users["mei"]), "核实 C-0001 由谁签署：王五在张伟的页面上确认"
    assert words in mei.get("/today/").content.decode()
    assert "与签约人姓名不符" in mei.get(f"/contracts/{asked.contract.number}/").content.decode()


@pytest.mark.parametrize("name", ["张伟", " 张 伟", "Zhang Wei", "wei zhang"])
def test_the_signatorys_name_is_taken_as_one_writes_it(signatory, asked, name):
    signatory.send("confirmation", signed_by=name, consent="yes")
    assert Confirmation.objects.exists() and not Confirmation.objects.get().is_under_another_name


def test_who_names_another_signatory_is_told_what_still_goes_and_may_correct_it(world, signatory, asked, client_of):
    """张伟民, to be reached at "abc": refused. A number that is mistyped is corrected. The page says that the signatory may still confirm;
    the house finds the wish in the head of the contract, with its button, and before it hands its device over."""
    page = signatory.seen[-1]
    signatory.open(f"{page}signatory/")
    assert "在此之前，您可以阅读合同，也仍可自己确认。" in signatory.text
    for reach in ("abc", "zhang@", "12"):
        assert signatory.send("", name="张伟民", reach=reach).status_code == 422
        assert 'aria-invalid="true"' in signatory.text and 'value="张伟民"' in signatory.text
    signatory.send("", name="张伟民", reach="13800001111", why="他签")
    assert "在此之前，您仍可自己确认。" in signatory.text and "confirmation" in signatory.forms()
    signatory.open(f"{page}signatory/")
    assert filled(signatory.forms()[""])["reach"] == ["13800001111"]
    signatory.send("", reach="zhang@guangsu.example")
    asked.refresh_from_db()
    assert (asked.wished_name, asked.wished_reach, asked.wished_why) == ("张伟民", "zhang@guangsu.example", "他签")
    desk, named = client_of(world.users["mei"]), f"/requests/{asked.pk}/signatory/"
    head = desk.get(f"/contracts/{asked.contract.number}/").content.decode().partition('<div class="rise">')[0]
    assert "客户希望由张伟民签约" in head and re.search(rf'class="btn go" href="{named}"', head) and head.count('class="btn go"') == 1
    device = desk.get(f"/contracts/{asked.contract.number}/device/").content.decode()
    assert "客户希望由张伟民签约" in device and named in device


def test_what_a_complaint_is_about_is_asked(world, signatory):
    """Nothing is preset: a light that does not work is not "people and service" because that stands first."""
    at = "/".join([*signatory.seen[-1].split("/")[:3], "complaints", "new", ""])
    signatory.open(at)
    assert filled(signatory.forms()[""])["about"] == [""]
    assert signatory.send("", words="有两只灯不亮").status_code == 422
    assert "请选择问题类型。" in signatory.text and "有两只灯不亮" in signatory.text and 'aria-invalid="true"' in signatory.text
    signatory.send("", about="goods")
    assert Complaint.objects.get().about == "goods"
