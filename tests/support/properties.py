"""What has to hold of every parser, whatever the bytes: the targets of the fuzzers and of ``tests/fuzz``."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from linkname_ls.build.constraints import file_constraint, parse_constraint
from linkname_ls.build.goenv import parse_flags, split_quoted
from linkname_ls.build.gomod import (
    compare_versions,
    escape_path,
    is_semver,
    parse_go_mod,
    parse_go_work,
    parse_modules_txt,
    unescape_path,
    vendored_for_workspace,
)
from linkname_ls.build.goversion import compare_go, is_language_version, language_version, release_in, toolchain_version
from linkname_ls.build.macros import assembled
from linkname_ls.build.patterns import matcher, split_pattern
from linkname_ls.build.platform import default_platform
from linkname_ls.checks.excuses import read_excuses
from linkname_ls.checks.names import NAMES
from linkname_ls.checks.settings import LEVELS, parse_settings, parse_toml
from linkname_ls.links.packages import could_declare
from linkname_ls.links.sources import Source
from linkname_ls.source.assembly import scan_assembly
from linkname_ls.source.comments import block_comments, first_on_line, line_comments
from linkname_ls.source.directives import could_direct, scan_pragmas
from linkname_ls.source.edits import apply_edits, changed_lines
from linkname_ls.source.gofile import comment_block, doc_comment, has_wasm_import, may_lack_bodies
from linkname_ls.source.header import header_imports, package_name, read_header
from linkname_ls.source.positions import Encoding, Lines, Span
from linkname_ls.source.readable import readable
from linkname_ls.source.scopes import identifier_at, is_package_level, local_declaration
from linkname_ls.source.uses import places

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
_BLANKS = "\t\n\v\f\r \x85\xa0"
"""What Go takes for blanks (``unicode.IsSpace``); Python takes others for some too."""
_PLATFORMS = (default_platform("linux", "amd64"), default_platform("windows", "arm64"), default_platform("js", "wasm"))


class Target(NamedTuple):
    """A parser to try, and of what its texts are made."""

    check: Callable[[bytes], None]
    language: str
    """A key of ``support.fragments.PIECES``."""


def directives(data: bytes) -> None:
    """Directives are comments of the file, in its order, and their arguments stand where they say."""
    comments = [*line_comments(data)]
    ordered(data, comments)
    found, imports = scan_pragmas(data)
    ordered(data, [one.span for one in found])
    ordered(data, [one.span for one in imports])
    known = {*comments}
    for one in found:
        assert one.span in known
        assert data.startswith(b"//go:" + one.keyword.encode() + b" ", one.span.start)
        assert one.misplaced is not first_on_line(data, one.span.start)
        ordered(data, [argument.span for argument in one.arguments], one.span)
        for argument in one.arguments:
            assert argument.text == text(data, argument.span)
            assert argument.text.strip(_BLANKS)
            assert could_direct(data, data[argument.span.start : argument.span.end])
    # The shortcuts of the scanner find what looking at every comment would.
    marks = (b"//go:linkname ", b"//go:linknamestd ")
    assert {one.span for one in found} == {one for one in comments if data.startswith(marks, one.start)}
    for one in imports:
        assert one.span in known
        assert one.local.text == text(data, one.local.span)


def comments(data: bytes) -> None:
    """Comments lie one behind the other, block comments apart from those of a line; excuses are among them."""
    lines, blocks = [*line_comments(data)], [*block_comments(data)]
    ordered(data, sorted([*lines, *blocks]))
    for excuse in read_excuses(data):
        assert excuse.span in lines
        ordered(data, [rule.span for rule in excuse.rules], excuse.span)
    for at in (0, len(data) // 2, len(data)):
        comment_block(data, at)
        doc_comment(data, at)
        has_wasm_import(data, at)


def go_file(data: bytes) -> None:
    """Declarations lie in the file and are called what stands there; the header says the same."""
    source = Source("p.go", data)
    assert len(readable(data)) == len(data)
    name, imports = read_header(data)
    assert (name, imports) == (package_name(data), header_imports(data))
    outline = source.go
    assert outline.package == name
    for one in outline.declarations:
        assert 0 <= one.span.start <= one.name_span.start <= one.name_span.end <= one.span.end <= len(data)
        assert one.span.start <= one.header.start <= one.header.end <= one.span.end
        assert one.name == text(data, one.name_span)
        assert one in outline.named(one.name)
        assert one.member.endswith(one.name)
        # A constant that repeats the one above is not looked for: it has no symbol.
        looked_for = one.kind == "const" or source.has_error or could_declare(data, one.name)
        assert looked_for, "a declaration would not be looked for"
    for spec in (*imports, *outline.imports):
        assert 0 <= spec.span.start < spec.span.end <= len(data)
    if not source.has_error and outline.package_span is not None:
        # What stands in front of the package clause is no import for the compiler.
        behind = [one for one in outline.imports if one.span.start > outline.package_span.end]
        assert tuple(behind[: len(imports)]) == imports
        if any(one.bodyless for one in outline.declarations):
            assert may_lack_bodies(data), "a function without a body would not be looked for"
    _ = source.redeclared


def names_in_scope(data: bytes) -> None:
    """What a name means can be asked anywhere."""
    source = Source("p.go", data)
    tree = source.tree
    for name in ("f", "T", "x"):
        for node in [*places(data, tree, name)][:20]:
            is_package_level(node, name)
            local_declaration(node)
        source.names(name)
    for at in range(0, len(data), max(1, len(data) // 20)):
        identifier_at(tree, at)


def edited_go_file(data: bytes) -> None:
    """A file that is edited is the file that is read anew. The first four bytes say what is edited."""
    if len(data) < 4:
        return
    at, gone, put, body = data[0] * 256 + data[1], data[2] % 64, data[3] % 64, data[4:]
    put = min(put, len(body))
    new, old = body[:put], body[put:]
    start = min(at, len(old))
    span = Span(start, min(start + gone, len(old)))
    before = Source("p.go", old)
    _ = before.tree, before.lines
    after = before.edited(span, new)
    assert after.data == old[: span.start] + new + old[span.end :]
    same_source(after, Source("p.go", after.data))
    same_source(after.edited(Span(span.start, span.start + len(new)), old[span.start : span.end]), before)


def assembly(data: bytes) -> None:
    """Symbols of assembly lie in the file in order, and are spelled there."""
    sites = scan_assembly(data)
    assert [*sites] == sorted(sites, key=lambda site: site.span)
    # Who has no use for those of the package itself gets all others.
    others = [site for site in scan_assembly(data, "p") if not site.symbol.startswith((".", "p."))]
    assert others == [one._replace(conditions=()) for one in sites if not one.symbol.startswith((".", "p."))]
    for site in sites:
        assert 0 <= site.span.start < site.span.end <= len(data)
        assert site.symbol == text(data, site.span).replace("·", ".").replace("∕", "/")
        for platform in _PLATFORMS:
            assembled(site.conditions, platform)


def module_files(data: bytes) -> None:
    """go.mod, go.work and modules.txt are read as far as they can be; lines are lines of the file."""
    mod, work = parse_go_mod(data), parse_go_work(data)
    for one in mod.require:
        assert 1 <= one.line <= data.count(b"\n") + 1
    assert mod.replace == work.replace
    versions = [one.version for one in mod.require] + [one.version for one in mod.exclude]
    for module in parse_modules_txt(data):
        assert is_semver(module.version)
        versions.append(module.version)
    for a, b in pairwise(versions):
        assert compare_versions(a, b) == -compare_versions(b, a)
    vendored_for_workspace(data)
    whole = data.decode("utf-8", "replace")
    for version in (mod.go, work.go, mod.toolchain, whole):
        assert compare_go(version, mod.go) == -compare_go(mod.go, version)
        assert not is_language_version(version) or language_version(version)
        release_in(version)
        assert "/" not in toolchain_version(version)
    path = mod.module
    if "!" not in path:
        assert unescape_path(escape_path(path)) == path


def constraints(data: bytes) -> None:
    """A constraint can be kept as its text, and no file excludes itself that some build takes."""
    for name in ("p.go", "p_linux_amd64_test.go"):
        found = file_constraint(name, data)
        again = parse_constraint(found.text)
        # A malformed one may, without what stands around it, be well-formed: it is not kept as text alone.
        if "\n" not in found.text and found.satisfiable():
            assert [found.holds(one) for one in _PLATFORMS] == [again.holds(one) for one in _PLATFORMS]
            assert not found.excludes(found)
        found.excludes(again)


def settings(data: bytes) -> None:
    """Whatever a configuration says, levels are levels and each problem is a sentence on a line of the file."""
    found, problems = parse_toml(data, NAMES)
    for line, sentence in problems:
        assert 0 <= line <= data.count(b"\n") + 1
        assert sentence.endswith((".", "?"))
    assert all(level in LEVELS for table in found.rules for level in table.values())
    try:
        value: object = json.loads(data)
    except (ValueError, RecursionError):
        value = data.decode("utf-8", "replace")
    parse_settings(value, {"tags": value, "ldflags": value}, NAMES)
    flags = data.decode("utf-8", "replace")
    parse_flags(flags)
    for word in split_quoted(flags):
        matcher(word)("example.com/m")
        split_pattern(word)


def positions(data: bytes) -> None:
    """Every place of a text has a position in each encoding that leads back to it, and no position leads outside."""
    lines = Lines(data)
    assert len(lines) == data.count(b"\n") + 1
    step = max(1, len(data) // 40)
    for encoding in ENCODINGS:
        last = (0, 0)
        for at in range(0, len(data) + 1, step):
            position = lines.position(at, encoding)
            assert last <= position
            last = position
            back = lines.offset(*position, encoding)
            # A place inside of a character or a line's end means its start.
            assert 0 <= at - back <= 3
            assert lines.position(back, encoding) == position
            assert lines.from_compiler(*lines.compiler(back)) == back
        for line, character in ((-1, 5), (1 << 40, 0), (0, 1 << 40), (len(lines) - 1, -7)):
            assert 0 <= lines.offset(line, character, encoding) <= len(data)
    half = len(data) // 2
    (edit,) = changed_lines(data[:half], data[half:]) or (None,)
    if edit is not None and valid(data[:half]) and valid(data[half:]):
        assert apply_edits(data[:half], (edit,)) == data[half:]
    changed = lines.edited(Span(half // 2, half), data[: half // 2] + b"a\nb" + data[half:])
    same_lines(changed, Lines(changed.data))


def same_source(kept: Source, fresh: Source) -> None:
    """Assert that two versions of a file, one of them come to by edits, say the same of it."""
    assert kept.data == fresh.data
    same_lines(kept.lines, fresh.lines)
    assert kept.tree.root_node.has_error == fresh.tree.root_node.has_error
    assert kept.exact == fresh.exact
    assert kept.go == fresh.go
    assert (kept.directives, kept.imports, kept.package_name) == (fresh.directives, fresh.imports, fresh.package_name)
    assert leaves(kept) == leaves(fresh)


def leaves(source: Source) -> list[tuple[str, int, int]]:
    """Return the syntax tree in its order: the kind of each node, and where it stands."""
    found: list[tuple[str, int, int]] = []
    cursor = source.tree.walk()
    while True:
        node = cursor.node
        assert node is not None
        found.append((node.type, node.start_byte, node.end_byte))
        if cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return found


def same_lines(one: Lines, other: Lines) -> None:
    """Assert that two tables of lines place the same lines."""
    assert len(one) == len(other)
    assert [one.line_span(line) for line in range(len(one))] == [other.line_span(line) for line in range(len(other))]
    for at in range(0, len(other.data) + 1, max(1, len(other.data) // 100)):
        assert one.line_of(at) == other.line_of(at)


def ordered(data: bytes, spans: Sequence[Span], outer: Span | None = None) -> None:
    """Assert that spans lie in a text, or in a stretch of it, one behind the other."""
    low, high = outer or (0, len(data))
    for span in spans:
        assert low <= span.start < span.end <= high
        low = span.end


def text(data: bytes, span: Span) -> str:
    """Return a stretch as text."""
    return data[span.start : span.end].decode("utf-8", "replace")


def valid(data: bytes) -> bool:
    """Whether bytes are UTF-8."""
    return data.decode("utf-8", "replace").encode() == data


TARGETS: dict[str, Target] = {
    "directives": Target(directives, "go"),
    "comments": Target(comments, "go"),
    "go-file": Target(go_file, "go"),
    "scopes": Target(names_in_scope, "go"),
    "edited-go-file": Target(edited_go_file, "go"),
    "assembly": Target(assembly, "assembly"),
    "module-files": Target(module_files, "module"),
    "constraints": Target(constraints, "constraint"),
    "settings": Target(settings, "settings"),
    "positions": Target(positions, "go"),
}
"""By name: the parsers that are tried."""
