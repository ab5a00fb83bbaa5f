"""Personality 客户性格: nine ways in which people at a customer do business, and what to do with each.

Traits 特征 of a contact are ticked; from them a personality is proposed with its reason; a person decides, with a reason.
It is our opinion of a person: written as we would say it to them, never shown to the customer.
"""
