"""Who refers to a method in a program: its selectors, and the calls that hand its type to an interface parameter."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from linkname_ls.programs.names import imports_as
from linkname_ls.source.certainty import Certainty
from linkname_ls.source.dispatch import Parameter, argument, origin
from linkname_ls.source.receivers import method_uses, parameter_uses
from linkname_ls.source.types import Named, find, resolve, type_of
from linkname_ls.source.uses import Use, receiver_type, uses

if TYPE_CHECKING:
    from tree_sitter import Node

    from linkname_ls.links.sources import Source
    from linkname_ls.programs.member import Member
    from linkname_ls.programs.names import FileNames, ProgramNames
    from linkname_ls.programs.program import Program

_DEPTH = 3
"""Through how many functions a value is followed to its method's call."""
_LIMIT = 100
"""How many calls through parameters are looked at for one method."""


class Site(NamedTuple):
    """A use of a method, or a call that leads to one."""

    member: Member
    source: Source
    use: Use
    inner: Site | None = None
    """Of a call that hands a value to a parameter: the call in that function, of its method or on to another."""


def method_sites(program: Program, names: ProgramNames, member: Member, kind: str, method: str) -> Iterator[Site]:
    """Yield the uses of the method of a type that a member declares.

    Where it is called on an interface parameter, the calls of that function which surely hand over a value of the type
    are uses of the method too.
    """
    owner = Named(member.path, kind)
    near = [member, *program.importers(member.path)] if method[:1].isupper() else [member]
    for one, source in _files(near, method):
        for use in method_uses(source.data, source.tree, method, owner, names.of(one, source)):
            yield Site(one, source, use)
    if member.std:
        return
    if method[:1].isupper():
        # A package further off can have it promoted; one that is imported can call it without knowing the type.
        far = [*(outer for one in near for outer in program.importers(one.path)), *program.imported(member.path)]
        far = [one for one in dict.fromkeys(far) if not one.std and one not in near]
        for one, source in _files(far, method):
            for use in method_uses(source.data, source.tree, method, owner, names.of(one, source)):
                if use.live is Certainty.YES:
                    yield Site(one, source, use)
        near += far
    calls = (
        (Site(one, source, use), parameter)
        for one, source in _files(near, method)
        if not one.std
        for use, parameter in parameter_uses(source.data, source.tree, method, names.of(one, source))
    )
    for call, parameter in islice(calls, _LIMIT):
        yield from _handing(program, names, call, parameter, owner, method, _DEPTH)


def _handing(
    program: Program, names: ProgramNames, inner: Site, parameter: Parameter, owner: Named, method: str, depth: int
) -> Iterator[Site]:
    """Yield the calls that hand a value of a type to a parameter on which its method is surely called."""
    use = inner.use
    if depth == 0 or not use.called or use.inlining or use.live is not Certainty.YES:
        return
    for site, call in _calls(program, names, inner.member, parameter.function):
        scope = names.of(site.member, site.source)
        function = call.child_by_field_name("function")
        receiver = function.child_by_field_name("operand") if function is not None else None
        given = receiver if parameter.position < 0 else argument(call, parameter.position, parameter.function)
        if given is None or (given is receiver and not _is_own(given, scope, parameter.function)):
            continue
        held = origin(given, scope, parameter.path)
        found = site._replace(inner=inner)
        if isinstance(held, Parameter):
            yield from _handing(program, names, found, held, owner, method, depth - 1)
        elif held is not None and (meant := find(held, method, inner.member.path)) is not None and meant.owner == owner:
            yield found


def _is_own(operand: Node, scope: FileNames, method: Node) -> bool:
    """Whether a method is called on a value of its own type: a promoted one gets but a field of the value."""
    kind, receiver = type_of(operand, scope), method.child_by_field_name("receiver")
    resolved = resolve(kind) if kind is not None else None
    named = resolved.named if resolved is not None else None
    return named is not None and receiver is not None and named.name == receiver_type(receiver)[1]


def _calls(program: Program, names: ProgramNames, member: Member, function: Node) -> Iterator[tuple[Site, Node]]:
    """Yield the places that call a function or method of a member, with the calls."""
    named, receiver = function.child_by_field_name("name"), function.child_by_field_name("receiver")
    name = (named.text or b"").decode() if named is not None else ""
    near = [member, *program.importers(member.path)] if name[:1].isupper() else [member]
    for one, source in _files(near, name):
        scope = names.of(one, source)
        found: list[Use] = []
        if receiver is not None:
            kind = Named(member.path, receiver_type(receiver)[1])
            found += method_uses(source.data, source.tree, name, kind, scope)
        else:
            for qualifier in [""] if one is member else imports_as(source, member):
                found += uses(source.data, source.tree, name, scope, "" if qualifier == "." else qualifier)
        for use in found:
            node = source.tree.root_node.descendant_for_byte_range(*use.span)
            if node is not None and node.type == "field_identifier":
                node = node.parent
            call = node.parent if node is not None else None
            if use.called and call is not None and call.type == "call_expression":
                yield Site(one, source, use), call


def _files(members: list[Member], word: str) -> Iterator[tuple[Member, Source]]:
    return ((member, source) for member in members for source in member.sources if source.mentions(word))
