"""How a list looks: its views, its columns, the height of its rows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from boothline.accounts.rights import may
from boothline.core.text import whole
from boothline.ui.fields import Text
from boothline.ui.kit import DENSITIES, DENSITY, ActionPage, FormPage, ListPage, Page, list_named
from boothline.views.lists import SHARES
from boothline.views.saved import SavedView, choose_look, edit_view, remove_view, save_view

KEPT = ("sort", "q")


def shown_now(made: ListPage, query: QueryDict) -> dict[str, Any]:
    """What a list shows at an address, as a view keeps it."""
    asked = made.ask_for(query)
    names = [*(asked.narrowed.form.fields if asked.narrowed is not None else ()), *KEPT]
    said = {name: asked.query[name][:200] for name in names if asked.query.get(name)}
    return {"asked": said, "columns": [column.code for column in asked.columns], "density": asked.density}


class ChooseLook(Page):
    """Keeps which columns a person wants and how high the rows are; inside a view it only shows them, until the view is saved."""

    right = "views.keep"

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        """Chosen by pressing only."""
        return redirect(list_named(key, request).name)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        """Keeps the choice and goes back to the list."""
        made, data = list_named(key, request), request.POST
        places = {code: whole(data.get(f"place_{code}"), places=4) or 99 for code in data.getlist("column")}
        codes = [column.code for column in made.chosen_columns(sorted(places, key=places.__getitem__))]
        height = whole(data.get("density"), places=2)
        density = height if height in DENSITIES else DENSITY
        back = QueryDict(data.get("back", "")[:4000], mutable=True)
        for name in ("columns", "density"):
            back.pop(name, None)
        if back.get("view"):
            back["columns"], back["density"] = ",".join(codes), str(density)
        else:
            choose_look(self.person, by=self.by, list_name=key, columns=codes, density=density)
        return redirect(f"{reverse(made.name)}?{back.urlencode()}" if back else reverse(made.name))


class ViewForm(forms.Form):
    """A view's name and for whom it is."""

    name = Text(label=_("name"), max_length=60)
    share = forms.ChoiceField(label=_("shared with"), choices=list(SHARES.items()), widget=forms.RadioSelect, initial="own")
    first = forms.BooleanField(label=_("open this list with this view"), required=False)
    again = forms.BooleanField(label=_("keep filters, order and columns as the list shows them now"), required=False)

    def __init__(self, *args: Any, may_share: bool, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share:
            del self.fields["share"]
            self.fields["name"].help_text = _("Only you see this view. A manager can share one with the team or with everybody.")
        if is_new:
            del self.fields["again"]


class ViewPage(FormPage):
    """What the forms about a view share."""

    right = "views.keep"
    form = ViewForm
    button = _("Save view")

    def find(self) -> QuerySet[SavedView]:
        """Those that one may change."""
        return SavedView.objects.changeable_by(self.by)

    def shelf(self) -> ListPage:
        """The list that it is a view of."""
        return list_named(self.record.list_name if self.record else self.kwargs["key"], self.request)

    def trail(self) -> list[tuple[str, str]]:
        """The list."""
        made = self.shelf()
        return [(str(made.title), reverse(made.name))]

    def form_options(self) -> dict[str, Any]:
        """Sharing is for some."""
        return {"may_share": may(self.by, "views.share"), "is_new": not self.record}

    def lead_to(self, view: SavedView, first: bool) -> str:
        """The address of the view; with it the list opens from now on, if wished."""
        person = self.person
        look = self.shelf().ask_for(QueryDict("view=")).look
        if first != (look.default == view.pk):
            choose_look(person, by=self.by, list_name=view.list_name, view=view if first else None)
        return f"{reverse(view.list_name)}?view={view.pk}"


class NewView(ViewPage):
    """Keeps what a list shows as a view."""

    title = _("Save view")
    is_about_record = False

    def leading(self) -> str:
        """What the view will show."""
        return self.shelf().says(self.request.GET)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; 404 for a list that is not there."""
        self.shelf()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Saves; 404 for a list that is not there."""
        self.shelf()
        return super().post(request, *args, **kwargs)

    def save(self, form: Any) -> str:
        """Keeps it."""
        data, made = form.cleaned_data, self.shelf()
        view = save_view(data["name"], by=self.by, list_name=made.name, share=data.get("share", "own"), **shown_now(made, self.request.GET))
        return self.lead_to(view, data["first"])


class EditView(ViewPage):
    """Renames a view, shares it otherwise, or takes over what the list shows now."""

    title = _("Edit view")
    template = "views/edit.html"

    def leading(self) -> str:
        """What the list shows now."""
        return self.shelf().says(self.request.GET)

    def initial(self) -> dict[str, Any]:
        """As it is."""
        default = self.shelf().ask_for(QueryDict("view=")).look.default
        return {"name": self.record.name, "share": self.record.share, "first": default == self.record.pk, "again": bool(self.request.GET)}

    def save(self, form: Any) -> str:
        """Edits it."""
        data = form.cleaned_data
        values = {name: data[name] for name in ("name", "share") if name in data}
        if data["again"]:
            values |= shown_now(self.shelf(), self.request.GET)
        view = edit_view(self.record, by=self.by, revision=self.seen, values=values)
        return self.lead_to(view, data["first"])


class RemoveView(ActionPage):
    """Deletes a view."""

    right = "views.keep"
    done = _("View deleted. The records that it showed are as they were.")

    def find(self) -> QuerySet[SavedView]:
        """Those that one may change."""
        return SavedView.objects.changeable_by(self.by)

    def back(self) -> str:
        """The list."""
        return reverse(self.record.list_name)

    def press(self) -> str:
        """Deletes it."""
        back = self.back()
        remove_view(self.record, by=self.by)
        return back
