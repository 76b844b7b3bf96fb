"""What works while everything else gets ready: the go command, and another process that is at the Go tree.

All of the Go tree is looked at in every session, whatever the workspace is, and searched where nothing is kept of it.
Where it is, the go command says long before anyone asks.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path

from linkname_ls.build import paths
from linkname_ls.build.goenv import Asked, find_go
from linkname_ls.build.kept import cache_folder
from linkname_ls.links.other import Order, Other, processors
from linkname_ls.links.scanner import file_of, is_new
from linkname_ls.links.tree import Tree, go_tree


class Early:
    """What has been begun. Safe to use from several threads."""

    def __init__(self, environ: Mapping[str, str], *, look: bool = False) -> None:
        """Begin with the go command that an environment leads to.

        Its Go tree has to wait for :meth:`begin`, so that the start takes no longer; not so at the very first start,
        when it has to be searched, and for who wants to ``look`` at once.
        """
        self.asked: Asked | None = None
        """The go command at work; None where it cannot be run: who needs it says so."""
        self._folder, _ = cache_folder(environ)
        self._lock = threading.Lock()
        self._begun = False
        self._tree: Tree | None = None
        self._kept = False
        self._other: Other | None = None
        go = find_go(environ)
        if go is not None:
            with contextlib.suppress(OSError, ValueError):
                self.asked = Asked(go, environ)
        if look or self._folder is None or is_new(self._folder):
            threading.Thread(target=self.begin, name="early", daemon=True).start()

    def begin(self) -> None:
        """Have another process be at the Go tree, once, if there is a processor to spare. Waits for the go command."""
        with self._lock:
            if not self._begun and self.asked is not None and processors() > 1:
                self._begun = True
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._begin(paths.join(self.asked.env().get("GOROOT", ""), "src"))

    def take(self, tree: Tree, *, kept: bool) -> Other | None:
        """Return the process that looks at the files of a tree or, where nothing is ``kept`` of it, searches it.

        None when there is none, and from the second time on. Who takes it has to end it.
        """
        with self._lock:
            if tree != self._tree:
                return None
            other, self._other, self._tree = self._other, None, None
        if other is not None and kept != self._kept:
            other.end()
            return None
        return other

    def _begin(self, source: str) -> None:
        # One that people work on is another tree whenever it is looked at.
        if paths.is_absolute(source) and paths.is_released_tree(source):
            self._tree = go_tree(Path(source), immutable=True)
            self._kept = self._folder is not None and file_of(self._folder, self._tree).is_file()
            self._other = Other(Order(self._tree.walk, None if self._kept else self._tree.how))
