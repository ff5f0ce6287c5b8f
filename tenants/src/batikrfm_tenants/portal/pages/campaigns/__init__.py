"""Kampanye: approved words to the right customers, in five steps, and what became of them."""
