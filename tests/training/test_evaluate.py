"""`make eval`: any labelled texts in, a table and a file of figures out."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.database import ROOT
from models.vocabulary import SentimentLabel
from training.evaluate import app
from training.labelled import Columns, Labelled, read_file, sample

SAMPLE = """text,label
My parcel never arrived and nobody answers.,negative
The waiter was rude and the food cold.,negative
What time do you open on Sunday?,neutral
Lovely people and quick as lightning!,positive
,positive
Does it come in blue?,question
"""


def evaluate(*words: str, out: Path) -> tuple[int, str, dict[str, Any]]:
    """The exit code, what was printed, and what was kept."""
    ended = CliRunner().invoke(app, [*words, "--json", str(out)])
    return ended.exit_code, ended.output, json.loads(out.read_text()) if out.exists() else {}


def test_any_file_with_texts_and_labels_is_measured(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(SAMPLE)

    code, printed, kept = evaluate(str(tmp_path), out=tmp_path / "var" / "eval.json")

    (figures,) = kept["sets"]
    assert code == 0
    assert "mine.csv" in printed
    assert (figures["texts"], figures["left_out"]) == (4, 2)
    assert figures["confusion"] == [[2, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert len(figures["sha256"]) == 64
    assert kept["seed"] == 7
    assert "onnxruntime" in kept["versions"]
    assert kept["model"].startswith("minilm")


def test_columns_are_found_in_any_letters(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(
        "Id, Text ,LABEL\n1,Awful service,Negative\n2,Lovely people,positive\n"
    )

    _, _, kept = evaluate(str(tmp_path), out=tmp_path / "eval.json")

    assert kept["sets"][0]["confusion"] == [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("tweet_id,airline_sentiment,Tweet Text", ""),
        ("id,Sentiment,Content", ""),
        ("id,polarity,consumer complaint narrative", ""),
        ("id,What they felt,what they said", "text=What They Said,label=WHAT_THEY_FELT"),
    ],
)
def test_columns_are_found_by_the_names_that_they_often_have(tmp_path: Path, header: str, named: str) -> None:
    (tmp_path / "mine.csv").write_text(f"{header}\n1,negative,Awful service\n2,positive,Lovely people\n")

    _, _, kept = evaluate(str(tmp_path), "--columns", named, out=tmp_path / "eval.json")

    assert kept["sets"][0]["confusion"] == [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("content", "encoding", "texts"),
    [
        (
            'Text;Label\n"Awful; slow";negative\nCafé\u0301!;positive\n',
            "utf-8-sig",
            ["Awful; slow", "Café\u0301!"],
        ),
        (
            'sep=;\nText;Label\nAwful;negative\n"Lovely\n\nand quick";positive\n',
            "cp1252",
            ["Awful", "Lovely\n\nand quick"],
        ),
        ("text\tlabel\r\nAwful\tneg\r\nLovely café\tpos\r\n", "cp1252", ["Awful", "Lovely café"]),
        ("id,label,text\n1,negative,Awful\n2,positive,Schön\n3,positive\n", "utf-16", ["Awful", "Schön"]),
    ],
)
def test_a_file_is_read_as_a_spreadsheet_writes_it(
    tmp_path: Path, content: str, encoding: str, texts: list[str]
) -> None:
    (tmp_path / "mine.csv").write_bytes(content.encode(encoding))

    found = read_file(tmp_path / "mine.csv", Columns())

    assert [row.text for row in found.rows] == texts
    assert [row.label for row in found.rows] == [SentimentLabel.NEGATIVE, SentimentLabel.POSITIVE]


def test_a_set_without_neutral_texts_is_measured_without_neutral_answers(tmp_path: Path) -> None:
    (tmp_path / "two.csv").write_text("Review Text,Rating\nAwful.,1\nWonderful!,5\nIt is a table.,5\n")
    asked = ("--columns", "text=Review Text,label=Rating", "--labels", "1=negative,5=positive")

    _, _, kept = evaluate(str(tmp_path / "two.csv"), *asked, out=tmp_path / "eval.json")

    (figures,) = kept["sets"]
    assert figures["labels"] == ["negative", "positive"]
    assert [sum(row) for row in figures["confusion"]] == [1, 2]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (
            "gripes,label\nAwful,negative\n",
            "no column for the text; name it, as in text=COLUMN; its columns: 'gripes', 'label'",
        ),
        (
            "text,stars\nAwful,1\n",
            "no column for the label; name it, as in label=COLUMN; its columns: 'text'",
        ),
        ("text,label\nAwful,0\nGreat,1\n", "it has '0', '1': say what they mean, as in 1=negative"),
        ("text,label\n", "it has no row: say what they mean, as in 1=negative"),
        ("", "odd.csv is empty"),
    ],
)
def test_a_file_of_no_use_is_named_with_what_would_be_right(tmp_path: Path, content: str, why: str) -> None:
    (tmp_path / "odd.csv").write_text(content)

    code, printed, kept = evaluate(str(tmp_path), out=tmp_path / "eval.json")

    assert code == 1
    assert why in " ".join(printed.split())
    assert "macro-recall" not in printed
    assert kept == {}


def test_a_file_that_is_not_there_is_said_to_be_away_and_the_others_are_measured(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(SAMPLE)

    code, printed, kept = evaluate(
        str(tmp_path / "away.csv"), str(tmp_path / "mine.csv"), out=tmp_path / "eval.json"
    )

    assert code == 1
    assert "away.csv: No such file or directory." in " ".join(printed.split())
    assert [each["name"] for each in kept["sets"]] == ["mine.csv"]


def test_what_the_model_was_taught_on_is_marked(tmp_path: Path) -> None:
    shipped = Path("bot/sentiment/model")
    for file in shipped.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "taught.csv").write_text(SAMPLE)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    manifest["taught_on"] = {"taught.csv": read_file(tmp_path / "taught.csv", Columns()).sha256}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))

    asked = (str(tmp_path / "taught.csv"), "--model", str(tmp_path))
    _, printed, kept = evaluate(*asked, out=tmp_path / "eval.json")

    assert kept["sets"][0]["is_taught"]
    assert "taught.csv *" in printed


def test_a_missing_model_is_told_and_nothing_is_kept(tmp_path: Path) -> None:
    code, printed, kept = evaluate(str(tmp_path), "--model", str(tmp_path), out=tmp_path / "eval.json")

    assert code == 2
    assert "manifest.json" in printed
    assert kept == {}


def test_a_sample_is_the_same_for_the_same_seed() -> None:
    rows = [Labelled(str(number), "negative") for number in range(100)]  # type: ignore[arg-type]

    assert sample(rows, 10, seed=7) == sample(rows, 10, seed=7)
    assert sample(rows, 10, seed=7) != sample(rows, 10, seed=8)
    assert sample(rows, None, seed=7) == rows


def test_reasons_are_measured_as_themes_by_key_or_name_whatever_else_is_said(tmp_path: Path) -> None:
    rows = (
        "Where is my package? It should have been here last week,,delivery\n"
        "You took the money from my card two times!,negative,Billing and refunds\n"
        "The woman at the desk shouted at me,negative,STAFF\n"
        "I have been on hold for an hour,negative,Waiting time\n"
        "They sent a bill for tea,negative,Tea\n"
        "Nothing at all,negative,\n"
    )
    (tmp_path / "mine.csv").write_text(f"text,label,reason\n{rows}")

    _, printed, kept = evaluate(str(tmp_path), out=tmp_path / "eval.json")

    (figures,) = kept["reasons"]
    assert (figures["texts"], figures["left_out"], figures["reasons"]) == (4, 1, 4)
    assert figures["untaught"]["top_two"] == pytest.approx(1)
    assert figures["untaught"]["accuracy"] >= 0.75
    assert figures["taught"] == figures["untaught"]  # too little was said to learn from
    assert "reasons of" in printed


def test_the_themes_that_reasons_are_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("text,label,reason\nYou lost my bag,negative,Lost Luggage\n")
    options = ("--themes", str(ROOT / "training" / "airline_reasons.yaml"))

    _, printed, unknown = evaluate(str(tmp_path), out=tmp_path / "eval.json")
    _, _, known = evaluate(str(tmp_path), *options, out=tmp_path / "eval.json")

    assert unknown["reasons"] == []
    assert "mine.csv: no reason in it is a theme of" in " ".join(printed.split())
    assert known["reasons"][0]["untaught"]["accuracy"] == 1


@pytest.mark.parametrize("content", ["", "themes: 7\n", "themes: {late: {name: Late}}\n", "teams: {}\n"])
def test_a_file_without_themes_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "mine.csv").write_text("text,label,reason\nYou lost my bag,negative,lost\n")
    (tmp_path / "odd.yaml").write_text(content)

    code, printed, kept = evaluate(
        str(tmp_path), "--themes", str(tmp_path / "odd.yaml"), out=tmp_path / "eval.json"
    )

    assert code == 2
    assert "--themes" in printed
    assert kept == {}
