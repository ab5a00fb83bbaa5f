"""What a contract says already and the dossier (202) still asks for: taken over by one press, never by itself."""

from __future__ import annotations

import re
from typing import Any

from boothline.contracts import credit_code
from boothline.contracts.agreement import Contract, Version
from boothline.contracts.dossier import FIELDS, Dossier

_NUMBER = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z0-9.-]*\d{5})[A-Za-z0-9.-]{8,25}(?![A-Za-z0-9])")  # of a tax office, not of a house

_LABELLED = re.compile(  # "Harbour Lights Ltd, BR 5567788": what it is stands before it, however short it is
    r"(?<![A-Za-z])(?:business reg(?:istration|\.)?|B\.?R\.?|VAT(?: ID)?|tax(?: ID)?|TIN|UEN|EIN|CR|USt-?IdNr\.?|reg\.?|税号|纳税人识别号)"
    r"[\s.:：#]*(?:no\.?|number|nr\.?)?[\s.:：#]*(?=[A-Za-z0-9.-]*\d{4})([A-Za-z0-9.-]{5,25})(?![A-Za-z0-9])", re.I,
)  # fmt: skip


def offered(dossier: Dossier) -> dict[str, Any]:
    """{field: value} of the dossier's empty fields that the newest version of the customer's newest living contract names."""
    of_customer = Version.objects.filter(contract__in=Contract.objects.alive(), contract__customer=dossier.customer)
    version = of_customer.select_related("signatory").order_by("-contract", "-n").first()
    if version is None:
        return {}
    found = named(version.invoice_title, dossier.party) | {
        "delivery_address": version.delivery_address, "consignee": version.consignee, "signatory": version.signatory,
    }  # fmt: skip
    return {name: found[name] for name in FIELDS[dossier.party] if found.get(name) and not getattr(dossier, name)}


def named(title: str, party: str) -> dict[str, str]:
    """The name and the number of an invoice title, which holds one or both. A number that cannot be right is not taken over."""
    labelled = _LABELLED.search(title)
    number = labelled or _NUMBER.search(title)
    said = labelled[1] if labelled else number[0] if number else ""
    name = (title[: number.start()] + title[number.end() :] if number else title).strip(" ,，;；:：/()（）")
    found = {"legal_name": name} if len(name) > 1 else {}
    if number and party == "foreign":
        found["tax_number"] = said
    elif number and party == "chinese" and not credit_code.problem(credit_code.cleaned(said)):
        found["code"] = credit_code.cleaned(said)
    return found
