"""What can be set, what is said of what cannot, and where a file with settings holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkname_ls.build.toolchain import read_toolchain
from linkname_ls.checks.configuration import Configuration
from linkname_ls.checks.finding import Finding
from linkname_ls.checks.rules import check_source
from linkname_ls.checks.settings import Settings, parse_toml
from linkname_ls.links.index import Index
from linkname_ls.links.snapshot import Snapshot
from linkname_ls.links.sources import SourceStore
from linkname_ls.links.universe import Universe
from linkname_ls.source.positions import Span
from support.ask import snapshot_of, source_of, toolchain
from support.go import ENVIRON
from support.txtar import write

KNOWN = ("missing-handshake", "signature-mismatch")
FOUND = Finding("missing-handshake", "warning", "advice", "", Span(0, 0), "")
OFF = '[rules]\nmissing-function-body = "off"\n'


def parsed(text: str) -> tuple[Settings, list[tuple[int, str]]]:
    return parse_toml(text.encode(), KNOWN)


def test_rules_tags_and_flags_are_read() -> None:
    settings, problems = parsed(
        '[rules]\nmissing-handshake = "off"\n[build]\ntags = ["a", "b"]\nldflags = "-checklinkname=0"\n'
    )
    assert problems == []
    assert settings == Settings(({"missing-handshake": "off"},), "-checklinkname=0", ("a", "b"))


@pytest.mark.parametrize(
    ("rules", "level"),
    [
        ('missing-handshake = "error"', "error"),
        ('advice = "hint"', "hint"),
        ('advice = "off"\nmissing-handshake = "information"', "information"),
        ('compile = "off"\nsignature-mismatch = "off"', "warning"),
    ],
)
def test_rule_goes_before_its_kind(rules: str, level: str) -> None:
    assert parsed(f"[rules]\n{rules}")[0].level(FOUND) == level


def test_kind_from_a_stronger_source_goes_before_a_rule_from_a_weaker() -> None:
    strong, weak = Settings(({"advice": "off"},)), Settings(({"missing-handshake": "error"},))
    assert strong.over(weak).level(FOUND) == "off"
    assert weak.over(strong).level(FOUND) == "error"


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        (
            '\n[rules]\nmising-handshake = "off"',
            3,
            'There is no rule "mising-handshake". Did you mean missing-handshake?',
        ),
        ('[rules]\n"xyz" = "off"', 2, 'There is no rule "xyz". `linkname-ls explain` lists them.'),
        (
            '[rules]\nadvice = "no"',
            2,
            '"no" is no level for advice; levels are error, warning, information, hint and off.',
        ),
        ("rules = 1", 1, '"rules" has to be a table of levels by rule.'),
        ("[build]\ntags = [1]", 2, '"tags" has to be a list of strings.'),
        ('[build]\nldflags = ["-w"]', 2, '"ldflags" has to be one string, as for go build.'),
        ('[build]\ngoos = "linux"', 2, 'There is no setting "goos" in [build]; there are tags and ldflags.'),
        ("[rule]", 1, 'There is no section "rule"; there are [rules] and [build].'),
    ],
)
def test_wrong_setting_is_said_with_its_line_and_the_rest_holds(text: str, line: int, sentence: str) -> None:
    if "[rules]" in text:
        text += '\nsignature-mismatch = "off"'
    settings, problems = parsed(text)
    assert problems == [(line, sentence)]
    assert settings.rules[0] == ({"signature-mismatch": "off"} if "[rules]" in text else {})


def test_what_is_no_toml_sets_nothing() -> None:
    settings, ((line, sentence),) = parsed('[rules]\nmissing-handshake = off\nsignature-mismatch = "off"\n')
    assert settings == Settings()
    assert line == 2
    assert sentence == "This is not TOML, so nothing of the file is used: invalid value."
    assert parse_toml(b"\xff", KNOWN)[1] == [(0, "This is not UTF-8, so nothing of it is used; save it as UTF-8.")]


@pytest.mark.parametrize(
    ("folder", "level"), [("one/a/b", "off"), ("two", "hint"), ("two/other", "hint"), ("two/deep/down", "error")]
)
def test_nearest_file_holds(tmp_path: Path, folder: str, level: str) -> None:
    (tmp_path / "linkname-ls.toml").write_text(OFF)
    for name, text in (("two", "hint"), ("two/deep", "error")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "linkname-ls.toml").write_text(OFF.replace("off", text))
    for name in ("one", "two"):
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "go.mod").write_text(f"module example.com/{name}\n\ngo 1.21\n")
    (tmp_path / "go.work").write_text("go 1.21\n\nuse (\n\t./one\n\t./two\n)\n")
    found = Configuration().of(snapshot_of(tmp_path / "one", tmp_path / "two"), tmp_path / folder)
    assert found.rules[0]["missing-function-body"] == level


def test_file_of_the_workspaces_folder_holds_for_modules_without_their_own(tmp_path: Path) -> None:
    write(tmp_path, "-- m/go.mod --\nmodule example.com/m\n-- m/a/a.go --\npackage a\n")
    (tmp_path / "linkname-ls.toml").write_text(OFF)
    found = Configuration().of(snapshot_of(tmp_path), tmp_path / "m/a")
    assert found.rules[0] == {"missing-function-body": "off"}


def test_file_above_a_module_is_nobodys(tmp_path: Path) -> None:
    write(tmp_path, "-- m/go.mod --\nmodule example.com/m\n-- m/a/a.go --\npackage a\n")
    (tmp_path / "linkname-ls.toml").write_text(OFF)
    assert Configuration().of(snapshot_of(tmp_path / "m"), tmp_path / "m/a").rules == ()


def test_given_settings_go_before_the_file_and_goflags_behind(tmp_path: Path) -> None:
    write(tmp_path, "-- a.go --\npackage a\n")
    configuration = Configuration(Settings(({"compile": "hint"},)))
    universe = Universe([tmp_path], read_toolchain({**ENVIRON, "GOFLAGS": "-ldflags=-w"}))
    snapshot = Snapshot(universe, {}, SourceStore(), Index())
    assert configuration.of(snapshot, tmp_path).ldflags == "-w"
    (tmp_path / "linkname-ls.toml").write_text('rules.compile = "off"\nbuild.ldflags = "-s"\n')
    assert configuration.of(snapshot, tmp_path) == Settings(({"compile": "hint"}, {"compile": "off"}), "-s")


def test_severities_are_final(tmp_path: Path) -> None:
    path = write(tmp_path, "-- a/a.go --\npackage a\n\nfunc f()\n").path("a/a.go")
    snapshot = snapshot_of(tmp_path)
    source = source_of(snapshot, path)
    assert check_source(snapshot, source, Settings(({"missing-function-body": "off"},))) == []
    (found,) = check_source(snapshot, source, Settings(({"compile": "information"},)))
    assert found.severity == "information"


def test_build_tags_of_a_module_are_its_own(tmp_path: Path) -> None:
    for name, tags in (("one", '["x"]'), ("two", '["y"]')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "go.mod").write_text(f"module example.com/{name}\n\ngo 1.21\n")
        (tmp_path / name / "linkname-ls.toml").write_text(f"[build]\ntags = {tags}\n")
    configuration = Configuration()
    machine = toolchain(tags=("x", "z"))
    universe = Universe([tmp_path / "one", tmp_path / "two"], machine, configuration.tags_of)
    one, two = universe.worlds
    own = machine.platform.tags - {"x", "z"}
    assert one.toolchain.platform.tags == own | {"x"}
    assert two.toolchain.platform.tags == own | {"y"}
    assert Configuration(Settings(tags=("z",))).tags_of(tmp_path / "one") == ()


def test_build_tags_below_the_root_are_said_to_be_misplaced(tmp_path: Path) -> None:
    write(tmp_path, "-- a/linkname-ls.toml --\nbuild.tags = ['x']\n-- a/a.go --\npackage a\n")
    configuration = Configuration()
    configuration.of(snapshot_of(tmp_path), tmp_path / "a")
    (problem,) = configuration.problems
    file = "linkname-ls.toml"
    assert problem == f"{tmp_path}/a/{file}: Build tags hold for a whole program; move them to {tmp_path}/{file}."


@pytest.mark.parametrize("text", [b"x = " + b"9" * 5_000, b"x = " + b"[" * 5_000], ids=["number", "brackets"])
def test_file_that_python_cannot_read_sets_nothing(text: bytes) -> None:
    settings, problems = parse_toml(text, ())
    assert settings == Settings()
    assert [line for line, _ in problems] == [0]
