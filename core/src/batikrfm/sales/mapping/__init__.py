"""Which column of a sheet means what: known exports by their headers, others by names and values, and a question where that is unsure."""

from batikrfm.sales.mapping.errors import AmbiguousColumn, ChoiceError, MappingUnsure, NotSales, UnknownColumn, UnknownField, UnknownStyle
from batikrfm.sales.mapping.fields import FIELD_NAMES, Field
from batikrfm.sales.mapping.headers import fingerprint
from batikrfm.sales.mapping.map_columns import map_columns
from batikrfm.sales.mapping.model import Mapping, Question, from_json, to_json

__all__ = [
    "FIELD_NAMES",
    "AmbiguousColumn",
    "ChoiceError",
    "Field",
    "Mapping",
    "MappingUnsure",
    "NotSales",
    "Question",
    "UnknownColumn",
    "UnknownField",
    "UnknownStyle",
    "fingerprint",
    "from_json",
    "map_columns",
    "to_json",
]
