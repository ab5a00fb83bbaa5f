"""Care 客户关怀: complaints and suggestions 投诉与意见 from the first word to what we learn of them, and surveys 满意度调查 by link.

Words: a complaint 投诉 is about us, a suggestion 意见 asks for nothing back; a survey asks a contact once an occasion.
"""
