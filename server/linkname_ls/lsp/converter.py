"""How messages become objects, and back: lsprotocol's converter, with what it need not do at the start left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from lsprotocol import types
from pygls.protocol import default_converter

from linkname_ls.lsp.capabilities import Capabilities
from linkname_ls.lsp.incoming import make_strict
from linkname_ls.lsp.lazytypes import unfinished
from linkname_ls.lsp.outgoing import write_by_contents

if TYPE_CHECKING:
    from cattrs import Converter


def make_converter() -> Converter:
    """Return a converter for all messages of the protocol; what the client can do is read when it is asked for."""
    every = types.ALL_TYPES_MAP
    # Hooks are made for all types with names where types should be. A type that is finished late needs none of that.
    types.ALL_TYPES_MAP = {name: kind for name, kind in every.items() if not unfinished(kind)}
    try:
        converter = default_converter()
    finally:
        types.ALL_TYPES_MAP = every

    def capabilities(told: Any, of: type) -> Capabilities:
        if not isinstance(told, dict):
            raise TypeError("A client's capabilities are an object.")
        return Capabilities(cast("dict[str, Any]", told), of, converter)

    converter.register_structure_hook(types.ClientCapabilities, capabilities)
    make_strict(converter)
    write_by_contents(converter)
    return converter
