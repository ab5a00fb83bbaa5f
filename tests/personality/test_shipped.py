"""The texts that ship with the nine personalities, word for word as the rule book has them (rule book, 8)."""

import pytest

from boothline.personality.playbooks import PARTS, PLAYBOOKS, shipped

TEXTS = {
    "rational": (
        "讲事实：资料、数据、样品，优点缺点都讲明；答应的事写下日期并做到。不要夸大，也不要靠送礼拉关系。报价一次到位并说明构成；定金按标准，合同条款逐条确认。",
        "Bring facts: documents, data, samples, and strengths and weaknesses said openly; date every promise and keep it. No "
        "exaggeration, no courting. Quote once, with its make-up; standard deposit; go through the contract clause by clause.",
    ),
    "task": (
        "替对方把事情理清：一页方案、明确的交期和负责人，让对方回去好交代。不要给过多选择，也不要因为可能只做一单就怠慢。按标准价，少谈优惠；定金照收，范围和时间用书面确认。",
        "Make the job easy: one page, a firm date, a named person, so that they can report it done. Not too many choices, and no "
        "neglect because it may be a single order. Standard price; usual deposit; scope and time in writing.",
    ),
    "greedy": (
        "强调公开、可核对的数量折扣和服务内容，所有优惠只写进合同、只给公司。任何个人好处一律礼貌拒绝并登记，必要时两人同行。价格守住底线，让步要有交换条件；定金按合同，重要沟通事后发邮件确认。",
        "Stress open, checkable quantity discounts and service; every concession goes to the company and into the contract. Decline "
        "personal benefits politely, log the request, go in pairs if need be. Hold the floor price, give only against something; "
        "deposit as agreed; confirm talks by e-mail.",
    ),
    "owner": (
        "先谈总成本和性价比，用同类产品对比说明价格的由来，再谈质量升级。不玩花样，不藏费用，常回访、常问候。给一档有诚意的价格并说明条件；定金可以和阶梯价挂钩，谈定后写进合同。",
        "Begin with total cost and value, show where the price comes from, then talk of better quality. No tricks, no hidden fees; "
        "visit and ask regularly. Give a sincere price with its conditions; deposit may be tied to the step price; put it in the "
        "contract.",
    ),
    "credit": (
        "保证质量，帮对方在公司里做出成绩：给出可以汇报的数据和清楚的进度。不要当众让对方难堪，也不要越过对方去找上级。价格适中即可，不必过度让利；定金按标准，成果和分工书面写清。不得让对方个人垫付。",
        "Make quality certain and help them look good: figures to report, visible progress. Never embarrass or bypass them. A fair "
        "price is enough; standard deposit; write down results and tasks. They must never pay from their own pocket.",
    ),
    "stingy": (
        "标准产品、标准价、清楚的起订量，用最少的时间给出真实报价。没有把握的招标不陪跑，不以降质换低价，也不因此抬价。优惠只看数量；款到发货或提高定金，额外服务单独报价并书面确认。",
        "Standard goods, one honest price, clear minimum, little time. No tenders we cannot win, no hidden loss of quality, no "
        "revenge pricing. Discount only for quantity; payment before shipment or a higher deposit; extras priced and confirmed in "
        "writing.",
    ),
    "tricky": (
        "始终客气，但先把条件写清：规格、样品、图稿、数量、交期逐项签字后再开工，对方提供的材料留底。不口头答应时间，不因出价高或态度热情就省步骤。价格按价目表；先签合同、先收定金，每次变更都书面确认。",
        "Papers first, courtesy always: specification, sample, artwork, quantity and date signed before work, their material kept. "
        "Promise no dates by word, skip no step for a high price or charm. List price; deposit and contract before anything; every "
        "change in writing.",
    ),
    "relationship": (
        "先说清楚：帮忙是帮忙，生意是生意；小忙可以免费，有成本的先谈价。不要因为情面含糊价格，也不要事后再补收。可以按公开的老客户价给，并走审批；定金、合同与其他客户一样，写清楚是为了保护交情。",
        "Say early what is a favour and what is business; small help may be free, anything that costs is priced first. Neither vague "
        "for friendship's sake nor charging afterwards. An open price for old customers, with approval; same deposit and contract as "
        "for all: paper protects the friendship.",
    ),
    "mixed": (
        "保持冷静，多听少说；每次见面后记下对方关心的事，再选最接近的做法。不要急于定性，也不要一次让到底。价格分步让、附条件；定金、合同、变更一律书面，重要决定请主管复核。",
        "Stay calm and listen; note after each meeting what mattered, then use the nearest advice. Do not label early, do not give "
        "everything at once. Price in steps with conditions; deposit, contract, changes in writing; a manager reviews large decisions.",
    ),
}


@pytest.mark.parametrize("type", list(PLAYBOOKS))
def test_each_playbook_ships_as_the_rule_book_has_it_in_both_languages(type):
    texts = shipped(type)
    chinese, english = TEXTS[type]
    assert "".join(texts[f"{part}_zh"] for part in PARTS) == chinese
    assert " ".join(texts[f"{part}_en"] for part in PARTS) == english


def test_there_are_nine():
    assert list(TEXTS) == list(PLAYBOOKS) and len(TEXTS) == 9
