"""Form fields that come up everywhere: text that is cleaned as it comes in, days, quantities, prices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from boothline.core import clock
from boothline.core.errors import Words as Words_
from boothline.core.money import MONEY_DIGITS, trimmed
from boothline.core.text import clean, digits, too_short, whole

MESSAGES: dict[type[forms.Field], dict[str, Words_]] = {
    forms.Field: {"required": _("Fill this in.")},
    forms.CharField: {"max_length": _("At most %(limit_value)d characters; these are %(show_value)d.")},
    forms.EmailField: {"invalid": _("This is not an e-mail address.")},
    forms.IntegerField: {
        "invalid": _("Enter a number."), "min_value": _("Not less than %(limit_value)s."), "max_value": _("Not more than %(limit_value)s."),
        "max_digits": _("At most %(max)s digits."), "max_decimal_places": _("At most %(max)s decimals."),
        "max_whole_digits": _("At most %(max)s digits before the decimal point."),
    },
    forms.DateField: {"invalid": _("Enter a day as year-month-day, such as 2027-03-15.")},
    forms.DateTimeField: {"invalid": _("Enter a day and a time, such as 2027-03-15 14:30.")},
    forms.ChoiceField: {"invalid_choice": _("Choose from the list.")},
    forms.ModelChoiceField: {"invalid_choice": _("Choose from the list.")},
    forms.FileField: {"empty": _("The file is empty. Choose another one."), "required": _("Choose a file.")},
}  # fmt: skip


def speak_plainly() -> None:
    """What a field says when it refuses, in our words; once, when the application starts."""
    for field, words in MESSAGES.items():
        field.default_error_messages = {**field.__dict__.get("default_error_messages", {}), **words}  # type: ignore[dict-item]


speak_plainly()  # a field keeps the words of its making: before the first of ours is made


class Text(forms.CharField):
    """One line of text: NFC, no control characters, trimmed."""

    def to_python(self, value: Any) -> str:
        """Cleaned."""
        text = super().to_python(value) or ""
        return clean(text.replace("\r", "").replace("\n", " "), 2000)


def check_phones(numbers: Sequence[str]) -> None:
    """Refuses what has no digits, and what is too short to be dialled; an extension may stand beside its main number."""
    for number in numbers:
        if not digits(number):
            raise forms.ValidationError(_("A phone number has digits. Write what this is into the note."))
    for number in too_short(numbers):
        words = _("%(number)s is too short for a phone number: it has at least 5 digits. Write an extension behind its main number.")
        raise forms.ValidationError(words, params={"number": number})


class Phone(Text):
    """A phone number, as people write it."""

    def clean(self, value: Any) -> str:
        """Kept by its digits: without any it would be lost."""
        text: str = super().clean(value)
        check_phones([text] if text else [])
        return text


class Words(forms.CharField):
    """Several lines of text."""

    def __init__(self, **options: Any) -> None:
        rows = options.pop("rows", 3)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), max_length=options.pop("max_length", 4000), **options)

    def to_python(self, value: Any) -> str:
        """Cleaned."""
        return clean(super().to_python(value) or "")


class Several(forms.ModelMultipleChoiceField):
    """Any number of records. What is no key of ours is no choice, before the database is asked."""

    def clean(self, value: Any) -> Any:
        """The chosen records."""
        for key in value or ():
            if whole(str(key)) is None:
                raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice", params={"value": key})
        return super().clean(value)


class Day(forms.DateField):
    """A day, with the browser's calendar."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class Moment(forms.DateTimeField):
    """A day with its time, in the company's zone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **options,
        )  # fmt: skip

    def to_python(self, value: Any) -> datetime | None:
        """A moment of this century."""
        at = super().to_python(value)
        if at and not clock.FIRST_YEAR <= at.year < clock.LAST_YEAR:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return at


class Quantity(forms.DecimalField):
    """A quantity of up to three decimals."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("min_value", 0)
        super().__init__(max_digits=14, decimal_places=3, **options)
        self.widget.attrs.update(inputmode="decimal", step="any")

    def prepare_value(self, value: Any) -> Any:
        """As people write it: 60, not 60.000."""
        return trimmed(value) if isinstance(value, Decimal) else value


class Price(forms.DecimalField):
    """A unit price of up to four decimals."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=14, decimal_places=4, min_value=0, **options)
        self.widget.attrs.update(inputmode="decimal", step="any")

    def prepare_value(self, value: Any) -> Any:
        """As people write it: 54.00 or 0.0125."""
        return trimmed(value, 2) if isinstance(value, Decimal) else value


class Amount(forms.DecimalField):
    """An amount of money that may stay empty: nothing then."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=MONEY_DIGITS, decimal_places=2, required=False, **options)
        self.widget.attrs.update(inputmode="decimal", step="any")

    def clean(self, value: Any) -> Decimal:
        """Left empty, nothing."""
        found: Decimal | None = super().clean(value)
        return Decimal("0.00") if found is None else found

    def prepare_value(self, value: Any) -> Any:
        """Nothing is an empty field."""
        return (trimmed(value, 2) if value else "") if isinstance(value, Decimal) else value


def narrow(form: forms.BaseForm, name: str, among: QuerySet[Any] | Iterable[tuple[Any, Any]]) -> None:
    """What a field offers to choose from, where that depends on the record or on the reader: records, or codes with their words."""
    field = form.fields[name]
    if isinstance(among, QuerySet):
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = among
    else:
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(among)


class ReasonForm(forms.Form):
    """Why; without a reason it is not done."""

    reason = Words(label=_("reason"))
