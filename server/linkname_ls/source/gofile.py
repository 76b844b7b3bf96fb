"""What one Go file declares: its package clause, imports and package-level declarations.

Works on half-typed text: what cannot be read is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from linkname_ls.source.positions import Span

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

Kind = Literal["func", "method", "var", "const", "type"]

_PACKAGE = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)*package[ \t]+(\w+)")


@dataclass(frozen=True, slots=True)
class Import:
    """One import spec."""

    name: str
    """The name given in front: ``_``, ``.``, an alias, or "" when there is none."""
    path: str
    span: Span
    """The spec: name and path."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """One package-level name (or method) that a file declares."""

    kind: Kind
    name: str
    name_span: Span
    span: Span
    """The whole declaration; of a name in a ``var`` or ``const`` group, its own spec."""
    header: Span
    """What a hover shows: a function up to its body, a variable up to and with its type, else the name."""
    receiver: str
    """The receiver's type name without ``*`` and type arguments; "" for what is no method."""
    pointer: bool
    """Whether the receiver is a pointer."""
    has_body: bool
    """Of a function: whether it has a body."""
    initialised: bool
    """Of a variable: whether it has an initial value."""
    generic: bool

    @property
    def is_function(self) -> bool:
        """A function or method."""
        return self.kind in ("func", "method")

    @property
    def bodyless(self) -> bool:
        """A function or method without a body: the linker has to find it elsewhere."""
        return self.is_function and not self.has_body

    @property
    def member(self) -> str:
        """How a link symbol spells it behind the package's prefix: ``f``, ``T.m``, ``(*T).m``."""
        if self.kind != "method":
            return self.name
        return f"(*{self.receiver}).{self.name}" if self.pointer else f"{self.receiver}.{self.name}"


@dataclass(frozen=True, slots=True)
class GoFile:
    """The outline of one Go file."""

    package: str
    """The name in the package clause, "" when it cannot be read."""
    package_span: Span | None
    """The package clause, from ``package`` to the end of the name."""
    imports: tuple[Import, ...]
    declarations: tuple[Declaration, ...]

    def imports_path(self, path: str) -> bool:
        """Whether the file imports this path, in whatever form."""
        return any(imp.path == path for imp in self.imports)


def package_name(data: bytes) -> str:
    """Return the name in a Go file's package clause, read without parsing the file; "" when there is none."""
    match = _PACKAGE.match(data)
    return match[1].decode("utf-8", "replace") if match else ""


def outline(data: bytes, tree: Tree) -> GoFile:
    """Return what the file declares at package level."""
    package, package_span = "", None
    imports: list[Import] = []
    declarations: list[Declaration] = []
    for node in _top_level(tree.root_node):
        kind = node.type
        if kind == "package_clause":
            for child in node.named_children:
                if child.type == "package_identifier" and not child.is_missing:
                    package, package_span = _text(data, child), Span(node.start_byte, child.end_byte)
        elif kind == "import_declaration":
            imports.extend(_imports(data, node))
        elif kind in ("function_declaration", "method_declaration"):
            declaration = _function(data, node)
            if declaration is not None:
                declarations.append(declaration)
        elif kind in ("var_declaration", "const_declaration", "type_declaration"):
            declarations.extend(_specs(data, node))
    if not package:
        package = package_name(data)
    return GoFile(package, package_span, tuple(imports), tuple(declarations))


def doc_comment(data: bytes, start: int) -> str:
    """Return the comment that ends on the line above ``start``, without its comment marks and directives; or "".

    As go/doc reads it: no blank line between comment and declaration.
    """
    lines: list[str] = []
    end = data.rfind(b"\n", 0, start)
    while end > 0:
        begin = data.rfind(b"\n", 0, end) + 1
        line = data[begin:end].strip()
        if line.startswith(b"//"):
            lines.append(line.decode("utf-8", "replace"))
        elif line.endswith(b"*/"):
            opened = data.rfind(b"/*", 0, end)
            block = data[opened + 2 : data.rfind(b"*/", 0, end)].decode("utf-8", "replace")
            # A comment behind code on its line is that code's.
            if opened < 0 or data[data.rfind(b"\n", 0, opened) + 1 : opened].strip():
                break
            lines.extend("// " + text.strip() for text in reversed(block.strip("\n").split("\n")))
            begin = data.rfind(b"\n", 0, opened) + 1
        else:
            break
        end = begin - 1
    return comment_text(reversed(lines))


def comment_text(lines: Iterator[str]) -> str:
    """Return the prose of ``//`` lines: the marks taken off, directives (``//go:...``) dropped."""
    prose = [
        line[2:].removeprefix(" ").rstrip()
        for line in lines
        if not re.match(r"//(?:[a-z0-9]+:[a-z0-9]|line |extern |export )", line)
    ]
    return "\n".join(prose).strip("\n")


