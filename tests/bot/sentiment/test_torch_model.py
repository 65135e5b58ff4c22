"""Any sequence classifier of Hugging Face can be the ear, where PyTorch is installed."""

import importlib.util
import json
import shutil
from pathlib import Path

import pytest

from bot.sentiment import Interpreter, ModelMissing, Models
from bot.sentiment.folder import SHIPPED
from models.vocabulary import SentimentLabel

HAS_TORCH = importlib.util.find_spec("torch") is not None


@pytest.mark.skipif(HAS_TORCH, reason="PyTorch is installed")
def test_without_pytorch_it_is_said_what_to_install() -> None:
    with pytest.raises(ModelMissing, match=r"no folder here; .* pip install 'recovery-bot\[torch\]'"):
        Interpreter(Models("some/classifier"))


@pytest.mark.parametrize("place", ["/nowhere/model", "../nowhere", "~/model", "models/of/ours"])
def test_a_folder_that_is_not_there_is_looked_for_nowhere_else(place: str) -> None:
    with pytest.raises(ModelMissing, match=r"is not there\. SENTIMENT_MODEL takes a folder, or"):
        Interpreter(Models(place))


@pytest.mark.skipif(not HAS_TORCH, reason="PyTorch is not installed: pip install 'recovery-bot[torch]'")
def test_a_classifier_in_a_folder_is_heard_with_its_labels_mapped(tmp_path: Path) -> None:
    from transformers import BertConfig, BertForSequenceClassification

    shutil.copy(SHIPPED / "tokenizer.json", tmp_path)
    written = json.loads((SHIPPED / "config.json").read_text())
    tiny = BertConfig.from_dict(
        {**written, "num_hidden_layers": 1, "hidden_size": 24, "intermediate_size": 32}
    )
    tiny.id2label = {0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"}
    BertForSequenceClassification(tiny).save_pretrained(tmp_path)
    with pytest.raises(ModelMissing, match='SENTIMENT_LABELS="LABEL_0=…'):
        Interpreter(Models(str(tmp_path)))
    meanings = {f"label_{place}": label for place, label in enumerate(SentimentLabel)}

    (score,) = Interpreter(Models(str(tmp_path), {}, meanings)).score(["Das kam nie an."])

    assert score.is_read
    assert score.p_negative + score.p_neutral + score.p_positive == pytest.approx(1)
