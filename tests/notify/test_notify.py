"""The way to the team: addresses outside the desk, harmless words, and an honest account of what arrived."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import Post, Web, mail, own_home, web

from itilcli.errors import Refused
from itilcli.model.phone import without_phones
from itilcli.notify import Message, addresses, send
from itilcli.notify.carrier import carry, plugin_of, quiet
from itilcli.notify.plain import for_chat, in_bytes, trimmed, visible

HOSTILE = 'a <at user_id="all">所有人</at> @all [点我](http://evil.example) <!channel> \x1b[31m \u202e 完'
SECRET = "s3cr3tKEY"
NOTE = Message("十月月报", "一\n二")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home."""
    return own_home(tmp_path / "home", monkeypatch)


@pytest.fixture
def site() -> Iterator[Web]:
    """A running HTTP server."""
    with web() as running:
        yield running


@pytest.fixture
def postbox() -> Iterator[Post]:
    """A running SMTP server."""
    with mail() as running:
        yield running


def said(urls: str, desk: Path, message: Message = NOTE) -> list[tuple[str, bool, str]]:
    """What came of each address."""
    delivery = send(message, desk, {"ITIL_NOTIFY": urls})
    assert SECRET not in repr(delivery)
    return [(one.where, one.ok, str(one.said or "")) for one in delivery.sent]


def codes(desk: Path, **environ: str) -> list[str]:
    """Why no address is used."""
    with pytest.raises(Refused) as refused:
        addresses(desk, environ)
    assert refused.value.exit_code == 5
    assert all(problem.hint for problem in refused.value.problems)
    return [problem.code for problem in refused.value.problems]


def test_one_message_to_mail_and_service_with_its_file(site: Web, postbox: Post, tmp_path: Path, capfd) -> None:
    """A Chinese subject, plain text, the report as an HTML attachment; a dead address between stops neither."""
    report = tmp_path / "月报 2026-10.html"
    report.write_text("<html>报告</html>", "utf-8")
    urls = f"{site.url(f'x?key={SECRET}')}\njson://127.0.0.1:1/{SECRET} {postbox.url()}"
    message = Message("十月月报", "正文 <b>&\u202e", (report,))
    assert said(urls, tmp_path, message) == [
        ("json://127.0.0.1", True, ""),
        ("json://127.0.0.1", False, "the connection was refused"),
        ("mailto://127.0.0.1", True, ""),
    ]
    assert site.texts == ["itil · 十月月报\n正文 <b>&\\u202e"]
    [mail] = postbox.mails
    assert (mail["subject"], mail["to"]) == ("itil · 十月月报", "manager@example.com")
    text, attached = mail.iter_parts()
    assert (text.get_content_type(), text.get_content().strip()) == ("text/plain", "正文 <b>&\\u202e")
    assert (attached.get_content_type(), attached.get_content_disposition()) == ("text/html", "attachment")
    assert attached.get_filename() == "月报 2026-10.html"
    assert attached.get_payload(decode=True) == report.read_bytes()
    assert "Content-Disposition: attachment; filename=" in postbox.raw[0]
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("path", "scheme", "why"),
    [
        ("401", "json", "the service answered with 401"),
        ("302", "json", "the service answered with 302"),
        ("302?redirect=yes", "json", "the service answered with 302"),
        ("500?optional=yes", "json", "the service answered with 500"),
        ("slow?rto=0.2", "json", "no answer in time"),
        ("x", "jsons", "an encrypted connection could not be made"),
        ("x?verify=no", "jsons", "verify=no leaves certificates unchecked; take it out of the address"),
    ],
)
def test_why_a_service_did_not_get_it(path: str, scheme: str, why: str, site: Web, tmp_path: Path) -> None:
    assert said(site.url(path, scheme), tmp_path) == [(f"{scheme}://127.0.0.1", False, why)]


