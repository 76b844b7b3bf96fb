"""Code that libraries write when they make a class, compiled once and kept on disk.

attrs, cattrs and dataclasses write the methods of each class as text and have Python compile it: at every start the
same few hundred texts, a fifth of the time until the first answer. Here ``compile`` is, for these modules alone, one
that remembers. The whole text is the key, with all else that decides what comes of it, so that another version of a
library finds nothing of the old one; and a module that does not call it is as it was.
"""

from __future__ import annotations
import __future__

import builtins
import contextlib
import importlib
import marshal
import os
import sys
import zlib
from importlib.util import MAGIC_NUMBER
from types import CodeType, FrameType
from typing import Any, cast

from linkname_ls.build.kept import cache_folder, note_use, read_own, write_whole

_COMPILING = ("attr._make", "cattrs.gen", "typing")
_EXECUTING = ("dataclasses",)
_MAGIC = b"linkname-ls code %s %d\n" % (MAGIC_NUMBER.hex().encode(), sys.flags.optimize)
"""Of what Python made it; the name of a file says too little of that."""
_MOST_BYTES = 4 << 20
"""Of the file. A session that would need more keeps only what it has used itself."""
_compile = compile
_FLAGS = {getattr(__future__, name).compiler_flag for name in __future__.all_feature_names}
_FUTURE = sum(flag for flag in _FLAGS if flag > 0xFFFF)  # the lower ones say other things of code

_Key = tuple[str, str, str, int]
"""The text, the file's name, the mode, and the future statements of the module that asks."""


class CodeCache:
    """What has been compiled, in earlier sessions and in this one. Safe to use from several threads."""

    def __init__(self) -> None:
        folder = cache_folder(os.environ)[0]
        self._path = folder / f"code-{sys.implementation.cache_tag}" if folder is not None else None
        data = read_own(self._path, _MOST_BYTES) if self._path is not None else None
        self._kept: dict[_Key, bytes] = _decode(data) if data is not None else {}
        if self._path is not None and self._kept:
            note_use(self._path)
        self._used: dict[_Key, bytes] = {}
        self._news = False

    def code(self, text: str, name: str, mode: str, future: int) -> CodeType:
        """Return what Python would compile; raises what it would raise."""
        key = text, name, mode, future
        kept = self._kept.get(key)
        if kept is None:
            made = _compile(text, name, mode, future, dont_inherit=True)
            # attrs writes a number into these that is another one in each process.
            if "__hash__" not in text:
                self._used[key] = marshal.dumps(made)
                self._news = True
            return made
        self._used[key] = kept
        return marshal.loads(kept)  # noqa: S302 - a file of the user's own, as Python's compiled modules are

    def save(self) -> None:
        """Keep what is new for the next start. What cannot be written is compiled again."""
        if not self._news or self._path is None:
            return
        self._news = False
        data = _encode({**self._kept, **self._used})
        if len(data) > _MOST_BYTES:
            data = _encode(dict(self._used))
        # The cache of the index says in words what is wrong with the folder.
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(self._path, data)


def _encode(codes: dict[_Key, bytes]) -> bytes:
    body = marshal.dumps(codes)
    return b"%s%08x\n%s" % (_MAGIC, zlib.crc32(body), body)


def _decode(data: bytes) -> dict[_Key, bytes]:
    """Return what a file holds; nothing of one that is damaged or another Python's."""
    head = len(_MAGIC) + 9
    body = memoryview(data)[head:]
    if data[:head] != b"%s%08x\n" % (_MAGIC, zlib.crc32(body)):
        return {}
    return marshal.loads(body)  # noqa: S302 - its checksum is right


def _caller() -> FrameType:
    """Return the frame of who has called the function that calls this one."""
    return sys._getframe(2)  # pyright: ignore[reportPrivateUsage]


def remember() -> CodeCache:
    """Have the libraries' code compiled once; returns what has to be saved in the end."""
    cache = CodeCache()

    def compile_(source: Any, filename: Any, mode: Any, *others: Any, **options: Any) -> object:
        if others or options or not (isinstance(source, str) and isinstance(filename, str)):
            return cast("object", _compile(source, filename, mode, *others, **options))
        return cache.code(source, filename, mode, _caller().f_code.co_flags & _FUTURE)

    def exec_(source: Any, *others: Any, **options: Any) -> None:
        caller = _caller()
        if isinstance(source, str):
            source = cache.code(source, "<string>", "exec", caller.f_code.co_flags & _FUTURE)
        if not others and not options:
            others = caller.f_globals, caller.f_locals
        exec(source, *others, **options)  # noqa: S102 - what the library wrote

    # attrs makes classes of its own while it is imported.
    builtins.compile = compile_
    try:
        importlib.import_module("attr")
    finally:
        builtins.compile = _compile
    for names, builtin, ours in ((_COMPILING, "compile", compile_), (_EXECUTING, "exec", exec_)):
        for name in names:
            # One that has its own knows why; one that is gone has found another way.
            with contextlib.suppress(ImportError):
                vars(importlib.import_module(name)).setdefault(builtin, ours)
    return cache
