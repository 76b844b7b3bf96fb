"""Messages on a pipe: the framing of the language server protocol, and what is looked at in a message."""

from __future__ import annotations

import json
from typing import IO, Any, cast

_LONGEST_HEADER = 4096


class WireError(Exception):
    """What came is no message, in one sentence. What follows it cannot be read either."""


def read(stream: IO[bytes]) -> bytes | None:
    """Return the body of the next message, waiting for it; None at the end of the stream.

    Raises:
        WireError: for what is no header, and for one without a length.
    """
    length: int | None = None
    while line := stream.readline(_LONGEST_HEADER):
        if line in (b"\r\n", b"\n"):
            if length is None:
                raise WireError("A message has no Content-Length.")
            body = stream.read(length)
            return body if len(body) == length else None
        name, colon, value = line.partition(b":")
        if not colon:
            raise WireError(f"Instead of a message came {line[:40]!r}.")
        if name.strip().lower() == b"content-length":
            try:
                length = int(value)
            except ValueError:
                raise WireError(f"A message has the Content-Length {value.strip()[:40]!r}.") from None
    return None


def parse(body: bytes) -> dict[str, Any]:
    """Return the members of a message; none for what is no JSON object, and not ours to judge."""
    try:
        return table(json.loads(body))
    except (ValueError, RecursionError):
        return {}


def fault(message: object) -> tuple[Any, int, str] | None:
    """Return why what an editor has sent is no message: its number, JSON-RPC's code and a sentence; None if it is one.

    gopls ends when it reads such a thing.
    """
    if not isinstance(message, dict):
        return None, -32600, "Instead of a message came something that is no object."
    known = table(cast("object", message))
    number, method = known.get("id"), known.get("method")
    if "id" in known and type(number) not in (str, int):
        return None, -32600, "The id of a message is neither a string nor a whole number."
    if known.get("jsonrpc") != "2.0":
        return number, -32600, 'A message does not say "jsonrpc": "2.0".'
    if "method" in known and not isinstance(method, str):
        return number, -32600, "The method of a message is no string."
    if "method" not in known and "id" not in known:
        return None, -32600, "A message has neither a method nor an id."
    return None


def table(value: object) -> dict[str, Any]:
    """Return a JSON object; an empty one for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def array(value: object) -> list[Any]:
    """Return a JSON array; an empty one for anything else."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def dump(data: object) -> bytes:
    """Return a message's body."""
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def notice(method: str, params: object) -> bytes:
    """Return the body of a notification."""
    return dump({"jsonrpc": "2.0", "method": method, "params": params})


def reply(number: Any, result: object) -> bytes:
    """Return the body of an answer to a request."""
    return dump({"jsonrpc": "2.0", "id": number, "result": result})
