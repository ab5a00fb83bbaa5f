"""Which questions the list of opportunities without customer answers."""

import django_filters as filters
from django.utils.translation import gettext_lazy as _

from boothline.accounts.people import User
from boothline.catalogue.products import Product
from boothline.exchange.opportunities import STAGES, Opportunity


class OpportunityFilter(filters.FilterSet):
    """By stage, product and seller."""

    stage = filters.ChoiceFilter(label=_("stage"), choices=list(STAGES.items()), empty_label=_("every stage"))
    product = filters.ModelChoiceFilter(
        label=_("product"), queryset=Product.objects.order_by("sort_key", "id"), empty_label=_("any product")
    )
    seller = filters.ModelChoiceFilter(
        label=_("seller"),
        queryset=User.objects.order_by("id"),
        empty_label=_("any seller"),
        null_label=_("without seller"),
        null_value="none",
    )

    class Meta:
        model = Opportunity
        fields = ["stage", "product", "seller"]
