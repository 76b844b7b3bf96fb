"""Whether an identifier in a function body means a package-level name, or something declared nearer to it.

Go's scopes (https://go.dev/ref/spec#Declarations_and_scope) read from the syntax tree, without types. A name in a
statement is in scope from the end of that statement to the end of its block; parameters, results, receivers and type
parameters in the whole function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkname_ls.source.depth import MOST_UP, deep_end
from linkname_ls.source.generics import type_parameters

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

_FUNCTIONS = frozenset({"function_declaration", "method_declaration", "func_literal"})
_BLOCKS = frozenset({"statement_list", "block", "expression_case", "type_case", "default_case", "communication_case"})
_SPECS = frozenset({"const_declaration", "var_spec_list", "type_declaration"})
_KEYED_TYPES = frozenset({"map_type", "slice_type", "array_type", "implicit_length_array_type"})
_INITIALIZED = frozenset({"if_statement", "for_statement", "expression_switch_statement", "type_switch_statement"})


def identifier_at(tree: Tree, offset: int) -> Node | None:
    """Return the identifier that a cursor at this byte offset touches (its end counts), or None.

    None too for one that lies deeper than people nest.
    """
    for start in (offset, offset - 1):
        if start < 0:
            continue
        node = tree.root_node.descendant_for_byte_range(start, start + 1)
        if node is not None and node.type in (
            "identifier",
            "field_identifier",
            "type_identifier",
            "package_identifier",
        ):
            return node if deep_end(tree.root_node, start, MOST_UP) is None else None
    return None


Blocks = dict[int, int]
"""By the id of a block, where the first of its statements begins that declares a name."""
_NOWHERE = 1 << 62


def is_package_level(node: Node, name: str, blocks: Blocks | None = None) -> bool:
    """Whether an ``identifier`` node refers to the package scope (or beyond), not to a local declaration.

    A key of a composite literal counts as a field's name unless the literal's type is written out as a map, slice or
    array; a label is never a name, and ``_`` names nothing. Nor does what lies deeper than people nest.

    Who asks about many nodes of one tree and name hands in ``blocks``, empty at first, in which is kept what was found.
    """
    wanted = name.encode()
    if name == "_" or is_field_key(node):
        return False
    child, parent = node, node.parent
    for _ in range(MOST_UP):
        if parent is None:
            return True
        if _declares_in(parent, child, wanted, blocks):
            return False
        child, parent = parent, parent.parent
    return False


def local_declaration(node: Node) -> Node | None:
    """Return what declares the local name that an identifier stands for; None when that cannot be told.

    A spec, ``:=``, parameter or range clause, or the ``case`` of a type switch whose alias it is.
    """
    name = node.text or b""
    child, parent = node, node.parent
    for _ in range(MOST_UP):
        if parent is None:
            return None
        kind = parent.type
        if kind in _FUNCTIONS:
            parameter = _parameter(parent, name) if child == parent.child_by_field_name("body") else None
            if parameter is not None or kind != "func_literal":
                return parameter
        found = _first_declaration(parent, child, name) if kind in ("statement_list", "block") else None
        if kind in ("if_statement", "expression_switch_statement", "for_clause"):
            header = parent.child_by_field_name("initializer")
            found = _declaration(header, name) if header is not None and header != child else None
        elif kind == "for_statement" and child.type == "block":
            header = parent.named_children[0]
            inner = header.child_by_field_name("initializer") if header.type == "for_clause" else header
            found = _declaration(inner, name) if inner is not None and inner != child else None
        elif kind in ("type_switch_statement", "communication_case") and _declares_in(parent, child, name):
            alias = parent.child_by_field_name("alias")
            return child if alias is not None and child.type == "type_case" and _names(alias, name) else None
        if found is not None:
            function = parent.parent
            if found.type == "short_var_declaration" and function is not None:
                function = function.parent if parent.type == "statement_list" else function
                if function is not None and function.type in _FUNCTIONS:
                    # Parameters belong to the block of the body: ``:=`` assigns to them.
                    return _parameter(function, name) or found
            return found
        child, parent = parent, parent.parent
    return None


def _parameter(function: Node, name: bytes) -> Node | None:
    for field in ("receiver", "parameters", "result"):
        parameters = function.child_by_field_name(field)
        for one in parameters.named_children if parameters is not None else ():
            if any(each.text == name for each in one.children_by_field_name("name")):
                return one
    return None


def _first_declaration(block: Node, inside: Node, name: bytes) -> Node | None:
    """Return what declares a name in a block: the first statement that does, for a later ``:=`` assigns to it."""
    for statement in block.named_children:
        if statement.start_byte >= inside.start_byte:
            return None
        found = _declaration(statement, name)
        if found is not None:
            return found
    return None


def _declaration(statement: Node, name: bytes) -> Node | None:
    statement = _unlabeled(statement)
    if not _statement_declares(statement, name):
        return None
    if statement.type in ("var_declaration", "const_declaration", "var_spec_list"):
        return next((found for one in statement.named_children if (found := _declaration(one, name))), None)
    return statement


def is_field_key(node: Node) -> bool:
    """Whether an identifier is a key of a composite literal that is not written out as a map, slice or array."""
    keyed = _keyed(node)
    if keyed is None:
        return False
    kind = _literal_type(keyed.parent)
    return kind is None or kind.type not in _KEYED_TYPES


def key_type(node: Node) -> Node | None:
    """Return the written type of the composite literal that an identifier is a key of; None when there is none."""
    keyed = _keyed(node)
    return _literal_type(keyed.parent) if keyed is not None else None


def _keyed(node: Node) -> Node | None:
    element = node.parent
    keyed = element.parent if element is not None and element.type == "literal_element" else None
    if keyed is None or keyed.type != "keyed_element" or keyed.child_by_field_name("key") != element:
        return None
    return keyed


def _literal_type(braces: Node | None) -> Node | None:
    """Return the type of a composite literal's braces, which an inner literal may leave to the outer one's type."""
    steps: list[str] = []
    while braces is not None and braces.parent is not None and braces.parent.type == "literal_element":
        if len(steps) == MOST_UP:
            return None
        element = braces.parent
        braces = element.parent
        step = "value"
        if braces is not None and braces.type == "keyed_element":
            step = "key" if braces.child_by_field_name("key") == element else "value"
            braces = braces.parent
        steps.append(step)
    literal = braces.parent if braces is not None else None
    kind = literal.child_by_field_name("type") if literal is not None else None
    for step in reversed(steps):
        if kind is None or kind.type not in _KEYED_TYPES:
            return None
        kind = kind.child_by_field_name(step if kind.type == "map_type" else "element")
        if kind is not None and kind.type == "pointer_type":
            kind = kind.named_children[0]
    return kind


def _declares_in(scope: Node, inside: Node, name: bytes, blocks: Blocks | None = None) -> bool:
    """Whether ``scope`` declares ``name`` for the part ``inside`` of it."""
    kind = scope.type
    if kind in _FUNCTIONS:
        return _function_declares(scope, inside, name)
    if kind in _BLOCKS and _earlier_statements(scope, inside, name, blocks):
        return True
    if kind == "for_clause":
        initializer = scope.child_by_field_name("initializer")
        return initializer is not None and inside != initializer and _statement_declares(initializer, name)
    if kind in _INITIALIZED:
        return _header_declares(scope, inside, name)
    if kind == "communication_case":
        header = scope.child_by_field_name("communication")
        return header is not None and inside != header and _statement_declares(header, name)
    if kind in _SPECS and not _is_top_level(scope) and _earlier_statements(scope, inside, name, blocks):
        return True
    if kind == "type_spec":
        return _parameters_declare(scope.child_by_field_name("type_parameters"), name)
    # A name declared in its own statement is in scope from its end on, but a declaration's own left side is the
    # declaration itself, not a use of the package's name.
    if kind in ("short_var_declaration", "range_clause", "receive_statement"):
        left = scope.child_by_field_name("left")
        return left is not None and inside == left and _defines(scope) and _names(left, name)
    if kind == "parameter_declaration" and inside == _mistaken(scope):
        return True
    if kind in ("var_spec", "const_spec", "parameter_declaration", "variadic_parameter_declaration"):
        at_top = kind in ("var_spec", "const_spec") and _is_top_level(scope)
        return not at_top and inside in scope.children_by_field_name("name")
    return kind == "type_parameter_declaration" and inside in scope.children_by_field_name("name")


def _is_top_level(declaration: Node) -> bool:
    """Whether a declaration, a list of specs or a spec stands at package level."""
    node: Node | None = declaration
    while node is not None and node.type.endswith(("_spec", "_spec_list", "_declaration")):
        node = node.parent
    return node is None or node.type in ("source_file", "ERROR")


def _function_declares(function: Node, inside: Node, name: bytes) -> bool:
    own_name = function.child_by_field_name("name")
    if own_name is not None and inside == own_name:
        return False
    if _parameters_declare(function.child_by_field_name("type_parameters"), name) or name in type_parameters(function):
        return True
    body = function.child_by_field_name("body")
    receiver = function.child_by_field_name("receiver")
    if receiver is not None and _receiver_type_parameters(receiver, name):
        return True
    if inside != body:
        return False
    return any(
        _parameters_declare(function.child_by_field_name(field), name) for field in ("receiver", "parameters", "result")
    )


def _receiver_type_parameters(receiver: Node, name: bytes) -> bool:
    """``func (l *List[T]) ...`` declares T."""
    stack = list(receiver.named_children)
    while stack:
        node = stack.pop()
        if node.type == "type_arguments":
            return any(child.text == name for child in node.named_children)
        stack.extend(node.named_children)
    return False


def _parameters_declare(parameters: Node | None, name: bytes) -> bool:
    if parameters is None or not parameters.type.endswith("parameter_list"):
        return False
    return any(
        child.text == name
        for parameter in parameters.named_children
        for child in parameter.children_by_field_name("name") or [_mistaken(parameter)]
        if child is not None
    )


def _mistaken(parameter: Node) -> Node | None:
    """Return the name of a parameter that the parser takes for a type: ``a`` in a long ``(a, b, c int)``.

    Go names all the parameters of a list or none.
    """
    kind, parameters = parameter.child_by_field_name("type"), parameter.parent
    if kind is None or parameters is None or kind.type != "type_identifier" or parameter.named_child_count > 1:
        return None
    named = any(one.child_by_field_name("name") is not None for one in parameters.named_children)
    return kind if named else None


def _earlier_statements(block: Node, inside: Node, name: bytes, blocks: Blocks | None) -> bool:
    first = blocks.get(block.id) if blocks is not None else None
    if first is None:
        first = _first_declaring(block, name, block.end_byte if blocks is not None else inside.start_byte)
        if blocks is not None:
            blocks[block.id] = first
    return first < inside.start_byte


def _first_declaring(block: Node, name: bytes, end: int) -> int:
    """Return where the first statement begins that declares a name before ``end``.

    A block may have thousands of statements: only those are looked at in which the name stands.
    """
    text, start = block.text or b"", block.start_byte
    at = text.find(name, 0, end - start)
    cursor = block.walk()  # Node.first_named_child_for_byte crashes where there is none (tree-sitter 0.26)
    while at >= 0:
        cursor.reset(block)
        if cursor.goto_first_child_for_byte(start + at) is None or (statement := cursor.node) is None:
            break
        if _statement_declares(statement, name):
            return statement.start_byte
        at = text.find(name, max(at + 1, statement.end_byte - start), end - start)
    return _NOWHERE


def _header_declares(statement: Node, inside: Node, name: bytes) -> bool:
    """The ``x := ...`` in front of an if, for or switch, for the rest of that statement."""
    for child in statement.children:
        if child.start_byte >= inside.start_byte:
            break
        if child.type == "for_clause":
            initializer = child.child_by_field_name("initializer")
            if initializer is not None and _statement_declares(initializer, name):
                return True
        elif _statement_declares(child, name):
            return True
    alias = statement.child_by_field_name("alias") if statement.type == "type_switch_statement" else None
    if alias is not None and (inside == alias or inside.type in ("type_case", "default_case")):
        return _names(alias, name)
    # Inside the for clause itself the condition and update see the initializer.
    return False


def _unlabeled(statement: Node) -> Node:
    """Return a statement without the labels in front of it."""
    while statement.type == "labeled_statement" and statement.named_child_count > 1:
        statement = statement.named_children[-1]
    return statement


def _statement_declares(statement: Node, name: bytes) -> bool:
    statement = _unlabeled(statement)
    kind = statement.type
    if kind in ("short_var_declaration", "range_clause", "receive_statement"):
        left = statement.child_by_field_name("left")
        return left is not None and _defines(statement) and _names(left, name)
    if kind in ("var_declaration", "const_declaration", "type_declaration", "var_spec_list"):
        return any(_statement_declares(spec, name) for spec in statement.named_children)
    if kind in ("var_spec", "const_spec", "type_spec", "type_alias"):
        return any(child.text == name for child in statement.children_by_field_name("name"))
    return False


def _defines(node: Node) -> bool:
    return node.type == "short_var_declaration" or any(child.type == ":=" for child in node.children)


def _names(left: Node, name: bytes) -> bool:
    nodes = left.named_children if left.type == "expression_list" else [left]
    return any(node.type == "identifier" and node.text == name for node in nodes)
