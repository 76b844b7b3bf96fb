"""The log: on standard error, which editors keep, or in a file that is asked for.

No text of the user's files is in it, whatever its level: places and names of files are.
"""

from __future__ import annotations

import logging
import sys

from pygls.exceptions import JsonRpcException

from linkname_ls import __version__

_LARGEST = 10 << 20
"""Bytes of a log file, beside which one older file is kept."""

log = logging.getLogger(__name__)


def start_log(level: str, file: str | None) -> None:
    """Log from now on what is of a level or graver. Raises OSError when the file cannot be written."""
    handler: logging.Handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    handlers = [handler]
    if file is not None:
        from logging.handlers import RotatingFileHandler

        kept = RotatingFileHandler(file, maxBytes=_LARGEST, backupCount=1, encoding="utf-8", errors="backslashreplace")
        kept.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
        handlers.append(kept)
    logging.basicConfig(level=level.upper(), handlers=handlers)
    # On their lower levels these write down whole messages, and so whole files.
    for library in ("pygls", "asyncio"):
        logging.getLogger(library).setLevel(max(logging.WARNING, logging.getLogger().level))
    logging.getLogger("pygls.protocol.json_rpc").addFilter(_is_fault)
    log.info("linkname-ls %s, Python %s, %s: %s", __version__, sys.version.split()[0], sys.platform, sys.argv[1:])


def _is_fault(record: logging.LogRecord) -> bool:
    """A question that is refused in words is no fault of the server's, and its own faults are logged already."""
    return record.exc_info is None or not isinstance(record.exc_info[1], JsonRpcException)
