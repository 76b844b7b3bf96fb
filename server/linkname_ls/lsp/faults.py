"""The server's own errors: each goes to the log with what was asked, and to the user once, in a sentence."""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pygls.exceptions import JsonRpcException, JsonRpcInternalError

from linkname_ls import ISSUES_URL

log = logging.getLogger(__name__)

_PACKAGE = Path(__file__).parents[1]


class Faults:
    """What has gone wrong in this session by a fault of the server's."""

    def __init__(self, tell_once: Callable[[str], None]) -> None:
        self._tell_once = tell_once
        self.sentences: dict[str, None] = {}
        """What the user has been told, in its order."""

    def report(self, what: str, error: BaseException, about: str = "") -> str:
        """Log an error, with what was asked and about which place, and tell the user; returns what the user is told."""
        log.error("%s%s", what, about, exc_info=error)
        sentence = f"linkname-ls failed at {what} by an error of its own ({type(error).__name__}{_place(error)}). "
        sentence += f"All else goes on. A report with the log would help: {ISSUES_URL}"
        self.sentences[sentence] = None
        self._tell_once(sentence)
        return sentence

    def watched(self, method: str, handler: Callable[..., Any]) -> Callable[..., Any]:
        """Return a handler whose errors are reported, and answered in words; those in words already pass."""
        if asyncio.iscoroutinefunction(handler):

            @functools.wraps(handler)
            async def later(*arguments: Any) -> Any:
                began = time.perf_counter()
                try:
                    return await handler(*arguments)
                except (JsonRpcException, asyncio.CancelledError):
                    raise
                except Exception as error:
                    raise JsonRpcInternalError(self.report(method, error, _about(arguments))) from error
                finally:
                    _note(method, arguments, began)

            return later

        @functools.wraps(handler)
        def now(*arguments: Any) -> Any:
            began = time.perf_counter()
            try:
                return handler(*arguments)
            except JsonRpcException:
                raise
            except Exception as error:
                raise JsonRpcInternalError(self.report(method, error, _about(arguments))) from error
            finally:
                _note(method, arguments, began)

        return now


def _note(method: str, arguments: tuple[Any, ...], began: float) -> None:
    if log.isEnabledFor(logging.INFO):
        log.info("%s%s: %.1f ms", method, _about(arguments), (time.perf_counter() - began) * 1000)


def _about(arguments: tuple[Any, ...]) -> str:
    """Return which place it was about, with a blank in front; no text of the user's is in it."""
    words = [""]
    for one in arguments:
        document = getattr(one, "text_document", None)
        position = getattr(one, "position", None)
        if (uri := getattr(document, "uri", None)) is not None:
            words.append(str(uri))
        if (version := getattr(document, "version", None)) is not None:
            words.append(f"version {version}")
        if position is not None:
            words.append(f"at {position.line}:{position.character}")
    return " ".join(words)


def _place(error: BaseException) -> str:
    """Return where in the server an error is from: `` in links/table.py, line 12``; "" when it is from elsewhere."""
    found = ""
    trace = error.__traceback__
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(_PACKAGE) and path != Path(__file__):
            found = f" in {path.relative_to(_PACKAGE).as_posix()}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return found
