"""The log: on standard error, which editors keep, or in a file that is asked for.

No text of the user's files is in it, whatever its level: places and names of files are.
"""

from __future__ import annotations

import logging
import sys

from pygls.exceptions import JsonRpcException

from linkname_ls import __version__
from linkname_ls.wire.writer import Writer

_LARGEST = 10 << 20
"""Bytes of a log file, beside which one older file is kept."""
_MOST_UNREAD = 1 << 20
"""Bytes that wait for who reads standard error, before what comes is left out."""

log = logging.getLogger(__name__)


def start_log(level: str, file: str | None) -> None:
    """Log from now on what is of a level or graver. Raises OSError when the file cannot be written."""
    handlers: list[logging.Handler] = []
    if sys.stderr is not None:  # pyright: ignore[reportUnnecessaryComparison] - as it is when it was closed
        handler = _StandardError()
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        handlers.append(handler)
    if file is not None:
        from linkname_ls.lsp.logfile import LogFile

        kept = LogFile(file, maxBytes=_LARGEST, backupCount=1, encoding="utf-8", errors="backslashreplace")
        kept.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
        handlers.append(kept)
    logging.basicConfig(level=level.upper(), handlers=handlers)
    # On their lower levels these write down whole messages, and so whole files.
    for library in ("pygls", "asyncio"):
        logging.getLogger(library).setLevel(max(logging.WARNING, logging.getLogger().level))
    logging.getLogger("pygls.protocol.json_rpc").addFilter(_is_fault)
    log.info("linkname-ls %s, Python %s, %s: %s", __version__, sys.version.split()[0], sys.platform, sys.argv[1:])


def end_log(timeout: float) -> None:
    """Have standard error written to its end, in so many seconds if it is read."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, _StandardError):
            handler.end(timeout)


class _StandardError(logging.Handler):
    """Writes to standard error without waiting for who reads it: not every editor does."""

    def __init__(self) -> None:
        super().__init__()
        self._writer = Writer(sys.stderr.buffer)
        self._lost = 0

    def emit(self, record: logging.LogRecord) -> None:
        if self._writer.behind > _MOST_UNREAD:
            self._lost += 1
            return
        text = f"{self.format(record)}\n"
        if self._lost:
            text = f"{self._lost} entries are left out here, for nobody read those before them.\n{text}"
            self._lost = 0
        self._writer.write(text.encode("utf-8", "backslashreplace"))

    def end(self, timeout: float) -> None:
        """Wait for what has not been read yet, for so many seconds."""
        self._writer.flush(timeout)


def _is_fault(record: logging.LogRecord) -> bool:
    """A question that is refused in words is no fault of the server's, and its own faults are logged already."""
    return record.exc_info is None or not isinstance(record.exc_info[1], JsonRpcException)
