"""Type 5, visitors 游观客户: captured, nothing more.

501 information solicitation 信息征求 (solicitation.py): takes and keeps what a visitor tells at the booth; what is asked stands in
    questionnaire.py, for each fair and in versions.
502 recognition 分类获知 (recognition.py): buyer, peer or not yet known, by the clues in clues.py and the lists in firms.py. Peers go
    to the cooperation list (cooperation.py).

Words: capture 采集, heat 意向程度 (1-4, noted at the booth), promised 答应的事, consent 同意, nature 客户性质 (buyer 买方, peer 同行,
unknown 未判定), cooperation 合作.
"""
