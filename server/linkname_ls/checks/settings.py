"""How findings are reported and what is built: what can be set, in linkname-ls.toml or by whoever asks.

[rules]
comment-as-target = "off"     # error, warning, information, hint or off
advice = "hint"               # all rules of a kind: compile, link or advice

[build]
tags = ["faketime"]           # as for go build -tags
ldflags = "-checklinkname=0"  # as for go build -ldflags
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal, NamedTuple, cast, get_args

from linkname_ls.checks.finding import Finding, Stage

FILE_NAME = "linkname-ls.toml"

Level = Literal["error", "warning", "information", "hint", "off"]
LEVELS: tuple[Level, ...] = get_args(Level)
KINDS: tuple[str, ...] = get_args(Stage)
"""What stands for all rules of a kind, where a rule's name may stand."""


class Settings(NamedTuple):
    """What is set, where the strongest source leaves nothing unsaid; None for what is not set."""

    rules: tuple[Mapping[str, Level], ...] = ()
    """Levels by rule or kind, the strongest source first. In one source a rule's own name goes before its kind."""
    ldflags: str | None = None
    """As for ``go build -ldflags``."""
    tags: tuple[str, ...] | None = None
    """As for ``go build -tags``."""

    def level(self, finding: Finding) -> Level:
        """Return how a finding is to be reported: as is set for its rule, else as the rule has decided."""
        for rules in self.rules:
            level = rules.get(finding.code) or rules.get(finding.stage)
            if level is not None:
                return level
        return finding.severity

    def over(self, weaker: Settings) -> Settings:
        """Return these settings, and what a weaker source says where they say nothing."""
        return Settings(
            (*self.rules, *weaker.rules),
            weaker.ldflags if self.ldflags is None else self.ldflags,
            weaker.tags if self.tags is None else self.tags,
        )


NOTHING_SET = Settings()


class Problem(NamedTuple):
    """Something that is set and means nothing: it is left out, the rest holds."""

    key: str
    """The name in front of the ``=``; "" for the whole."""
    sentence: str


def parse_toml(data: bytes, known: Collection[str]) -> tuple[Settings, list[tuple[int, str]]]:
    """Return what a linkname-ls.toml says, and its problems as (1-based line, sentence); line 0 where it is unknown.

    ``known`` are the names of the rules. What is no TOML sets nothing.
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        table: dict[str, Any] = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Settings(), [(0, "This is not UTF-8, so nothing of it is used; save it as UTF-8.")]
    except tomllib.TOMLDecodeError as error:
        said, _, place = str(error).partition(" (at ")
        line = re.match(r"line (\d+)", place)
        sentence = f"This is not TOML, so nothing of the file is used: {said[:1].lower()}{said[1:]}."
        return Settings(), [(int(line[1]) if line else 0, sentence)]
    except (ValueError, RecursionError):  # numbers of thousands of digits, hundreds of brackets
        return Settings(), [(0, "This cannot be read as TOML, so nothing of the file is used.")]
    settings, problems = parse_settings(table.get("rules"), _table(table.get("build")), known)
    problems += [
        Problem(key, f'There is no section "{key}"; there are [rules] and [build].')
        for key, value in table.items()
        if key not in ("rules", "build") or (key == "build" and not isinstance(value, dict))
    ]
    problems += [
        Problem(key, f'There is no setting "{key}" in [build]; there are tags and ldflags.')
        for key in _table(table.get("build"))
        if key not in ("tags", "ldflags")
    ]
    return settings, [(_line_of(data, problem.key), problem.sentence) for problem in problems]


def parse_settings(
    rules: object, build: Mapping[str, object], known: Collection[str]
) -> tuple[Settings, list[Problem]]:
    """Return the settings in plain values (levels by rule; ``tags`` and ``ldflags``), and what is wrong with them."""
    levels: dict[str, Level] = {}
    problems: list[Problem] = []
    if rules is not None and not isinstance(rules, dict):
        problems.append(Problem("rules", '"rules" has to be a table of levels by rule.'))
    for name, value in _table(cast("object", rules)).items():
        wrong = level_problem(name, value, known)
        if wrong:
            problems.append(Problem(name, wrong))
        else:
            levels[name] = cast("Level", value)
    ldflags, tags = build.get("ldflags"), build.get("tags")
    if ldflags is not None and not isinstance(ldflags, str):
        problems.append(Problem("ldflags", '"ldflags" has to be one string, as for go build.'))
        ldflags = None
    if isinstance(tags, str):
        tags = tags.replace(",", " ").split()
    words = cast("list[object]", tags) if isinstance(tags, (list, tuple)) else []
    if tags is not None and (not isinstance(tags, (list, tuple)) or not all(isinstance(word, str) for word in words)):
        problems.append(Problem("tags", '"tags" has to be a list of strings.'))
        tags = None
    return Settings((levels,), ldflags, None if tags is None else tuple(str(word) for word in words)), problems


def level_problem(name: str, level: object, known: Collection[str]) -> str:
    """Return what is wrong with a level for a rule or kind, in a sentence; "" for nothing."""
    if name not in known and name not in KINDS:
        return no_such_rule(name, [*known, *KINDS])
    if level not in LEVELS:
        return f'"{level}" is no level for {name}; levels are {", ".join(LEVELS[:-1])} and {LEVELS[-1]}.'
    return ""


def no_such_rule(name: str, known: Collection[str]) -> str:
    """Return the sentence about a name that is no rule's, with what was meant as far as it can be guessed."""
    near = difflib.get_close_matches(name, known, n=1)
    return f'There is no rule "{name}". ' + (
        f"Did you mean {near[0]}?" if near else "`linkname-ls explain` lists them."
    )


def _table(value: object) -> dict[str, object]:
    return {str(key): one for key, one in _items(value)}


def _items(value: object) -> Iterator[tuple[object, object]]:
    if isinstance(value, dict):
        yield from cast("dict[object, object]", value).items()


def _line_of(data: bytes, key: str) -> int:
    """Return the 1-based line on which a key is set or a section begins; 0 when it is not found."""
    word = re.escape(key.encode())
    match = re.search(rb"^[ \t]*(?:\[[ \t]*)?[\"']?" + word + rb"[\"']?[ \t]*[=\].]", data, re.MULTILINE)
    return data.count(b"\n", 0, match.start()) + 1 if match else 0
