"""What tests of plugins are made of: a pytest plugin with fixtures, and conformance suites to inherit from.

A suite is the contract in a form that can fail: subclass one, give it your object, run pytest.
"""
