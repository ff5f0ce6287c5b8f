"""Our own rules for copy: what no model and no person may send in a shop's name without somebody having looked.

Pure and fast, so that they run on every draft and on every edit. :func:`find_problems` is the way in.
"""

from batikrfm.content.rules.checking import find_problems
from batikrfm.content.rules.model import FIELDS, Field, Finding, RuleName, Severity, ShopRules, blocking
from batikrfm.content.rules.titles import TITLES

__all__ = ["FIELDS", "TITLES", "Field", "Finding", "RuleName", "Severity", "ShopRules", "blocking", "find_problems"]
