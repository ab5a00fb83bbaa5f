"""Floor 3. History and outbox in one: what happened, who hears of it, and what is still to be told.

One operation records one event. The event row is the history that people read and the outbox that workers empty.
"""
