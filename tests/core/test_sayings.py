"""A sentence that is kept can be said again in another language, with all that stands in it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override, pgettext

from boothline.core.sayings import elsewhere, heard
from boothline.core.text import listed, prose


def test_it_is_said_again_with_its_values_and_lists():
    label = gettext_lazy("quantity")
    with override("zh-hans"), heard():
        inner = _("%(field)s: %(value)s is no number. Write it like 1234.50.") % {"field": label, "value": "五"}
        outer = _("Left out: %(why)s") % {"why": inner}
        several = listed((pgettext("import", "new"), ngettext("%(num)s column", "%(num)s columns", 2) % {"num": 2}, "甲"))
        whole = prose((inner, _("The cell is kept in the note.")))
    assert elsewhere(whole) == {"en": "quantity: 五 is no number. Write it like 1234.50. The cell is kept in the note."}
    assert "数量" in outer and elsewhere(outer) == {"en": "Left out: quantity: 五 is no number. Write it like 1234.50."}
    assert "、" in several and elsewhere(several) == {"en": "new, 2 columns, 甲"}


def test_what_nobody_hears_is_plain():
    with override("zh-hans"):
        assert type(_("quantity")) is str and elsewhere(_("quantity")) == {} and type(listed(("a", "b"))) is str
