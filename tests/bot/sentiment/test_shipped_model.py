"""The model that is shipped hears customers as well as its card says, on texts that it was not taught on."""

import re
from pathlib import Path

import numpy as np
import pytest

from bot.sentiment import Scorer
from bot.sentiment.folder import SHIPPED
from bot.sentiment.themes import SHIPPED as MEANING
from models.vocabulary import SentimentLabel
from training.labelled import Columns, read_file
from training.measures import confusion, f1, macro_recall
from training.signal_texts import TRAINING

TAUGHT = tuple(TRAINING / f"{name}.csv" for name in ("service", "themed", "notes", "registers", "wordings"))
SERVICE, THEMED, REGISTERS = HELD_OUT = tuple(
    TRAINING / f"{name}_held_out.csv" for name in ("service", "themed", "registers")
)


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer(threads=1)


@pytest.mark.parametrize(
    ("file", "recall", "negative"),
    [(SERVICE, 0.91, 0.92), (THEMED, 0.85, 0.91), (REGISTERS, 0.60, 0.56)],
)
def test_held_out_texts_are_heard_as_the_card_says(
    scorer: Scorer, file: Path, recall: float, negative: float
) -> None:
    """A little less than on the machine of the card: others round otherwise."""
    held_out = read_file(file, Columns())
    places = list(SentimentLabel)
    said = np.array(
        [places.index(score.label) for score in scorer.score([row.text for row in held_out.rows])]
    )
    truth = np.array([places.index(row.label) for row in held_out.rows])
    confused = confusion(truth, said, len(places))

    assert macro_recall(confused) > recall
    assert f1(confused, places.index(SentimentLabel.NEGATIVE)) > negative


def test_no_file_of_it_tells_of_the_machine_that_wrote_it() -> None:
    files = [file for folder in (SHIPPED, MEANING) for file in folder.iterdir()]

    assert len(files) >= 8
    for file in files:
        content = file.read_bytes()
        assert not re.search(rb"site-packages|/home/|/tmp/|/work/|/Users/", content), file


def test_it_was_taught_on_the_texts_that_lie_here_and_on_none_that_are_held_out(scorer: Scorer) -> None:
    taught, held_out = ([read_file(file, Columns()) for file in files] for files in (TAUGHT, HELD_OUT))

    assert {file.sha256 for file in taught} <= set(scorer.traits.taught_on)
    assert not {file.sha256 for file in held_out} & set(scorer.traits.taught_on)
    texts, others = ({row.text for file in files for row in file.rows} for files in (taught, held_out))
    assert len(texts) > 20_000
    assert len(others) == 1_299
    assert not texts & others


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("still waiting for the engineer, day 4", SentimentLabel.NEGATIVE),
        ("@user been on hold 50 minutes now", SentimentLabel.NEGATIVE),
        ("Brilliant, another delay. Thanks for nothing @user", SentimentLabel.NEGATIVE),
        ("@user why has my refund not arrived after three weeks?", SentimentLabel.NEGATIVE),
        ("@user what is your policy on damaged items?", SentimentLabel.NEUTRAL),
        ("Can I cancel before Friday?", SentimentLabel.NEUTRAL),
        ("Lost my bag on Friday, on my doorstep on Saturday. Impressed!", SentimentLabel.POSITIVE),
        ("Can't fault them, no complaints at all", SentimentLabel.POSITIVE),
        ("Caller asks whether we are open on the bank holiday. Friendly. No order.", SentimentLabel.NEUTRAL),
        ("Customer rang, third time this week, still no parcel. Very upset.", SentimentLabel.NEGATIVE),
        ("Guest stopped at the desk to say thank you for the early breakfast.", SentimentLabel.POSITIVE),
    ],
)
def test_what_customers_tell_a_service_desk_is_heard_as_they_mean_it(
    scorer: Scorer, text: str, label: SentimentLabel
) -> None:
    assert scorer.score([text])[0].label is label
