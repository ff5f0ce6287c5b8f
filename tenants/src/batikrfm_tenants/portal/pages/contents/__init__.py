"""Konten: the words for each segment, from the order to the approval, and what a model is asked."""
