"""Rows made together: prepared column by column, as Django prepares each value."""

import gc
import uuid
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal

import pytest
import time_machine
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Value
from django.db.models.functions import Lower
from django.db.models.sql import InsertQuery
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from boothline.accounts.people import User
from boothline.core.databases.inserting import ColumnsFirst, insert_rows
from boothline.core.databases.numbers import in_numbers
from boothline.core.records import alike
from boothline.customers.card import Contact, Customer
from boothline.exchange.foreign import Foreign

pytestmark = pytest.mark.django_db

SAMPLES = {  # marked text is a string of another class, as a lazy one is: the database takes neither as it is
    "CharField": ["光速贸易", "O'Hara 100%s %", "", mark_safe("<b>"), gettext_lazy("company")],
    "TextField": ['两行\n\\"', "%%"],
    "JSONField": [{}, [], {"公司": [1, None]}, "x", 3],
    "DateTimeField": [datetime(2026, 4, 1, 8, tzinfo=UTC), datetime(2026, 4, 1, 16, 30, tzinfo=timezone(timedelta(hours=8)))],
    "DateField": [date(2026, 4, 1), date(2026, 4, 2)],
    "TimeField": [time(9, 30)],
    "DecimalField": [Decimal("1.5"), Decimal("2"), 3, "4.25"],
    "BooleanField": [True, False],
    "UUIDField": [uuid.UUID(int=1), str(uuid.UUID(int=2))],
    "FloatField": [0.5, 2],
    "DurationField": [timedelta(minutes=5)],
    "GramField": [["kab"], []],
    "FileField": ["a/名.pdf", ""],
    "BinaryField": [b"\x00x", b""],
    "GenericIPAddressField": ["10.0.0.1"],
}


def _samples(field):
    kept = field.target_field if field.is_relation else field
    found = SAMPLES.get(kept.get_internal_type(), [7, 2**15 - 1])
    return [*found, *([None] if field.null else [])]


def _bare(value):
    """A parameter with its type; what wraps JSON is opened."""
    if isinstance(value, list):
        return [_bare(one) for one in value]
    return (type(value), getattr(value, "obj", value))


@pytest.mark.parametrize("model", [m for m in apps.get_models() if m._meta.managed], ids=lambda model: model._meta.label)
def test_values_are_prepared_as_django_prepares_them(model):
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    for one_kind in (True, False):
        rows = []
        for n in range(4):
            row = model()
            for field in fields:
                found = _samples(field)
                setattr(row, field.attname, found[0 if one_kind else n % len(found)])
            rows.append(row)
        query = InsertQuery(model)
        query.insert_values(fields, rows)
        ours = query.get_compiler("default")
        assert isinstance(ours, ColumnsFirst)
        ours.returning_fields = model._meta.db_returning_fields
        with time_machine.travel(datetime(2026, 4, 1, tzinfo=UTC), tick=False):  # for what is filled in as it is stored
            own, djangos = ours.as_sql(), super(ColumnsFirst, ours).as_sql()
        (sql, params), (plain_sql, plain) = own[0], djangos[0]
        assert len(own) == 1
        if connection.vendor == "postgresql":  # where they go another way, and must arrive as the same
            assert _arrived(sql, params) == _arrived(plain_sql, plain)
        else:
            assert sql == plain_sql and [_bare(value) for value in params] == [_bare(value) for value in plain]


def _arrived(sql, params):
    """What a statement would insert."""
    with connection.cursor() as cursor:
        cursor.execute(sql.split(") ", 1)[1].rsplit(" RETURNING ", 1)[0], params)
        return [[f"{{{','.join(value)}}}" if isinstance(value, list) else value for value in row] for row in cursor.fetchall()]


def _foreign(key, **more):
    return Foreign(kind="customer", key=key, record_id=1, **more)


def test_many_rows_go_in_few_statements_and_come_back_with_their_keys_in_order(django_assert_max_num_queries):
    rows = [_foreign(f"客户 %s {n}", said={"n": n} if n % 2 else {}) for n in range(900)]
    with django_assert_max_num_queries(2):
        Foreign.objects.bulk_create(rows)
    kept = {pk: (key, said) for pk, key, said in Foreign.objects.values_list("pk", "key", "said")}
    assert len(kept) == 900 and all(kept[row.pk] == (row.key, row.said) for row in rows)


