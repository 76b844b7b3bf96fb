"""Types with all names resolved away, so that a declaration can be compared without the tree that the other is from.

A shape is written as Go writes a type: basic types, ``unsafe.Pointer`` for every pointer, map, channel and function,
``[]byte`` for every slice, ``any`` or ``interface{m()}`` for an interface without or with methods, arrays, structs of
shapes with blank field names, and functions of shapes. ``?`` stands where a part cannot be told. What sync/atomic
aligns by is written ``align64``. The lengths of words are left to the reader's platform (``uintptr``, ``int``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from linkname_ls.links.gotypes import (
    UNSAFE_POINTER,
    Array,
    Basic,
    Chan,
    Func,
    Interface,
    Map,
    Named,
    Pointer,
    Slice,
    Struct,
    Type,
    Unreadable,
)
from linkname_ls.links.layouts import ALIGN64, has_methods, is_align64
from linkname_ls.source import predeclared

UNKNOWN = "?"
_METHODS = "interface{m()}"
_WORD = re.compile(r"\s*(unsafe\.Pointer|interface\{m\(\)\}|\[\]byte|struct\{|func\(|\w+|.)")
_BASIC = predeclared.TYPES - {"any", *predeclared.ALIASES} | {"unsafe.Pointer", ALIGN64}
_NO_METHODS = Interface(frozenset(), frozenset())
_SOME_METHODS = Interface(frozenset({("m", Func((), (), variadic=False))}), frozenset())
_BYTES = Slice(Basic("uint8"))


def shape_text(kind: Type, named: Callable[[Named], str], underlying: Callable[[Named], Type]) -> str:
    """Return the shape of a type.

    ``named`` gives that of a declared type, where it need not be worked out each time.
    """

    def text(kind: Type) -> str:
        match kind:
            case Unreadable():
                return UNKNOWN
            case Basic(name):
                return name
            case Pointer() | Map() | Chan() | Func():
                return UNSAFE_POINTER.name
            case Slice():
                return "[]byte"
            case Interface():
                methods = has_methods(kind, underlying)
                return UNKNOWN if methods is None else _METHODS if methods else "any"
            case Named():
                return ALIGN64 if is_align64(kind) else named(kind)
            case Array(length, element):
                inner = text(element)
                return UNKNOWN if isinstance(length, Unreadable) or inner == UNKNOWN else f"[{length}]{inner}"
            case Struct(fields):
                inner = [text(field) for _, field, _ in fields]
                return UNKNOWN if UNKNOWN in inner else "struct{" + "; ".join(f"_ {one}" for one in inner) + "}"

    return text(kind)


def function_shape(function: Func, text: Callable[[Type], str]) -> str:
    """Return the shape of a function, with ``text`` for each parameter and result."""
    results = [text(one) for one in function.results]
    result = f" ({', '.join(results)})" if len(results) > 1 else f" {results[0]}" if results else ""
    return f"func({', '.join(map(text, function.parameters))}){result}"


def print_shape(kind: Type) -> str:
    """Return the text of a shape: the inverse of :func:`parse_shape`."""

    def text(kind: Type) -> str:
        return shape_text(kind, lambda _: UNKNOWN, lambda _: Unreadable())

    return function_shape(kind, text) if isinstance(kind, Func) else text(kind)


def pointer_shape(method: str) -> str:
    """Return the shape of a value method that is called through a pointer; "" where it cannot be told."""
    kind = parse_shape(method)
    if not isinstance(kind, Func) or not kind.parameters:
        return ""
    return print_shape(Func((UNSAFE_POINTER, *kind.parameters[1:]), kind.results, kind.variadic))


@lru_cache(maxsize=256)
def parse_shape(text: str) -> Type | None:
    """Return the type that a shape stands for; None for what is no shape."""
    words = _WORD.findall(text)
    try:
        kind, at = _parse(words, 0)
    except (IndexError, ValueError):
        return None
    return kind if at == len(words) else None


def _parse(words: list[str], at: int) -> tuple[Type, int]:
    word = words[at]
    at += 1
    if word == UNKNOWN:
        return Unreadable(), at
    if word in _BASIC:
        return Basic(word), at
    if word in ("any", _METHODS):
        return _NO_METHODS if word == "any" else _SOME_METHODS, at
    if word == "[]byte":
        return _BYTES, at
    if word == "[":
        element, end = _parse(words, _expect(words, at + 1, "]"))
        return Array(int(words[at]), element), end
    if word == "struct{":
        fields: list[tuple[str, Type, str]] = []
        while words[at] != "}":
            kind, at = _parse(words, _expect(words, at, "_"))
            fields.append(("_", kind, ""))
            at += words[at] == ";"
        return Struct(tuple(fields)), at + 1
    if word == "func(":
        parameters, at = _list(words, at)
        results: list[Type] = []
        if at < len(words) and words[at] == "(":
            results, at = _list(words, at + 1)
        elif at < len(words):
            result, at = _parse(words, at)
            results = [result]
        return Func(tuple(parameters), tuple(results), variadic=False), at
    raise ValueError(word)


def _list(words: list[str], at: int) -> tuple[list[Type], int]:
    found: list[Type] = []
    while words[at] != ")":
        kind, at = _parse(words, at)
        found.append(kind)
        at += words[at] == ","
    return found, at + 1


def _expect(words: list[str], at: int, word: str) -> int:
    if words[at] != word:
        raise ValueError(words[at])
    return at + 1
