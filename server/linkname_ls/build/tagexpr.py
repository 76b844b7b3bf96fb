"""The expressions of ``//go:build`` and ``// +build`` lines.

Source: src/go/build/constraint/expr.go of the Go tree. ``str(expr)`` is Go's own spelling of an expression.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_TERMS = 1000
"""expr.go ``maxSize``: a longer expression is an error."""

_MAX_OLD_OPERATORS = 100
"""expr.go ``maxOldSize``: a ``// +build`` line with more operators is an error."""

_MAX_DEPTH = 100
"""Deeper parentheses count as an error. Go allows 1000, too many for Python's stack."""


class Expr(ABC):
    """A boolean expression over build tags; immutable and hashable."""

    __slots__ = ()

    @abstractmethod
    def evaluate(self, holds: Callable[[str], bool]) -> bool:
        """The value of the expression where ``holds`` tells which tags are satisfied."""

    @abstractmethod
    def tags(self) -> set[str]:
        """The tags that occur in the expression."""


@dataclass(frozen=True, slots=True)
class Tag(Expr):
    """A single tag."""

    name: str

    def evaluate(self, holds: Callable[[str], bool]) -> bool:
        """Whether the tag is satisfied."""
        return holds(self.name)

    def tags(self) -> set[str]:
        """The tag itself."""
        return {self.name}

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Not(Expr):
    """A negation."""

    operand: Expr

    def evaluate(self, holds: Callable[[str], bool]) -> bool:
        """The opposite of the operand."""
        return not self.operand.evaluate(holds)

    def tags(self) -> set[str]:
        """The operand's tags."""
        return self.operand.tags()

    def __str__(self) -> str:
        return f"!({self.operand})" if isinstance(self.operand, And | Or) else f"!{self.operand}"


@dataclass(frozen=True, slots=True)
class And(Expr):
    """A conjunction of two or more terms, none of which is a conjunction itself."""

    terms: tuple[Expr, ...]

    @classmethod
    def of(cls, *terms: Expr) -> And:
        """The conjunction of the terms, nested ones taken apart."""
        return cls(tuple(x for term in terms for x in (term.terms if isinstance(term, And) else (term,))))

    def evaluate(self, holds: Callable[[str], bool]) -> bool:
        """Whether every term holds."""
        return all(term.evaluate(holds) for term in self.terms)

    def tags(self) -> set[str]:
        """The terms' tags."""
        return set[str]().union(*(term.tags() for term in self.terms))

    def __str__(self) -> str:
        return " && ".join(f"({term})" if isinstance(term, Or) else str(term) for term in self.terms)


@dataclass(frozen=True, slots=True)
class Or(Expr):
    """A disjunction of two or more terms, none of which is a disjunction itself."""

    terms: tuple[Expr, ...]

    @classmethod
    def of(cls, *terms: Expr) -> Or:
        """The disjunction of the terms, nested ones taken apart."""
        return cls(tuple(x for term in terms for x in (term.terms if isinstance(term, Or) else (term,))))

    def evaluate(self, holds: Callable[[str], bool]) -> bool:
        """Whether any term holds."""
        return any(term.evaluate(holds) for term in self.terms)

    def tags(self) -> set[str]:
        """The terms' tags."""
        return set[str]().union(*(term.tags() for term in self.terms))

    def __str__(self) -> str:
        return " || ".join(f"({term})" if isinstance(term, And) else str(term) for term in self.terms)


@dataclass(frozen=True, slots=True)
class Never(Expr):
    """What Go cannot parse, and so never builds; ``raw`` is its text."""

    raw: str

    def evaluate(self, holds: Callable[[str], bool]) -> bool:  # noqa: ARG002
        """False."""
        return False

    def tags(self) -> set[str]:
        """No tags."""
        return set()

    def __str__(self) -> str:
        return self.raw


class _SyntaxError(Exception):
    """The expression is malformed; caught in this module."""


_TOKEN = re.compile(r"[ \t]*(?:(\|\||&&|[()!])|([\w.]+)|($))")


def _is_tag(word: str) -> bool:
    """expr.go ``isValidTag``: letters, digits, "_" and "."."""
    return bool(word) and all(c.isalpha() or c.isdecimal() or c in "_." for c in word)


class _Parser:
    """A recursive-descent parser; ``word`` is the token last read, "" at the end."""

    __slots__ = ("depth", "offset", "size", "text", "word")

    def __init__(self, text: str) -> None:
        self.text = text
        self.offset = 0
        self.size = 0
        self.depth = 0
        self.word = ""

    def lex(self) -> None:
        match = _TOKEN.match(self.text, self.offset)
        if match is None:
            raise _SyntaxError
        self.offset = match.end()
        self.word = match[1] or match[2] or ""
        # \w takes letters and digits of more kinds than Go does.
        if match[2] and not _is_tag(match[2]):
            raise _SyntaxError

    def parse(self) -> Expr:
        expr = self.disjunction()
        if self.word:
            raise _SyntaxError
        return expr

    def disjunction(self) -> Expr:
        terms = [self.conjunction()]
        while self.word == "||":
            terms.append(self.conjunction())
        return terms[0] if len(terms) == 1 else Or.of(*terms)

    def conjunction(self) -> Expr:
        terms = [self.negation()]
        while self.word == "&&":
            terms.append(self.negation())
        return terms[0] if len(terms) == 1 else And.of(*terms)

    def negation(self) -> Expr:
        self.size += 1
        if self.size > _MAX_TERMS:
            raise _SyntaxError
        self.lex()
        if self.word != "!":
            return self.atom()
        self.lex()
        if self.word == "!":
            raise _SyntaxError
        return Not(self.atom())

    def close(self) -> None:
        if self.word != ")":
            raise _SyntaxError
        self.depth -= 1
        self.lex()

    def atom(self) -> Expr:
        if self.word == "(":
            self.depth += 1
            if self.depth > _MAX_DEPTH:
                raise _SyntaxError
            expr = self.disjunction()
            self.close()
            return expr
        if not _is_tag(self.word):
            raise _SyntaxError
        tag = Tag(self.word)
        self.lex()
        return tag


@lru_cache(maxsize=4096)
def parse_go_build(text: str) -> Expr:
    """The expression after ``//go:build``; :class:`Never` with the text when it is malformed."""
    try:
        return _Parser(text).parse()
    except _SyntaxError:
        return Never(text)


@lru_cache(maxsize=1024)
def parse_plus_build(text: str) -> Expr | None:
    """The expression after ``// +build``; None when it is too complex, which makes Go ignore the line.

    Malformed tags stand for the tag ``ignore`` (expr.go ``parsePlusBuildExpr``).
    """
    clauses: list[Expr] = []
    operators = -1
    for clause in text.split():
        literals: list[Expr] = []
        for literal in clause.split(","):
            operators += 1
            name = literal.removeprefix("!")
            if literal.startswith("!!") or literal == "!":
                literals.append(Tag("ignore"))
                continue
            tag = Tag(name) if _is_tag(name) else Tag("ignore")
            literals.append(Not(tag) if literal.startswith("!") else tag)
        clauses.append(literals[0] if len(literals) == 1 else And.of(*literals))
    if operators > _MAX_OLD_OPERATORS:
        return None
    if not clauses:
        return Tag("ignore")
    return clauses[0] if len(clauses) == 1 else Or.of(*clauses)
