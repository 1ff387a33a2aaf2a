"""``customers.yaml`` on disk: only what changes is written, whoever wrote the file and however large it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from itilcli.errors import Refused
from itilcli.model.customer import Contact, Organisation
from itilcli.store import emit
from itilcli.store.bounds import LIMIT
from itilcli.store.customers import CUSTOMERS, LARGEST, Book, phone_ending, read_customers

BY_HAND = """\
# whom we serve
customers:
  # the oldest one
  - organisation: 第一人民医院   # since 2004
    contacts:
      - {name: 张三丰, phone: "0571-88886666", birthday: "10-01"}   # the boss
    region: 杭州
  - {organisation: "二院 \\"北\\"", vip: true}
since: "2004"
# the end
"""
NEWCOMER = Organisation("三院", contacts=(Contact("王五", "0571-1234567"),))


def book(root: Path, text: str | None = None) -> Book:
    if text is not None:
        (root / CUSTOMERS).write_bytes(text.encode())
    return Book(root)


def after(one: Book) -> str:
    change = one.change()
    assert change is not None and change.after is not None
    return change.after.decode()


def large(count: int) -> str:
    contacts = [{"name": "前台", "phone": f"0571-8{number:07}"} for number in range(count)]
    rows = [{"organisation": f"第{number}医院", "contacts": [one]} for number, one in enumerate(contacts)]
    return emit.emit({"customers": rows})


def test_no_file_holds_nobody_and_the_first_customer_makes_it(tmp_path: Path) -> None:
    one = book(tmp_path)
    assert one.everybody() == [] and one.change() is None and one.vips().customers == ()
    one.put(None, NEWCOMER)
    assert one.change() is not None and one.before is None
    assert after(one) == (
        'customers:\n  - organisation: "三院"\n    contacts:\n      - name: "王五"\n        phone: "0571-1234567"\n'
    )


@pytest.mark.parametrize(
    "text",
    [BY_HAND, BY_HAND.replace("\n", "\r\n"), "\ufeff" + BY_HAND, BY_HAND.rstrip()],
    ids=["lf", "crlf", "bom", "end"],
)
def test_what_people_wrote_stays(tmp_path: Path, text: str) -> None:
    """Comments, unknown keys, order, line ends: lines are only added or changed."""
    one = book(tmp_path, text)
    (place, first), _ = one.everybody()
    one.put(place, replace(first, contacts=(*first.contacts, Contact("李四", "0571-7654321"))))
    one.put(None, NEWCOMER)
    written = after(one)
    assert [line for line in text.split("\n") if line.rstrip("\r") not in written] == []
    (tmp_path / CUSTOMERS).write_bytes(written.encode())
    customers, _, problems = read_customers(tmp_path)
    assert [row.organisation for row in customers] == ["第一人民医院", '二院 "北"', "三院"]
    assert [row.name for row in customers.customers[0].contacts] == ["张三丰", "李四"]
    assert {problem.code for problem in problems} == {"W-record-unknown-field"}


def test_only_the_lines_of_one_customer_change(tmp_path: Path) -> None:
    """In a file as the program writes it; what stands between two customers stays there."""
    text = large(3).replace(
        '  - organisation: "第1医院"\n', '# the second\n\n  - organisation: "第1医院"\n    region: "浙江"\n'
    )
    one = book(tmp_path, text + "# the end\n")
    ((place, second),) = one.called("第１医院")
    one.put(place, replace(second, contacts=(*second.contacts, Contact("李四", "1234567"))))
    one.put(None, NEWCOMER)
    added = '      - name: "李四"\n        phone: "1234567"\n'
    after_second = text.index('  - organisation: "第2医院"')
    last = after(one)[len(text) + len(added) :]
    assert after(one).startswith(text[:after_second] + added + text[after_second:])
    assert last.startswith('  - organisation: "三院"') and last.endswith("# the end\n")


@pytest.mark.parametrize(
    "text", ["customers: []\n", "customers:\n", "# nobody yet\ncustomers:\n# or soon\n", "other: 1\n"]
)
def test_an_empty_register_takes_the_first_customer(tmp_path: Path, text: str) -> None:
    one = book(tmp_path, text)
    one.put(None, NEWCOMER)
    (tmp_path / CUSTOMERS).write_bytes(after(one).encode())
    assert read_customers(tmp_path)[0].customers[-1] == NEWCOMER


def test_a_register_larger_than_other_files_is_read_and_grows(tmp_path: Path) -> None:
    one = book(tmp_path, large(3000))
    assert one.before is not None and len(one.before) > LIMIT
    ((place, found),) = one.those(phone_ending("80000007"))
    assert (place, found.organisation) == (7, "第7医院")
    one.put(None, NEWCOMER)
    one.put(place, replace(found, vip=True))
    (tmp_path / CUSTOMERS).write_bytes(after(one).encode())
    customers, _, problems = read_customers(tmp_path)
    assert problems == [] and len(customers.customers) == 3001 and customers.customers[-1] == NEWCOMER
    assert [row.organisation for row in Book(tmp_path).vips()] == ["第7医院"]


def test_beyond_its_bounds_a_register_is_refused_with_the_line(tmp_path: Path) -> None:
    odd = large(3000).replace('phone: "0571-80000001"', "phone: 0571-80000001")
    with pytest.raises(Refused) as refused:
        book(tmp_path, odd)
    (problem,) = refused.value.problems
    assert (problem.code, problem.where) == ("E-5.1-customers-odd", f"{CUSTOMERS}:9")
    rows = [{"organisation": f"第{number}医院", "address": "x" * (LARGEST // 40)} for number in range(39)]
    full = book(tmp_path, emit.emit({"customers": rows}))
    with pytest.raises(Refused) as refused:
        full.put(None, replace(NEWCOMER, address="x" * (LARGEST // 40)))
    assert [problem.code for problem in refused.value.problems] == ["E-5.1-customers-full"]
    assert full.change() is None


def test_what_is_wrong_is_told_with_its_place(tmp_path: Path) -> None:
    """Wrong types and unknown keys, as in other files; one number at two customers is allowed, one name is not."""
    text = """\
customers:
  - organisation: "一院"
    contacts: [{name: "甲", phone: 13800138000, fax: "1"}]
  - "二院"
  - organisation: "一 院"
  - organisation: "三院"
    contacts: [{name: "乙", phone: "0571-1234567"}]
  - organisation: "四院"
    vip: "yes"
    contacts: [{name: "丙", phone: "0571-1234567"}]
  - organisation: "４院"
  - organisation: "4院"
"""
    book(tmp_path, text)
    found = {(problem.code, problem.where.partition("#")[2]) for problem in read_customers(tmp_path)[2]}
    assert found == {
        ("E-record-type", "customers.0.contacts.0.phone"),
        ("W-record-unknown-field", "customers.0.contacts.0.fax"),
        ("E-record-type", "customers.1"),
        ("E-record-type", "customers.4.vip"),
        ("W-5.1-customer-twice", "customers.6"),
    }
    for broken in ("customers: nobody\n", "customers:\n  one: 1\n", "customers: [\n"):
        book(tmp_path, broken)
        assert [problem.level for problem in read_customers(tmp_path)[2]] == ["error"], broken