def test_why_a_mail_did_not_go(postbox: Post, tmp_path: Path, capfd) -> None:
    """Words of our own: what the server says stays away, as it may repeat what was sent to it."""
    login = postbox.url().replace("desk@", f"desk:{SECRET}@")
    tls = postbox.url(more="&mode=starttls").replace("mailto", "mailtos")
    urls = f"{postbox.url('refused@example.com')} {login} {tls} mailto:// {SECRET}://x https://chat.example/{SECRET}"
    where, none = "mailto://127.0.0.1", "this is no address that apprise understands"
    assert said(urls, tmp_path) == [
        (where, False, "the mail server refused it with 550"),
        (where, False, "the login was refused"),
        ("mailtos://127.0.0.1", False, "an encrypted connection could not be made"),
        ("ITIL_NOTIFY 4", False, none),
        ("ITIL_NOTIFY 5", False, none),
        ("ITIL_NOTIFY 6", False, none),
    ]
    assert capfd.readouterr() == ("", "")


CHATS = {
    "wecombot://KEY-1": ("api_url", lambda post: post["text"]["content"]),
    "dingtalk://SECRET1@TOKEN1": ("notify_url", lambda post: post["text"]["content"]),
    "dingtalk://SECRET1@TOKEN1?format=markdown": ("notify_url", lambda post: post["text"]["content"]),
    "feishu://TOKEN-1": ("notify_url", lambda post: post["content"]["text"]),
    "lark://TOKEN-1": ("webhook_url", lambda post: post["content"]["text"]),
}


@pytest.mark.parametrize("url", CHATS)
def test_a_chat_calls_nobody_and_hides_no_link(url: str, site: Web) -> None:
    """The real plug-in, aimed at this machine: text only, short, and the service's own answer decides."""
    quiet()
    field, read = CHATS[url]
    plugin = plugin_of(url)
    assert plugin is not None
    plugin.request_rate_per_sec = 0
    setattr(plugin, field, site.url(scheme="http"))
    answers = {
        b'{"errcode": 0, "errmsg": "ok"}': (True, None),
        b'{"code": 0, "StatusCode": 0, "msg": "success"}': (True, None),
        b'{"errcode": 93000, "errmsg": "KEY-1"}': (False, "the service refused it with 93000"),
        b'{"code": 19024, "msg": "Key Words Not Found"}': (False, "the service refused it with 19024"),
        b"<html>please log in</html>": (False, "the service's answer is not understood"),
    }
    for answer, outcome in answers.items():
        site.answer = answer
        sent = carry(Message("标题", HOSTILE), plugin, "line 1")
        assert (sent.ok, str(sent.said) if sent.said else None) == outcome
        assert sent.where == f"{url.partition(':')[0]}://…"
    text = read(site.posts[0][1])
    assert text.startswith("itil · 标题")
    assert "＜at user_id" in text and "＠all" in text and "\\u202e" in text
    assert not any(sign in text for sign in ("<", "@", "](", "\x1b", "\u202e"))
    assert not site.posts[0][1].get("at", {}).get("isAtAll")
    carry(Message("长", "\n".join(f"{place} 很长的一行文字" for place in range(400))), plugin, "line 1")
    text = read(site.posts[-1][1])
    assert text.endswith("很长的一行文字\n…")
    assert (in_bytes(text) if url.startswith("wecom") else len(text)) <= 2000


