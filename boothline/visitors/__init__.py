"""Type 5, visitors 游观客户: captured, nothing more.

501 information solicitation 信息征求 (solicitation.py): takes and keeps what a visitor tells at the booth.

Words: capture 采集, heat 意向程度 (1-4, noted at the booth), promised 答应的事, consent 同意.
"""
