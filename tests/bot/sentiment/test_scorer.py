"""The bot's ear: the shipped model scores whatever customers write."""

import hashlib
import json
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sentiment import ModelMissing, Scorer
from bot.sentiment.folder import SHIPPED
from models.vocabulary import SentimentLabel, SentimentScore
from training.signal_texts import TRAINING, read_rows

ANY_TEXT = st.text(st.characters(exclude_categories=[]))
NEGATIVE, NEUTRAL, POSITIVE = SentimentLabel

POLITE = """Dear team,
thank you for the quick delivery of the garden table last week. The colour is lovely and it was easy to put
together. My neighbours asked where we bought it, and I was happy to recommend your shop.
{line}
By the way, your catalogue is beautifully made this year. My wife keeps it on the kitchen table.
With kind regards and best wishes to everybody in the warehouse,
Alma Sample"""


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("My parcel never arrived and nobody answers.", NEGATIVE),
        ("I was charged twice and the hotline hung up on me!", NEGATIVE),
        ("@acme worst flight ever, my suitcase came back broken", NEGATIVE),
        ("The food was cold and the waiter was rude.", NEGATIVE),
        ("👎👎", NEGATIVE),
        ("What time do you open on Sunday?", NEUTRAL),
        ("I would like to change the address of my order.", NEUTRAL),
        ("The driver was so kind and helpful, thank you!", POSITIVE),
        ("Best coffee in town, we will come again.", POSITIVE),
        ("Sorted within minutes 😍", POSITIVE),
    ],
)
def test_plain_feedback_is_heard_right(scorer: Scorer, text: str, label: SentimentLabel) -> None:
    (score,) = scorer.score([text])

    assert score.label is label


def test_scores_come_in_the_order_of_the_texts(scorer: Scorer) -> None:
    texts = [f"{'Thank you, lovely service. ' * (i % 7 + 1)}" for i in range(60)]
    texts[::3] = [f"This is the worst, {'terrible ' * (i % 5)}I want my money back." for i in range(20)]

    scores = scorer.score(texts)

    assert [score.label for score in scores] == [NEGATIVE, POSITIVE, POSITIVE] * 20


def test_no_texts_make_no_scores(scorer: Scorer) -> None:
    assert scorer.score([]) == []


def test_a_text_is_heard_alike_alone_and_among_others(scorer: Scorer) -> None:
    """What is imported at once is heard as if it had come piece by piece."""
    texts = [text for text, _ in read_rows(TRAINING / "registers_held_out.csv")]

    together = scorer.score(texts)

    alone = [scorer.score([text])[0] for text in texts]
    assert [one.label for one in together] == [other.label for other in alone]
    assert [one.score for one in together] == pytest.approx([other.score for other in alone], abs=1e-3)


@pytest.mark.parametrize(
    "text", ["", "   ", "\n\t", "\u200b\u202e\ufeff", "\ud83d", "\x00", "🏿", "\U0001fbff"]
)
def test_a_text_that_says_nothing_is_neutral_beyond_doubt(scorer: Scorer, text: str) -> None:
    (score,) = scorer.score([text])

    assert score == SentimentScore(
        NEUTRAL, 0.0, p_negative=0.0, p_neutral=1.0, p_positive=0.0, model=score.model, is_truncated=False
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(ANY_TEXT, max_size=4))
def test_any_text_gets_an_answer(scorer: Scorer, texts: list[str]) -> None:
    scores = scorer.score(texts)

    assert len(scores) == len(texts)
    assert all(score.p_negative + score.p_neutral + score.p_positive == pytest.approx(1) for score in scores)
    assert all(score.score == score.p_positive - score.p_negative for score in scores)


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "terrible ",
        "It is bad. ",
        "!?",
        "#aA",
        " ",
        "\u200b",
        "\ud800",
        "&amp;",
        "@x ",
        "😡😀",
        "这个太糟糕了。",
        "خدمة سيئة ",
    ],
)
def test_a_hundred_thousand_characters_are_answered_and_said_to_be_cut(scorer: Scorer, piece: str) -> None:
    text = (piece * 100_000)[:100_000]

    began = time.process_time()
    (score,) = scorer.score([text])

    assert score.is_truncated
    assert time.process_time() - began < 2


def test_a_long_letter_within_the_limit_is_not_said_to_be_cut(scorer: Scorer) -> None:
    (score,) = scorer.score([POLITE.format(line="The chairs are on their way.")])

    assert not score.is_truncated


@pytest.mark.parametrize(
    "line",
    [
        "Your driver screamed at my daughter and I will never buy from you again.",
        "You charged my card twice and nobody answers the phone, this is a disgrace!",
        "Where is my refund? Nobody has answered for three weeks and I am furious.",
        "THIS IS UNACCEPTABLE, I am going to report you to the ombudsman.",
    ],
)
def test_one_furious_line_in_a_polite_letter_is_heard(scorer: Scorer, line: str) -> None:
    (score,) = scorer.score([POLITE.format(line=line)])

    assert score.label is NEGATIVE


