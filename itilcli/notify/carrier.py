"""The one door to apprise: one message to one address, and what came of it in our own words.

Nothing that apprise or a service says is ever shown: keys stand in its addresses, and so in its errors. What is told
is one of :data:`REASONS`. See docs/decisions/notifications.md.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from email.header import Header
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from itilcli.errors import Kind, Problem, Refused
from itilcli.notify.addresses import Address
from itilcli.notify.plain import KEYWORD, for_chat, in_bytes, one_line, titled, trimmed, visible
from itilcli.text import Text, t

if TYPE_CHECKING:
    from apprise import NotifyBase

    from itilcli.notify import Message, Sent

MAIL = ("mailto", "mailtos")
WITH_HOST = ("json", "jsons", "xml", "xmls", "form", "forms")
"""Besides mail, the ways whose host is a host: elsewhere the key stands in its place."""
ANSWERING = ("wecombot", "dingtalk", "feishu", "lark")
"""Chats that refuse a message with HTTP's 200 and a number in the answer, which apprise does not read."""
BODY = 2000
"""The most characters of a message in a chat, title and all."""
BYTES = {"wecombot": 2000}
"""Chats that count bytes."""
REASONS: tuple[tuple[str, Text], ...] = (
    (r"CERTIFICATE_VERIFY_FAILED", t("its certificate is not to be trusted")),
    (r"SSL|STARTTLS", t("an encrypted connection could not be made")),
    (r"timed out|Timeout", t("no answer in time")),
    (r"Connection refused|ConnectionRefused", t("the connection was refused")),
    (r"not known|resolve|getaddrinfo|No address", t("there is no such host")),
    (r"AUTH|\(53\d, b", t("the login was refused")),
    (r"(?:\(|was refused: )(\d{3})\b", t("the mail server refused it with {code}")),
    (r"error=(\d{3})", t("the service answered with {code}")),
)
"""What stands in a failure's log, and what it means; ``code`` is a number found there."""


def deliver(message: Message, found: Sequence[Address]) -> tuple[Sent, ...]:
    """Sends a message to each address in turn; apprise limits the time of each (``cto``, ``rto``, 60 s over all).

    :raises Refused: when apprise is not installed (``E-notify-extra``).
    """
    quiet()
    return tuple(one(message, address) for address in found)


def quiet() -> None:
    """Keeps apprise's own log off every screen, as it names addresses; its entries are read here alone.

    :raises Refused: when apprise is not installed (``E-notify-extra``).
    """
    import logging

    try:
        import apprise  # noqa: F401
    except ImportError:
        raise Refused([Problem(
            "E-notify-extra", t("notifications need apprise, which is not installed"),
            t("install it with: {command}", command="pip install 'itilcli[notify]'"), kind=Kind.DESK,
        )]) from None  # fmt: skip
    log = logging.getLogger("apprise")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    log.propagate = False
    log.setLevel(logging.DEBUG)


def one(message: Message, address: Address) -> Sent:
    """One message to one address."""
    from itilcli.notify import Sent

    plugin = plugin_of(address.url)
    if plugin is None:
        return Sent(address.source, False, address.source, t("this is no address that apprise understands"))
    if not plugin.verify_certificate:
        why = t("verify=no leaves certificates unchecked; take it out of the address")
        return Sent(shown(plugin), False, address.source, why)
    return carry(message, plugin, address.source)


def plugin_of(url: str) -> NotifyBase | None:
    """The service that an address means, set to plain text; None where apprise knows none."""
    from apprise import Apprise, AppriseAsset, NotifyFormat

    asset = AppriseAsset(
        app_id=KEYWORD, app_desc=KEYWORD, app_url="", async_mode=False, storage_mode="memory", interpret_emojis=False,
    )  # fmt: skip
    plugin = Apprise.instantiate(url, asset=asset)
    if plugin is None:
        return None
    formats: Any = plugin.notify_format
    if NotifyFormat.TEXT in (formats if isinstance(formats, tuple | list) else (formats,)):
        plugin.notify_format = NotifyFormat.TEXT
    plugin.redirects = False  # a redirected POST arrives empty and counts as sent
    return plugin


def shown(plugin: NotifyBase) -> str:
    """Where an address leads, without any key: the scheme, and the host where it is one."""
    host = (
        getattr(plugin, "smtp_host", "") if plugin.schema in MAIL else plugin.host if plugin.schema in WITH_HOST else ""
    )
    return f"{plugin.schema}://{visible(str(host or '')) or '…'}"


