"""Write any text the one way in which the model was and will be taught to read it."""

import html
import re
import unicodedata
from html.entities import html5

MOST_CHARACTERS = 10_000
"""What is looked at of one text; about four times what the scorer can read of plain English."""

# Where the emoji's own name would mislead: what customers mean by it, or a name newer than Python's tables.
EMOJI_WORDS = {
    "😂": "laughing", "🤣": "laughing", "😅": "nervous laugh", "😆": "laughing", "😀": "happy smile",
    "😃": "happy smile", "😄": "happy smile", "😁": "happy grin", "😊": "happy smile", "☺": "happy smile",
    "🙂": "smile", "😉": "wink", "😍": "love it", "🥰": "love it", "😘": "kiss love", "😎": "cool",
    "🤩": "wow amazing", "🥳": "celebrate", "😜": "joking", "😏": "smirk", "🤔": "hmm",
    "😐": "meh", "😑": "not amused", "😒": "not amused", "🙄": "annoyed", "😕": "confused", "😳": "shocked",
    "😔": "sad", "😞": "disappointed", "😟": "worried", "☹": "sad", "🙁": "sad", "😢": "crying",
    "😭": "crying", "😩": "exhausted", "😫": "exhausted", "😖": "frustrated", "😣": "frustrated",
    "😤": "fuming angry", "😠": "angry", "😡": "very angry", "🤬": "very angry swearing", "👿": "very angry",
    "🤢": "disgusting", "🤮": "disgusting", "💩": "crap", "🖕": "fuck you", "🤦": "facepalm",
    "👍": "thumbs up good", "👎": "thumbs down bad", "👏": "applause", "🙌": "hooray", "🎉": "celebrate",
    "👌": "perfect", "💯": "perfect", "💪": "strong", "🙏": "please thank you", "✌": "peace",
    "❤": "love", "♥": "love", "💕": "love", "💖": "love", "💗": "love", "💙": "love", "💚": "love",
    "💛": "love", "💜": "love", "🧡": "love", "🖤": "love", "🤍": "love", "🩷": "love", "🩵": "love",
    "💔": "heartbroken", "🫨": "shaken", "🫩": "exhausted",
}  # fmt: skip
_SAYS_NOTHING = frozenset({"face", "sign", "symbol", "heavy", "black", "white", "with"})

_ENTITY = re.compile(r"&(#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,30};)")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad"  # controls, and the soft hyphen
    "\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # zero width, and which way to read
    "\ud800-\udfff\ufe00-\ufe0f\ufff9-\ufffb"  # half a character, how to draw one
    "\U0001f3fb-\U0001f3ff\U000e0000-\U000e01ef]"  # skin tones, flags' tags, more of how to draw one
)
_LINK = re.compile(r"(?:https?://|(?<!\w)www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w@.])@\w+")
_HASHTAG = re.compile(r"#\w+")
_CAMEL_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PICTURE = re.compile(
    "([\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff])(?:\\s*\\1)*"
)
_LONG_LETTERS = re.compile(r"([^\W\d_])\1{2,}")
_LONG_MARKS = re.compile(r"([^\w\s])\1{3,}")
_BLANKS = re.compile(r"\s+")
_LINE_ENDS = frozenset("\n\v\f\r\x85\u2028\u2029")


def normalise(text: str) -> str:
    """The text as the model reads it: handles are @user, links http, emoji words; lines stay lines.

    Entities are resolved; what cannot be seen is dropped; #SoSlow is "#So Slow", "soooo" is "soo" and
    "!!!!!!" is "!!!". Looks at the first MOST_CHARACTERS. Training and run time must both come through here.
    """
    text = _ENTITY.sub(_resolved, text[:MOST_CHARACTERS])
    text = _INVISIBLE.sub("", text)
    text = _LINK.sub("http", text)
    text = _HANDLE.sub("@user", text)
    text = _HASHTAG.sub(_spaced, text)
    text = _PICTURE.sub(_said, text)
    text = _LONG_LETTERS.sub(r"\1\1", text)
    text = _LONG_MARKS.sub(r"\1\1\1", text)
    return _BLANKS.sub(_one_blank, text).strip()


def has_words(text: str) -> bool:
    """Whether there is a word in it: something besides pictures, handles and links."""
    text = _ENTITY.sub(_resolved, text[:MOST_CHARACTERS])
    return any(map(str.isalpha, _HANDLE.sub("", _LINK.sub("", text))))


def _resolved(entity: re.Match[str]) -> str:
    if entity[1].startswith("#"):
        return html.unescape(entity[0])
    return html5.get(entity[1], entity[0])  # unescape would read the "&not" in "&nothing;"


def _spaced(hashtag: re.Match[str]) -> str:
    return _CAMEL_HUMP.sub(" ", hashtag.group())


def _said(picture: re.Match[str]) -> str:
    """One picture, or a run of the same one, in words; a picture without a name is a gap."""
    sign = picture.group(1)
    return f" {EMOJI_WORDS.get(sign) or _named(sign)} "


def _named(sign: str) -> str:
    words = unicodedata.name(sign, "").lower().split()
    return " ".join(word for word in words if word not in _SAYS_NOTHING)


def _one_blank(blanks: re.Match[str]) -> str:
    return " " if _LINE_ENDS.isdisjoint(blanks.group()) else "\n"