@pytest.mark.parametrize(
    "line", ["The chairs are on their way.", "Could you tell me when the chairs will arrive?"]
)
def test_a_polite_letter_stays_polite(scorer: Scorer, line: str) -> None:
    (score,) = scorer.score([POLITE.format(line=line)])

    assert score.label is POSITIVE


def test_several_threads_may_share_one_ear(scorer: Scorer) -> None:
    texts = ["The food was cold and the waiter was rude.", "Best coffee in town, we will come again."] * 20

    with ThreadPoolExecutor(4) as threads:
        scores = list(threads.map(lambda text: scorer.score([text])[0].label, texts))

    assert scores == [NEGATIVE, POSITIVE] * 20


def test_the_score_says_which_model_gave_it(scorer: Scorer) -> None:
    manifest = json.loads((SHIPPED / "manifest.json").read_text())

    (score,) = scorer.score(["Hello"])

    assert score.model == f"{manifest['name']}@{manifest['sha256']['model_int8.onnx'][:8]}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "model"))


@pytest.mark.parametrize("file", ["config.json", "tokenizer.json", "model_int8.onnx", "manifest.json"])
def test_a_missing_file_is_named_with_what_to_do(folder: Path, file: str) -> None:
    (folder / file).unlink()

    with pytest.raises(ModelMissing) as caught:
        Scorer(folder)

    assert caught.value.path == folder / file
    assert f"{folder / file} cannot be read (No such file or directory). Put config.json," in str(
        caught.value
    )


@pytest.mark.parametrize("file", ["config.json", "tokenizer.json", "model_int8.onnx"])
def test_a_damaged_file_is_named(folder: Path, file: str) -> None:
    (folder / file).write_bytes((folder / file).read_bytes()[:-100])

    with pytest.raises(ModelMissing, match=r"is damaged: its SHA-256 is not the one in manifest\.json"):
        Scorer(folder)


@pytest.mark.parametrize("written", [b"", b"[]", b'{"name": "x"}', b"\xff"])
def test_a_manifest_that_says_nothing_is_named(folder: Path, written: bytes) -> None:
    (folder / "manifest.json").write_bytes(written)

    with pytest.raises(ModelMissing, match=r"manifest\.json does not give a name and each file's SHA-256"):
        Scorer(folder)


def test_a_model_with_other_labels_is_refused(folder: Path) -> None:
    relabel(folder, {"0": "bad", "1": "good"})

    with pytest.raises(ModelMissing, match=r'has the labels bad, good; .*SENTIMENT_LABELS="bad=…,good=…"'):
        Scorer(folder)


def test_the_order_of_the_labels_is_read_from_the_model(folder: Path) -> None:
    relabel(folder, {"0": "POSITIVE", "1": "neutral", "2": "negative"})

    (score,) = Scorer(folder, threads=1).score(["Best coffee in town, we will come again."])

    assert score.label is NEGATIVE


def relabel(folder: Path, labels: dict[str, str]) -> None:
    """Rename the model's answers, in its configuration and so in its manifest."""
    config = json.loads((folder / "config.json").read_text())
    config["id2label"] = labels
    config["label2id"] = {label: int(number) for number, label in labels.items()}
    (folder / "config.json").write_text(json.dumps(config))
    reseal(folder)


def reseal(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["sha256"]["config.json"] = hashlib.sha256((folder / "config.json").read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_naming_the_ear_loads_nothing_heavy() -> None:
    asked = "import sys, bot.sentiment; print({'numpy', 'onnxruntime', 'transformers'} & sys.modules.keys())"

    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == "set()"


def test_loading_the_model_says_nothing_about_what_we_do_without() -> None:
    loaded = subprocess.run(
        [sys.executable, "-W", "error", "-c", "from bot.sentiment import Scorer; Scorer(threads=1)"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert loaded.stdout + loaded.stderr == ""


def test_a_temperature_changes_how_sure_the_ear_is_and_never_what_it_hears(folder: Path) -> None:
    texts = ["My parcel never arrived.", "What time do you open?", POLITE.format(line="Lovely.")]
    heat(folder, 1.0)
    before = Scorer(folder).score(texts)

    heat(folder, 4.0)
    after = Scorer(folder).score(texts)

    assert [score.label for score in after] == [score.label for score in before]
    assert all(sureness(less) < sureness(more) for less, more in zip(after, before, strict=True))


@pytest.mark.parametrize("temperature", [0, -1, "warm", "inf"])
def test_a_temperature_that_is_none_is_told(folder: Path, temperature: float | str) -> None:
    heat(folder, temperature)

    with pytest.raises(ModelMissing, match=r"manifest\.json"):
        Scorer(folder)


def sureness(score: SentimentScore) -> float:
    return max(score.p_negative, score.p_neutral, score.p_positive)


def heat(folder: Path, temperature: float | str) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    told = {**manifest, "temperature": temperature, "temperature_of_long": temperature}
    (folder / "manifest.json").write_text(json.dumps(told))
