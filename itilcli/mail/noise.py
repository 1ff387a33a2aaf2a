"""Messages that nobody wrote to be answered: replies of machines, returns, receipts, lists, and the desk's own."""

from __future__ import annotations

from itilcli.mail.letter import Letter
from itilcli.text import Text, t
from itilcli.values import pattern

_REPLY = pattern(
    r"(?:自动回复|自動回覆|自动答复|自動回復|自动回信|外出自动回复|休假自动回复|automatic reply|auto[- ]?reply|auto[- ]?response|autoreply|"
    r"out of (?:the )?office(?: auto ?reply)?)\s*(?:[:：]|\Z)",
    2,
)
_RECEIPT = pattern(
    r"(?:已读|未读|已讀|未讀|已读回执|阅读回执|读取回执|read|not read|read receipt|return receipt)\s*[:：(（]", 2
)
_RETURNED = pattern(
    r"(?:系统退信|退信通知|退信|邮件投递失败|无法投递|未传递|undeliver(?:able|ed mail)|mail delivery (?:failed|failure|system)|"
    r"delivery status notification|returned mail|failure notice)",
    2,
)
_DAEMON = pattern(r"(?:mailer-daemon|postmaster|mail-daemon|mmdf)@", 2)
_BULK = frozenset({"bulk", "list", "junk", "auto_reply"})
_REPLIED = ("x-autoreply", "x-autorespond", "x-auto-reply", "x-mail-autoreply", "x-fc-machinegenerated")


def noise(letter: Letter, ours: frozenset[str], known: bool) -> Text | None:
    """Why a message is ignored; None for one to be taken.

    :param ours: the desk's own mailboxes.
    :param known: whether its author is one of the desk's customers; what their machines report by themselves is taken.
    """
    return _own(letter, ours) or _machine(letter) or (None if known else _bulk(letter, ours))


def _own(letter: Letter, ours: frozenset[str]) -> Text | None:
    address = letter.author.address
    notice = letter.heads.get("x-application", "").lower() == "apprise" and letter.subject.lower().startswith("itil")
    if notice or (address and address in ours):
        return t("it is the desk's own message")
    return None


def _machine(letter: Letter) -> Text | None:
    """What a machine sends in answer to a message; nobody waits for a reply to it."""
    auto = letter.heads.get("auto-submitted", "").partition(";")[0].strip().lower()
    precedence = letter.heads.get("precedence", "").strip().lower()
    if letter.type == "multipart/report" and letter.report == "disposition-notification":
        return t("it is a receipt")
    if (
        letter.type == "multipart/report"
        or letter.heads.get("x-failed-recipients")
        or _DAEMON.match(letter.author.address)
    ):
        return t("it tells that another message was returned or delayed")
    if (
        auto in ("auto-replied", "auto-notified")
        or precedence == "auto_reply"
        or any(one in letter.heads for one in _REPLIED)
    ):
        return t("it is an automatic reply")
    if _REPLY.match(letter.subject) or "autoresponder" in letter.heads.get("x-post-messageclass", "").lower():
        return t("it is an automatic reply")
    if letter.method == "reply":
        return t("it answers an invitation")
    null = letter.heads.get("return-path", "-").replace(" ", "") == "<>"
    if _RECEIPT.match(letter.subject) and (null or not letter.text.strip()):
        return t("it is a receipt")
    if null and _RETURNED.match(letter.subject):
        return t("it tells that another message was returned or delayed")
    return t("nobody is named to whom an answer could go (Return-Path: <>)") if null else None


def _bulk(letter: Letter, ours: frozenset[str]) -> Text | None:
    """What goes to many, or comes from a machine that no customer is known for; a list that leads to the desk is none."""
    auto = letter.heads.get("auto-submitted", "no").partition(";")[0].strip().lower()
    if auto not in ("no", ""):
        return t("it was sent by a machine that is in nobody's entry of the register")
    lists = letter.heads.get("list-post", "") + letter.heads.get("list-id", "")
    if any(one in lists.lower() or one.replace("@", ".") in lists.lower() for one in ours):
        return None
    bulk = letter.heads.get("precedence", "").strip().lower() in _BULK
    if bulk or "list-id" in letter.heads or "list-unsubscribe" in letter.heads:
        return t("it goes to a mailing list or to many")
    return None