@pytest.mark.parametrize("n", [0, 1, 900])
def test_rows_that_nobody_needs_as_records_are_as_those_that_are(n):
    names, rows = ("kind", "key", "record_id", "said"), [("customer", f"客户 %s {n}", n, {"n": n} if n % 2 else {}) for n in range(n)]
    keys = insert_rows(Foreign, names, rows)
    Foreign.objects.bulk_create([Foreign(**dict(zip(names, row, strict=True)), source="beside") for row in rows])
    columns = [field.attname for field in Foreign._meta.concrete_fields if field.attname not in ("id", "source")]
    kept = {key: row for key, *row in Foreign.objects.filter(source="").values_list("pk", *columns)}
    assert [kept[key] for key in keys] == [
        list(row) for row in Foreign.objects.filter(source="beside").order_by("pk").values_list(*columns)
    ]
    assert len(kept) == n


def test_a_row_that_is_not_taken_takes_the_others_along():
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(Foreign, ("kind", "key", "record_id"), [("customer", "a", n) for n in range(2)])
    assert not Foreign.objects.exists()


def test_an_expression_is_left_to_the_database():
    Foreign.objects.bulk_create([_foreign(Lower(Value("ABC"))), _foreign("d")])
    assert set(Foreign.objects.values_list("key", flat=True)) == {"abc", "d"}


def test_what_is_there_already_stays_where_that_is_asked():
    Foreign.objects.bulk_create([_foreign(key) for key in ("a", "b")])
    Foreign.objects.bulk_create([_foreign(key, said={"n": 2}) for key in ("b", "c")], ignore_conflicts=True)
    assert list(Foreign.objects.order_by("key").values_list("key", "said")) == [("a", {}), ("b", {}), ("c", {"n": 2})]


def test_records_alike_have_their_own_lists_and_what_they_share(world):
    mei = User.objects.get(pk=world.mei.id)
    one, two = alike(Customer, {"owner": mei}, [{"name": "甲"}, {"name": "乙", "grade": "B"}])
    one.extra["sector"] = "灯具"
    one.grade_why["code"] = "y"
    plain = Customer(name="乙", grade="B", owner=mei)
    for name in {field.attname for field in Customer._meta.concrete_fields} - {"made_at", "owned_since", "type_since", "derived_since"}:
        assert getattr(two, name) == getattr(plain, name), name
    assert (one.owner is two.owner is mei, one.pk, one._state.adding) == (True, None, True)


@pytest.mark.parametrize("names", [[], ["甲"], ["甲", "O'Hara", '"', "\\", "乙" * 200, "é", "😀", "缺"]])
def test_among_answers_as_in(world, names):
    Foreign.objects.bulk_create([_foreign(name) for name in ["甲", "乙" * 200, "O'Hara", '"', "\\", "é", "😀", "丙"]])
    asked = Foreign.objects.order_by("pk").values_list("pk", flat=True)
    keys = list(asked.filter(key__in=names))
    assert list(asked.filter(key__among=names)) == keys == list(asked.filter(pk__among=keys))
    assert set(asked.exclude(pk__among=keys)) == set(asked.exclude(pk__in=keys))
    people = [world.mei.id, world.heyuan.id]
    assert set(Customer.objects.filter(owner__among=people)) == set(Customer.objects.filter(owner__in=people))
    assert set(Contact.objects.filter(customer__owner__among=people)) == set(Contact.objects.filter(customer__owner__in=people))


@pytest.mark.django_db(transaction=True)
def test_what_makes_many_rows_quick_is_put_back():
    def now():
        pragmas = ("cache_size", "wal_autocheckpoint", "temp_store", "synchronous", "journal_mode") if connection.vendor == "sqlite" else ()
        return gc.get_threshold(), [connection.connection.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]

    connection.ensure_connection()
    own = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    usual = now()
    with pytest.raises(ZeroDivisionError), in_numbers():
        (often, *_), pragmas = now()
        assert often > usual[0][0] and pragmas[3:] == usual[1][3:]  # what is safe on the disk is as ever
        assert not pragmas or (pragmas[0] < usual[1][0] and pragmas[1] > usual[1][1] and pragmas[2] == 2)
        raise ZeroDivisionError
    assert now() == usual
    gc.set_threshold(*own)
