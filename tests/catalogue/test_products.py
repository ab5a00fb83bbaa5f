"""Products and variants: step prices, floor, packing data, pictures, retiring."""

from decimal import Decimal

import pytest
from django.urls import reverse

from boothline.catalogue.products import (
    Product,
    Step,
    Variant,
    add_picture,
    add_product,
    add_variant,
    edit_product,
    edit_variant,
    offer,
    remove_picture,
    retire,
    step_price,
)
from boothline.core.actors import SYSTEM
from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.files.models import Attachment
from boothline.timeline.models import Event
from tests.checksum import checksum
from tests.pictures import jpeg

pytestmark = pytest.mark.django_db
STEPS = [Step(Decimal(500), Decimal("66")), Step(Decimal(1000), Decimal("63.5"))]


@pytest.fixture
def track(world) -> Variant:
    return Variant.objects.get(sku="TR20-1")


def edited(variant: Variant, by, steps=STEPS, **values) -> Variant:
    return edit_variant(variant, by=by, revision=Variant.objects.get(pk=variant.pk).revision, values=values, steps=steps)


def refused(do, error=Refused, **details):
    before = checksum()
    with pytest.raises(error) as caught:
        do()
    assert checksum() == before
    for name, value in details.items():
        assert getattr(caught.value, name) == value


@pytest.mark.parametrize(
    ("quantity", "price"), [(None, "68.50"), (499, "68.50"), (500, "66"), ("999.999", "66"), (1000, "63.5"), (10**6, "63.5")]
)
def test_the_highest_step_that_is_reached(world, track, quantity, price):
    edited(track, world.heyuan)
    assert step_price(track, None if quantity is None else Decimal(quantity)) == Decimal(price)


def test_without_steps_the_list_price(track):
    assert step_price(track, Decimal(5000)) == Decimal("68.50")


def test_a_variant_is_edited_with_its_steps_in_one_event(world, track):
    edited(track, world.haoran, price=Decimal("69"), floor=Decimal("60"))
    event = Event.objects.get(kind="catalogue.variant_edited")
    assert event.changes == {
        "price": ["68.5000", "69"], "floor": [None, "60"], "steps": [[], ["500+ 66", "1000+ 63.5"]],
    }  # fmt: skip
    before = track.revision
    edited(track, world.haoran, steps=STEPS[:1])
    assert Variant.objects.get(pk=track.pk).revision > before
    edited(track, world.haoran, steps=STEPS[:1])
    assert Event.objects.filter(kind="catalogue.variant_edited").count() == 2, "nothing changed, nothing is told"


def test_what_no_price_can_be(world, track):
    by = world.heyuan
    refused(lambda: edited(track, by, floor=Decimal("68.51")), field="floor")
    refused(lambda: edited(track, by, price=Decimal(-1)), field="price")
    refused(lambda: edited(track, by, steps=[Step(Decimal(0), Decimal(1))]), field="steps")
    refused(lambda: edited(track, by, steps=[Step(Decimal(5), Decimal(-1))]), field="steps")
    refused(lambda: edited(track, by, steps=[STEPS[0], STEPS[0]]), field="steps")


def test_a_stale_edit_shows_the_steps_too(world, track):
    edited(track, world.heyuan)
    with pytest.raises(Stale) as stale:
        edit_variant(track, by=world.haoran, revision=1, values={"words": "黑"}, steps=STEPS[:1])
    assert {name for name, _theirs, _mine in stale.value.fields} == {"words", "steps"}


def test_a_code_or_sku_that_is_taken(world, track):
    by = world.heyuan
    refused(lambda: add_product(by=by, code="TR20", name="灯", variants=[]), field="code", code="taken")
    taken = [{"sku": "NEW-1", "price": Decimal(1)}, {"sku": "TR20-1", "price": Decimal(1)}]
    refused(lambda: add_product(by=by, code="NEW", name="灯", variants=taken), field="sku", code="taken")
    refused(lambda: add_variant(track.product, by=by, sku="TR20-1", price=Decimal(1)), field="sku", code="taken")


def test_who_may(world, track):
    product = track.product
    for by in (world.mei, world.xiaoyu, world.admin):
        refused(lambda by=by: edited(track, by), NotAllowed, right="catalogue.edit")
        refused(lambda by=by: add_variant(product, by=by, sku="X", price=Decimal(1)), NotAllowed, right="catalogue.edit")
        refused(lambda by=by: retire(product, by=by), NotAllowed, right="catalogue.edit")
        refused(lambda by=by: add_picture(product, by=by, content=jpeg(), name="a.jpg"), NotAllowed, right="catalogue.edit")


