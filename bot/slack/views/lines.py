"""One line of the thread for each happening: the story of a case, for people."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from slackblocks import ActionsBlock, Block, Button

from bot.slack.views.contact import reached_by
from bot.slack.views.rendered import Rendered
from bot.slack.views.resolved import resolved
from bot.slack.views.text import MOMENT, by_colleague, clock_time, cut, link_to, named, quiet
from handlers.snapshots import LineSnapshot, money_of
from models.policies.catalogue import words_of_gift
from models.policies.leaving import what_is
from models.policies.parts import deed_of
from models.policies.rulebook import Team
from models.policies.sla_clock import spoken
from models.vocabulary import (
    SYSTEM,
    AgentId,
    ApprovalEnd,
    Barred,
    CarriedKind,
    CaseEventKind,
    ClockKind,
    PartEnd,
    PauseEnd,
    mention,
)

BLOCK_LENGTH = 2900
MOST_CALLED = 20
"""So many people are called one by one."""
MOST_BLOCKS = 4
"""A message holds about 13,200 characters in all; Slack refuses a longer one, again and again."""


def render(
    lines: Sequence[LineSnapshot],
    team: Team | None,
    before: str | None = None,
    links: Mapping[int, str] | None = None,
    *,
    has_shop: bool = False,
    has_buttons: bool = True,
) -> Rendered:
    """Several happenings as one message; `team` is whom to call where nobody has the case.

    `before` leads to the thread that the case had before it was moved: below what tells of the move. `links`
    lead to the cards of the other cases that are told of, and a merge can be undone where it is told. What a
    person has to hand over has a button for that; with `has_shop` a system does what costs something.
    `has_buttons`: not so in the thread of another team, which would be refused.
    """
    text = "\n".join(say(line, team) for line in lines)
    if before is not None and any(line.kind is CaseEventKind.MOVED for line in lines):
        text += f"\n🧵 <{before}|What was said before>"
    for number in others_in(lines):
        if links and number in links:
            text += f"\n🔗 <{links[number]}|Case #{number}>"
    parts = cut(text, BLOCK_LENGTH)[:MOST_BLOCKS]
    blocks = [
        {"type": "section", "block_id": f"line_{n}", "text": {"type": "mrkdwn", "text": part}}
        for n, part in enumerate(parts)
    ]
    buttons = [*_undoings(lines), *_to_hand_over(lines, has_shop)] if has_buttons else []
    return Rendered(text=parts[0], blocks=[*blocks, *resolved(buttons)])


def others_in(lines: Sequence[LineSnapshot]) -> list[int]:
    """The other cases that these lines are about."""
    return list(dict.fromkeys(line.details["other"] for line in lines if "other" in line.details))


def _undoings(lines: Sequence[LineSnapshot]) -> list[Block]:
    """A button for each merge that is told of, with the number of the case that ended by it."""
    merges = {CaseEventKind.MERGED, CaseEventKind.TOOK_IN}
    ended = [_ended(line) for line in lines if line.kind in merges]
    return [
        ActionsBlock(
            [Button("Undo the merge", action_id="case_unmerge", value=str(number))], block_id=f"undo_{number}"
        )
        for number in list(dict.fromkeys(ended))[:MOST_BLOCKS]
    ]


def _to_hand_over(lines: Sequence[LineSnapshot], has_shop: bool) -> list[Block]:
    """A button for each gift that a person has to hand over, with its number."""
    gifts = [
        (line.number, line.details["gift"])
        for line in lines
        if "gift" in line.details and _is_for_a_person(line, has_shop)
    ]
    return [
        ActionsBlock(
            [Button(f"Hand over G{gift}…", action_id="case_handover", value=f"{number} G{gift}")],
            block_id=f"handover_{gift}",
        )
        for number, gift in list(dict.fromkeys(gifts))[:MOST_BLOCKS]
    ]


def _is_for_a_person(line: LineSnapshot, has_shop: bool) -> bool:
    """What nobody else does: given without a system, or for nothing, or refused by the system."""
    if line.kind is CaseEventKind.COMPENSATION_NOT_TAKEN:
        return not line.details["is_over"]
    is_given = line.kind is CaseEventKind.COMPENSATED
    return is_given and not (has_shop and money_of(line.details).amount)


def _ended(merge: LineSnapshot) -> int:
    """The case that ended by a merge, told in either thread."""
    return merge.number if merge.kind is CaseEventKind.MERGED else int(merge.details["other"])


def say_in(case: int, line: LineSnapshot) -> str:
    """One happening in words, with its number where it happened to a case that was merged into this one."""
    return say(line, None) if line.number == case else f"#{line.number} {say(line, None)}"


def say(line: LineSnapshot, team: Team | None) -> str:
    """One happening in words."""
    return SAYINGS[line.kind](line, team)


def _opened(line: LineSnapshot, _team: Team | None) -> str:
    return f"🆕 Opened by rule *{named(line.details['rule'])}*."


def _claimed(line: LineSnapshot, _team: Team | None) -> str:
    return f"🙋 {mention(line.actor)} claimed the case."


def _assigned(line: LineSnapshot, _team: Team | None) -> str:
    because = f": {quiet(line.details['because'], 300)}" if "because" in line.details else ""
    return f"👉 {mention(line.details['to'])} has the case now, assigned by {mention(line.actor)}{because}."


def _reassigned(line: LineSnapshot, _team: Team | None) -> str:
    before, to = mention(line.details["before"]), mention(line.details["to"])
    return f"🔁 {to} has the case now, moved from {before} by {mention(line.actor)}."


def _released(line: LineSnapshot, team: Team | None) -> str:
    before, who = line.details["before"], mention(line.actor)
    if "because" in line.details:
        what = what_is(Barred(line.details["because"]))
        return f"🙌 {mention(before)}, who had the case, {what}. It is back with the team.{_again(line)}"
    whose = "" if before == line.actor else f", which {mention(before)} had,"
    team_name = named(team.name) if team else "the team"
    return f"🙌 {who} gave the case{whose} back to {team_name}.{_again(line)}"


def _again(line: LineSnapshot) -> str:
    return f" To acknowledge again by {_due(line)}." if line.details["due_at"] else ""


def _moved(line: LineSnapshot, _team: Team | None) -> str:
    details = line.details
    before, to, channel = (named(details[name]) for name in ("from_name", "to_name", "channel"))
    what = f"🚚 {mention(line.actor)} moved the case from *{before}* to *{to}*, {channel}."
    left = f" {mention(details['left_by'])} does not have it any more." if details["left_by"] else ""
    return f"{what}{left} {_promised(details)}"


def _priority_changed(line: LineSnapshot, _team: Team | None) -> str:
    before, to = line.details["before"], line.details["to"]
    what = f"⚖️ {mention(line.actor)} changed the priority from {before} to *{to}*."
    return f"{what} {_promised(line.details)}"


def _corrected(line: LineSnapshot, _team: Team | None) -> str:
    feels, about = line.details["sentiment"], line.details["theme"]
    said = [f"it feels *{feels}*"] if feels else []
    said += [f"it is about *{quiet(about, 60)}*"] if about else []
    return f"👂 {mention(line.actor)} corrected what was heard: {' and '.join(said)}."


def _kind_changed(line: LineSnapshot, _team: Team | None) -> str:
    before, to = line.details["before"], line.details["to"]
    return f"🏷️ {mention(line.actor)} made this {before} a *{to}*. {_promised(line.details)}"


def _handed_over(line: LineSnapshot, team: Team | None) -> str:
    details = line.details
    until = f" until {_moment(details['until'])}" if details["until"] else ""
    away = f"🌴 {mention(details['before'])} is away{until}"
    if details["to"] is None:
        return f"{away}, and the case waits for the team: {_called(line, team)}.{_again(line)}"
    return f"{away}: {mention(details['to'])} has the case now, {quiet(details['because'], 300)}."


def _returned(line: LineSnapshot, _team: Team | None) -> str:
    owner = line.details["owner"]
    return f"👋 {mention(line.actor)} is back; {f'{mention(owner)} has' if owner else 'nobody has'} the case."


def _helper_added(line: LineSnapshot, _team: Team | None) -> str:
    if line.details["who"] == line.actor:
        return f"🤝 {mention(line.actor)} helps now."
    return f"🤝 {mention(line.details['who'])} helps now, added by {mention(line.actor)}."


def _helper_removed(line: LineSnapshot, _team: Team | None) -> str:
    by = "" if line.details["who"] == line.actor else f", removed by {mention(line.actor)}"
    return f"👋 {mention(line.details['who'])} does not help any more{by}."


def _team_involved(line: LineSnapshot, _team: Team | None) -> str:
    details = line.details
    deadlines = details["deadlines"]
    due = [f"to {deed_of(kind)} by {_moment(deadlines[kind])}" for kind in ClockKind if kind in deadlines]
    promised = f"\nPromised: {'; '.join(due)}." if due else ""
    what = f"👥 {mention(line.actor)} brought in *{named(details['team_name'])}*"
    return f"{what}: {by_colleague(details['asked_for'])}{promised}"


def _part_taken(line: LineSnapshot, _team: Team | None) -> str:
    details, to = line.details, mention(line.details["to"])
    whose = f"*{named(details['team_name'])}*'s part"
    if details["to"] == line.actor:
        return f"🙋 {to} takes {whose}."
    before = f" from {mention(details['before'])}" if details["before"] else ""
    return f"👉 {mention(line.actor)} gave {whose} to {to}{before}."


def _part_given_back(line: LineSnapshot, _team: Team | None) -> str:
    before, name = mention(line.details["before"]), named(line.details["team_name"])
    why = quiet(line.details["because"], 200)
    return f"🙌 {before}, who had *{name}*'s part, {why}. It is back with {name}."


def _part_done(line: LineSnapshot, _team: Team | None) -> str:
    name, words = named(line.details["team_name"]), by_colleague(line.details["words"])
    return f"☑️ {mention(line.actor)} finished *{name}*'s part: {words}"


def _part_ended(line: LineSnapshot, _team: Team | None) -> str:
    name, who, words = named(line.details["team_name"]), mention(line.actor), line.details["words"]
    match PartEnd(line.details["because"]):
        case PartEnd.SENT_BACK:
            what = f"↩️ {who} sent *{name}*'s part back"
        case PartEnd.WITHDRAWN:
            what = f"👋 {who} does not need *{name}* any more"
        case because:
            what = f"👋 *{name}*'s part is over: {because}"
    return f"{what}: {by_colleague(words)}" if words else f"{what}."


def _part_due(line: LineSnapshot, team: Team | None) -> str:
    due = f"to {deed_of(ClockKind(line.details['clock']))} this part is due {_due(line)}"
    if line.details["owner"]:  # they are told by direct message, and need not be called twice
        return f"⏳ {due[0].upper()}{due[1:]}."
    return f"⏳ {_called(line, team)}: {due}."


def _part_late(line: LineSnapshot, _team: Team | None) -> str:
    name, kind = named(line.details["team_name"]), ClockKind(line.details["clock"])
    done = "finished" if kind is ClockKind.RESOLVE else _done(kind)
    return f"🚨 {whom(line)}: *{name}*'s part was to be {done} by {_due(line)}."


def _noted(line: LineSnapshot, _team: Team | None) -> str:
    return f"📝 {mention(line.actor)}: {_content(line.details)}"


def _note_changed(line: LineSnapshot, _team: Team | None) -> str:
    before, after = _content(line.details["before"]), _content(line.details["after"])
    return f"✏️ {mention(line.actor)} changed a note from “{before}” to “{after}”"


def _note_removed(line: LineSnapshot, _team: Team | None) -> str:
    author, said = mention(AgentId(line.details["author"])), _content(line.details["before"])
    return f"🗑️ A note of {author} was deleted in Slack; it said “{said}”"


def _compensated(line: LineSnapshot, _team: Team | None) -> str:
    article = "" if line.details.get("name") else "a "
    why = by_colleague(line.details["reason"])
    return f"🎁 {mention(line.actor)} gave {article}{_gift(line)}: {why}{_told(line)}"


def _playbook_begun(line: LineSnapshot, _team: Team | None) -> str:
    steps = line.details["length"]
    return f"📘 {mention(line.actor)} began the playbook *{named(line.details['playbook'])}*, {steps} steps."


def _step_done(line: LineSnapshot, _team: Team | None) -> str:
    return f"✅ {mention(line.actor)} ticked {_step_of(line)}"


def _step_undone(line: LineSnapshot, _team: Team | None) -> str:
    return f"⬜ {mention(line.actor)} took the tick off {_step_of(line)}"


def _step_of(line: LineSnapshot) -> str:
    step, playbook = line.details["number"], named(line.details["playbook"])
    return f"step {step} of *{playbook}*: {quiet(line.details['words'], 300)}"


def _contacted(line: LineSnapshot, _team: Team | None) -> str:
    alerted_at, due_at = line.details["alerted_at"], line.details["update_due_at"]
    after = f", {spoken(line.at - datetime.fromisoformat(alerted_at))} after the alert" if alerted_at else ""
    how = f"📞 {mention(line.actor)} contacted the customer {reached_by(line.details['channel'])}{after}"
    following = f" _The next update is due {_moment(due_at)}._" if due_at else ""
    return f"{how}: {by_colleague(line.details['words'])}{following}"


def _paused(line: LineSnapshot, _team: Team | None) -> str:
    until, why = line.details["until"], line.details["why"]
    what = (
        f"snoozed the case until {_moment(until)}" if until else f"paused the case, {line.details['reason']}"
    )
    return f"⏸️ {mention(line.actor)} {what}{f': {by_colleague(why)}' if why else '.'}"


def _resumed(line: LineSnapshot, _team: Team | None) -> str:
    """Who has the case is told by direct message, and need not be called twice."""
    length = spoken(line.at - datetime.fromisoformat(line.details["since"]))
    match PauseEnd(line.details["because"]):
        case PauseEnd.ANSWERED:
            return f"📨 The customer wrote again, so the case goes on, after {length}."
        case PauseEnd.TIME_CAME:
            why = f": {by_colleague(line.details['why'])}" if line.details["why"] else "."
            return f"⏰ The case is back from its snooze{why}"
        case _:
            return f"▶️ {mention(line.actor)} resumed the case after {length}."


def _revoked(line: LineSnapshot, _team: Team | None) -> str:
    code = quiet(line.details.get("code") or "", 200)
    block = f"\nThe customer may have its code *{code}*: see that it is blocked." if code else ""
    why = by_colleague(line.details["reason"])
    return f"↩️ {mention(line.actor)} took back the {_gift(line)}: {why}{block}"


def _gift_handed_over(line: LineSnapshot, _team: Team | None) -> str:
    code, reference = (quiet(line.details[name], 200) for name in ("code", "reference"))
    files = [link_to(file["permalink"], f"📎 {file['name']}", 80) for file in line.details["files"]]
    proof = ", ".join([*([f"code *{code}*"] if code else []), *([reference] if reference else []), *files])
    return f"📦 {mention(line.actor)} handed over the {_gift(line)}: {proof}{_told(line)}"


def _gift_expired(line: LineSnapshot, _team: Team | None) -> str:
    return f"⌛ Nobody used the {_gift(line)} in time; it expired, and every budget has it again."


def _gift_redeemed(line: LineSnapshot, _team: Team | None) -> str:
    reference, at = quiet(line.details["reference"], 200), _moment(line.details["used_at"])
    used = f"he customer used the {_gift(line)}, {at}{f', {reference}' if reference else ''}."
    return f"🛍️ T{used}" if line.actor == SYSTEM else f"🛍️ {mention(line.actor)} says that t{used}"


def _gift_not_taken(line: LineSnapshot, _team: Team | None) -> str:
    why = quiet(line.details["why"], 400)
    what = f"⚠️ The {_gift(line)} was not handed over by your system: {why}."
    if line.details["is_over"]:
        return what
    return f"{what} Do it, and say so: `/recovery handover {line.number} G{line.details['gift']} code …`"


def _told(line: LineSnapshot) -> str:
    """What the customer can be told, in the words of the catalogue; nothing while a code is missing."""
    text = quiet(line.details.get("text") or "", 1500)
    return f"\n💬 For the customer: “{text}”" if text else ""


def _approval_asked(line: LineSnapshot, _team: Team | None) -> str:
    over, why = _over(line.details["over"]), by_colleague(line.details["reason"])
    return f"🙏 {mention(line.actor)} asks {whom(line)} to approve {_asked_for(line)}: {why}\n{over}"


def _approval_passed_on(line: LineSnapshot, _team: Team | None) -> str:
    return f"🙏 Nobody has decided about {_asked_for(line)} yet; {whom(line)} can, and was told."


def _approved(line: LineSnapshot, _team: Team | None) -> str:
    details = line.details
    what = _asked_for(line) if details["because"] == ApprovalEnd.APPROVED else f"*{details['given']}*"
    asked = "" if details["because"] == ApprovalEnd.APPROVED else f", not {_asked_for(line)},"
    over = f" {_over(details['over'])}" if details["over"] else ""
    by, giver = mention(line.actor), mention(AgentId(details["asked_by"]))
    return f"✅ {by} approved {what}{asked} for {giver}, {_waited(line)}.{over}"


def _declined(line: LineSnapshot, _team: Team | None) -> str:
    giver, why = mention(AgentId(line.details["asked_by"])), by_colleague(line.details["reason"])
    return f"⛔ {mention(line.actor)} declined {_asked_for(line)} for {giver}, {_waited(line)}: {why}"


def _approval_lapsed(line: LineSnapshot, _team: Team | None) -> str:
    giver, what = mention(AgentId(line.details["asked_by"])), _asked_for(line)
    if line.details["because"] == ApprovalEnd.WITHDRAWN:
        return f"💤 {giver} took back that they asked for {what}."
    return f"💤 {what} for {giver} need not be approved any more: the case is over."


def _story_nominated(line: LineSnapshot, _team: Team | None) -> str:
    sentence = by_colleague(line.details["sentence"])
    return f"🌟 {mention(line.actor)} nominated this as a story for {whom(line)}: {sentence}"


def _story_published(line: LineSnapshot, _team: Team | None) -> str:
    return f"📣 {mention(line.actor)} published the story in {named(line.details['channel'])}."


def _story_shelved(line: LineSnapshot, _team: Team | None) -> str:
    return f"🗄️ {mention(line.actor)} set the story aside."


def _resolved(line: LineSnapshot, _team: Team | None) -> str:
    outcome, done = line.details["outcome"], by_colleague(line.details["what_was_done"])
    theme = line.details.get("theme_name")
    why = f" ({named(theme)})" if theme else ""
    return f"✅ {mention(line.actor)} resolved the case as *{outcome}*{why}: {done}"


def _reopened(line: LineSnapshot, _team: Team | None) -> str:
    owner, deadlines = line.details["owner"], line.details["deadlines"]
    who = f"{mention(owner)} has it again." if owner else "Nobody has it."
    due = "; ".join(f"to {clock} by {_moment(moment)}" for clock, moment in deadlines.items())
    promised = f" {due[0].upper()}{due[1:]}." if due else ""
    return f"🔄 {mention(line.actor)} reopened the case: {by_colleague(line.details['why'])}\n{who}{promised}"


def _merged(line: LineSnapshot, _team: Team | None) -> str:
    return f"🔀 {mention(line.actor)} merged the case into {_other(line)}, which goes on for both."


def _took_in(line: LineSnapshot, _team: Team | None) -> str:
    return f"🔀 {mention(line.actor)} merged {_other(line)} into this case."


def _unmerged(line: LineSnapshot, _team: Team | None) -> str:
    return f"↩️ {mention(line.actor)} undid the merge with {_other(line)}; both cases go on."


def _split(line: LineSnapshot, _team: Team | None) -> str:
    return f"✂️ {mention(line.actor)} split {_other(line)} off this case."


def _split_off(line: LineSnapshot, _team: Team | None) -> str:
    promise = "What is promised counts from the start of that one"
    return f"✂️ {mention(line.actor)} split this case off {_other(line)}. {promise}."


def _burst_began(line: LineSnapshot, _team: Team | None) -> str:
    customers, took = line.details["customers"], timedelta(seconds=line.details["seconds"])
    return f"🌊 {customers} customers said the same within {spoken(took)}; this case stands for theirs."


def _gathered(line: LineSnapshot, _team: Team | None) -> str:
    stands = f"{_other(line)} stands for this case: it is worked there, and promised there"
    return f"🌊 Many customers say the same. {stands}."


def _left_alone(line: LineSnapshot, _team: Team | None) -> str:
    stands = f"{_other(line)} stands for theirs"
    return f"🌊 Many customers say the same: {stands}. This case goes on by itself, as it was begun with."


def _taken_out(line: LineSnapshot, _team: Team | None) -> str:
    who = "It" if line.actor == SYSTEM else mention(line.actor)
    if line.details.get("is_parent"):
        return f"🫧 {who} took {_other(line)} out, which goes on by itself."
    return f"🫧 {who} took this case out of {_other(line)}. It goes on by itself from now on."


def _carried(line: LineSnapshot, _team: Team | None) -> str:
    is_one = line.details["members"] == 1
    cases = "1 case" if is_one else f"{line.details['members']:,} cases"
    match CarriedKind(line.details["what"]):
        case CarriedKind.CONTACTED:
            return f"🌊 The customers of {cases} were told the same."
        case CarriedKind.TAKEN_OUT:
            return f"🫧 {cases} {'goes on by itself' if is_one else 'go on by themselves'} from now on."
        case CarriedKind.RESOLVED:
            return f"🌊 {cases} {'is' if is_one else 'are'} resolved with it."
        case CarriedKind.REOPENED:
            return f"🌊 {cases} {'is' if is_one else 'are'} open again with it."


def _pinged(line: LineSnapshot, team: Team | None) -> str:
    due = f"to {line.details['clock']} this case is due {_due(line)}"
    if line.details.get("owner"):  # who has it is told by direct message, and need not be called twice
        return f"⏳ {due[0].upper()}{due[1:]}.{_helpers(line)}"
    return f"⏳ {_called(line, team)}: {due}.{_helpers(line)}"


def _helpers(line: LineSnapshot) -> str:
    helpers = line.details.get("helpers")
    return f" Who helps: {' '.join(mention(AgentId(who)) for who in helpers)}." if helpers else ""


def _escalated(line: LineSnapshot, _team: Team | None) -> str:
    step = line.details.get("step", 1)
    if step > 1:
        return f"🚨 Escalated to {whom(line)}, step {step} of {line.details['steps']}: {why_escalated(line)}."
    by = "Escalated" if "clock" in line.details else f"{mention(line.actor)} escalated this"
    return f"🚨 {by} to {whom(line)}: {why_escalated(line)}."


def whom(line: LineSnapshot) -> str:
    """Whom a step of an escalation tells; Slack calls them where they read it."""
    people = [mention(AgentId(person)) for person in line.details["to"]]
    groups = [f"<!subteam^{group}>" for group in line.details.get("user_groups", ())]
    channels = [named(channel) for channel in line.details.get("channels", ())]
    return " ".join([*people, *groups, *channels])


def why_escalated(line: LineSnapshot) -> str:
    """The promise that was not kept, or what the person who raised it said."""
    if "clock" in line.details:
        return f"it was to be {_done(line.details['clock'])} by {_due(line)}"
    return by_colleague(line.details["reason"].rstrip("."))


def _breached(line: LineSnapshot, _team: Team | None) -> str:
    done = _done(line.details["clock"])
    return f"❗ It was to be {done} by {_due(line)} as well; the escalation goes on."


def _acknowledged(line: LineSnapshot, _team: Team | None) -> str:
    return f"👀 {mention(line.actor)} acknowledged the escalation."


def _extended(line: LineSnapshot, _team: Team | None) -> str:
    details, more = line.details, spoken(timedelta(seconds=line.details["seconds"]))
    until = f"; it is due {_due(line)} now" if details["due_at"] else ""
    what = f"➕ {mention(line.actor)} gave it {more} more to {details['clock']}{until}"
    return f"{what}: {by_colleague(details['reason'])}"


def _taken_over(line: LineSnapshot, _team: Team | None) -> str:
    return f"💪 {mention(line.actor)} took the case over from {mention(line.details['before'])}."


def _admins_told(_line: LineSnapshot, _team: Team | None) -> str:
    return "📣 Nobody acknowledged the escalation; the admins were told."


def _delivery_failed(line: LineSnapshot, _team: Team | None) -> str:
    return f"⚠️ Slack refused what we owe it: {quiet(line.details['error'], 200)}."


def _delivery_mended(_line: LineSnapshot, _team: Team | None) -> str:
    return "👌 Slack takes what we owe it again."


SAYINGS: Mapping[CaseEventKind, Callable[[LineSnapshot, Team | None], str]] = {
    CaseEventKind.OPENED: _opened,
    CaseEventKind.CLAIMED: _claimed,
    CaseEventKind.ASSIGNED: _assigned,
    CaseEventKind.REASSIGNED: _reassigned,
    CaseEventKind.RELEASED: _released,
    CaseEventKind.MOVED: _moved,
    CaseEventKind.PRIORITY_CHANGED: _priority_changed,
    CaseEventKind.KIND_CHANGED: _kind_changed,
    CaseEventKind.CORRECTED: _corrected,
    CaseEventKind.HANDED_OVER: _handed_over,
    CaseEventKind.RETURNED: _returned,
    CaseEventKind.HELPER_ADDED: _helper_added,
    CaseEventKind.HELPER_REMOVED: _helper_removed,
    CaseEventKind.TEAM_INVOLVED: _team_involved,
    CaseEventKind.PART_TAKEN: _part_taken,
    CaseEventKind.PART_GIVEN_BACK: _part_given_back,
    CaseEventKind.PART_DONE: _part_done,
    CaseEventKind.PART_ENDED: _part_ended,
    CaseEventKind.PART_DUE: _part_due,
    CaseEventKind.PART_LATE: _part_late,
    CaseEventKind.NOTED: _noted,
    CaseEventKind.NOTE_CHANGED: _note_changed,
    CaseEventKind.NOTE_REMOVED: _note_removed,
    CaseEventKind.COMPENSATED: _compensated,
    CaseEventKind.COMPENSATION_REVOKED: _revoked,
    CaseEventKind.COMPENSATION_HANDED_OVER: _gift_handed_over,
    CaseEventKind.COMPENSATION_EXPIRED: _gift_expired,
    CaseEventKind.COMPENSATION_REDEEMED: _gift_redeemed,
    CaseEventKind.COMPENSATION_NOT_TAKEN: _gift_not_taken,
    CaseEventKind.APPROVAL_ASKED: _approval_asked,
    CaseEventKind.APPROVAL_PASSED_ON: _approval_passed_on,
    CaseEventKind.APPROVED: _approved,
    CaseEventKind.DECLINED: _declined,
    CaseEventKind.APPROVAL_LAPSED: _approval_lapsed,
    CaseEventKind.STORY_NOMINATED: _story_nominated,
    CaseEventKind.STORY_PUBLISHED: _story_published,
    CaseEventKind.STORY_SHELVED: _story_shelved,
    CaseEventKind.PLAYBOOK_BEGUN: _playbook_begun,
    CaseEventKind.STEP_DONE: _step_done,
    CaseEventKind.STEP_UNDONE: _step_undone,
    CaseEventKind.CONTACTED: _contacted,
    CaseEventKind.PAUSED: _paused,
    CaseEventKind.RESUMED: _resumed,
    CaseEventKind.RESOLVED: _resolved,
    CaseEventKind.REOPENED: _reopened,
    CaseEventKind.MERGED: _merged,
    CaseEventKind.TOOK_IN: _took_in,
    CaseEventKind.UNMERGED: _unmerged,
    CaseEventKind.SPLIT: _split,
    CaseEventKind.SPLIT_OFF: _split_off,
    CaseEventKind.BURST_BEGAN: _burst_began,
    CaseEventKind.GATHERED: _gathered,
    CaseEventKind.LEFT_ALONE: _left_alone,
    CaseEventKind.TAKEN_OUT: _taken_out,
    CaseEventKind.CARRIED: _carried,
    CaseEventKind.PINGED: _pinged,
    CaseEventKind.BREACHED: _breached,
    CaseEventKind.ESCALATED: _escalated,
    CaseEventKind.ACKNOWLEDGED: _acknowledged,
    CaseEventKind.ADMINS_TOLD: _admins_told,
    CaseEventKind.EXTENDED: _extended,
    CaseEventKind.TAKEN_OVER: _taken_over,
    CaseEventKind.DELIVERY_FAILED: _delivery_failed,
    CaseEventKind.DELIVERY_MENDED: _delivery_mended,
}
"""How each happening is told; `team` is whom to call where nobody has the case."""


def _other(line: LineSnapshot) -> str:
    return f"*#{line.details['other']}* “{quiet(line.details['title'], 80)}”"


def _promised(details: dict[str, Any]) -> str:
    """What became of the promise: which it is, and each deadline that moved, with where it was."""
    if not details["deadlines"]:
        return "The promise stays."
    now, before = details["promise"], details["promise_before"]
    which = f"By the promise *{named(now)}*, from the start" if now != before else "By the same promise"
    return f"{which}: {'; '.join(map(_deadline, details['deadlines']))}."


def _deadline(moved: dict[str, Any]) -> str:
    before, after = moved["before"], moved["after"]
    if after is None:
        return f"to {moved['clock']} is not promised any more"
    when = f"by {_moment(after)}" if after else "after the pause"
    return f"to {moved['clock']} {when}{_was(before)}"


def _was(before: str | None) -> str:
    """Where a deadline was: nowhere before, or unknown because of a pause."""
    if before is None:
        return " (new)"
    return f" (was {_moment(before)})" if before else ""


def _content(note: Mapping[str, Any]) -> str:
    """What a note says, with a link to each file that was shared with it."""
    files = [link_to(file["permalink"], f"📎 {file['name']}", 80) for file in note.get("files", ())]
    return " ".join([*([by_colleague(note["text"])] if note["text"] else []), *files])


def _gift(line: LineSnapshot) -> str:
    details, money = line.details, money_of(line.details)
    number = f" (G{details['gift']})" if "gift" in details else ""
    what = quiet(details.get("name") or details["kind"], 200)
    return words_of_gift(what, details.get("quantity"), f"*{money}*" if money.amount else "") + number


def _asked_for(line: LineSnapshot) -> str:
    return f"*{quiet(line.details['gift'], 200)}*"


def _over(limits: Sequence[str]) -> str:
    return f"It is over {'; and over '.join(limits)}."


def _waited(line: LineSnapshot) -> str:
    return f"{spoken(timedelta(seconds=line.details['seconds']))} after it was asked for"


def _called(line: LineSnapshot, team: Team | None) -> str:
    owner = line.details.get("owner")
    if owner:
        return mention(AgentId(owner))
    return f"{_call(team) if team else ''} nobody has it yet".strip()


def _call(team: Team) -> str:
    """Everybody of a team; a large one by its user groups, and where it has none those who come first."""
    if len(team.members) <= MOST_CALLED:
        return " ".join(map(mention, team.members))
    if team.groups:
        return " ".join(f"<!subteam^{group}>" for group in team.groups)
    rest = len(team.members) - MOST_CALLED
    return f"{' '.join(map(mention, team.members[:MOST_CALLED]))} and {rest} more,"


def _due(line: LineSnapshot) -> str:
    due = line.details["due_at"]
    return _moment(due) if due else "once its pause is over"


def _moment(written: str) -> str:
    return clock_time(datetime.fromisoformat(written), MOMENT)


def _done(clock: str) -> str:
    return {"acknowledge": "acknowledged", "contact": "answered", "update": "updated", "resolve": "resolved"}[
        clock
    ]
