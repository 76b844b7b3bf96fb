"""What the client can do, read when it is asked for.

A client says some 500 things about itself, in 150 classes of lsprotocol; we want to know twenty.
"""

from __future__ import annotations

import logging
import typing
from functools import cache
from types import NoneType
from typing import Any, cast

from linkname_ls.lsp.outgoing import protocol_name

if typing.TYPE_CHECKING:
    from cattrs import Converter

log = logging.getLogger(__name__)


class Capabilities:
    """Stands in for :class:`lsprotocol.types.ClientCapabilities` and what is in it: has its attributes.

    What the client does not say, or says in a wrong form, is None.
    """

    def __init__(self, told: dict[str, Any], of: type, converter: Converter) -> None:
        self._told = told
        self._of = of
        self._converter = converter

    def __getattr__(self, name: str) -> Any:
        kinds = _kinds(self._of)
        if name not in kinds:
            raise AttributeError(name)
        found = self.__dict__[name] = self._read(self._told.get(protocol_name(name)), kinds[name])
        return found

    def _read(self, told: object, kind: Any) -> object:
        if told is None:
            return None
        inner = _class_in(kind)
        if inner is not None:
            return (
                Capabilities(cast("dict[str, Any]", told), inner, self._converter) if isinstance(told, dict) else None
            )
        try:
            return self._converter.structure(told, kind)
        except Exception:
            log.warning("The client's capabilities say %r where %s belongs.", told, kind)
            return None


@cache
def _kinds(of: type) -> dict[str, Any]:
    """Return the types of a class's fields, without making attrs finish it."""
    return typing.get_type_hints(of)


def _class_in(kind: Any) -> type | None:
    """Return X of ``Optional[X]`` where that is a class of lsprotocol's with fields; else None."""
    found = [one for one in typing.get_args(kind) or (kind,) if one is not NoneType]
    if len(found) == 1 and isinstance(found[0], type) and "__attrs_attrs__" in vars(found[0]):
        return found[0]
    return None
