"""Type 3, intending customers 意向客户: they named products that they want.

301 intended products 意向产品 (products.py) · 302 product requirements 产品要求 (requirements.py) ·
303 order collection 订单收集 (collection.py).

Words: intention 意向, requirement 产品要求, collection 下单信息, completeness 齐全度, gap 缺项.
"""
