"""A model's folder: which files must lie in it, and whether they are whole."""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
CONFIG = "config.json"
TOKENIZER = "tokenizer.json"
WEIGHTS = "model_int8.onnx"

SHIPPED = Path(__file__).parent / "model"
"""The model that comes with the bot."""


class ModelMissing(Exception):
    """The model cannot be loaded: which file is at fault, and what to do. Feedback can wait for its score."""

    def __init__(self, path: Path | str, fault: str, mend: str | None = None) -> None:
        self.path = path
        mend = mend or _what_to_do(Path(path))
        super().__init__(f"The sentiment model cannot be loaded: {path} {fault}. {mend}")


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of a model besides its weights.

    The temperatures make its probabilities mean what they say, of a text that is heard in one piece and of
    one that is longer; `taught_on` are the SHA-256 of the files that it was taught on. `languages` None:
    every one, as far as we know.
    """

    temperature: float = 1.0
    temperature_of_long: float = 1.0
    taught_on: frozenset[str] = frozenset()
    languages: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder whose files are all there and whole; `name` tells this model from every other."""

    config: Path
    tokenizer: Path
    weights: Path
    name: str
    traits: Traits = Traits()


def check_folder(folder: Path) -> ModelFolder:
    """The folder's files, once each has the SHA-256 that its manifest gives; raises ModelMissing.

    The manifest: {"name": "minilm-l6", "sha256": {"config.json": "…", "tokenizer.json": "…", …}}; it may give
    "temperature": 1.1, "temperature_of_long": 1.8, "taught_on": {"tweets.csv": "its SHA-256", …} and
    "languages": ["en"], as Traits has them.
    """
    manifest = _read_manifest(folder / MANIFEST)
    for file, digest in manifest.sha256.items():
        if digest_of(folder / file) != digest:
            raise ModelMissing(folder / file, f"is damaged: its SHA-256 is not the one in {MANIFEST}")
    name = f"{manifest.name}@{manifest.sha256[WEIGHTS][:8]}"
    return ModelFolder(folder / CONFIG, folder / TOKENIZER, folder / WEIGHTS, name, manifest.traits)


def open_folder(folder: Path) -> ModelFolder:
    """A folder of somebody else's model: as `check_folder` where it has a manifest, else as it lies there.

    A file in it ends in .onnx.
    """
    if (folder / MANIFEST).exists():
        return check_folder(folder)
    weights = min(folder.glob("*.onnx"))
    for needed in (CONFIG, TOKENIZER):
        if not (folder / needed).exists():
            raise ModelMissing(folder / needed, "is not there", f"{CONFIG} and {TOKENIZER} belong beside it")
    name = f"{folder.name}@{digest_of(weights)[:8]}"
    return ModelFolder(folder / CONFIG, folder / TOKENIZER, weights, name=name)


@dataclass(frozen=True, slots=True)
class _Manifest:
    name: str
    sha256: dict[str, str]
    traits: Traits


def _read_manifest(path: Path) -> _Manifest:
    try:
        manifest = json.loads(path.read_bytes())
        return _Manifest(
            name=str(manifest["name"]),
            sha256=_digests(manifest["sha256"]),
            traits=_traits(path, manifest),
        )
    except OSError as error:
        raise ModelMissing(path, f"cannot be read ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelMissing(path, "does not give a name and each file's SHA-256") from error


def _digests(given: Mapping[str, object]) -> dict[str, str]:
    """Of every file that it names; three of them must be."""
    digests = {file: str(digest) for file, digest in given.items()}
    return {**digests, **{file: digests[file] for file in (CONFIG, TOKENIZER, WEIGHTS)}}


def _traits(path: Path, manifest: Mapping[str, Any]) -> Traits:
    temperature = _temperature(path, manifest, "temperature", 1.0)
    return Traits(
        temperature,
        _temperature(path, manifest, "temperature_of_long", temperature),
        taught_on=frozenset(dict(manifest.get("taught_on", {})).values()),
        languages=frozenset(manifest["languages"]) if "languages" in manifest else None,
    )


def _temperature(path: Path, manifest: Mapping[str, Any], name: str, otherwise: float) -> float:
    temperature = float(manifest.get(name, otherwise))
    if not 0 < temperature < math.inf:
        raise ModelMissing(path, f"gives the {name} {temperature:g}; it is a number above 0")
    return temperature


def digest_of(path: Path) -> str:
    """The SHA-256 of a file; raises ModelMissing."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelMissing(path, f"cannot be read ({error.strerror})") from error


def _what_to_do(path: Path) -> str:
    if path.parent.parent == SHIPPED.parent:
        return f"Put back the files that came with the bot: git checkout -- bot/sentiment/{path.parent.name}"
    return f"Put {CONFIG}, {TOKENIZER}, {WEIGHTS} and {MANIFEST} of one and the same model into {path.parent}"
