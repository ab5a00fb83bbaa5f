"""Knowing 统计分析: what fairs brought and cost, and whether what is kept equals a recount. Reads everything, writes nothing of others."""
