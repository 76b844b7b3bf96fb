"""What one Go file declares: its package clause, imports and package-level declarations.

Works on half-typed text: what cannot be read is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from linkname_ls.source.header import Import, package_name
from linkname_ls.source.lazily import cached_property
from linkname_ls.source.positions import Span
from linkname_ls.source.recovery import package_level, unfinished

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

Kind = Literal["func", "method", "var", "const", "type"]


class Declaration(NamedTuple):
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
    """Of a function: whether it has a body, or may have one, being half-typed."""
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


@dataclass(frozen=True)
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

    def named(self, name: str) -> tuple[Declaration, ...]:
        """Return the declarations of a name, methods among them."""
        return self._by_name.get(name, ())

    @cached_property
    def _by_name(self) -> dict[str, tuple[Declaration, ...]]:
        found: dict[str, tuple[Declaration, ...]] = {}
        for one in self.declarations:
            found[one.name] = (*found.get(one.name, ()), one)
        return found


def outline(data: bytes, tree: Tree) -> GoFile:
    """Return what the file declares at package level."""
    package_span: Span | None = None
    imports: list[Import] = []
    declarations: list[Declaration] = []
    for node in package_level(data, tree):
        if node.type == "package_clause":
            name = next((child for child in node.named_children if child.type == "package_identifier"), node)
            package_span = package_span or Span(node.start_byte, name.end_byte)
        elif node.type in ("function_declaration", "method_declaration"):
            declaration = _function(data, node)
            if declaration is not None:
                declarations.append(declaration)
        else:
            for spec in _specs(node):
                if spec.type == "import_spec":
                    imports.extend(_import(data, spec))
                elif spec.type in ("type_spec", "type_alias"):
                    declarations.extend(_type(data, spec))
                else:
                    declarations.extend(_values(data, spec))
    return GoFile(package_name(data), package_span, tuple(imports), tuple(declarations))


# What gofmt writes in front of a body, and nowhere else in a signature.
_BODY = re.compile(rb"(?<!struct)(?<!interface) \{")
# A line that begins with func and is not, at a glance, a whole signature with a body's brace at its end.
_DOUBTFUL = re.compile(rb"\nfunc(?![^\n/`;]*(?<!struct)(?<!interface) \{[ \t\r]*\n)")
# A named function that does not begin its line: nobody writes that, but Go allows it. The word comes first, for that is
# what is searched for quickly.
_INNER = re.compile(rb"func(?<=[^\n]func)(?<!\wfunc)[ \t]*(?:\([^()\n]*\)[ \t]*)?(?!\d)[\w\x80-\xff]+[ \t]*[(\[]")


def may_lack_bodies(data: bytes) -> bool:
    """Whether a file could have a function without a body: the cheap test before it is parsed.

    False only when every line that begins with ``func`` surely has a body's brace, or ends a signature that has one.
    """
    at = 0 if data.startswith(b"func") else _doubtful(data, 0)
    while at >= 0:
        line, end = _line(data, at), at
        # A signature over several lines ends where a line begins with a parenthesis.
        while line.endswith((b"(", b",")) and end >= 0:
            end = data.find(b"\n)", end) + 1
            if not end:
                return True
            line = _line(data, end)
        if b"/*" in line or b"`" in line or _BODY.search(re.split(rb"//|;", line, maxsplit=1)[0]) is None:
            return True
        at = _doubtful(data, at)
    return any(
        b"//" not in data[data.rfind(b"\n", 0, match.start()) + 1 : match.start()] for match in _INNER.finditer(data)
    )


def _doubtful(data: bytes, start: int) -> int:
    found = _DOUBTFUL.search(data, start)
    return found.start() + 1 if found is not None else -1


def _line(data: bytes, start: int) -> bytes:
    end = data.find(b"\n", start)
    return data[start : end if end >= 0 else len(data)].rstrip()


def has_wasm_import(data: bytes, start: int) -> bool:
    """Whether ``//go:wasmimport`` is among the comments right above the function that begins at ``start``.

    On wasm the function is then one of the host's (cmd/compile/internal/noder/writer.go, ``funcBody``).
    """
    line = data.rfind(b"\n", 0, start)
    while line > 0:
        begin = data.rfind(b"\n", 0, line) + 1
        text = data[begin:line].strip()
        if text.startswith(b"//go:wasmimport "):
            return True
        if not text.startswith(b"//"):
            return False
        line = begin - 1
    return False


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


def _text(data: bytes, node: Node) -> str:
    return data[node.start_byte : node.end_byte].decode("utf-8", "replace")


def _specs(node: Node) -> Iterator[Node]:
    """Yield the specs of an import, var, const or type declaration, also those that the parser found fault with."""
    if node.type.endswith("_spec") or node.type == "type_alias":
        yield node
    elif node.is_error or node.type.endswith(("_declaration", "_spec_list")):
        for child in node.named_children:
            yield from _specs(child)


def unquoted(path: str) -> str:
    """Return an import's path as it stands in quotes of either kind, also where the second is not typed yet."""
    return path[1:-1] if len(path) > 1 and path[0] == path[-1] else path[1:]


def _import(data: bytes, spec: Node) -> Iterator[Import]:
    path = spec.child_by_field_name("path")
    name = spec.child_by_field_name("name")
    if path is not None:
        yield Import(
            _text(data, name) if name is not None else "",
            unquoted(_text(data, path)),
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
        # In a file that is being typed, a body that cannot be read may be there all the same.
        has_body=body is not None or unfinished(node),
        initialised=False,
        # A list that became a comment for the parser begins with its bracket here.
        generic=node.child_by_field_name("type_parameters") is not None
        or data[name.end_byte : name.end_byte + 64].lstrip(b" \t").startswith(b"["),
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


def _type(data: bytes, spec: Node) -> Iterator[Declaration]:
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


def _values(data: bytes, spec: Node) -> Iterator[Declaration]:
    kind: Kind = "var" if spec.type == "var_spec" else "const"
    # Without parentheses the declaration is the spec and its keyword.
    parent = spec.parent
    alone = parent is not None and parent.type.endswith("_declaration") and parent.child(1) == spec
    whole = parent if parent is not None and alone else spec
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
