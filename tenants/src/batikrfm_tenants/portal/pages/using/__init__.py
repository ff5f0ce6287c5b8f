"""Pemakaian AI: what is left, what it cost and for what, and what it will cost."""