def test_addresses_come_from_the_environment_and_one_file(tmp_path: Path, home: Path) -> None:
    """The file named, else the user's; the same URL once; HOME may be missing."""
    desk = tmp_path / "desk"
    own = home / ".config/itil/notify"
    own.parent.mkdir(parents=True)
    own.write_text("# the group\n\njson://b\n  json://a  \n", "utf-8")
    own.chmod(0o600)
    environ = {"HOME": str(home), "ITIL_NOTIFY": " json://a json://c "}
    found, warnings = addresses(desk, environ)
    assert [(one.url, one.source) for one in found] == [
        ("json://a", "ITIL_NOTIFY 1"), ("json://c", "ITIL_NOTIFY 2"), ("json://b", f"{own}:3"),
    ]  # fmt: skip
    assert warnings == ()
    assert "json" not in repr(found)
    other = tmp_path / "other"
    other.write_text("json://d\n", "utf-8")
    other.chmod(0o640)
    found, warnings = addresses(desk, {"HOME": str(home), "ITIL_NOTIFY_FILE": str(other)})
    assert [one.url for one in found] == ["json://d"]
    assert [(one.code, "640" in str(one.message)) for one in warnings] == [("W-notify-open", True)]
    assert [one.url for one in addresses(desk, {"XDG_CONFIG_HOME": str(home / ".config")})[0]] == [
        "json://b",
        "json://a",
    ]


def test_addresses_that_cannot_be_used(tmp_path: Path, home: Path) -> None:
    """Keys never lie in the repository, not even through a link from outside; what is named must be readable."""
    desk = tmp_path / "repo/desk"
    desk.mkdir(parents=True)
    (tmp_path / "repo/.git").mkdir()
    inside, link = tmp_path / "repo/keys", tmp_path / "link"
    inside.write_text("json://a\n")
    link.symlink_to(inside)
    binary = tmp_path / "binary"
    binary.write_bytes(b"\xff\xfe\x00")
    empty = tmp_path / "empty"
    empty.write_text("# nothing\n")
    at_home = {"HOME": str(home)}
    for path in (inside, link):
        assert codes(desk, ITIL_NOTIFY_FILE=str(path), **at_home) == ["E-notify-in-desk"]
    for path in (tmp_path / "missing", tmp_path, binary):
        assert codes(desk, ITIL_NOTIFY_FILE=str(path), ITIL_NOTIFY="json://a", **at_home) == ["E-notify-file"]
    assert codes(desk, ITIL_NOTIFY_FILE=str(empty), **at_home) == ["E-notify-none"]
    assert codes(desk, **at_home) == ["E-notify-none"]


def test_without_apprise_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(Refused) as refused:
        send(NOTE, tmp_path, {"ITIL_NOTIFY": "json://127.0.0.1:1"})
    [problem] = refused.value.problems
    assert (problem.code, refused.value.exit_code) == ("E-notify-extra", 5)
    assert "itilcli[notify]" in str(problem.hint)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("请回电13812345678谢谢", "请回电…5678谢谢"), ("+86 138-1234-5678", "…5678"), ("0571-88886666", "…6666"),
        ("(0571)88886666转8", "(…6666转8"), ("400-123-4567", "…4567"), ("2026-11-23 09:00", "2026-11-23 09:00"),
        ("INC-20261123-7K3Q", "INC-20261123-7K3Q"), ("序列号 A13812345678", "序列号 A13812345678"), ("3号窗口", "3号窗口"),
    ],
)  # fmt: skip
def test_phone_numbers_stay_in_the_desk(text: str, shown: str) -> None:
    assert without_phones(text) == shown


def test_plain_words() -> None:
    """What is not seen is written out; a cut falls at the end of a line, else within the only one."""
    assert visible("a\u3000b\tc\nd\u200b\U000e0041") == "a b c\nd\\u200b\\U000e0041"
    assert for_chat("[急] a@b <x>") == "[急] a＠b ＜x＞"
    assert trimmed("一\n二\n三", 4) == "一\n…"
    assert trimmed("一\n二\n三", 5) == "一\n二\n三"
    assert trimmed("一二三四", 10, in_bytes) == "一二…"


def test_json_of_a_service_is_json(site: Web, tmp_path: Path) -> None:
    """A body that looks like apprise's own escapes and templates stays as it was written."""
    said(site.url(), tmp_path, Message("t", r"${HOME} \n :smile: {{x}}"))
    assert site.posts[0][1]["message"] == r"${HOME} \n :smile: {{x}}"
    assert os.environ["HOME"] not in json.dumps(site.posts)
