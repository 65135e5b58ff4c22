"""`make meaning`: the encoder that themes are found with, written as the bot loads it; nothing is taught."""

import json
import shutil
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from transformers import AutoModel

from bot.sentiment.folder import CONFIG, MANIFEST, TOKENIZER, WEIGHTS
from training.export import digests, write_weights
from training.train import packaged

WORDS = 3
"""The layer in whose middle the words are not yet melted into one meaning; a trained head hears them, too."""


class _Meaning(torch.nn.Module):
    """The mean over the tokens of the last layer, of length 1, and that of an earlier one."""

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(self, input_ids: Any, attention_mask: Any) -> tuple[Any, Any]:
        """The meaning, and the words."""
        told = self.encoder(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
        is_text = attention_mask.unsqueeze(-1).to(told.last_hidden_state.dtype)
        meaning, words = (
            (layer * is_text).sum(1) / is_text.sum(1).clamp(min=1e-9)
            for layer in (told.last_hidden_state, told.hidden_states[WORDS])
        )
        return torch.nn.functional.normalize(meaning, dim=1), words


def main(
    out: Annotated[Path, typer.Option(help="the folder for the model")] = Path("var/meaning"),
    base: Annotated[str, typer.Option(help="the encoder's folder")] = "",
    name: Annotated[str, typer.Option(help="what it is called in the manifest")] = "minilm-l6-meaning",
) -> None:
    """Write weights in int8, tokenizer, configuration and manifest into OUT."""
    base = base or packaged()
    out.mkdir(parents=True, exist_ok=True)
    encoder = AutoModel.from_pretrained(base, attn_implementation="eager")
    write_weights(_Meaning(encoder), ["meaning", "words"], out / WEIGHTS)
    for file in (CONFIG, TOKENIZER):
        shutil.copy(Path(base) / file, out / file)
    manifest = {"name": name, "languages": ["en"], "sha256": digests(out)}
    (out / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    typer.echo(f"Written into {out}.")


if __name__ == "__main__":
    typer.run(main)
