"""Pydantic's findings in both languages, without the secrets that a plugin's own validator may have repeated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from batikrfm.sdk.config import MASK
from batikrfm.sdk.errors import BatikError
from batikrfm.sdk.text import Text

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

WORDS = {
    "missing": Text(id="wajib diisi.", en="it is required."),
    "secret": Text(id="isi dengan teks yang tidak kosong.", en="it must be a text that is not empty."),
    "api_key": Text(
        id="kunci tidak berisi spasi atau huruf yang tidak biasa: salin sekali lagi.",
        en="a key has no spaces and no unusual letters in it: copy it once more.",
    ),
    "vendor_url": Text(
        id="harus diawali https://, karena kunci dikirim ke alamat ini.",
        en="it has to begin with https://, for a key is sent there.",
    ),
    "extra_forbidden": Text(id="pengaturan ini tidak dikenal.", en="there is no such setting."),
    "string_type": Text(id="isi dengan teks.", en="it must be a text."),
    "string_too_short": Text(id="paling pendek {min_length} huruf.", en="it must have at least {min_length} characters."),
    "string_too_long": Text(id="paling panjang {max_length} huruf.", en="it must have at most {max_length} characters."),
    "int_parsing": Text(id="isi dengan bilangan bulat.", en="it must be a whole number."),
    "int_type": Text(id="isi dengan bilangan bulat.", en="it must be a whole number."),
    "float_parsing": Text(id="isi dengan angka.", en="it must be a number."),
    "bool_parsing": Text(id="isi dengan ya atau tidak.", en="it must be true or false."),
    "greater_than": Text(id="harus lebih dari {gt}.", en="it must be more than {gt}."),
    "greater_than_equal": Text(id="paling sedikit {ge}.", en="it must be at least {ge}."),
    "less_than": Text(id="harus kurang dari {lt}.", en="it must be less than {lt}."),
    "less_than_equal": Text(id="paling banyak {le}.", en="it must be at most {le}."),
    "literal_error": Text(id="pilih salah satu: {expected}.", en="it must be one of: {expected}."),
    "enum": Text(id="pilih salah satu: {expected}.", en="it must be one of: {expected}."),
}
"""By pydantic's type of error; the others keep pydantic's own English sentence."""


def problem_of(found: ErrorDetails, secrets: Iterable[str]) -> Text:
    """What is wrong, in both languages. If the sentence holds one of ``secrets``, the mask is all that is said."""
    said = _said(found)
    if any(secret and secret in text for secret in secrets for text in (said.id, said.en)):
        return Text(id=MASK, en=MASK)
    return said


def _said(found: ErrorDetails) -> Text:
    values = found.get("ctx", {})
    cause = values.get("error")
    if isinstance(cause, BatikError):
        return Text(id=cause.say("id"), en=cause.say("en"))
    if words := WORDS.get(found["type"]):
        return Text(id=words.say("id", **values), en=words.say("en", **values))
    return Text(id=found["msg"], en=found["msg"])
