"""Each text is heard by the model that reads its language, and by none where none does."""

import json
import shutil
from pathlib import Path

import pytest

from bot.sentiment import Interpreter, ModelMissing, Models
from bot.sentiment.folder import SHIPPED
from bot.sentiment.interpreter import UNREAD
from models.vocabulary import SentimentLabel

ENGLISH = "My parcel never arrived and nobody answers."
GERMAN = "Das Paket kam nie an und niemand antwortet."
THAI = "พัสดุของฉันไม่เคยมาถึง"
NEGATIVE, NEUTRAL, POSITIVE = SentimentLabel


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    return Interpreter(threads=1)


def a_folder(path: Path, labels: tuple[str, ...]) -> str:
    """Somebody else's ONNX model: no manifest, another file name, labels of its own."""
    path.mkdir()
    shutil.copy(SHIPPED / "tokenizer.json", path)
    shutil.copy(SHIPPED / "model_int8.onnx", path / "weights.onnx")
    config = json.loads((SHIPPED / "config.json").read_text())
    config["id2label"] = {str(place): label for place, label in enumerate(labels)}
    config["label2id"] = {label: place for place, label in enumerate(labels)}
    (path / "config.json").write_text(json.dumps(config))
    return str(path)


def test_what_the_model_cannot_read_is_not_scored_as_if_it_could(interpreter: Interpreter) -> None:
    english, german, thai, picture = interpreter.score([ENGLISH, GERMAN, THAI, "👎👎"])

    assert (english.language, english.is_read, english.label) == ("en", True, NEGATIVE)
    assert (german.language, german.is_read) == ("de", False)
    assert (thai.language, thai.is_read) == ("th", False)
    assert (picture.language, picture.is_read, picture.label) == (None, True, NEGATIVE)
    assert german.p_negative == german.p_neutral == german.p_positive
    assert german.model == UNREAD.model


def test_no_texts_make_no_scores(interpreter: Interpreter) -> None:
    assert interpreter.score([]) == []


def test_a_language_can_have_a_model_of_its_own(tmp_path: Path) -> None:
    bad_first = a_folder(tmp_path / "german", ("Schlecht", "Geht so", "Gut"))
    meanings = {"schlecht": NEGATIVE, "geht so": NEUTRAL, "gut": POSITIVE}
    interpreter = Interpreter(Models(None, {"de": bad_first}, meanings), threads=1)

    english, german, thai = interpreter.score([ENGLISH, GERMAN, THAI])

    assert english.model.startswith("minilm-l6")
    assert (german.is_read, german.model.partition("@")[0]) == (True, "german")
    assert not thai.is_read


def test_another_main_model_is_taken_to_read_every_language(tmp_path: Path) -> None:
    own = a_folder(tmp_path / "own", ("negative", "neutral", "positive"))
    interpreter = Interpreter(Models(own), threads=1)

    assert [score.is_read for score in interpreter.score([ENGLISH, GERMAN, THAI])] == [True] * 3


def test_several_labels_may_mean_the_same(tmp_path: Path) -> None:
    stars = a_folder(tmp_path / "stars", ("1 star", "2 stars", "5 stars"))
    meanings = {"1 star": NEGATIVE, "2 stars": NEGATIVE, "5 stars": POSITIVE}

    (score,) = Interpreter(Models(stars, {}, meanings), threads=1).score(["What time do you open on Sunday?"])

    assert (score.label, score.p_neutral) == (NEGATIVE, 0.0)


@pytest.mark.parametrize("labels", [("LABEL_0", "LABEL_1", "LABEL_2"), ("negative", "negative", "neutral")])
def test_labels_that_nobody_explained_are_refused_with_what_to_write(
    tmp_path: Path, labels: tuple[str, ...]
) -> None:
    own = a_folder(tmp_path / "own", labels)

    with pytest.raises(ModelMissing, match=f'SENTIMENT_LABELS="{labels[0]}=…'):
        Interpreter(Models(own))


@pytest.mark.parametrize("file", ["config.json", "tokenizer.json"])
def test_a_folder_that_lacks_a_file_is_told(tmp_path: Path, file: str) -> None:
    own = a_folder(tmp_path / "own", ("negative", "neutral", "positive"))
    (tmp_path / "own" / file).unlink()

    with pytest.raises(ModelMissing, match=f"{file} is not there"):
        Interpreter(Models(own))
