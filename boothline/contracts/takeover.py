"""What a contract says already and the dossier (202) still asks for: taken over by one press, never by itself."""

from __future__ import annotations

import re
from typing import Any

from boothline.contracts import credit_code
from boothline.contracts.agreement import Contract, Version
from boothline.contracts.dossier import FIELDS, Dossier

_NUMBER = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z0-9.-]*\d{5})[A-Za-z0-9.-]{8,25}(?![A-Za-z0-9])")  # of a tax office, not of a house


def offered(dossier: Dossier) -> dict[str, Any]:
    """{field: value} of the dossier's empty fields that the newest version of the customer's newest living contract names."""
    of_customer = Version.objects.filter(contract__in=Contract.objects.alive(), contract__customer=dossier.customer)
    version = of_customer.select_related("signatory").order_by("-contract", "-n").first()
    if version is None:
        return {}
    found = _named(version.invoice_title, dossier.party) | {
        "delivery_address": version.delivery_address, "consignee": version.consignee, "signatory": version.signatory,
    }  # fmt: skip
    return {name: found[name] for name in FIELDS[dossier.party] if found.get(name) and not getattr(dossier, name)}


def _named(title: str, party: str) -> dict[str, str]:
    """The name and the number of an invoice title, which holds one or both. A number that cannot be right is not taken over."""
    number = _NUMBER.search(title)
    name = (title[: number.start()] + title[number.end() :] if number else title).strip(" ,，;；:：/()（）")
    found = {"legal_name": name} if len(name) > 1 else {}
    if number and party == "foreign":
        found["tax_number"] = number[0]
    elif number and party == "chinese" and not credit_code.problem(credit_code.cleaned(number[0])):
        found["code"] = credit_code.cleaned(number[0])
    return found