def test_retired_once_and_offered_again(world, track):
    product = retire(track.product, by=world.heyuan)
    first = product.retired_at
    assert first and retire(product, by=world.heyuan).retired_at == first
    assert product not in Product.objects.offered()
    assert offer(product, by=world.heyuan).retired_at is None
    assert offer(product, by=world.heyuan) in Product.objects.offered()
    told = Event.objects.filter(subject_kind="product", kind__in=["catalogue.product_retired", "catalogue.product_offered"])
    assert told.count() == 2


def test_a_picture_comes_and_goes(world, track, django_capture_on_commit_callbacks):
    kept = add_picture(track.product, by=world.haoran, content=jpeg(), name="正面.jpg")
    assert kept.visibility == "customer" and kept.content.storage.exists(kept.content.name)
    refused(lambda: add_picture(track.product, by=world.haoran, content=b"no picture", name="x.jpg"), field="picture")
    with django_capture_on_commit_callbacks(execute=True):
        remove_picture(track.product, by=world.haoran, picture=kept)
    assert not Attachment.objects.of(track.product).exists() and not kept.content.storage.exists(kept.content.name)
    assert Event.objects.get(kind="catalogue.picture_removed").values == {"name": "正面.jpg"}


def test_the_floor_price_is_not_for_everybody(world, track, client):
    edited(track, world.heyuan, floor=Decimal("61.37"))
    for who, sees in (("heyuan", True), ("haoran", True), ("mei", False), ("xiaoyu", False), ("admin", False)):
        client.force_login(world.users[who])
        body = client.get(f"/products/{track.product_id}/").content.decode()
        assert ("61.37" in body) is sees, who


def test_who_was_faster_is_named(world, track, client):
    edited(track, world.heyuan, words="黑")
    client.force_login(world.users["haoran"])
    answer = client.post(f"/variants/{track.pk}/edit/", {"revision": 1, "sku": "TR20-1", "price": "68.5", "currency": "CNY", "words": "白"})
    assert answer.status_code == 409 and "没有保存：Heyuan 在" in answer.content.decode()


def test_codes_and_skus_are_taken_in_whatever_letters(world):
    product = world.products["TR20"]
    before = checksum()
    for do, field in (
        (lambda: add_product(by=SYSTEM, code="tr20", name="灯", variants=[]), "code"),
        (lambda: add_product(by=SYSTEM, code="X1", name="灯", variants=[{"sku": "tr20-1", "price": Decimal(1)}]), "sku"),
        (lambda: add_variant(product, by=SYSTEM, sku="tr20-1", price=Decimal(1)), "sku"),
        (lambda: edit_product(product, by=SYSTEM, revision=product.revision, values={"code": "pn60"}), "code"),
    ):
        with pytest.raises(Refused) as refused:
            do()
        assert refused.value.field == field
    assert checksum() == before


def test_what_became_of_a_floor_price_is_read_by_nobody_without_its_right(world, client_of):
    """On the product, in what happened and in its export; the list price beside it is everybody's."""
    product = world.products["TR20"]
    variant = product.variants.first()
    edit_variant(variant, by=world.heyuan, revision=1, values={"floor": Decimal("41.37"), "price": Decimal("69.95")}, steps=[])
    at = reverse("product", args=[product.pk])
    for who, sees in (("heyuan", True), ("haoran", True), ("mei", False), ("admin", False)):
        page = client_of(world.users[who]).get(at).content.decode()
        assert ("69.95" in page, "41.37" in page) == (True, sees), who
    admin = client_of(world.users["admin"])
    export = b"".join(admin.post(reverse("list-export", args=["happened"]), {"form": "csv"}).streaming_content).decode()
    for told in (admin.get(reverse("happened")).content.decode(), export):
        assert "69.95" in told and "41.37" not in told


def test_a_list_price_of_nothing_is_asked_about_and_a_minimum_of_nothing_refused(world, client_of):
    admin, at = client_of(world.users["heyuan"]), reverse("product-new")
    fields = {
        "code": "ZZ1",
        "name": "壁灯",
        "sku": "ZZ1-A",
        "unit": "件",
        "minimum": "1",
        "lead_days": "0",
        "price": "0",
        "currency": "CNY",
    }
    asked = admin.post(at, fields)
    assert asked.status_code == 422 and "目录价为 0 就等于免费报价" in asked.content.decode()
    none = admin.post(at, fields | {"price": "5", "minimum": "0"})
    assert (
        none.status_code == 422
        and "要大于 0；数量不限时填 1。" in none.content.decode()
        and not Product.objects.filter(code="ZZ1").exists()
    )
    assert admin.post(at, fields | {"is_sure": "on"}).status_code == 302
    variant = Product.objects.get(code="ZZ1").variants.get()
    edit = reverse("variant-edit", args=[variant.pk])
    kept = {"sku": "ZZ1-A", "price": "0", "currency": "CNY", "words": "白", "revision": variant.revision}
    assert admin.post(edit, kept).status_code == 302, "what stands there was meant"
