"""Type 2, contract customers 合同客户: a contract is being prepared, sent or agreed.

The contract itself (agreement.py) · 201 customer needs 客户需求 (needs.py) ·
202 customer dossier 客户资料（签约） (dossier.py) · 204 order establishment 订单确立 (establishment.py).

Words: contract 合同, need 需求, dossier 客户资料（签约）, version 版本,
confirmation request 订单确立请求, signatory 签约人, confirmation 确认.
"""
