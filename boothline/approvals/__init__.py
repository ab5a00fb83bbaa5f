"""Floor 5. The second pair of eyes 审批: a rule of a higher room asks; whoever it names decides; nobody decides on their own.

Words: approval 审批, approve 同意, refuse 不同意, level 审批级别.
"""
