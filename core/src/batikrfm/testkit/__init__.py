"""Tools for tests: fixtures, and conformance suites for plugin authors."""
