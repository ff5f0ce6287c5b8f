"""Pelanggan: the list of customers, and each customer's page."""
