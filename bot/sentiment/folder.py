"""A model's folder: which files must lie in it, and whether they are whole."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

MANIFEST = "manifest.json"
CONFIG = "config.json"
TOKENIZER = "tokenizer.json"
WEIGHTS = "model_int8.onnx"

SHIPPED = Path(__file__).parent / "model"
"""The model that comes with the bot."""


class ModelMissing(Exception):
    """The model cannot be loaded: which file is at fault, and what to do. Feedback can wait for its score."""

    def __init__(self, path: Path, fault: str) -> None:
        self.path = path
        super().__init__(f"The sentiment model cannot be loaded: {path} {fault}. {_what_to_do(path)}")


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder whose files are all there and whole; `name` tells this model from every other."""

    config: Path
    tokenizer: Path
    weights: Path
    name: str


def check_folder(folder: Path) -> ModelFolder:
    """The folder's files, once each has the SHA-256 that its manifest gives; raises ModelMissing.

    The manifest: {"name": "minilm-l6", "sha256": {"config.json": "…", "tokenizer.json": "…", …}}.
    """
    name, expected = _read_manifest(folder / MANIFEST)
    for file, digest in expected.items():
        if _digest(folder / file) != digest:
            raise ModelMissing(folder / file, f"is damaged: its SHA-256 is not the one in {MANIFEST}")
    return ModelFolder(
        folder / CONFIG, folder / TOKENIZER, folder / WEIGHTS, name=f"{name}@{expected[WEIGHTS][:8]}"
    )


def _read_manifest(path: Path) -> tuple[str, dict[str, str]]:
    try:
        manifest = json.loads(path.read_bytes())
        return str(manifest["name"]), {
            file: str(manifest["sha256"][file]) for file in (CONFIG, TOKENIZER, WEIGHTS)
        }
    except OSError as error:
        raise ModelMissing(path, f"cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ModelMissing(path, "does not give a name and each file's SHA-256") from error


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelMissing(path, f"cannot be read ({error.strerror})") from error


def _what_to_do(path: Path) -> str:
    if path.parent == SHIPPED:
        return "Put back the files that came with the bot: git checkout -- bot/sentiment/model"
    return f"Put {CONFIG}, {TOKENIZER}, {WEIGHTS} and {MANIFEST} of one and the same model into {path.parent}"
