"""Type 4, negotiating customers 商谈客户: products were explained, and something still holds the customer back.

401 product briefing 产品详解 (briefing.py) · 402 reasons 原因记录 (objections.py) ·
403 tracking decision 跟踪决策 (decisions.py, playbook.py, ranking.py).

Words: briefing 产品详解, answer 答复, objection 不满原因, severity 严重程度, decision plan 跟踪决策.
"""
