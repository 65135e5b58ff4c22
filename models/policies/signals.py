"""What a service team must not miss, by the words that people use for it: a threat, a danger, a plea.

In English only, and by patterns that can be read. What is put in other words `bot/sentiment/signals.py` may
hear by its meaning. What is found how well stands in docs/sentiment.md; it is measured in the tests.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

MOST_CHARACTERS = 10_000
"""What is looked at of one text."""
MANY_FOLLOWERS = 10_000


class Signal(StrEnum):
    """One thing that must not be missed."""

    LEAVING = "leaving"
    LEGAL = "legal"
    SAFETY = "safety"
    VULNERABLE = "vulnerable"
    REPEATED = "repeated"
    REACH = "reach"


_PARTS = {
    "shop": r"(order|orders|ordering|shop|shopping|buy|buying|book|fly|return|come|use|stay|deal|bank|eat)",
    "others": r"(a competitor|(another|a different) (shop|supplier|company|provider|bank|airline|brand)"
    r"|somebody else|someone else)",
    "ailing": r"(disab\w+|blind|deaf|autis\w+|dementia|alzheimer\w*|epilep\w+|cancer|chemo\w*|ill)",
    "kin": r"(mother|father|mum|mom|dad|husband|wife|son|daughter|partner|brother|sister|gran\w+)",
    "us": r"(i|i'm|i am|we|we are|my|our|me|us)",
    "body": r"(hand|arm|leg|foot|feet|finger|thumb|toe|wrist|ankle|head|face|eye|neck|back|knee|skin|mouth"
    r"|tongue|lip|rib|hip)s?\b",
    "contract": r"(account|subscription|contract|membership|policy|plan)",
    "lawyer": r"(solicitor|lawyer|attorney|barrister)",
    "hurt": r"(burn(ed|t)?|scald(ed)?|cut|hurt|injur(ed|y)|broke|bruis(ed)?|scarr?ed|stung)",
    "ailment": r"(disab(led|ility)|blind|deaf|wheelchair|crutches|dementia|autis\w+|cancer|chemo\w*)",
    "nth": r"(second|third|fourth|fifth|sixth|\d(nd|rd|th))",
    "contact": r"(mail|e-?mail|letter|message|request|reminder|attempt|call)",
    "called": r"(called|rang|rung|phoned|written|wrote|asked|e-?mailed|contacted|complained|messaged)",
    "answer": r"(answer|repl|respond|call|r[ai]ng|get|got|came)\w*",
}
"""What stands in angle brackets below."""

_WORDS: Mapping[Signal, str] = {
    Signal.LEAVING: r"""
        (cancel|cancell?ing|end|ending|terminat\w+|clos(e|ing)) (my|our|the|this) (\w+ )?<contract>
        (so|and|then) (i am|i'm|we are|we're) cancell?ing\b
        (never|not|won't|no longer) (be |going to |ever )?<shop>\b.{0,30}\b(again|any ?more|with you|from you)
        (switch\w*|go(ing)?|mov(e|ing)|chang\w+) to <others>
        (order|buy|book|shop)\w* (\w+ )?(from|with|at) <others>
        (my|our|your) (custom|business|money) (elsewhere|somewhere else)
        (lost|losing|lose) (a|another|me as a|us as) (\w+ )?customer
        last time (that )?(i|we)('ll| will)? (ever )?<shop>\b
        (my|our|the) (very )?last (order|purchase|booking|flight|visit) (with|from|at) you
        (done|finished|through) with (you|your|this company|this shop)
        (leaving|leave) you\b(?! (a|the|this|some|these|my|our))
        want out of (the|this|my|our) contract
        part(ing)? (of )?ways
        ways part
        (will not|won't|not) (renew|be renewing)
        not set(ting)? foot
        look(ing)? (around )?for (another|a different|a new) \w+
        remove (me|us) from your
        (direct debit|standing order) (stops|is stopped|is cancelled)
    """,
    Signal.LEGAL: r"""
        (my|our) (solicitor|lawyer|attorney|barrister|legal team)s?\b(?! friend| loves| husband| wife)
        (from|by|through|to|with|consult\w*|see|seen|seeing|hir\w+|call\w*) an? <lawyer>
        citizens advice
        crime reference
        (know|knows|within) my rights
        sale of goods act
        consumer rights act
        financial (services|conduct) authority
        (civil )?aviation authority
        class action
        press charges
        (see|take|meet) you (in|to) court
        small claims
        court (case|order|claim|action)
        legal (action|steps|advice|proceedings)
        (sue|suing) (you|your|this|the company)
        (going|will|shall|have) to sue
        ombuds(man|woman|person)
        trading standards
        consumer (protection|rights|law)
        regulator
        watchdog
        better business bureau
        \b(gdpr|data protection (act|authority|officer)|charge ?back|statutory rights)\b
        (call|go to|report\w*|told|tell|inform\w*) (it |this |you )?(to )?the police
        (for|is|of|as) fraud
    """,
    Signal.SAFETY: r"""
        (caught|catch|on|start\w* a) fire
        in flames
        (smoke|flames|sparks) (coming|came|from|out)
        explo(de|ded|ding|sion)
        <hurt> (my|her|his|their|our|the baby's) (\w+ )?<body>
        (hurt|burned|burnt|cut|injured) (himself|herself|myself|themselves)
        melt(ed|ing)? (and|in|on|down)
        scorch
        splinters
        shards
        blister
        swollen (throat|face|tongue|lips)
        rushed to
        (battery|charger|plug|cable|phone) .{0,20}(swell|swelled|swollen|melt|smok|spark|(so|too|very) hot)
        (we|were|was|been|got|all|both) (all |very |so )?(violently )?sick (all|through|the whole|after|from)
        missed (me|us|my \w+) by an inch
        (was|got|been|were|badly) (badly |seriously )?(hurt|injured|burned|burnt|scalded|electrocuted)
        electric(al)? shock
        electrocut\w+
        (smell\w*|leak\w*) (of )?gas
        gas leak
        carbon monoxide
        (in|to|at) (the )?(hospital|a ?& ?e|emergency room|casualty)\b(?! bag)(?!s?\?)
        (need\w*|got|had) (\w+ )?stitches
        ambulance
        food poisoning
        allergic reaction
        anaphyla\w+
        chok(ed|ing) on
        poison(ed|ous)
        (made|make) (me|us|him|her) (very )?(sick|ill)\b
        (brakes?|steering) (fail\w*|gave|broke|did not)
        collaps(ed|ing)
        (fell|fallen|dropped) on (me|my|our|her|his)
        (nearly|almost) (ran over|hit|killed|choked|drowned|suffocated)
    """,
    Signal.VULNERABLE: r"""
        <us> .{0,25}\b<ailment>\b
        my <kin>\b.{0,25}\b(<ailing>|died|passed away|dying)\b
        bereave\w*
        (as|i'm|i am) a <ailing>
        \b(i am|i'm|she is|he is|aged?) (6[5-9]|[7-9]\d|1[01]\d)\b(?!.{0,5}%)
        \b(pensioner|elderly)\b
        live alone
        (am|is|was|heavily|months?) (\w+ )?pregnant
        newborn
        premature baby
        (lost|losing) my (job|home|house)
        (can ?not|can't|cannot|unable to) (afford|pay (the|my) (rent|bills?))
        on benefits
        (money|that) was for food
        food bank
        homeless
        panic attacks?
        (my|severe|from|with) (anxiety|depression)
        (i am|i'm|feel) suicidal
        kill myself
        end my life
        (not|n't) (want|wish) to live
        (cannot|can't) (sleep|cope|go on|eat)
        no (heating|cooker|hot water)
        too (ill|weak|frail|old) to
        terminally ill
        carer
        housebound
        bedridden
        (my|a|since the) stroke\b
        single (mum|mom|mother|dad|father|parent)
        (we|i) buried
        funeral
        learning (difficult|disab)\w+
        my (hearing|sight|eyesight|memory) (is|has) (gone|going|failing|bad)
        the last of my money
    """,
    Signal.REPEATED: r"""
        <nth> (<contact>|time(?! is a charm))(?!.{0,40}\b(perfect|great|lovely|happy|love)\b)
        <called> (\w+ ){0,2}(twice|again|already|(two|three|four|five|six|several|many|\d+) times)
        (still|yet) (no|waiting for an?|waiting for your) (answer|reply|response)
        no (answer|reply|response) (to|from|since)
        (nobody|no one|noone|never) (\w+ )?<answer> (\w+ )?(back|to (my|our|me|us)|me|us)
        how (often|many times)
        (already|twice) (told|asked|explained|said|written|wrote|sent)
        as i (said|wrote|explained|told)
        (in|my) (my |our )?(previous|earlier|last (two|three|few)|first) (message|mail|e-?mail|letter|call)s?
        (keep|kept|am|been) (\w+ )?(being |getting )?(passed|sent|transferred) (around|on|from|between)
        reminder (number|no)
        refer to my
        (how much|much) longer
        here we go again
        yet another (promise|call|mail|e-?mail|delay)
        still nothing
        without anybody (solving|answering)
        chas(e|ing) (this|you|it|up)
        follow(ing)? up (again|on my)
        (been )?in touch (several|many|three|four) times
        asked twice
    """,
}
"""One pattern a line; each begins at the edge of a word, and capitals make no difference."""


def _pattern(lines: str) -> re.Pattern[str]:
    for name, part in _PARTS.items():
        lines = lines.replace(f"<{name}>", part)
    return re.compile(
        "|".join(rf"\b(?:{line.strip()})" for line in lines.strip().splitlines()), re.IGNORECASE
    )


_PATTERNS = {signal: _pattern(lines) for signal, lines in _WORDS.items()}
_DENIED = re.compile(r"\b(no|not|without|wouldn't|would not|don't|do not|didn't) (\w+ ){0,2}$", re.IGNORECASE)
_MAY_BEGIN_WITH_NO = frozenset({Signal.LEAVING, Signal.REPEATED})


def find_signals(
    text: str, *, open_cases: int = 0, attributes: Mapping[str, object] | None = None
) -> frozenset[Signal]:
    """What the words say, whether this customer waits for us already, and how many would hear of it.

    `attributes` as the source gives them: author_followers and author_is_verified tell reach.
    """
    words = " ".join(text[:MOST_CHARACTERS].replace("’", "'").split())
    found = {signal for signal, pattern in _PATTERNS.items() if _is_said(signal, pattern.finditer(words))}
    if open_cases > 0:
        found.add(Signal.REPEATED)
    if _has_reach(attributes or {}):
        found.add(Signal.REACH)
    return frozenset(found)


def _is_said(signal: Signal, found: Iterable[re.Match[str]]) -> bool:
    """Whether it stands there once without a "no" before it."""
    return any(
        signal in _MAY_BEGIN_WITH_NO
        or not _DENIED.search(each.string[max(each.start() - 30, 0) : each.start()])
        for each in found
    )


def _has_reach(attributes: Mapping[str, object]) -> bool:
    followers = attributes.get("author_followers")
    is_many = isinstance(followers, int | float) and followers >= MANY_FOLLOWERS
    return is_many or attributes.get("author_is_verified") is True
