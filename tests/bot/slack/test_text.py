"""Words of customers and colleagues within lines of ours: they call nobody and swallow nothing."""

import json
from pathlib import Path

import pytest

from bot.slack.views.text import by_colleague, cut, escape, quiet, tame

ZALGO = "Z" + "\u0301" * 40 + "algo"
HOSTILE = (
    "<!channel> <!here> <@U0ANA> <#C0CARE> <!subteam^S0CARE>",
    "<https://evil.example|our bank> and <javascript:alert(1)|here>",
    "```never closed",
    "`half",
    "\u202egnp.exe\u2066",
    ">>> all of the rest",
    ZALGO,
    "&lt;!channel&gt;",
)


@pytest.mark.parametrize("said", HOSTILE)
def test_a_customers_words_call_nobody_and_swallow_nothing(said: str) -> None:
    shown = quiet(said, 300)

    assert "<" not in shown
    assert "`" not in shown
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(shown)
    assert "\u0301" * 4 not in shown


def test_every_nasty_text_of_the_shared_material_is_shown_as_text(shared_material: Path) -> None:
    samples = json.loads((shared_material / "payloads/6-nasty/slack_text_a.json").read_text("utf-8"))

    shown = {sample["text"]: quiet(sample["text"], 3000) for sample in samples}

    assert len(shown) > 20
    assert [text for text, words in shown.items() if "<" in words or "`" in words] == []


def test_a_colleagues_mention_stays_and_their_fence_and_quote_end_with_them() -> None:
    shown = by_colleague("Ask <@U0BEN>\n>>> said ```so\n\u202e<!channel>")

    assert shown == "Ask <@U0BEN>\n&gt; said '''so\n&lt;!channel&gt;"


def test_languages_that_need_marks_keep_them() -> None:
    assert tame("e\u0301 \u0627\u064b नमस्ते ở") == "e\u0301 \u0627\u064b नमस्ते ở"
    assert tame(ZALGO) == "Z\u0301\u0301\u0301algo"


@pytest.mark.parametrize(
    "text",
    [escape("& < > " * 9_000), escape("&" * 50_000), "word " * 10_000, "x" * 50_000, "<@U0BEN> " * 5_000],
)
def test_long_words_are_cut_where_nothing_is_broken(text: str) -> None:
    pieces = cut(text, 2900)

    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")
    assert max(map(len, pieces)) <= 2900
    assert [piece for piece in pieces if piece.count("<") != piece.count(">")] == []
    assert [piece for piece in pieces if piece.count("&") != piece.count(";")] == []
