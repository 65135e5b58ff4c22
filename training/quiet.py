"""Hushes what the libraries say of themselves while something is taught: it is no news, and hides what is."""

import logging
import warnings

from transformers.utils.logging import disable_progress_bar, set_verbosity_error

ADVICE = "Please consider to run pre-processing before quantization"
"""ONNX Runtime's, at each model: the graph was made ready by us (`training/fusing.py`)."""


def hush() -> None:
    """Let them tell of errors only: not that a head is new, as it should be, nor what torch lacks."""
    disable_progress_bar()  # type: ignore[no-untyped-call]
    set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    logging.getLogger().addFilter(lambda record: ADVICE not in record.getMessage())
    warnings.filterwarnings("ignore", category=FutureWarning, module="copyreg")
