"""Floor 1. What every room stands on, and nothing of the business: records, actors, operations, errors,
kinds, slots, rule settings, fault points, tasks, money. No HTTP, no domain.
"""
