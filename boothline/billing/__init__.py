"""Floor 16. Money 收款: what each order asks for and when, what came in, what is credited, what goes back.

The books (books.py) · schedule of instalments 分期款 (schedule.py) · receipts 收款 (receipts.py) · credits 挂账 (credits.py) ·
refunds 退款 (refunds.py) · money holds 暂停放行 (gates.py).

Always, for an order: total = paid + credited + open. Words: instalment 分期款, receipt 收款, credit 挂账（应退或抵用）.
"""
