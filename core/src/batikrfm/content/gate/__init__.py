"""The privacy gate: nothing that speaks of a person passes on its way to a provider.

See :mod:`batikrfm.content.gate.scanning`, and ``docs/adr/0022-privacy-gate.md`` for the rule and its limits.
"""

from batikrfm.content.gate.own import Own
from batikrfm.content.gate.scanning import KINDS, Part, check, find, require_nobody

__all__ = ["KINDS", "Own", "Part", "check", "find", "require_nobody"]
