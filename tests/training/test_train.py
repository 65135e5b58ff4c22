"""`make train`: labelled texts in, a model out that the bot loads; only where PyTorch is installed."""

import json
import random
import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed: pip install 'recovery-bot[train]'")
pytest.importorskip("onnxscript", reason="onnxscript is not installed: pip install 'recovery-bot[train]'")

from typer.testing import CliRunner

from bot.sentiment import Scorer
from bot.sentiment.folder import SHIPPED
from models.vocabulary import SentimentLabel

WORDS = {
    "negative": "awful broken late",
    "neutral": "table invoice monday",
    "positive": "lovely great thanks",
}


def a_tiny_encoder(folder: Path, layers: int = 1) -> Path:
    """With numbers drawn by chance, the same ones each time: of some draws a third word is not learned."""
    import torch
    from transformers import BertConfig, BertModel

    written = json.loads((SHIPPED / "config.json").read_text())
    tiny = {"num_hidden_layers": layers, "hidden_size": 24, "intermediate_size": 32, "num_attention_heads": 2}
    torch.manual_seed(1)
    BertModel(BertConfig.from_dict({**written, **tiny})).save_pretrained(folder)
    shutil.copy(SHIPPED / "tokenizer.json", folder)
    return folder


def a_file(path: Path, labels: list[str]) -> Path:
    chance = random.Random(1)
    rows = [
        f"{' '.join(chance.choices(WORDS[label].split(), k=4))} {number},{label}"
        for number in range(120)
        for label in labels
    ]
    path.write_text("text,label\n" + "\n".join(rows) + "\n")
    return path


@pytest.mark.filterwarnings("ignore")
def test_what_was_taught_is_loaded_by_the_bot_and_tells_what_it_was_taught_on(tmp_path: Path) -> None:
    import onnx

    from training.train import app

    three = a_file(tmp_path / "three.csv", list(WORDS))
    two = a_file(tmp_path / "two.csv", ["negative", "positive"])
    base = a_tiny_encoder(tmp_path / "base")
    options = ["--base", str(base), "--epochs", "15", "--rate", "3e-3", "--head-rate", "1e-2"]

    ended = CliRunner().invoke(app, [str(three), str(two), "--out", str(tmp_path / "model"), *options])

    assert ended.exit_code == 0, ended.output
    scorer = Scorer(tmp_path / "model")
    labels = [score.label for score in scorer.score([f"{words} {words} 7" for words in WORDS.values()])]
    assert labels == list(SentimentLabel)
    assert len(scorer.traits.taught_on) == 2
    weights = onnx.load(tmp_path / "model" / "model_int8.onnx").graph.initializer
    scales = [list(each.dims) for each in weights if each.name.endswith("_scale")]
    assert [24] in scales  # one for each column of a matrix
    assert [32] in scales
    assert (
        "| three.csv | 360 | negative, neutral, positive |" in (tmp_path / "model" / "README.md").read_text()
    )


@pytest.mark.filterwarnings("ignore")
def test_nothing_is_taught_where_it_cannot_be_read_what_must_not_be_learned(tmp_path: Path) -> None:
    from training.train import app

    three = a_file(tmp_path / "three.csv", list(WORDS))
    base = a_tiny_encoder(tmp_path / "base")
    never = ["--never", str(tmp_path / "gone.csv")]

    ended = CliRunner().invoke(
        app, [str(three), *never, "--base", str(base), "--out", str(tmp_path / "model")]
    )

    assert ended.exit_code == 2
    assert "--never" in ended.output
    assert not (tmp_path / "model").exists()


@pytest.mark.filterwarnings("ignore")
def test_a_model_that_was_taught_can_teach_another(tmp_path: Path) -> None:
    from bot.sentiment.folder import digest_of
    from training.train import app

    three = str(a_file(tmp_path / "three.csv", list(WORDS)))
    base = a_tiny_encoder(tmp_path / "base")
    options = ["--base", str(base), "--epochs", "15", "--rate", "3e-3", "--head-rate", "1e-2", "--half"]
    whole = ["--whole", str(tmp_path / "whole"), "--balance", "1"]

    teacher = CliRunner().invoke(app, [three, *options, *whole, "--out", str(tmp_path / "teacher")])
    learns = ["--teacher", str(tmp_path / "whole"), "--teacher-weighs", "1"]
    asked, again = (
        CliRunner().invoke(app, [three, *options, *learns, "--out", str(tmp_path / "student")]) for _ in "ab"
    )
    misled = CliRunner().invoke(app, [three, *options, "--teacher", str(tmp_path / "gone")])
    (tmp_path / "whole" / "model.safetensors").unlink()
    by_answers = CliRunner().invoke(app, [three, *options, *learns, "--out", str(tmp_path / "student")])

    assert [each.exit_code for each in (teacher, asked, again, by_answers)] == [0, 0, 0, 0], again.output
    assert "teacher: 0 of" in asked.output
    assert "teacher: 0 of" not in again.output  # it is asked once for each text
    texts = [f"{words} {words} 7" for words in WORDS.values()]
    labels = [score.label for score in Scorer(tmp_path / "student").score(texts)]
    assert labels == list(SentimentLabel)
    assert {file.name for file in (tmp_path / "whole").iterdir()} >= {"answers.npz", "tokenizer.json"}
    told = json.loads((tmp_path / "student" / "manifest.json").read_text())
    assert told["teachers"] == [digest_of(tmp_path / "whole" / "answers.npz")]
    assert misled.exit_code == 2
    assert "--teacher" in misled.output


