"""What somebody wrote anew: without the message that is answered below it, and without the signature."""

from __future__ import annotations

from itilcli.values import pattern

_LINES = 40
"""A signature is no longer than this."""
_DIVIDER = pattern(
    r"[-_=*— ]{2,}\s*(?:原始邮件|原始郵件|原邮件|回复的原邮件|转发的邮件|转发邮件信息|original message|forwarded message|"
    r"reply message|回复邮件|邮件原文|original appointment)\s*[-_=*— ]{0,60}\Z",
    2,
)
_WROTE = pattern(
    r"(?:>\s*)?(?:(?:on|le|am)\s.{4,300}\s(?:wrote|a écrit|schrieb)\s*[:：]|"
    r"(?:在|于)?\s*.{0,200}\d.{0,200}(?:写道|寫道)\s*[:：]?|"
    r".{0,120}<[^<>\s]+@[^<>\s]+>\s*(?:于|在)?.{0,60}(?:写道|寫道|wrote)\s*[:：])\Z",
    2,
)
_HEAD = pattern(r"\*?(?:发件人|發件人|寄件者|from|von)\s*[:：]\*?\s*\S", 2)
_NEXT = pattern(
    r"\*?(?:发送时间|发送日期|日期|时间|寄件日期|sent|date|to|收件人|收件者|主题|主旨|subject|抄送|cc)\s*[:：]", 2
)
_RULE = pattern(r"[_]{10,}\Z|[-]{20,}\Z")
_SENT_FROM = pattern(
    r"(?:(?:发自|發自|发送自|傳送自|来自我的|sent from|get outlook for)\s*\S.{0,60}|从\s*windows.{0,12}发送)\Z",
    2,
)
_FORWARD = pattern(r"\s*(?:\[[^\]]{0,60}\]\s*)?(?:fwd?|转发|轉寄|转寄|轉發|tr|wg)\s*[:：]", 2)
_ANSWER = pattern(
    r"\s*(?:re|fwd?|fw|aw|回复|答复|回覆|答覆|转发|轉寄|转寄|轉發|tr|wg|sv)\s*(?:\[\d+\]|\(\d+\)|(\d+))?\s*[:：]\s*", 2
)
_TAG = pattern(r"\[\s*INC-\d{8}-[0-9A-Za-z]{4}\s*\]\s*", 2)


def fresh(text: str, subject: str = "") -> str:
    """The part that was written for this message; all of it where nothing else would be left, or where it is passed on."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept = lines if forwarded(subject) else _above(lines)
    kept = _less_signature(_less_marked(kept) if not forwarded(subject) else kept)
    made = _squeezed(kept)
    return made or _squeezed([line.lstrip("> ") for line in lines])


def forwarded(subject: str) -> bool:
    """Whether a message was passed on, so that what it quotes is what it is about."""
    return bool(_FORWARD.match(subject))


def bare_subject(subject: str) -> str:
    """A subject without what mail programs put before it, and without the case's ID."""
    made, before = _TAG.sub("", subject), None
    while made != before:
        before = made
        found = _ANSWER.match(made)
        made = made[found.end() :] if found else made
    return made.strip()


def _above(lines: list[str]) -> list[str]:
    """The lines above the message that is answered."""
    for at, line in enumerate(lines):
        bare = line.strip()
        if not bare:
            continue
        if len(bare) <= 200 and _DIVIDER.match(bare):
            return lines[:at]
        joined = f"{bare} {lines[at + 1].strip()}" if at + 1 < len(lines) else bare
        if (len(bare) <= 500 and _WROTE.match(bare)) or (
            len(joined) <= 500 and bare.lower().startswith(("on ", "在", "于")) and _WROTE.match(joined)
        ):
            return lines[:at]
        if _HEAD.match(bare) and sum(bool(_NEXT.match(one.strip())) for one in lines[at + 1 : at + 7]) >= 2:
            above = at - 1 if at and _RULE.match(lines[at - 1].strip()) else at
            return lines[:above]
    return lines


def _less_marked(lines: list[str]) -> list[str]:
    """The lines less those that are marked as quoted."""
    return [line for line in lines if not line.lstrip().startswith((">", "|>", "》"))]


def _less_signature(lines: list[str]) -> list[str]:
    """The lines above a signature that is marked as one, and less what a telephone adds."""
    for at in range(len(lines) - 1, max(-1, len(lines) - 1 - _LINES), -1):
        if lines[at] in ("-- ", "--") and any(line.strip() for line in lines[:at]):
            lines = lines[:at]
            break
    while lines and (not lines[-1].strip() or _SENT_FROM.match(lines[-1].strip()[:120])):
        lines = lines[:-1]
    return lines


def _squeezed(lines: list[str]) -> str:
    made: list[str] = []
    for line in lines:
        text = line.rstrip()
        if text or (made and made[-1]):
            made.append(text)
    return "\n".join(made).strip("\n")
