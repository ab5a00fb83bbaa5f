"""What scanned codes say of people: the fields that readers of codes agree on."""

import json

import pytest

from boothline.core.actors import SYSTEM
from boothline.customers.card import Contact
from boothline.exchange.payloads import Payload, parsed, row_among
from tests.bringing import import_files


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("MECARD:N:Anna Berg;;", Payload(names=["Anna Berg"])),
        ("MECARD:N:Berg,Anna;SOUND:ana;ORG:Nordlicht GmbH;TEL:+49 1;TEL:+49 2;BDAY:19800102;;",
         Payload(names=["Anna Berg"], pronunciation="ana", organisation="Nordlicht GmbH", phones=["+49 1", "+49 2"], birthday="19800102")),
        ("MECARD:NOTE:a\\;b\\nc;N:張,三;URL:http\\://x.example/?a=1;EMAIL:a@x.example;ADR:Weg 1, Kiel;BDAY:soon;;",
         Payload(names=["張三"], note="a;b\nc", urls=["http://x.example/?a=1"], emails=["a@x.example"], addresses=["Weg 1, Kiel"])),
        ("MECARD:N:測試", Payload(names=["測試"])),
        ("MEMORY:foo\r\nNAME1:Anna\r\nNAME2:ana\r\nTEL1:+49 1\r\nMAIL2:a@x.example\r\nADD:Kiel\r\n",
         Payload(names=["Anna"], pronunciation="ana", phones=["+49 1"], emails=["a@x.example"], addresses=["Kiel"], note="foo")),
        ("BIZCARD:N:Anna;X:Berg;T:Buyer;C:Nordlicht;A:Weg 1;B:+49 1;M:+49 2;F:+49 3;E:a@x.example;",
         Payload(names=["Anna Berg"], title="Buyer", organisation="Nordlicht", addresses=["Weg 1"], phones=["+49 1", "+49 2"], fax=["+49 3"],
                 emails=["a@x.example"])),
    ],
)  # fmt: skip
@pytest.mark.once
def test_a_code_says(text: str, says: Payload):
    assert parsed(text) == says


@pytest.mark.once
def test_a_code_that_speaks_of_nobody_is_named():
    assert parsed("https://x.example/") is None
    assert row_among("a", 1, "https://x.example/").reason and row_among("a", 1, "MECARD:" + "N" * 20_000).reason
    assert row_among("a", 7, "BEGIN:VCARD\r\nVERSION:2.1\r\nN:Berg;Anna\r\nADR;HOME:Weg 1\r\nEND:VCARD").person.address == "Weg 1"


@pytest.mark.django_db
def test_codes_come_in_as_contacts_from_json_and_from_text(world, tmp_path):
    rows = [
        {"id": n, "payload": text, "title": None}
        for n, text in enumerate(["MECARD:N:Anna Berg;TEL:+49 1;;", "BEGIN:VCARD\r\nNOTE:x\r\nEND:VCARD"])
    ]
    (tmp_path / "codes.json").write_text(json.dumps(rows), "utf-8")
    result = import_files([tmp_path / "codes.json"], by=SYSTEM)
    assert (result["rows"], result["created"], [r["row"] for r in result["rejected"]]) == (2, {"contact": 1, "customer": 1}, [2])
    assert Contact.objects.get().point("phone") == "+49 1"
    (tmp_path / "code.txt").write_text("MECARD:N:測試;;\nMEMORY:x\nNAME1:Bo\n", "utf-8")
    assert import_files([tmp_path / "code.txt"], by=SYSTEM)["created"] == {"contact": 2, "customer": 2}
    assert import_files([tmp_path / "code.txt", tmp_path / "codes.json"], by=SYSTEM)["created"] == {}
