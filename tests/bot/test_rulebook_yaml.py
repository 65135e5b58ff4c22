"""YAML that is hostile, clumsy or merely old: read as it is meant, or refused quickly and in words."""

from pathlib import Path

import pytest

from bot.rulebook import RulebookError, read_rulebook
from bot.rulebook.tree import read_tree
from tests.bot.rules_text import GOOD

NASTY = Path(__file__).resolve().parents[2] / ".." / "shared" / "payloads" / "6-nasty" / "yaml"


def refusal(content: bytes) -> str:
    with pytest.raises(RulebookError) as refused:
        read_rulebook(content)
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "rules.yaml: is empty"),
        (b"# nothing but a remark\n", "rules.yaml:1: needs names and values"),
        (b"- a\n- b\n", "rules.yaml:1: needs names and values"),
        (b"just words\n", "rules.yaml:1: needs names and values"),
        (b"a: 1\n---\nb: 2\n", "rules.yaml:2: begins anew"),
        (b"a: 1\n...\n---\nb: 2\n", "rules.yaml:3: begins anew"),
        (b"%YAML 1.1\n---\na: no\n", "begins anew; delete this '---', '%YAML' or '%TAG'"),
        (b"a: &x [1]\nb: *x\n", "rules.yaml:1: has the anchor &x; a name that begins with & needs quotes"),
        (b"a: *x\n", "rules.yaml:1: has the alias *x; write out what it stands for"),
        (
            b"a: 1\nb: !!python/object/apply:os.getcwd []\n",
            "rules.yaml:2: has the type tag:yaml.org,2002:python/",
        ),
        (b"a: !secret x\n", "rules.yaml:1: has the type !secret; write the plain value, in quotes"),
        (b"a: !!binary aGk=\n", "rules.yaml:1: has the type tag:yaml.org,2002:binary"),
        (b"[" * 100_000, "rules.yaml:1: is nested more than 12 deep"),
        (b"{a: " * 20, "is nested more than 12 deep"),
        (b"- " * 20 + b"a\n", "is nested more than 12 deep"),
        (
            b"user: @support\n",
            "rules.yaml:1: is not YAML here: while scanning for the next token found character '@'",
        ),
        (
            b"text: We are sorry: really\n",
            "rules.yaml:1: is not YAML here: mapping values are not allowed here",
        ),
        (b"a: 1\n\tb: 2\n", "rules.yaml:2: is not YAML here"),
        (b"a: 'x\n", "is not YAML here: while scanning a quoted scalar"),
        (b"a: 1\nb: \x07\n", "rules.yaml:2: has a control character"),
        (b"a: b\x00c\n", "rules.yaml:1: has a control character"),
        ("a: 1\n".encode("utf-16"), "rules.yaml:1: is not UTF-8; save the file as UTF-8"),
        (b"a: 1\nname: K\xf6ln\n", "rules.yaml:2: is not UTF-8"),
        (b"#" * 250_001, "rules.yaml: has 250,001 bytes; 250,000 are read at most"),
        (b"a: " + b"9" * 5_000, "is too long for a number"),
        (b"a: 1 # again\n" * 5_001, "rules.yaml:5001: has more than 10,000 values"),
        (b"a: .nan\n", "rules.yaml:1: .nan is not a number that can be counted with"),
        (b"a: -.inf\n", "rules.yaml:1: -.inf is not a number that can be counted with"),
        (b"a: 1\nb: 2\na: 3\n", "rules.yaml:3: 'a' stands here again; it is already in line 1"),
        (b"1: a\n", "rules.yaml:1: 1 is not a name; put it in quotes if it is meant to be one"),
        (b"? [a]\n: b\n", "rules.yaml:1: this is not a name"),
        (b"<<: {a: 1}\n", "rules.yaml:1: << is not a name; put it in quotes"),
        (b"teams: ~\n", "rules.yaml:1: 'teams' has no value"),
    ],
)
def test_what_has_no_place_in_a_rules_file_is_refused_with_its_line(content: bytes, words: str) -> None:
    assert words in refusal(content)


def test_values_are_those_of_yaml_1_2() -> None:
    content = b"no: NO\non: [off, yes, True, FALSE]\nat: 09:00\nday: 2026-12-24\n"
    content += b"zip: 010\nhex: 0x1F\nn: -1_000\nf: .5\n"

    assert read_tree(content).root == {
        "no": "NO",
        "on": ["off", "yes", True, False],
        "at": "09:00",
        "day": "2026-12-24",
        "zip": 10,
        "hex": 31,
        "n": -1000,
        "f": 0.5,
    }


def test_a_mark_at_the_beginning_and_windows_line_ends_change_nothing() -> None:
    content = b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()

    assert read_rulebook(content).rules[0].name == "Late parcel"


def test_every_value_knows_its_line() -> None:
    tree = read_tree(b"a:\n  b: 1\n  c:\n    - x\n    - {d: 2}\ne: |\n  one\n  two\n")

    assert [tree.line(path) for path in (("a", "b"), ("a", "c", 1, "d"), ("a", "c", 9), ("z",))] == [
        2,
        5,
        3,
        1,
    ]
    assert tree.text_line(("e",), 2) == 8


@pytest.mark.skipif(not NASTY.is_dir(), reason="the hostile files lie beside the project, and are not there")
@pytest.mark.timeout(5)
@pytest.mark.parametrize("path", sorted(NASTY.glob("*.yaml")), ids=lambda path: path.name)
def test_hostile_files_are_refused_at_once(path: Path) -> None:
    assert refusal(path.read_bytes()).startswith("rules.yaml")
