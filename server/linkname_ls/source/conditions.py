"""What the compiler may know of a condition: constants, and variables of which nothing is known.

The optimiser sees through locals, arithmetic and inlined calls. So a condition is trusted to go both ways only when it
is one comparison with a literal, or the plain truth, of a package-level variable or a parameter that the function has
not mentioned before.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkname_ls.source.constants import Names, bare, evaluate, meaning, qualified, text_of
from linkname_ls.source.scopes import local_declaration
from linkname_ls.source.statements import walk

if TYPE_CHECKING:
    from tree_sitter import Node

_SYSTEM = frozenset(
    {
        *(
            ("os", name)
            for name in [
                "Chdir",
                "Create",
                "Executable",
                "Getenv",
                "Getwd",
                "Hostname",
                "Lstat",
                "Mkdir",
                "MkdirAll",
                "MkdirTemp",
            ]
        ),
        *(
            ("os", name)
            for name in [
                "Open",
                "OpenFile",
                "ReadDir",
                "ReadFile",
                "Readlink",
                "Remove",
                "RemoveAll",
                "Stat",
                "WriteFile",
            ]
        ),
        *(("net", name) for name in ["Dial", "DialTimeout", "Listen", "LookupHost", "ResolveTCPAddr"]),
        *(("strconv", name) for name in ["Atoi", "ParseBool", "ParseFloat", "ParseInt", "ParseUint", "Unquote"]),
        *(("http", name) for name in ["Get", "Head", "ListenAndServe", "NewRequest", "Post"]),
        *(("json", name) for name in ["Marshal", "MarshalIndent", "Unmarshal"]),
        *(("io", name) for name in ["Copy", "ReadAll", "ReadFull"]),
        ("exec", "LookPath"),
        ("url", "Parse"),
    }
)
"""Functions of the standard library whose results depend on the world, or on more than an optimiser follows."""

_SIZED = ("[]", "map[", "string", "chan ", "chan<-", "<-chan")
"""How a type begins whose length is known at run time only."""


class Conditions:
    """Judges the conditions inside one function, or package-level initialiser."""

    def __init__(self, function: Node, names: Names) -> None:
        self._function = function
        self._names = names
        self._body = function.child_by_field_name("body")
        self._parameters = _parameter_types(function)

    def opaque(self, condition: Node) -> set[str] | None:
        """Return the variables that a condition depends on when it can go both ways; None when that is not sure."""
        condition = bare(condition)
        if condition.type == "unary_expression":
            sign, operand = condition.child_by_field_name("operator"), condition.child_by_field_name("operand")
            return self.opaque(operand) if sign is not None and sign.type == "!" and operand is not None else None
        if condition.type != "binary_expression":
            return self.variable(condition)
        left, right = condition.child_by_field_name("left"), condition.child_by_field_name("right")
        sign = condition.child_by_field_name("operator")
        if left is None or right is None or sign is None:
            return None
        if sign.type in ("&&", "||"):
            one, two = self.opaque(left), self.opaque(right)
            return None if one is None or two is None or one & two else one | two
        if sign.type in ("==", "!=") and right.type == "nil":
            return set[str]() if self._from_the_system(condition, bare(left)) else self.variable(bare(left))
        if self._asks_the_system(bare(left)) and evaluate(right, self._names) is not None:
            return set[str]()
        value = evaluate(right, self._names)
        if isinstance(value, bool) or value is None:
            return None
        if sign.type not in ("==", "!="):
            # Neither end of any integer type may decide it.
            lowest = 0 if sign.type in (">", "<=") else 1
            if not isinstance(value, int) or not lowest <= value <= 100:
                return None
        elif isinstance(value, int) and not 0 <= value <= 100:
            return None
        return self.sized_length(left) or self.variable(bare(left))

    def variable(self, node: Node) -> set[str] | None:
        """Return the name of a variable, or of that whose field this is, when nothing is known of its value here."""
        known = meaning(node, self._names)
        if known is not None:
            name = text_of(node)
            return {name} if known.kind == "var" and not self._mentioned(name, node) else None
        while node.type == "selector_expression" and (operand := node.child_by_field_name("operand")) is not None:
            node = bare(operand)
        if node.type != "identifier":
            return None
        name = text_of(node)
        known = meaning(node, self._names)
        variable = name in self._parameters if known is None else known.kind == "var"
        return {name} if variable and not self._mentioned(name, node) else None

    def sized(self, node: Node) -> set[str] | None:
        """Return the name of a variable of which only the run time knows the length."""
        node = bare(node)
        known = meaning(node, self._names)
        kind = self._parameters.get(text_of(node), "") if known is None else known.type
        return self.variable(node) if kind.startswith(_SIZED) else None

    def sized_length(self, node: Node) -> set[str] | None:
        """Return the variable of ``len(variable)``."""
        node = bare(node)
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is None or arguments is None or text_of(function) != "len" or len(arguments.named_children) != 1:
            return None
        return self.sized(arguments.named_children[0])

    def _asks_the_system(self, node: Node) -> bool:
        """Whether an expression calls a function of which no compiler knows the result."""
        function = node.child_by_field_name("function") if node.type == "call_expression" else None
        called = qualified(function) if function is not None else None
        return called is not None and called in _SYSTEM and self._names.imported(*called).kind == "func"

    def _from_the_system(self, condition: Node, variable: Node) -> bool:
        """Whether the statement before an ``if``, or in front of its condition, sets a variable by such a call."""
        statement = condition.parent
        if variable.type != "identifier" or statement is None or statement.type != "if_statement":
            return False
        setter = statement.child_by_field_name("initializer")
        if setter is None:
            setter = statement.prev_named_sibling
            while setter is not None and setter.type == "comment":
                setter = setter.prev_named_sibling
        if setter is None or setter.type not in ("short_var_declaration", "assignment_statement"):
            return False
        left, right = setter.child_by_field_name("left"), setter.child_by_field_name("right")
        values = right.named_children if right is not None else []
        names = [text_of(one) for one in left.named_children] if left is not None else []
        return len(values) == 1 and names[-1:] == [text_of(variable)] and self._asks_the_system(values[0])

    def filled(self, node: Node, index: int = 0) -> bool:
        """Whether a slice surely has an index: a literal with elements, or a local set to one and not touched since."""
        node = bare(node)
        if node.type == "identifier" and meaning(node, self._names) is None and self._body is not None:
            name = re.escape(text_of(node).encode())
            data, start = self._body.text or b"", self._body.start_byte
            before = data[: node.start_byte - start]
            if len(re.findall(rb"(?<![\w.])" + name + rb"(?!\w)", before)) != 1:
                return False
            at = re.search(rb"(?<![\w.])" + name + rb"[ \t]*:=[ \t]*(?=\[\])", before)
            found = self._body.descendant_for_byte_range(start + at.end(), start + at.end() + 1) if at else None
            while found is not None and found.type != "composite_literal":
                found = (
                    found.parent if found.parent is not None and found.parent.start_byte == found.start_byte else None
                )
            node = found if found is not None else node
        kind, body = node.child_by_field_name("type"), node.child_by_field_name("body")
        return kind is not None and kind.type == "slice_type" and body is not None and len(body.named_children) > index

    def _mentioned(self, name: str, node: Node) -> bool:
        """Whether the function mentions a variable before this place, or anywhere when the place is in a closure."""
        if self._body is None:
            return True
        word = re.compile(rb"(?<![\w.\x80-\xff])" + re.escape(name.encode()) + rb"(?![\w\x80-\xff])")
        data, start = self._body.text or b"", self._body.start_byte
        before = len(word.findall(data[: node.start_byte - start]))
        return before > 0 if not self._in_closure(node) else len(word.findall(data)) > 1

    def _in_closure(self, node: Node) -> bool:
        parent = node.parent
        while parent is not None and parent != self._function:
            if parent.type == "func_literal":
                return True
            parent = parent.parent
        return False

    def may_fault(self, statement: Node) -> bool:
        """Whether a statement holds something that may be known to panic; see :meth:`faults`."""
        return any(self.faults(node) for node in walk(statement, frozenset({"func_literal"})))

    def faults(self, node: Node) -> bool:
        """Whether an expression is an index, slice, division, shift or assertion that may be known to panic.

        It is when what could save it is a local, or comes out of a constant. Of a nil pointer, map or function no
        release concludes anything.
        """
        right = node.child_by_field_name("right")
        match node.type:
            case "index_expression" | "slice_expression":
                operand = node.child_by_field_name("operand")
                places = [node.child_by_field_name(field) for field in ("index", "start", "end", "capacity")]
                if operand is not None and any(self._settled(place) for place in places if place is not None):
                    return True
                index = evaluate(places[0], self._names) if places[0] is not None else None
                if operand is None or (isinstance(index, int) and self.filled(operand, index)):
                    return False
            case "type_assertion_expression" if _asserts(node):
                operand = node.child_by_field_name("operand")
            case "binary_expression" if right is not None and node.children[1].type in ("/", "%"):
                operand = right
            case "binary_expression" if right is not None and node.children[1].type in ("<<", ">>"):
                return self._settled(right)
            case _:
                return False
        return operand is not None and (not self._from_outside(operand) or self._settled(operand))

    def asserted(self, statement: Node) -> set[str]:
        """Return the parameters of which a statement asserts the type: an inlined function's argument may be known."""
        assertions = [one for one in walk(statement, frozenset({"func_literal"})) if _asserts(one)]
        return {text_of(name) for one in assertions for name in walk(one, frozenset())} & self._parameters.keys()

    def _settled(self, node: Node) -> bool:
        """Whether an expression is no constant of the language, but one to the optimiser.

        That is a local which is only ever set to a constant, or a call of a function that returns one.
        """
        function = node.child_by_field_name("function") if node.type == "call_expression" else None
        if function is not None:
            called = meaning(function, self._names)
            return called is not None and called.returns is not None
        known = meaning(node, self._names)
        if known is None and node.type == "identifier":
            return self._stays_constant(text_of(node))
        parts = [one for one in node.named_children if evaluate(one, self._names) is None]
        return known is None and bool(parts) and all(self._settled(one) for one in parts)

    def _stays_constant(self, name: str) -> bool:
        """Whether a local is set once in its function, to a constant."""
        if self._body is None or name in self._parameters:
            return False
        word = re.escape(name.encode())
        data, start = self._body.text or b"", self._body.start_byte
        sets = re.compile(rb"(?<![\w.])" + word + rb"\s*(?:,[^;\n{}=]*)?(?::?[-+*/%&|^<>]*=(?!=)|\+\+|--)")
        found = list(sets.finditer(data))
        if len(found) != 1:
            return False
        value = self._body.descendant_for_byte_range(start + found[0].start(), start + found[0].end())
        while value is not None and value.type not in ("short_var_declaration", "assignment_statement", "var_spec"):
            value = value.parent
        right = (
            value.child_by_field_name("value" if value.type == "var_spec" else "right") if value is not None else None
        )
        values = right.named_children if right is not None else []
        return len(values) == 1 and (evaluate(values[0], self._names) is not None or self._settled(values[0]))

    def _from_outside(self, node: Node) -> bool:
        """Whether a value is made of parameters, package-level names or literals."""
        names = [one for one in walk(node, frozenset()) if one.type == "identifier"]
        return not names or any(
            text_of(one) in self._parameters or meaning(one, self._names) or self._asked_for(one) for one in names
        )

    def _asked_for(self, node: Node) -> bool:
        """Whether a local is declared as what a function of the standard library returns, and not set again."""
        declaration, body = local_declaration(node), self._body
        if declaration is None or body is None or declaration.type != "short_var_declaration":
            return False
        left, right = declaration.child_by_field_name("left"), declaration.child_by_field_name("right")
        values = right.named_children if right is not None else []
        function = values[0].child_by_field_name("function") if len(values) == 1 else None
        called = qualified(function) if function is not None else None
        names = [text_of(one) for one in left.named_children] if left is not None else []
        once = (
            len(
                re.findall(
                    rb"(?<![\w\x80-\xff])" + re.escape(node.text or b"") + rb"\s*(?:,[^;\n{}=]*)?:?=(?!=)",
                    body.text or b"",
                )
            )
            == 1
        )
        return called is not None and once and text_of(node) in names and self._names.imported(*called).std

    def dropped(self, condition: Node) -> bool:
        """Whether the front end drops what a condition of known value rules out.

        It does not look into parentheses for a constant among variables (``staticBool`` in noder/writer.go).
        """
        return b"(" not in (condition.text or b"") or self.constant(condition)

    def constant(self, condition: Node) -> bool:
        """Whether a condition is made of constants alone."""
        names = [one for one in walk(condition, frozenset()) if one.type == "identifier"]
        return all((known := meaning(one, self._names)) is not None and known.kind == "const" for one in names)

    def plain_constant(self, node: Node) -> bool:
        """Whether an expression is a constant of known value and no boolean: a case that leaves others open."""
        value = evaluate(node, self._names)
        return value is not None and not isinstance(value, bool)

    def plain(self, condition: Node) -> bool:
        """Whether a condition is surely no constant to the front end: it is made of variables and literals alone."""
        stack = [condition]
        variable = False
        while stack:
            node = stack.pop()
            if node.type == "call_expression":
                # Of builtins and conversions the front end may know the value, never of a function or method.
                function = node.child_by_field_name("function")
                called = meaning(function, self._names) if function is not None else None
                method = function is not None and function.type == "selector_expression" and called is None
                if not method and (called is None or called.kind != "func"):
                    return False
                variable = True
                continue
            if node.type == "func_literal":
                return False
            known = meaning(node, self._names)
            if known is None and node.type == "identifier":
                if b"const" in (self._function.text or b""):
                    return False
                variable = True
                continue
            if known is None and node.type == "selector_expression":
                operand = node.child_by_field_name("operand")
                stack.extend([operand] if operand is not None else [])
                continue
            if known is not None:
                if known.kind != "var" and evaluate(node, self._names) is None:
                    return False
                variable = variable or known.kind == "var"
                continue
            stack.extend(node.named_children)
        return variable


def _asserts(node: Node) -> bool:
    """Whether an expression panics when a value is not of a type: not so ``v, ok = x.(T)``."""
    values, statement = node.parent, node.parent.parent if node.parent is not None else None
    left = statement.child_by_field_name("left") if statement is not None else None
    if left is None and statement is not None and statement.type == "var_spec":
        asked = len(statement.children_by_field_name("name"))
    else:
        asked = len(left.named_children) if left is not None else 0
    tests = values is not None and values.type == "expression_list" and asked > len(values.named_children)
    return node.type == "type_assertion_expression" and not tests


def _parameter_types(function: Node) -> dict[str, str]:
    """Return the parameters of a function and its receiver, with their types as they are written."""
    found: dict[str, str] = {}
    for name in ("receiver", "parameters"):
        parameters = function.child_by_field_name(name)
        for parameter in parameters.named_children if parameters is not None else ():
            kind = parameter.child_by_field_name("type")
            for one in parameter.children_by_field_name("name"):
                variadic = parameter.type == "variadic_parameter_declaration"
                found[text_of(one)] = "[]" if variadic else text_of(kind) if kind is not None else ""
    return found
