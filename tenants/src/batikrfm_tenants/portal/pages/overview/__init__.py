"""Ringkasan: the shop at a glance, what to know, what to do, and the way down from each number."""
