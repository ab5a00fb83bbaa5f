"""Fields: what is stored is shown as people write it, and which ones say that they may stay empty."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django import forms
from django.template import engines
from django.urls import reverse

from boothline.negotiation.briefing import brief
from boothline.ui.fields import Moment, Price, Quantity, Text


@pytest.mark.parametrize(
    ("typed", "is_taken"), [("2027-03-15T14:30", True), ("0001-01-01T00:00", False), ("9999-12-31T23:59", False), ("x", False)]
)
def test_a_moment_is_of_this_century(typed, is_taken):
    try:
        assert Moment().clean(typed) == datetime(2027, 3, 15, 6, 30, tzinfo=UTC) and is_taken
    except forms.ValidationError as refused:
        assert not is_taken and "2027-03-15" in str(refused)


class Asked(forms.Form):
    one_of = ("product", "special")
    needed = ("term",)
    product = Text(label="product", required=False)
    special = Text(label="special", required=False)
    note = Text(label="note", required=False)
    term = Text(label="term", required=False)


@pytest.mark.parametrize(
    ("field", "stored", "shown"),
    [
        (Quantity, Decimal("60.000"), "60"),
        (Quantity, Decimal("0.250"), "0.25"),
        (Price, Decimal("54.0000"), "54.00"),
        (Price, Decimal("0.0125"), "0.0125"),
        (Price, Decimal("1E+3"), "1000.00"),
        (Price, "sixty", "sixty"),
        (Price, None, None),
    ],
)
def test_a_figure_comes_without_the_zeros_of_its_column(field, stored, shown):
    assert field().prepare_value(stored) == shown


def test_optional_is_said_where_nothing_else_is_asked_instead():
    page = "{% import 'ui/forms.html' as forms %}{% for bound in form %}{{ forms.field(bound) }}{% endfor %}"
    shown = engines["jinja2"].from_string(page).render({"form": Asked()})
    assert shown.count("（选填）") == 1 and "Note<span" in shown


@pytest.mark.django_db
def test_what_completeness_or_an_answer_asks_for_is_not_called_optional(client_of, world):
    mei = client_of(world.users["mei"])
    intention = world.intend(world.take(), complete=False)
    form = mei.get(f"/intentions/{intention.pk}/collection/").content.decode()
    named = re.findall(r'<label for="id_(\w+)">[^<]*(?:<span class="opt">)', form)
    assert named == ["balance_on", "po_number"]
    made = brief(intention.customer, by=world.mei, products=[world.products["TR20"]])
    answer = mei.get(reverse("briefing-answer", args=[made.pk])).content.decode()
    assert "（选填）" not in answer and "至少勾选一项" in answer
