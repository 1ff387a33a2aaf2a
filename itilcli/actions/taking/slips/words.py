"""The words that stand for an answer on a pasted slip: names and flags, the forms' labels, and what a desk writes for short."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property

from itilcli.model.labels import FIELD
from itilcli.procedure.answers import ANSWERS

AT = "at"
"""The key of the time of the call: not an answer, but the slip's own ``--at``."""
BOUNDARY = r"(?:^|(?<=[\s；;，,。、|]))"
_LONGEST = 20
"""A longer text is no key that was spelled wrongly."""
COLON = r"[ \t\u3000]*[:：]"

_SHORT = {
    AT: "时间 报障时间 来电时间 报修时间 报告时间 受理时间",
    "organisation": "单位 客户 医院 公司 客户单位",
    "contact": "联系人 报障人 来电人 报修人",
    "phone": "电话 手机 客户电话 用户电话 联系电话 手机号 电话号码 联系方式",
    "email": "邮箱 邮件 电子邮件",
    "address": "地址 客户地址",
    "channel": "渠道 受理渠道",
    "received_by": "接听人 受理人 接线人",
    "symptom": "现象 故障 问题 症状 故障现象 故障描述 问题描述",
    "business_impact": "影响 业务影响 影响业务",
    "expected_by": "期望 期望时间 期望解决时间",
    "incomplete": "信息不全 信息不全原因",
    "title": "标题",
    "type": "类型 事件类型",
    "category": "类别 故障类别",
    "severity": "等级 故障等级 级别 严重程度",
    "square": "优先级",
    "importance": "重要性 重要程度",
    "urgency": "紧急性 紧急程度",
    "major": "重大 是否重大",
    "model": "模型 事件模型",
    "project": "项目",
    "supplier": "供应商",
    "contract": "合同",
    "guidance": "指导 电话指导",
    "consulted": "知识 查阅知识",
    "responded_at": "响应时间",
    "took": "用时 耗时",
    "resolved_at": "解决时间",
    "solution": "处理 解决 解决方案 解决方法 处理结果",
    "kind": "解决方式",
    "performed_by": "实施人",
    "backup": "备份 备份位置 备份地点",
    "backup_waived": "免备份",
    "confirmed_by": "确认人",
    "method": "确认方式",
    "change": "变更",
    "problem": "问题单",
    "item": "配置项",
    "knowledge": "知识库",
    "rest": "其余",
}


class Words:
    """What a slip may say: the answers ``names``, by every word that stands for one of them."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = frozenset(name for name in names if name in ANSWERS)
        self._meaning: dict[str, str] = {}
        for name in (AT, *sorted(self.names)):
            own = [name, name.replace("_", "-"), *_flags(name), *_SHORT.get(name, "").split()]
            self._meaning.update({plain(word): name for word in own})
        labels = [(plain(word), name) for name in sorted(self.names) for word in _labels(name)]
        for word, name in labels:
            if all(other == name for same, other in labels if same == word):  # a label that two share names neither
                self._meaning.setdefault(word, name)

    def meaning(self, word: str) -> str | None:
        """The answer (or ``at``) that ``word`` stands for, else None."""
        return self._meaning.get(plain(word))

    def nearest(self, word: str) -> str:
        """The known word most like ``word``, a Chinese one unless it is English; the commonest ones where none is."""
        from difflib import get_close_matches

        typed = plain(word)
        known = [one for one in self._meaning if one.isascii() == typed.isascii()]
        near = get_close_matches(typed, known, n=1, cutoff=0.3) if len(typed) <= _LONGEST else []
        return near[0] if near else "单位 联系人 电话 现象 影响 期望 时间"

    @cached_property
    def known(self) -> re.Pattern[str]:
        """A known word and its colon, where a key may begin."""
        spelled = sorted(self._meaning, key=len, reverse=True)
        words = "|".join(re.escape(word).replace(r"\ ", "[ ]") for word in spelled)
        return re.compile(rf"{BOUNDARY}({words}){COLON}(?!//)", re.IGNORECASE)


def plain(word: str) -> str:
    """``word`` after NFKC, without blanks around it, in one case."""
    return unicodedata.normalize("NFKC", word).strip().casefold()


def _flags(name: str) -> list[str]:
    flags = ANSWERS[name].flags if name in ANSWERS else ()
    return [flag.split("/")[0].removeprefix("--") for flag in flags if flag.startswith("--")]


def _labels(name: str) -> list[str]:
    return [FIELD[name].zh, FIELD[name].en] if name in FIELD else []
