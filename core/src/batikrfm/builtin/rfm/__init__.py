"""Recency, frequency and money: the two segmentation strategies that come with the product."""