def comment_block(data: bytes, offset: int) -> str:
    """Return the prose of the run of ``//`` lines around ``offset`` (the whole lines above and below it)."""
    start = data.rfind(b"\n", 0, offset) + 1
    while start > 0:
        above = data.rfind(b"\n", 0, start - 1) + 1
        if not data[above : start - 1].lstrip().startswith(b"//"):
            break
        start = above
    lines: list[str] = []
    for line in data[start:].split(b"\n"):
        stripped = line.strip()
        if not stripped.startswith(b"//"):
            break
        lines.append(stripped.decode("utf-8", "replace"))
    return comment_text(iter(lines))


def _top_level(root: Node) -> Iterator[Node]:
    """Yield the file's declarations, also those that the parser put below an error node while text is half-typed."""
    for node in root.children:
        if node.is_error:
            yield from node.children
        else:
            yield node


def _text(data: bytes, node: Node) -> str:
    return data[node.start_byte : node.end_byte].decode("utf-8", "replace")


def _imports(data: bytes, node: Node) -> Iterator[Import]:
    for child in node.named_children:
        specs = child.named_children if child.type == "import_spec_list" else [child]
        for spec in specs:
            if spec.type != "import_spec":
                continue
            path = spec.child_by_field_name("path")
            name = spec.child_by_field_name("name")
            if path is not None:
                yield Import(
                    _text(data, name) if name is not None else "",
                    _text(data, path).strip('"`'),
                    Span(spec.start_byte, spec.end_byte),
                )


def _function(data: bytes, node: Node) -> Declaration | None:
    name = node.child_by_field_name("name")
    if name is None or name.is_missing:
        return None
    body = node.child_by_field_name("body")
    receiver, pointer = "", False
    receivers = node.child_by_field_name("receiver")
    if receivers is not None:
        receiver, pointer = _receiver(data, receivers)
    end = node.end_byte
    if body is not None:
        end = node.start_byte + len(data[node.start_byte : body.start_byte].rstrip())
    return Declaration(
        kind="method" if receivers is not None else "func",
        name=_text(data, name),
        name_span=Span(name.start_byte, name.end_byte),
        span=Span(node.start_byte, node.end_byte),
        header=Span(node.start_byte, end),
        receiver=receiver,
        pointer=pointer,
        has_body=body is not None,
        initialised=False,
        generic=node.child_by_field_name("type_parameters") is not None,
    )


def _receiver(data: bytes, parameters: Node) -> tuple[str, bool]:
    """Return the receiver's type name and whether it is a pointer."""
    for parameter in parameters.named_children:
        kind = parameter.child_by_field_name("type")
        pointer = False
        while kind is not None and kind.type in ("pointer_type", "parenthesized_type", "generic_type"):
            pointer = pointer or kind.type == "pointer_type"
            kind = kind.named_children[0] if kind.named_children else None
        if kind is not None:
            return _text(data, kind), pointer
    return "", False


def _specs(data: bytes, node: Node) -> Iterator[Declaration]:
    specs: list[Node] = []
    for child in node.named_children:
        specs.extend(child.named_children if child.type == "var_spec_list" else [child])
    single = len([spec for spec in specs if spec.type != "comment"]) == 1
    for spec in specs:
        if spec.type == "var_spec":
            yield from _values(data, node if single else spec, spec, "var")
        elif spec.type == "const_spec":
            yield from _values(data, node if single else spec, spec, "const")
        elif spec.type in ("type_spec", "type_alias"):
            name = spec.child_by_field_name("name")
            if name is not None and not name.is_missing:
                yield Declaration(
                    kind="type",
                    name=_text(data, name),
                    name_span=Span(name.start_byte, name.end_byte),
                    span=Span(spec.start_byte, spec.end_byte),
                    header=Span(name.start_byte, name.end_byte),
                    receiver="",
                    pointer=False,
                    has_body=False,
                    initialised=False,
                    generic=spec.child_by_field_name("type_parameters") is not None,
                )


def _values(data: bytes, whole: Node, spec: Node, kind: Literal["var", "const"]) -> Iterator[Declaration]:
    value = spec.child_by_field_name("value")
    kind_node = spec.child_by_field_name("type")
    end = kind_node.end_byte if kind_node is not None else 0
    for name in spec.children_by_field_name("name"):
        if name.is_missing or name.type != "identifier":
            continue
        yield Declaration(
            kind=kind,
            name=_text(data, name),
            name_span=Span(name.start_byte, name.end_byte),
            span=Span(whole.start_byte, whole.end_byte),
            header=Span(spec.start_byte, end or spec.end_byte),
            receiver="",
            pointer=False,
            has_body=False,
            initialised=value is not None,
            generic=False,
        )
