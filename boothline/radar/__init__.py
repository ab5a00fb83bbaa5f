"""Radar 交货雷达: what endangers the promised date of an order, since when, who owes it and who follows it up.

Words: D is the shipping date promised, A the day of arrival where that was promised. A risk is amber at first, then red.
"""