@pytest.mark.filterwarnings("ignore")
def test_the_mean_with_a_model_that_was_taught_before_is_kept(tmp_path: Path) -> None:
    from transformers import AutoModelForSequenceClassification

    from bot.sentiment.folder import digest_of
    from training.train import app

    three = str(a_file(tmp_path / "three.csv", list(WORDS)))
    options = [three, "--base", str(a_tiny_encoder(tmp_path / "base")), "--epochs", "1", "--rate", "3e-3"]
    out = ["--out", str(tmp_path / "model")]
    first, other, both = (tmp_path / name for name in ("first", "other", "both"))
    CliRunner().invoke(app, [*options, *out, "--whole", str(first), "--seed", "1"])
    CliRunner().invoke(app, [*options, *out, "--whole", str(other), "--seed", "2"])

    with_first = ["--whole", str(both), "--seed", "2", "--mean-with", str(first)]
    meant = CliRunner().invoke(app, [*options, *out, *with_first])
    lost = CliRunner().invoke(app, [*options, *out, "--mean-with", str(tmp_path / "gone")])

    one, two, mean = (
        AutoModelForSequenceClassification.from_pretrained(folder).classifier.weight.detach().numpy()
        for folder in (first, other, both)
    )
    assert meant.exit_code == 0, meant.output
    assert np.abs(one - two).max() > 0.001
    assert np.allclose(mean, (one + two) / 2, atol=1e-6)
    manifest = json.loads((tmp_path / "model" / "manifest.json").read_text())
    assert manifest["mean_with"] == [digest_of(first / "model.safetensors")]
    assert lost.exit_code == 2
    assert "--mean-with" in lost.output


@pytest.mark.filterwarnings("ignore")
def test_of_several_teachers_the_mean_is_learned(tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    from training.labelled import Columns, read_file
    from training.lessons import lessons_of
    from training.teacher import answers_of
    from training.train import app

    three = a_file(tmp_path / "three.csv", list(WORDS))
    base = a_tiny_encoder(tmp_path / "base")
    teachers = [tmp_path / seed for seed in "12"]
    for each in teachers:
        made = ["--whole", str(each), "--out", str(tmp_path / "model"), "--seed", each.name]
        CliRunner().invoke(app, [str(three), "--base", str(base), "--epochs", "1", "--rate", "3e-3", *made])
    tokenizer = AutoTokenizer.from_pretrained(base)
    lessons = lessons_of([read_file(three, Columns())], tokenizer, 16, frozenset())

    one, two, both = (
        answers_of(chosen, lessons, 16, half=False).numpy()
        for chosen in ([teachers[0]], [teachers[1]], teachers)
    )

    assert np.abs(one - two).max() > 0.01
    assert np.allclose(both, (one + two) / 2, atol=1e-6)


@pytest.mark.filterwarnings("ignore")
def test_of_what_is_sure_no_teacher_is_asked(tmp_path: Path) -> None:
    from bot.sentiment.folder import digest_of
    from training.train import app

    told = a_file(tmp_path / "told.csv", list(WORDS))
    turned = tmp_path / "turned.csv"
    turned.write_text(told.read_text().replace("negative", "worst").replace("positive", "negative"))
    turned.write_text(turned.read_text().replace("worst", "positive"))
    base = str(a_tiny_encoder(tmp_path / "base"))
    options = ["--base", base, "--epochs", "15", "--rate", "3e-3", "--head-rate", "1e-2"]
    wrong, out = tmp_path / "wrong", tmp_path / "model"
    CliRunner().invoke(app, [str(turned), *options, "--whole", str(wrong), "--out", str(out)])
    learns = [str(told), *options, "--out", str(out), "--teacher", str(wrong), "--teacher-weighs", "1"]
    texts = [f"{words} {words} 7" for words in WORDS.values()]

    misled = CliRunner().invoke(app, learns)
    as_taught = [score.label for score in Scorer(out).score(texts)]
    sure = CliRunner().invoke(app, [*learns, "--sure", str(told)])
    as_told = [score.label for score in Scorer(out).score(texts)]
    lost = CliRunner().invoke(app, [*learns, "--sure", str(tmp_path / "gone.csv")])

    assert (misled.exit_code, sure.exit_code) == (0, 0), sure.output
    assert as_taught == list(reversed(SentimentLabel))
    assert as_told == list(SentimentLabel)
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["teachers"] == [digest_of(wrong / "model.safetensors")]
    assert lost.exit_code == 2
    assert "--sure" in lost.output


def test_a_text_is_held_back_by_itself_whatever_it_is_taught_with() -> None:
    from training.lessons import Lesson, split

    some, others = (
        [Lesson([place], 0, knows_neutral=True, text=f"{name} {place}") for place in range(2000)]
        for name in ("a", "b")
    )
    two_way = [Lesson([1], 0, knows_neutral=False, text="two-way")]

    learned, alone = split([*some, *two_way], seed=1)
    _, together = split([*others, *some], seed=2)
    _, only = split(some[:1], seed=1)
    _, chosen = split([*some, *others], seed=3, held_from=frozenset(each.text for each in some))

    assert 60 < len(alone) < 140
    assert {each.text for each in alone} == {each.text for each in together} & {each.text for each in some}
    assert not {each.text for each in learned} & {each.text for each in alone}
    assert two_way[0] in learned
    assert only == some[:1]
    assert {each.text for each in chosen} == {each.text for each in alone}


@pytest.mark.filterwarnings("ignore")
def test_nothing_is_taught_where_nothing_can_be_tried(tmp_path: Path) -> None:
    from training.train import app

    two = a_file(tmp_path / "two.csv", ["negative", "positive"])
    base = str(a_tiny_encoder(tmp_path / "base"))

    ended = CliRunner().invoke(app, [str(two), "--base", base, "--out", str(tmp_path / "model")])

    assert ended.exit_code == 2
    assert "no text could be neutral" in " ".join(ended.output.split())
