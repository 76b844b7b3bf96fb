"""The file that the log goes to as well. Imported when there is one: that takes time."""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler

log = logging.getLogger(__name__)


class LogFile(RotatingFileHandler):
    """Says once, elsewhere, that nothing can be written to it; logging has a traceback for each entry."""

    _said = False

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802, ARG002 - logging's
        """Say what is wrong."""
        if not self._said:
            self._said = True
            log.warning("The log %s cannot be written: %s.", self.baseFilename, sys.exc_info()[1])
