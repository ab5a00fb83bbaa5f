"""One's own notices: marked as read is what was on the page."""

import pytest
from django.urls import reverse

from boothline.messaging.models import Notice
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
