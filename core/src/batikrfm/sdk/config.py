"""One pydantic model per registered object gives validation, the settings form, the API schema and the docs."""

from __future__ import annotations

import hmac
import re
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar, final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

if TYPE_CHECKING:
    from pydantic.json_schema import JsonSchemaValue

MASK = "••••••••"
"""What stands for a secret wherever one would be shown. Written back, it means: keep the secret that is there."""

KEY = re.compile(r"[!-~]+")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class PluginConfig(BaseModel):
    """Base of every plugin's settings.

    Unknown keys are refused, instances do not change, errors do not repeat the input, and a field has one name: aliases do not count.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, validate_by_name=True, validate_by_alias=False)


ConfigT = TypeVar("ConfigT", bound=PluginConfig)


@final
class Secret:
    """A text that is never shown: a key, a token, a password. A field type of :class:`PluginConfig`.

    ``repr``, ``str``, formatting, JSON and logs give a mask; comparing takes the same time whatever the texts; pickling is
    refused. Stored encrypted. Only :meth:`reveal` gives the text: call it where it is sent, and keep no copy.
    """

    __slots__ = ("_text",)
    _text: str

    def __init__(self, text: str) -> None:
        if not text:
            raise ValueError("a secret is not empty")
        object.__setattr__(self, "_text", text)

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a secret does not change")

    def __repr__(self) -> str:
        return f"Secret('{MASK}')"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        """Equal to a secret of the same text only, never to a plain text."""
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> Secret:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        """From a text that is not empty, or a Secret; to a Secret in Python, to the mask in JSON."""
        return core_schema.no_info_plain_validator_function(_secret, serialization=core_schema.to_string_ser_schema(when_used="json"))

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Marked so that forms and clients know: a password field, written and never read."""
        return {"type": "string", "minLength": 1, "format": "password", "writeOnly": True}


def _key(secret: Secret) -> Secret:
    """``secret`` without what comes along when a key is copied: spaces and line breaks around it."""
    text = secret.reveal().strip()
    if not KEY.fullmatch(text):
        raise PydanticCustomError("api_key", "a key has no spaces and no unusual letters in it: copy it once more")
    return Secret(text)


def _safe_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
        return url.rstrip("/")
    raise PydanticCustomError("vendor_url", "it has to begin with https://, for a key is sent there")


ApiKey = Annotated[Secret, AfterValidator(_key)]
"""A secret that travels in a header: what would break that is refused when it is entered, not when it is used."""


class Outward:
    """Marks a setting that names where to connect. The host looks at where a tenant's own leads before an account is opened."""

    def __repr__(self) -> str:
        return "Outward()"  # the same in every process: it is part of the signatures that are kept


VendorUrl = Annotated[str, AfterValidator(_safe_url), Outward()]
"""An address that a secret is sent to: ``https://``, or on this machine. Without a slash at its end."""

VendorHost = Annotated[str, Outward()]
"""The name or address of a server that speaks something else than HTTP."""


def _secret(value: object) -> Secret:
    if isinstance(value, Secret):
        return value
    if isinstance(value, str) and value:
        return Secret(value)
    raise PydanticCustomError("secret", "a text that is not empty is needed")
