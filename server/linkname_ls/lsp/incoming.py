"""What comes from the client, whatever it is: made a message of the protocol's, or refused in one sentence.

pygls makes objects of all that has a member ``jsonrpc``, however deep, and answers nothing where it fails.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from lsprotocol import types
from pygls.protocol.json_rpc import JsonRPCNotification, JsonRPCRequestMessage, JsonRPCResponseMessage

from linkname_ls.lsp.outgoing import protocol_name

if TYPE_CHECKING:
    from cattrs import Converter

    TypeOf = Callable[[Any], type[Any] | None]

Id = str | int
T = TypeVar("T", int, str, bool)

_FARTHEST = (1 << 31) - 1
"""The greatest number that the protocol has for a line or character."""
_NAMES: Mapping[object, str] = {int: "a whole number", str: "a string", bool: "true or false"}
_SHOWN = 60
"""Characters of a wrong value that are shown."""


class Refusal(Exception):  # noqa: N818 - no fault of ours
    """What came cannot be handled, in one sentence."""

    def __init__(self, code: int, sentence: str, number: Id | None = None, *, answered: bool = True) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.number = number
        """Of the request, None when that cannot be told."""
        self.answered = answered
        """Whether the client is to be answered: not what it has only told, nor what it has answered itself."""


def parse(body: bytes) -> dict[str, Any]:
    """Return the members of a message. Raises :class:`Refusal`."""
    try:
        message: object = json.loads(body, parse_constant=_refuse_constant)
    except RecursionError:
        raise Refusal(types.ErrorCodes.ParseError, "A message is nested too deeply.") from None
    except ValueError as error:
        raise Refusal(types.ErrorCodes.ParseError, f"A message is no JSON: {error}.") from None
    if not isinstance(message, dict):
        what = "a batch, which the protocol does not have" if isinstance(message, list) else _shown(message)
        raise Refusal(types.ErrorCodes.InvalidRequest, f"Instead of a message came {what}.")
    return cast("dict[str, Any]", message)


def structure(message: dict[str, Any], converter: Converter, type_of: TypeOf, result_type_of: TypeOf) -> Any:
    """Return a message as an object of lsprotocol's, or of pygls's for methods that the protocol does not have.

    Args:
        type_of: gives the class of a request or notification by its method, None for an unknown one.
        result_type_of: gives the class of an answer by its number, None where that is not known.

    Raises:
        Refusal: for all that is no message.
    """
    number: Any = message.get("id")
    method: object = message.get("method")
    wrong_number = "id" in message and type(number) not in (str, int)
    if wrong_number and method is None and "error" in message:
        # An answer to what the client could not read (JSON-RPC 2.0, 5).
        raise Refusal(0, f"The client could not read a message: {_shown(message['error'])}.", answered=False)
    if wrong_number:
        sentence = f"The id of a message is {_shown(number)}, which is neither a string nor a whole number."
        raise Refusal(types.ErrorCodes.InvalidRequest, sentence, answered=method is not None)
    if method is None and "id" not in message:
        raise Refusal(types.ErrorCodes.InvalidRequest, "A message has neither a method nor an id.")
    if message.get("jsonrpc") != "2.0":
        said = _shown(message["jsonrpc"]) if "jsonrpc" in message else "missing"
        raise Refusal(
            types.ErrorCodes.InvalidRequest,
            f'"jsonrpc" is {said}, where "2.0" belongs.',
            number,
            answered=method is not None and "id" in message,
        )
    if method is None:
        return _answer(message, number, converter, result_type_of)
    if not isinstance(method, str):
        sentence = f"The method of a message is {_shown(method)}, which is no string."
        raise Refusal(types.ErrorCodes.InvalidRequest, sentence, number, answered="id" in message)
    kind = type_of(method)
    if kind is None:
        params = message.get("params")
        if "id" in message:
            return JsonRPCRequestMessage(number, method, "2.0", params)
        return JsonRPCNotification(method, "2.0", params)
    # Who has nothing to say may say nothing, where that is enough.
    ways: tuple[dict[str, Any], ...] = ({"params": None, **message}, {**message, "params": {}})
    wrong = ""
    for way in ways if message.get("params") is None else ways[:1]:
        try:
            return converter.structure(way, kind)
        except Exception as error:  # noqa: PERF203 - of two
            wrong = wrong or f"{method}: {_what_is_wrong(error, message, kind)}"
    raise Refusal(types.ErrorCodes.InvalidParams, wrong, number, answered="id" in message)


def _answer(message: dict[str, Any], number: Any, converter: Converter, result_type_of: TypeOf) -> Any:
    kind = types.ResponseErrorMessage if "error" in message else result_type_of(number) or JsonRPCResponseMessage
    try:
        return converter.structure({"result": None, **message}, kind)
    except Exception as error:
        sentence = f"The answer to {_shown(number)} is wrong: {_what_is_wrong(error, message, kind)}"
        # Who waits for it gets an error.
        return types.ResponseErrorMessage(
            id=number, jsonrpc="2.0", error=types.ResponseError(types.ErrorCodes.InvalidRequest, sentence)
        )


def make_strict(converter: Converter) -> None:
    """Have a converter refuse what is of another type: it would make "5" of 5 and 1 of true."""

    def only(kind: type[T]) -> None:
        def structured(told: Any, wanted: type[T]) -> T:
            if wanted is not kind:
                return wanted(told)  # numbers and strings with names are types below these
            if type(told) is kind:
                return told
            if kind is int and type(told) is float and told.is_integer():
                return kind(told)
            raise TypeError(told)

        converter.register_structure_hook(kind, structured)

    only(int)
    only(str)
    only(bool)
    converter.register_structure_hook(types.Position, _position)


def _position(told: object, _: object) -> types.Position:
    """Return a position. One that is too far away for the protocol means the end, as one behind the end does."""
    if not isinstance(told, dict):
        raise TypeError(told)
    place = cast("dict[str, object]", told)
    return types.Position(_place(place["line"]), _place(place["character"]))


def _place(told: object) -> int:
    if type(told) not in (int, float) or cast("float", told) < 0:
        raise ValueError(told)
    number = cast("float", told)
    if number >= _FARTHEST:
        return _FARTHEST
    if number != int(number):
        raise ValueError(told)
    return int(number)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _what_is_wrong(error: BaseException, message: object, kind: object) -> str:
    """Return where a message is not as the protocol has it, in a sentence."""
    where, found, wanted = "", message, kind
    for step, inner in _steps(error):
        if isinstance(step, int):
            if not isinstance(found, list):
                break
            where, found = f"{where}[{step}]", cast("list[object]", found)[step]
        else:
            if not isinstance(found, dict):
                break
            name = protocol_name(step)
            where = f"{where}.{name}" if where else name
            table = cast("dict[str, object]", found)
            if name not in table:
                return f"{where} is missing."
            found = table[name]
        wanted = inner
    belongs = _NAMES.get(wanted) or getattr(wanted, "__name__", "")
    known = belongs and not belongs.startswith(("Sequence", "Union", "Optional"))
    return f"{where or 'it'} is {_shown(found)}, where {belongs if known else 'something else'} belongs."


def _steps(error: BaseException) -> Iterator[tuple[str | int, object]]:
    """Yield where an error of cattrs's is, from the outside in: names and numbers, and the types that belong there."""
    while (inside := getattr(error, "group_exceptions", None)) is not None:
        grouped: list[tuple[BaseException, Any]] = inside()[0]
        if not grouped:
            return
        error, note = grouped[0]
        yield note.name if hasattr(note, "name") else note.index, note.type


def _shown(value: object) -> str:
    """Return a value as JSON, its beginning if it is long."""
    try:
        text = json.dumps(value)
    except (ValueError, RecursionError):
        text = type(value).__name__
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
