"""A message taken apart: whatever its bytes are, it is read, and quickly; what is told of it can be kept in a record."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from itilcli.mail import heads
from itilcli.mail.letter import Letter
from itilcli.mail.markup import text_of
from itilcli.mail.noise import noise
from itilcli.mail.quoting import bare_subject, fresh
from itilcli.mail.reading import head_alone, read, read_head, several
from itilcli.store.bounds import CONTROL

CORPUS = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.eml"))]
SPLICED = st.sampled_from(
    (b"\n\n", b"--b\n", b"=?gb2312?B?", b"?=", b"\x00", b"\xff\xfe", b"Content-Type: message/rfc822\n", b"boundary=b", b"charset=idna",
     b"filename*0*=x''%", b"<" * 40, b"(" * 300, b'"', b"From: a@b,,<>;:\n", b"Date: Mon, 99 Zzz 99999999999 99:99:99 +9999\n", b"&#55296;")
)  # fmt: skip


def wants(letter: Letter) -> None:
    """What everything that is made of a message counts on."""
    texts = (
        letter.subject,
        letter.text,
        fresh(letter.text, letter.subject),
        bare_subject(letter.subject),
        letter.author.shown,
    )
    assert not any(CONTROL.search(text) for text in texts)
    for one in letter.enclosures:
        assert one.name.isprintable() and not one.name.startswith(".") and "/" not in one.name and "\\" not in one.name
        assert 0 < len(one.name.encode()) <= 150 and one.data
    assert letter.id and len(letter.key) == 16
    noise(letter, frozenset(), False)


@example(b"Content-Type: text/plain; charset=utf-8\x00\n\n" + "打印机".encode(), [])
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(CORPUS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 60), SPLICED | st.binary(max_size=12)), max_size=6),
)
def test_any_bytes_are_read(data: bytes, changes: list[tuple[float, int, bytes]]) -> None:
    for place, gone, put in changes:
        at = int(place * len(data))
        data = data[:at] + put + data[at + gone :]
    letter = read(data)
    wants(letter)
    several(data)
    read_head(head_alone(data, letter.text, len(data)))


DEEP = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1000))


@pytest.mark.parametrize(
    "data",
    [
        b"Subject: deep\n" + DEEP + b"\nhi",
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 20_000,
        b"From: " + b"(" * 20_000 + b"\nTo: " + b"<" * 20_000 + b"\nSubject: " + b"=?a?B?" * 5000 + b"\n\nx",
        b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * 20_000,
        b"Content-Transfer-Encoding: base64\n\n" + b"!!!!\n" * 50_000,
        b"Content-Type: text/plain; charset=idna\n\n" + b"x" * 50_000,
    ],
    ids=["1000 deep", "20000 parts", "brackets", "flowed", "base64", "idna"],
)
def test_a_hostile_message_is_read(data: bytes) -> None:
    """Each would take minutes where the time grew with the square of the length."""
    wants(read(data))


@pytest.mark.parametrize(
    "piece", ["<a ", "<!--", "<![", "<?", "</a", "<div>", "<td>x", "&", "<!-- x >", "<a b='", "<script></x>"]
)
def test_html_that_never_ends_is_read(piece: str) -> None:
    """Each would take minutes where the time grew with the square of the length."""
    assert not CONTROL.search(text_of(piece * (300_000 // len(piece))))


@pytest.mark.parametrize(
    ("raw", "name", "address"),
    [
        ("张三 <a@b.cn>", "张三", "a@b.cn"),
        ('"张三, 科长" <A@B.cn>', "张三, 科长", "a@b.cn"),
        ("a@b.cn (张三)", "张三", "a@b.cn"),
        ("boss@hospital.cn <evil@elsewhere.example>", "boss@hospital.cn", "evil@elsewhere.example"),
        ("<boss@hospital.cn> <evil@elsewhere.example>", "<boss@hospital.cn>", "evil@elsewhere.example"),
        ("医院: 张三 <a@b.cn>;", "张三", "a@b.cn"),
    ],
)
def test_whose_address_it_is(raw: str, name: str, address: str) -> None:
    (found,) = heads.addresses(raw.encode())
    assert (found.name, found.address) == (name, address)


@pytest.mark.parametrize(
    ("subject", "text", "said"),
    [
        ("", "新内容\n\n------------------ 原始邮件 ------------------\n发件人: x\n旧", "新内容"),
        ("", "新内容\n\n在 2026年11月22日,服务台 <a@b.cn> 写道：\n\n旧", "新内容"),
        ("", "新内容\n\nOn Sun, Nov 22, 2026 at 9:00 AM Desk <a@b.cn>\nwrote:\n> 旧", "新内容"),
        ("", "新内容\n\n-----Original Message-----\nFrom: a\n旧", "新内容"),
        ("", "> 旧\n新内容\n> 旧", "新内容"),
        ("", "报告3号模板无法编写：\n打不开", "报告3号模板无法编写：\n打不开"),
        ("", "从手机无法登录\n来自手机银行的支付都失败", "从手机无法登录\n来自手机银行的支付都失败"),
        ("", "> 只有引用", "只有引用"),
        ("转发: 告警", "发件人: a\n日期: 1\n主题: 2\n\n内容", "发件人: a\n日期: 1\n主题: 2\n\n内容"),
    ],
)
def test_what_was_written_anew(subject: str, text: str, said: str) -> None:
    assert fresh(text, subject) == said
