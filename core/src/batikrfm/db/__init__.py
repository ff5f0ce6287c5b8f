"""The database: one engine whose every query belongs to a scope, the embedded server, roles, migrating, bulk loading.

This page imports nothing: :mod:`batikrfm.db.supervisor` starts from here and has to be quick.
"""
