"""Floor 7. One customer, one derived type: who they are, whom we know there, and how far business has come (SP01)."""
