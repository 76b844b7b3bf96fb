"""What makes a start quick before anything else is imported."""

from __future__ import annotations

import gc
import sys

from linkname_ls.lsp.codecache import CodeCache, remember

_caches: list[CodeCache] = []


def import_libraries() -> None:
    """Import the libraries that take long, in the ways in which they take less.

    Nothing that is made while a program starts is garbage: it is not looked for until :func:`settle`.
    """
    gc.disable()
    _import_asyncio()
    _caches.append(remember())
    from linkname_ls.lsp.lazytypes import import_types

    import_types()


def keep() -> None:
    """Keep for the next start what this one had to work out."""
    for cache in _caches:
        cache.save()


def settle() -> None:
    """Look for garbage from now on, but not among what is there already."""
    gc.freeze()
    gc.enable()


def _import_asyncio() -> None:
    """Import asyncio as on a Python without OpenSSL, which takes half of the time: nobody speaks TLS here."""
    if "ssl" in sys.modules or "asyncio" in sys.modules:
        return
    sys.modules["ssl"] = None  # pyright: ignore[reportArgumentType]
    try:
        __import__("asyncio")
    except ImportError:
        pass  # one that takes it for granted: whoever needs it imports it in full
    finally:
        del sys.modules["ssl"]
