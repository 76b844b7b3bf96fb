"""``linkname-ls status``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from linkname_ls.checks.configuration import Configuration
from linkname_ls.checks.settings import Settings
from linkname_ls.cli.session import Progress, UsageError, absolute, given_tags, index_all, open_snapshot
from linkname_ls.features.status import status, text

if TYPE_CHECKING:
    import argparse


def run(arguments: argparse.Namespace) -> int:
    """Print what is known of a folder; returns the exit status. Raises UsageError for what is no folder."""
    folder = absolute(arguments.folder)
    if not folder.is_dir():
        raise UsageError(f"{arguments.folder} is not a folder.")
    configuration = Configuration(Settings(tags=given_tags(arguments.tags)))
    snapshot = open_snapshot([folder], configuration, quiet=True)
    index_all(snapshot, folder, Progress())
    found = status(snapshot, configuration.problems)
    print(json.dumps(found.as_json(), indent=2, ensure_ascii=False) if arguments.format == "json" else text(found))
    return 0
