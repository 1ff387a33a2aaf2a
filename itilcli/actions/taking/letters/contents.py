"""§5.1: what a message says, as the answers of a call; what is kept of it with the case."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from itilcli.actions.taking.letters.callers import Author, caller_answers, project, written
from itilcli.actions.writing.attachments import LIMIT, Enclosed
from itilcli.desk import Desk
from itilcli.mail.letter import Letter, kept_name
from itilcli.mail.quoting import bare_subject, fresh
from itilcli.mail.reading import head_alone
from itilcli.model.customer import WHOLE as WHOLE_NUMBER
from itilcli.model.customer import digits
from itilcli.model.when import read_time
from itilcli.procedure.reading import NONE, soon
from itilcli.values import pattern

TITLE, SYMPTOM = 120, 8_000
"""The most characters of a title, and of a symptom; all of it is kept in the message."""
WHOLE = 1024 * 1024
"""A message of so many bytes is kept as it came; of a larger one the head and the text, its files being kept by themselves."""
ON_THE_WAY = timedelta(days=7)
AHEAD = timedelta(minutes=15)
LABELLED = {
    "organisation": "单位|单位名称|客户单位|公司|organisation|company", "contact": "联系人|报修人|姓名|contact|name",
    "phone": "电话|联系电话|手机|手机号|联系方式|电话号码|tel|phone|mobile", "address": "地址|address",
    "business_impact": "影响|业务影响|影响业务|影响范围|影响业务的具体原因|impact|business impact",
    "expected_by": "期望解决时间|期望时间|希望解决时间|期望|expected by",
}  # fmt: skip
"""How customers label, in what they write, what a call must say; only of what is theirs to say."""
_LINE = pattern(r"[ \t]*[-*·•\d.、]{0,4}[ \t]*([^\s:：][^\n:：]{0,20}?)[ \t]*[:：][ \t]*(\S[^\n]{0,300})", 0)
_PHONE = pattern(r"\+?[0-9(][0-9()\-\s转]{5,24}[0-9]")


def call_of(desk: Desk, author: Author, letter: Letter) -> dict[str, Any]:
    """The answers that a message gives to what is asked of a call, raw, as they would be typed."""
    said = fresh(letter.text, letter.subject)
    subject = bare_subject(letter.subject)
    told = {
        "channel": "email",
        "title": (subject or " ".join(said.split()))[:TITLE],
        "symptom": (said or subject)[:SYMPTOM],
    }
    labels = {} if author.staff else labelled(desk, said)
    known = caller_answers(author)
    if len(digits(labels.get("phone"))) >= WHOLE_NUMBER:  # the number that is written is the one to call now
        known.pop("phone", None)
    made = {**written(author, letter), **labels, **known, "project": project(author, letter), **told}
    return {name: given for name, given in made.items() if given and given.strip()}


def labelled(desk: Desk, text: str) -> dict[str, str]:
    """What stands behind a label on a line of its own: 联系电话:0571-88886666."""
    names = {word: name for name, words in LABELLED.items() for word in words.split("|")}
    found: dict[str, str] = {}
    for line in text.split("\n")[:400]:
        made = _LINE.match(line)
        name = names.get(made[1].strip().lower()) if made else None
        if made and name:
            found.setdefault(name, made[2].strip())
    phone = _PHONE.search(found.get("phone", ""))
    if "phone" in found:
        found |= {"phone": phone[0].strip()} if phone else {"phone": ""}
    expected = found.get("expected_by")
    if expected and not soon(expected) and expected.lower() not in NONE:
        moment = read_time(expected, desk.clock)
        found["expected_by"] = expected if moment and moment > desk.now else ""
    return {name: given for name, given in found.items() if given}


def reported_at(letter: Letter, now: datetime) -> datetime:
    """When the customer reported: the message's date, where that can be; else when a mail server took it; never in the future."""
    sent, received = letter.sent, letter.received
    if received is not None and received <= now + AHEAD and (
        sent is None or sent > received + AHEAD or sent < received - ON_THE_WAY
    ):  # fmt: skip
        sent = received
    return min(sent or now, now).astimezone(now.tzinfo)


def enclosed(letter: Letter, data: bytes) -> tuple[Enclosed, ...]:
    """What is kept with the case: the message, then its files."""
    small = len(data) <= WHOLE or letter.left
    kept = data if small and len(data) <= LIMIT else head_alone(data, letter.text, len(data))
    message = Enclosed(f"{kept_name(letter.id)}.eml", kept, letter.id)
    return (message, *(Enclosed(one.name, one.data) for one in letter.enclosures))


def fits(letter: Letter, data: bytes) -> bool:
    """Whether all of a message can be kept with a case."""
    return not letter.left or len(data) <= LIMIT
