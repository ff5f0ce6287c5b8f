"""Segments: who is in which and why, and the rules that say so."""
