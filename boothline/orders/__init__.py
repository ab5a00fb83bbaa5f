"""Type 1, ordering customers 订单客户: a confirmed order exists, goods move.

The order itself (register.py) · 101 shipments 订单出货 (shipments.py) · 102 goods data 货品资料 (goods.py).

Words: order line 订单行, goods data 货品资料, gate 出货检查, release 放行, packed 已装箱, shipped 已出货.
"""
