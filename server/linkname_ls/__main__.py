"""The command ``linkname-ls``."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    given = sys.argv[1:] if argv is None else argv
    if not given:
        return _serve()  # as nearly every editor starts it: to read arguments would take 10 ms
    from linkname_ls.cli.arguments import parser, split

    own, theirs = split(given)
    arguments = parser().parse_args(own)
    command: str | None = arguments.command
    if command is None and arguments.companion is not None:
        from linkname_ls.companion.run import companion

        log = ["--log-level", arguments.log_level]
        log += ["--log-file", arguments.log_file] if arguments.log_file else []
        return companion(arguments.companion, theirs, own=[*log, *([] if arguments.run_go else ["--no-go"])])
    if command is None:
        return _serve(
            tcp=(arguments.host, arguments.port) if arguments.tcp else None,
            run_go=arguments.run_go,
            level=arguments.log_level,
            file=arguments.log_file,
        )
    gc.set_threshold(50_000)  # a command is short: what it makes is nearly all in use
    from linkname_ls.cli.session import UsageError

    try:
        if command == "check":
            run = _check
        elif command == "explain":
            from linkname_ls.cli.explain import run
        elif command == "graph":
            from linkname_ls.cli.graph import run
        elif command == "std":
            from linkname_ls.cli.std import run
        elif command == "status":
            from linkname_ls.cli.status import run
        else:
            from linkname_ls.cli.query import run
        status = run(arguments)
        sys.stdout.flush()  # here, where what goes wrong with it is still said in words
        return status
    except UsageError as error:
        print(f"linkname-ls: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0
    except OSError as error:
        sys.stderr.write(f"linkname-ls: {error.strerror or error}.\n")
        # Nothing more can be written there, not even what is still waiting to be.
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115
        return 2
    except Exception as error:
        import traceback

        from linkname_ls import ISSUES_URL

        traceback.print_exc()
        why = f"{command} was ended by an error of its own ({type(error).__name__})"
        sys.stderr.write(f"linkname-ls: {why}. A report with the lines above would help: {ISSUES_URL}\n")
        return 2


def _check(arguments: argparse.Namespace) -> int:
    """Check; the go command works while what makes use of it is imported."""
    from linkname_ls.links.early import Early

    early = Early(os.environ, look=True) if arguments.go is None and not arguments.deps else None
    from linkname_ls.cli.check import run

    return run(arguments, early)


def _serve(
    tcp: tuple[str, int] | None = None, *, run_go: bool = True, level: str = "warning", file: str | None = None
) -> int:
    """Serve LSP; the go command works while the server gets ready."""
    from linkname_ls.links.early import Early

    early = Early(os.environ) if run_go else None
    from linkname_ls.lsp.quickstart import import_libraries

    import_libraries()
    from linkname_ls.lsp.serve import serve

    return serve(tcp, run_go=run_go, early=early, level=level, file=file)


if __name__ == "__main__":
    sys.exit(main())
