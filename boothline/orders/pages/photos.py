"""Photos handed in with a form: several at once, each looked at before anything is stored."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from boothline.core.errors import Refused
from boothline.files.attachments import read_pictures


class _Several(forms.FileInput):
    allow_multiple_selected = True


class Photos(forms.FileField):
    """Any number of pictures up to six; the bytes of each."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("photos"))
        super().__init__(required=False, widget=_Several(attrs={"accept": "image/*"}), **options)

    def clean(self, data: Any, initial: Any = None) -> tuple[bytes, ...]:
        """Refused where one is no picture, or where there are too many."""
        uploads = [upload for upload in (data if isinstance(data, (list, tuple)) else [data]) if upload]
        try:
            return read_pictures(uploads)
        except Refused as refused:
            raise forms.ValidationError(str(refused.words), code="picture") from refused
