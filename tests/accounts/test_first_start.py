"""The first start: empty, then one administrator; from elsewhere only with the code; whoever is second is told."""

from __future__ import annotations

import threading

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from boothline.accounts import first_start
from boothline.accounts.company import company
from boothline.accounts.first_start import FirstStart, begin, new_code
from boothline.accounts.people import User
from boothline.core.errors import Refused
from boothline.timeline.models import Event

pytestmark = pytest.mark.django_db
FILLED = {
    "name": "林梅", "username": "mei", "password": "gu-zhen-2046", "company": "明澜照明有限公司", "zone": "Asia/Shanghai", "currency": "CNY",
    "language": "zh-hans", "sells": "on",
}  # fmt: skip
AT_MACHINE = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8000"}
ELSEWHERE = {"REMOTE_ADDR": "10.0.0.7", "HTTP_HOST": "10.0.0.2:8000"}


def test_everything_leads_there_while_nobody_works_here(client: Client):
    answer = client.get("/", follow=True, **AT_MACHINE)
    assert [address for address, _status in answer.redirect_chain] == ["/sign-in/?next=/", "/first-start/"]
    assert "启用展客通" in answer.content.decode()


def test_at_the_machine_it_opens_directly_signs_in_and_leads_to_the_first_steps(client: Client):
    assert 'name="code"' not in client.get(reverse("first-start"), **AT_MACHINE).content.decode()
    answer = client.post(reverse("first-start"), FILLED, follow=True, **AT_MACHINE)
    assert answer.redirect_chain[-1][0] == "/first-steps/"
    mei = User.objects.get()
    assert (mei.username, set(mei.roles), mei.language) == ("mei", {"admin", "manager"}, "zh-hans")
    assert mei.check_password("gu-zhen-2046")
    assert (company().name, company().zone, company().currency) == ("明澜照明有限公司", "Asia/Shanghai", "CNY")
    assert list(Event.objects.order_by("id").values_list("kind", flat=True)) == ["accounts.started", "accounts.signed_in"]
    assert "填写公司资料" in answer.content.decode()


def test_without_customers_of_their_own_they_are_administrator_alone(client: Client):
    client.post(reverse("first-start"), FILLED | {"sells": ""}, **AT_MACHINE)
    assert User.objects.get().roles == ["admin"]


@pytest.mark.parametrize(
    "request_", [ELSEWHERE, AT_MACHINE | {"HTTP_HOST": "[2001:db8::7]"}, AT_MACHINE | {"HTTP_X_FORWARDED_FOR": "10.0.0.7"}]
)
def test_from_elsewhere_it_asks_for_the_code(client: Client, request_: dict[str, str]):
    code = new_code()
    assert 'name="code"' in client.get(reverse("first-start"), **request_).content.decode()
    for wrong in ("", "AAAA-BBBB-CCCC"):
        assert client.post(reverse("first-start"), FILLED | {"code": wrong}, **request_).status_code == 422
    assert not User.objects.exists()
    assert client.post(reverse("first-start"), FILLED | {"code": code.lower().replace("-", " ")}, **request_).status_code == 302
    assert User.objects.count() == 1


def test_the_code_is_kept_as_a_hash_and_a_new_start_makes_another(client: Client):
    first, second = new_code(), new_code()
    kept = FirstStart.objects.get()
    assert len(second) == 14 and second.replace("-", "") not in kept.digest and kept.digest
    with pytest.raises(Refused, match=r"newest start|最近一次启动"):
        first_start.check_code(first, "10.0.0.7")
    first_start.check_code(second, "10.0.0.7")


def test_guessing_is_refused_unread_after_ten(client: Client):
    code = new_code()
    for _ in range(10):
        with pytest.raises(Refused):
            first_start.check_code("AAAA-AAAA-AAAA", "10.0.0.7")
    with pytest.raises(Refused) as refused:
        first_start.check_code(code, "10.0.0.8")
    assert refused.value.code == "too_many"


def test_the_code_is_gone_after_use(client: Client):
    code = new_code()
    client.post(reverse("first-start"), FILLED | {"code": code}, **ELSEWHERE)
    with pytest.raises(Refused):
        first_start.check_code(code, "10.0.0.9")


@pytest.mark.parametrize("weak", ["12345678", "password", "kurz", "mei"])
def test_a_password_that_everybody_guesses_is_refused_in_words(client: Client, weak: str):
    answer = client.post(reverse("first-start"), FILLED | {"password": weak}, **AT_MACHINE)
    assert answer.status_code == 422 and 'id="id_password_error"' in answer.content.decode()
    assert not User.objects.exists() and not Event.objects.exists()


def test_figures_alone_are_refused_in_words_of_ours(client: Client):
    answer = client.post(reverse("first-start"), FILLED | {"password": "48210395"}, **AT_MACHINE)
    assert answer.status_code == 422 and "密码不能全是数字。" in answer.content.decode() and "密码只包含数字" not in answer.content.decode()


def test_whoever_is_second_is_told_and_nothing_is_stored(client: Client):
    late = Client()
    late.get(reverse("first-start"), **AT_MACHINE)
    client.post(reverse("first-start"), FILLED, **AT_MACHINE)
    answer = late.post(reverse("first-start"), FILLED | {"username": "kevin", "company": "X"}, **AT_MACHINE)
    assert answer.status_code == 422 and "已有人先一步成为管理员" in answer.content.decode()
    assert User.objects.count() == 1 and company().name == "明澜照明有限公司"
    assert late.get(reverse("first-start"), **AT_MACHINE)["Location"] == reverse("account_login")


@pytest.mark.django_db(transaction=True)
@pytest.mark.no_recount
def test_two_at_once_one_is_it():
    start, answers = threading.Barrier(4), []

    def press(n: int) -> None:
        try:
            start.wait()
            begin(username=f"p{n}", name=f"P{n}", password="gu-zhen-2046", company=f"C{n}", zone="", currency="CNY", language="")
            answers.append("it")
        except Refused as refused:
            answers.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=[n]) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["it", "late", "late", "late"]
    assert User.objects.count() == 1


def test_steps_are_ticked_by_facts_and_by_nothing_else(world, client_of):
    shown = client_of(world.users["admin"]).get(reverse("first-steps")).content.decode()
    assert shown.count("is-done") == 3  # people, fair, products; no address yet, nobody captured
    assert client_of(world.users["admin"]).get("/")["Location"] == reverse("first-steps")
    world.take()
    ours = company()
    ours.address = "古镇"
    ours.save()
    shown = client_of(world.users["admin"]).get(reverse("first-steps")).content.decode()
    assert shown.count("is-done") == 5
    seen = [part.split('"')[0] for part in shown.split('class="sm tap" href="')[1:]]
    assert {reverse("company"), reverse("people"), reverse("fairs")} <= set(seen), "what is there, and no empty form"
    assert not {reverse("person-new"), reverse("fair-new"), reverse("capture-new")} & set(seen)
    assert client_of(world.users["admin"]).get("/")["Location"] == reverse("today")
    assert client_of(world.users["mei"]).get("/")["Location"] == reverse("today")


def test_what_one_may_not_do_names_who_does(world, client_of):
    """An administrator alone edits no products."""
    from boothline.catalogue.models import Product, Variant

    Variant.objects.all().delete()
    Product.objects.all().delete()
    shown = client_of(world.users["admin"]).get(reverse("first-steps")).content.decode()
    assert reverse("product-new") not in shown and "由跟单员或主管来做" in shown
