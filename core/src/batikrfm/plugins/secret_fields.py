"""Which fields of a settings model are secrets."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from batikrfm.plugins.troubles import SecretInListError
from batikrfm.sdk.config import Secret

Path = tuple[str, ...]


@cache
def secret_paths(model: type[BaseModel]) -> frozenset[Path]:
    """The path of every ``Secret`` in ``model`` and the models in it.

    A secret in a list or mapping raises :class:`SecretInListError`: when a form comes back with its rows in another order, a mask
    could not be matched with the secret that it stands for.
    """
    return frozenset(_of_model(model, (), (model,)))


def _of_model(model: type[BaseModel], path: Path, within: tuple[type, ...]) -> Iterator[Path]:
    for name, field in model.model_fields.items():
        yield from _of_type(field.annotation, (*path, name), within)


def _of_type(annotation: Any, path: Path, within: tuple[type, ...]) -> Iterator[Path]:  # noqa: ANN401 - any type there is
    if annotation is Secret:
        yield path
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation not in within:
            yield from _of_model(annotation, path, (*within, annotation))
    elif get_origin(annotation) in (Union, UnionType):
        for one in get_args(annotation):
            yield from _of_type(one, path, within)
    elif get_origin(annotation) is Annotated:
        yield from _of_type(get_args(annotation)[0], path, within)
    else:
        for one in get_args(annotation):
            for _ in _of_type(one, path, within):
                raise SecretInListError(name=within[0].__name__, field=".".join(path))
