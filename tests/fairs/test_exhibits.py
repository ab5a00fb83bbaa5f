"""11 Exhibits: what lies at the booth, what came back and was sold, and who was shown it there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from boothline.core.errors import NotAllowed, Refused, Stale
from boothline.fairs.exhibits import add_exhibit, edit_exhibit, remove_exhibit
from boothline.fairs.models import Exhibit
from boothline.negotiation.briefing import brief
from boothline.negotiation.models import Briefing
from boothline.timeline.models import Event
from boothline.visitors.models import Capture

pytestmark = pytest.mark.django_db


def add(world, code: str = "TR20", **more) -> Exhibit:
    return add_exhibit(world.fair, by=world.heyuan, variant=world.products[code].variants.first(), **{"pieces": 3} | more)


def test_a_list_is_made_corrected_and_counted(world):
    made = add(world, sample_number="样-07", place="左侧")
    assert (made.pieces, made.missing) == (3, None)
    with pytest.raises(Refused) as refused:
        add(world)
    assert refused.value.code == "taken" and Exhibit.objects.count() == 1
    with pytest.raises(NotAllowed):
        add_exhibit(world.fair, by=world.mei, variant=world.products["PN60"].variants.first(), pieces=1)
    edit_exhibit(made, by=world.heyuan, revision=1, values={"back": 1, "sold": 1})
    assert Exhibit.objects.get().missing == 1
    with pytest.raises(Refused) as refused:
        edit_exhibit(made, by=world.heyuan, revision=2, values={"back": 3, "sold": 1})
    assert refused.value.code == "too_many" and Exhibit.objects.get().back == 1
    with pytest.raises(Stale):
        edit_exhibit(made, by=world.heyuan, revision=1, values={"pieces": 4})
    remove_exhibit(made, by=world.heyuan)
    told = Event.objects.about(world.fair).filter(kind__startswith="fairs.exhibit").order_by("id")
    assert [event.kind for event in told] == ["fairs.exhibit_added", "fairs.exhibit_edited", "fairs.exhibit_removed"]
    assert told[1].changes == {"back": [None, 1], "sold": [None, 1]}


def test_who_was_shown_an_exhibit_and_who_is_interested(world, client_of):
    """Two were shown it at the fair, one after it, one of them ticked it; each number opens its list."""
    add(world)
    track = world.products["TR20"]
    first, second, third = (world.take(f"{n}号公司", name=f"人{n}", emails=[], phones=[]) for n in (1, 2, 3))
    for customer in (first, second, third):
        brief(customer, by=world.mei, products=[track])
    Briefing.objects.filter(customer=third).update(shown_at=Briefing.objects.get(customer=third).shown_at + timedelta(days=30))
    Capture.objects.get(customer=first).interest.add(track)
    client = client_of(world.users["admin"])
    body = client.get(f"/fairs/{world.fair.pk}/").content.decode()
    links = dict(re.findall(rf'href="/customers/\?fair={world.fair.pk}&amp;(shown|interest)={track.pk}">(\d+)<', body))
    assert links == {"shown": "2", "interest": "1"}
    for code, names in (("shown", {"1号公司", "2号公司"}), ("interest", {"1号公司"})):
        shown = client.get(f"/customers/?fair={world.fair.pk}&{code}={track.pk}").content.decode()
        assert set(re.findall(r"[123]号公司", re.search(r"<tbody>(.*?)</tbody>", shown, re.S).group(1))) == names
    others = client_of(world.users["kevin"]).get(f"/fairs/{world.fair.pk}/").content.decode()
    assert f'shown={track.pk}">0<' in others, "one counts whom one sees"


def test_the_forms(world, client_of):
    client = client_of(world.users["heyuan"])
    variant = world.products["TR20"].variants.first()
    answer = client.post(f"/fairs/{world.fair.pk}/exhibits/new/", {"variant": variant.pk, "pieces": "2", "revision": "1"})
    assert answer.status_code == 302 and answer["Location"].endswith("#exhibits")
    made = Exhibit.objects.get()
    assert variant.sku in client.get(f"/exhibits/{made.pk}/edit/").content.decode()
    assert client.post(f"/exhibits/{made.pk}/edit/", {"pieces": "2", "back": "5", "sold": "", "revision": "1"}).status_code == 422
    assert client.post(f"/exhibits/{made.pk}/edit/", {"pieces": "2", "back": "1", "sold": "", "revision": "1"}).status_code == 302
    assert "少 1 件" in client.get(f"/fairs/{world.fair.pk}/").content.decode()
    assert client_of(world.users["mei"]).post(f"/exhibits/{made.pk}/removal/").status_code == 403
    client.post(f"/exhibits/{made.pk}/removal/")
    assert not Exhibit.objects.exists()
