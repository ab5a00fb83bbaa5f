"""One's own notices: marked as read is what was on the page. Somebody is always told, and somebody always does it."""

import pytest
from django.urls import reverse

from boothline.accounts.models import User
from boothline.contracts.establishment import ConfirmationRequest, decline, open_request
from boothline.core import clock
from boothline.customers.models import Customer
from boothline.followups.steps import Plan, plan_many
from boothline.messaging.models import Notice
from boothline.messaging.notices import tell_people
from boothline.timeline.models import Event
from tests.suites.paper import form_with

pytestmark = pytest.mark.django_db


def test_read_is_what_was_shown(world, client_of):
    """A hundred at most; what comes while somebody reads waits, and what did not fit stands first on the next page."""
    world.take()
    mine, mei = Notice.objects.filter(user=world.users["mei"], read_at=None), client_of(world.users["mei"])
    told = Event.objects.latest("id")
    copies = Event.objects.bulk_create([Event(kind=told.kind, actor_kind="system", subject_name=f"第 {i} 件") for i in range(104)])
    notices = [Notice(user=world.users["mei"], event=event) for event in copies]
    Notice.objects.bulk_create(notices[:103])
    form = form_with(mei.get(reverse("notices")).content, "until")
    notices[103].save()  # meanwhile
    assert mei.post(reverse("notices"), form.fields).status_code == 302
    assert sorted(mine.values_list("event__subject_name", flat=True)) == ["第 0 件", "第 1 件", "第 103 件", "第 2 件"]
    form = form_with(mei.get(reverse("notices")).content, "until")
    mei.post(reverse("notices"), form.fields)
    assert not mine.exists() and 'name="until"' not in mei.get(reverse("notices")).content.decode()
    mei.post(reverse("notices"), {"since": "x"})  # nothing shown, nothing read


@pytest.mark.parametrize("how", ["nobody has them", "who had them left"])
def test_somebody_is_told_of_a_no(world, how):
    request = world.sent(world.take())
    guest = world.guest(request)
    open_request(request, by=guest)
    if how == "nobody has them":
        Customer.objects.update(owner=None)
    else:
        User.objects.filter(username="mei").update(is_active=False)
    decline(ConfirmationRequest.objects.for_list().get(pk=request.pk), by=guest, reason="price")
    tell_people(Event.objects.get(kind="contracts.declined"))
    assert Notice.objects.get(event__kind="contracts.declined").user == world.users["heyuan"]


def test_a_step_of_who_left_is_the_managers(world):
    customer = world.take()
    User.objects.filter(username="mei").update(is_active=False)
    (step,) = plan_many([Plan(customer, "打电话", clock.today())], by=world.heyuan)
    assert step.owner == world.users["heyuan"]
