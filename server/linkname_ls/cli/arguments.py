"""The command line: what can be asked, in the words of ``--help``."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from linkname_ls import __version__

_DESCRIPTION = (
    "A language server for Go's //go:linkname directives. Without a command it serves LSP on stdin and stdout."
)
LOG_LEVELS = ("error", "warning", "info", "debug")
_POSITION = "a place as the Go compiler prints it: line and column 1-based, the column in bytes"


def parser() -> argparse.ArgumentParser:
    """Return the parser for ``linkname-ls``."""
    main = argparse.ArgumentParser(prog="linkname-ls", description=_DESCRIPTION)
    main.add_argument("--version", action="version", version=f"linkname-ls {__version__}")
    serve = main.add_argument_group("serving an editor")
    how = serve.add_mutually_exclusive_group()
    how.add_argument("--stdio", action="store_true", help="serve LSP on stdin and stdout (the default)")
    how.add_argument("--tcp", action="store_true", help="serve LSP to one client on a TCP port of this machine")
    serve.add_argument("--host", default="127.0.0.1", help="with --tcp: the address to listen on (%(default)s)")
    serve.add_argument("--port", type=int, default=7657, help="with --tcp: the port to listen on (%(default)s)")
    serve.add_argument(
        "--with",
        dest="companion",
        metavar="GOPLS",
        help="be one server with gopls, for editors that take one for a language; what is behind -- are its arguments",
    )
    serve.add_argument(
        "--no-go",
        action="store_false",
        dest="run_go",
        help="never run the go command, for a workspace that is not trusted: Go tree and settings are read from files",
    )
    serve.add_argument("--log-file", metavar="FILE", help="write the log to a file too; 10 MB of it are kept, twice")
    serve.add_argument(
        "--log-level",
        choices=LOG_LEVELS,
        default="warning",
        help="what is logged: info tells each message and what it took; no text of files is ever logged (%(default)s)",
    )
    commands = main.add_subparsers(dest="command", metavar="COMMAND")

    check = commands.add_parser(
        "check",
        help="report what is wrong with the linkname directives of files and folders",
        description="Report what is wrong with linkname directives. Exits 0 with nothing to report or with warnings "
        "only, 1 with an error, 2 when it could not do its work.",
    )
    check.add_argument(
        "paths",
        nargs="*",
        metavar="PATTERN",
        help="files, folders with what is below them, or import paths (default: ./...); programs among them are linked",
    )
    tests = check.add_mutually_exclusive_group()
    tests.add_argument("--tests", action="store_true", default=True, help="judge test files too (the default)")
    tests.add_argument("--no-tests", action="store_false", dest="tests", help="judge only what go build would build")
    check.add_argument("--fix", action="store_true", help="write the fixes that leave no choice to the files")
    check.add_argument(
        "--severity",
        action="append",
        default=[],
        metavar="RULE=LEVEL",
        help="report a rule's findings as error, warning, information, hint or off; compile, link and advice stand "
        "for all rules of that kind; may be repeated, and goes before linkname-ls.toml",
    )
    check.add_argument(
        "--ldflags", metavar="FLAGS", help="flags for the linker, as for go build: -checklinkname=0 is looked for"
    )
    check.add_argument(
        "--go",
        nargs="?",
        const="mod",
        metavar="RELEASES",
        help="instead, print what other Go releases make of the links to the standard library: 1.22,1.25 or all, next "
        "(the one after go.mod's) or mod (from go.mod's on; the default)",
    )
    check.add_argument(
        "--deps",
        action="store_true",
        help="as --go, and judge what is linked in of dependencies too, with who imports it",
    )
    _shared(check)

    for name, text in (
        ("definition", "print where the other end of the link at a place is"),
        ("references", "print every place that takes part in the link symbol at a place"),
        ("hover", "print what the link at a place is"),
    ):
        query = commands.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}. Exits 0 with an answer, 1 when nothing there is linked, 2 when "
            "it could not do its work.",
        )
        query.add_argument("position", metavar="FILE:LINE:COL", help=_POSITION)
        _shared(query)
    graph = commands.add_parser(
        "graph",
        help="draw which packages link to which",
        description="Draw which packages link to which: as Mermaid, DOT, SVG, or a page of HTML.",
    )
    graph.add_argument(
        "patterns",
        nargs="*",
        metavar="PATTERN",
        help="packages whose links to draw, as import paths or ./folders; std for the standard library (default: the "
        "links that stand in this module)",
    )
    graph.add_argument(
        "--all", action="store_true", help="links of every platform and of tests, not of today's build alone"
    )
    graph.add_argument("-o", "--output", metavar="FILE", help="write to a file; its ending says in which form")
    graph.add_argument("--format", choices=("mermaid", "dot", "svg", "html", "json"), help="(default: mermaid)")
    _tags(graph)
    status = commands.add_parser(
        "status",
        help="print which Go, modules and links are known of a folder",
        description="Print which Go release, modules, files and links are known of a folder: the first question in a "
        "bug report.",
    )
    status.add_argument("folder", nargs="?", default=".", metavar="FOLDER", help="(default: %(default)s)")
    _shared(status)
    std = commands.add_parser(
        "std",
        help="print what Go releases say of a symbol of the standard library",
        description="Print the history of a symbol of the standard library: since when it is there, of what type, and "
        "which releases let other packages pull it. Or, with --diff, what changed between two releases. Exits 2 for a "
        "symbol that no known release has.",
    )
    std.add_argument("symbol", nargs="?", metavar="SYMBOL", help="such as runtime.nanotime; with --diff, a package")
    std.add_argument(
        "--diff", nargs=2, metavar=("OLDER", "NEWER"), help="releases such as 1.25 (its last patch) or 1.27.0"
    )
    std.add_argument("--format", choices=("text", "json"), default="text", help="(default: %(default)s)")
    explain = commands.add_parser(
        "explain", help="print what a rule is about", description="Print what a rule is about."
    )
    explain.add_argument("rule", nargs="?", metavar="RULE", help="such as missing-unsafe-import (default: list them)")
    return main


def split(argv: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Split a command line into our own arguments and those of a companion, which follow ``--``."""
    if "--" not in argv or not any(one == "--with" or one.startswith("--with=") for one in argv):
        return argv, ()
    at = list(argv).index("--")
    return argv[:at], argv[at + 1 :]


def _shared(command: argparse.ArgumentParser) -> None:
    command.add_argument("--format", choices=("text", "json"), default="text", help="(default: %(default)s)")
    _tags(command)


def _tags(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--tags",
        default="",
        metavar="TAG,...",
        help="build tags, as for go build; GOOS, GOARCH, CGO_ENABLED and GOFLAGS are read from the environment",
    )
