"""The stages of other systems' pipelines, in Chinese and English, and which of our four each means."""

from __future__ import annotations

from django.utils.translation import gettext as _

from boothline.core.errors import Refused
from boothline.core.text import listed
from boothline.exchange.kinds import folded

WORDS = {
    "prospecting": "prospecting prospect prospects lead leads new newlead qualification qualifying unqualified suspect "
    "线索 潜在 潜在客户 潜在商机 新线索 新商机 初步接触 初步接洽 初访 待跟进 未跟进 验证客户",
    "engaging": "engaging engaged open working inprogress active negotiation negotiating negotiationreview proposal "
    "proposalpricequote proposing quote quoted quotation needsanalysis valueproposition iddecisionmakers perceptionanalysis "
    "appointmentscheduled qualified qualifiedtobuy presentationscheduled decisionmakerboughtin contractsent demo "
    "跟进 跟进中 意向 意向中 进行中 洽谈 洽谈中 谈判 谈判中 商务谈判 谈判审核 需求确认 需求确定 需求分析 方案 方案报价 报价 报价中 已报价 "
    "招投标 合同审批",
    "won": "won closedwon closewon win 赢单 已赢单 赢 成交 已成交 成单 已成单 签单 已签单 签约 已签约",
    "lost": "lost closedlost closelost lose dead 输单 已输单 输 丢单 已丢单 失败 流失 战败 放弃 已放弃",
}
KNOWN = {word: stage for stage, words in WORDS.items() for word in words.split()}
NAMED = ("prospecting 线索", "engaging 跟进中", "proposal 报价", "negotiation 谈判", "won 赢单", "lost 输单")  # in either language


def stage_of(cell: str) -> str:
    """Our stage for a word of theirs, whatever its case, signs and figures. Refused where it is not known: nobody guesses what was won."""
    found = KNOWN.get(folded(cell))
    if not found and cell:
        words = _("The stage %(stage)s is not known. Write one of these: %(known)s.")
        raise Refused(words % {"stage": cell, "known": listed(NAMED)})
    if not found:
        raise Refused(_("Nothing says how far it is. Fill in the stage: %(known)s.") % {"known": listed(NAMED)})
    return found