def carry(message: Message, plugin: NotifyBase, source: str) -> Sent:
    """One message by one service, and what came of it."""
    import logging

    from apprise import Apprise, AppriseAttachment, NotifyFormat
    from apprise.attachment.file import AttachFile

    from itilcli.notify import Sent

    attached: Any = AttachFile
    message = fitted(message, plugin.schema)
    files = AppriseAttachment()
    for path in message.attachments:
        files.add(attached(str(path), name=named(path, plugin.schema), mimetype=kind_of(path)))
    carrier = Apprise(asset=plugin.asset)
    carrier.add(plugin)
    with heard(plugin) as answers:
        result = carrier.notify(
            message.body, message.title, body_format=NotifyFormat.TEXT, attach=files if message.attachments else None,
            log_level=logging.DEBUG,
        )  # fmt: skip
    attempts = [attempt for row in result.results for attempt in row.attempts]
    if not attempts or not attempts[-1]:  # not the result itself: optional=yes calls every failure a success
        said = [entry.message for attempt in attempts for entry in attempt.logs if tells(entry.message)]
        return Sent(shown(plugin), False, source, reason(said))
    why = refused_by(answers[-1]) if answers else None
    return Sent(shown(plugin), why is None, source, why)


def fitted(message: Message, schema: str) -> Message:
    """The message as one service takes it: harmless, with the keyword, and for a chat no longer than is read there."""
    title, body = titled(message.title), visible(message.body)
    if schema in (*MAIL, *WITH_HOST):
        return replace(message, title=title, body=body)
    title, body = for_chat(title), for_chat(body)
    size = in_bytes if schema in BYTES else len
    return replace(message, title=title, body=trimmed(body, BYTES.get(schema, BODY) - size(title) - 2, size))


def named(path: Path, schema: str) -> str:
    """The name of an attached file; apprise writes one that is not ASCII into a header that mail programs cannot read."""
    return Header(path.name, "utf-8").encode(maxlinelen=0) if schema in MAIL and not path.name.isascii() else path.name


def kind_of(path: Path) -> str:
    """The media type of a file by its name."""
    from mimetypes import guess_type

    return guess_type(path.name)[0] or "application/octet-stream"


def tells(line: str) -> bool:
    """Whether a line of apprise's log is about the failure; others hold the message itself."""
    return line.startswith(("Socket Exception", "Failed to send", "SMTP recipient", "Lark"))


def reason(said: Sequence[str]) -> Text:
    """Why it failed, out of the lines that tell."""
    for pattern, text in REASONS:
        for line in said:
            if match := re.search(pattern, line):
                return replace(text, args={"code": match[1]}) if match.re.groups else text
    return t("it could not be sent")


@contextmanager
def heard(plugin: NotifyBase) -> Iterator[list[Any]]:
    """What a chat's service answers while this lasts; nothing for the other ways, whose failures apprise sees."""
    answers: list[Any] = []
    if plugin.schema not in ANSWERING:
        yield answers
        return
    module: Any = sys.modules[type(plugin).__module__]
    requests = module.requests
    module.requests = _Listening(requests, answers)
    try:
        yield answers
    finally:
        module.requests = requests


class _Listening(ModuleType):
    """``requests`` as a service's module sees it, which keeps every answer to a post."""

    def __init__(self, requests: Any, answers: list[Any]) -> None:
        super().__init__("requests")
        self._requests, self._answers = requests, answers

    def __getattr__(self, name: str) -> Any:
        return getattr(self._requests, name)

    def post(self, *args: Any, **given: Any) -> Any:
        answer = self._requests.post(*args, **given)
        self._answers.append(answer)
        return answer


def refused_by(answer: Any) -> Text | None:
    """Why a chat's service did not take a message that it answered with 200; None where it took it."""
    try:
        said = answer.json()
        codes = [said[name] for name in ("errcode", "code", "StatusCode") if name in said]
    except (ValueError, TypeError):
        codes = []
    if not codes:
        return t("the service's answer is not understood")
    wrong = [code for code in codes if code != 0]
    return t("the service refused it with {code}", code=one_line(visible(str(wrong[0])), 10)) if wrong else None
