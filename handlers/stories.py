"""Recoveries that are worth telling: nominated with a sentence, published or set aside by a lead."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers import messages, notices
from handlers.act import Act
from handlers.cases import refuse, standing_of, take_case
from handlers.errors import CannotDo
from handlers.history import record
from handlers.owners import list_here
from handlers.snapshots import team_name
from models.case import Case, Outcome
from models.customer import Profile
from models.feedback import Feedback
from models.policies import stories as policy
from models.policies.permissions import Verb
from models.policies.rights import Role
from models.policies.rulebook import Rulebook
from models.policies.stories import Identity, Nominated
from models.story import Story
from models.vocabulary import AgentId, CaseEventKind, StoryEnd

_TELLS = re.compile(r"\d{3}|@")
"""Of a value that came along with the feedback: it may be a number or an address of the customer."""


def nominate(session: Session, case_id: int, act: Act, *, sentence: str) -> Story:
    """Propose to tell how this case ended, without who the customer is; its leads are asked."""
    case = take_case(session, case_id, act, Verb.NOMINATE)
    words = sentence.strip()
    if not words:
        example = f"/recovery nominate {case_id} She writes poems about our lamps now"
        raise CannotDo(f"Say in a sentence why it is worth telling: `{example}`.", field="sentence")
    if len(words) > policy.SENTENCE_LENGTH:
        long = f"Say it in at most {policy.SENTENCE_LENGTH} characters; these are {len(words)}."
        raise CannotDo(long, field="sentence")
    latest = find_latest(session, case_id)
    waiting = latest if latest is not None and latest.ended_as is None else None
    refuse(
        policy.why_not_nominate(standing_of(session, case), waiting, act.rulebook.stories_channel),
        field="sentence",
    )
    story = Story(case_id=case.id, sentence=words, nominated_by=act.by, nominated_at=act.at)
    story.text = _text(session, case, words, act.rulebook)
    session.add(story)
    session.flush()
    asked = _leads(session, case, act)
    event = record(
        session, case, CaseEventKind.STORY_NOMINATED, by=act.by, at=act.at, sentence=words, to=asked
    )
    messages.promise_line(session, case, event)
    for lead in asked:
        messages.promise_nomination(session, case, event, to=lead, story_id=story.id)
    return story


def publish(session: Session, case_id: int, act: Act, *, text: str | None) -> Story:
    """Tell it in the stories' channel, in the words that the lead saw, or in these of theirs."""
    case = take_case(session, case_id, act, Verb.PUBLISH)
    story = _get_waiting(session, case_id)
    words = story.text if text is None else text.strip()
    refuse(policy.why_not_publish(standing_of(session, case), words), field="text")
    channel = act.rulebook.stories_channel
    if channel is None:
        raise CannotDo("An admin must name the stories' channel in rules.yaml first, under stories.")
    story.text = words
    messages.promise_story(session, channel, words, act.at)
    _end(session, case, story, StoryEnd.PUBLISHED, act, CaseEventKind.STORY_PUBLISHED, channel=channel)
    return story


def shelve(session: Session, case_id: int, act: Act) -> Story:
    """Not to be told: whoever nominated it hears of it."""
    case = take_case(session, case_id, act, Verb.SHELVE)
    story = _get_waiting(session, case_id)
    _end(session, case, story, StoryEnd.SHELVED, act, CaseEventKind.STORY_SHELVED)
    return story


def find_latest(session: Session, case_id: int) -> Nominated | None:
    """The last nomination of a case, waiting or not."""
    row = _latest(session, case_id)
    return nominated_of(row) if row is not None else None


def get_waiting(session: Session, case_id: int) -> Nominated:
    """The nomination of a case that waits; raises CannotDo where none does."""
    return nominated_of(_get_waiting(session, case_id))


def load_story(session: Session, story_id: int) -> Nominated:
    """A nomination as it stands now."""
    return nominated_of(session.get_one(Story, story_id))


def nominated_of(row: Story) -> Nominated:
    """The row as the value that policies and views know."""
    return Nominated(
        number=row.id,
        case=row.case_id,
        sentence=row.sentence,
        text=row.text,
        by=row.nominated_by,
        at=row.nominated_at,
        ended_as=row.ended_as,
        ended_by=row.ended_by,
        ended_at=row.ended_at,
    )


def identity_of(session: Session, case: Case) -> Identity:
    """By what the customer of a case is known: name, handles, and what came along that holds a number."""
    handles = session.scalars(select(Profile.handle).where(Profile.customer_id == case.customer_id)).all()
    feedback = session.get_one(Feedback, case.feedback_id)
    values = [str(value) for value in feedback.attributes.values() if isinstance(value, str | int)]
    return Identity(
        names=(case.customer.name,) if case.customer.name else (),
        handles=tuple(handles),
        others=tuple(value for value in values if _TELLS.search(value)),
    )


def _text(session: Session, case: Case, sentence: str, rulebook: Rulebook) -> str:
    outcome = session.get_one(Outcome, case.id)
    feedback = session.get_one(Feedback, case.feedback_id)
    return policy.told(
        team=team_name(rulebook, case.team),
        sentence=sentence,
        words=feedback.text,
        done=outcome.what_was_done,
        who=identity_of(session, case),
    )


def _leads(session: Session, case: Case, act: Act) -> list[AgentId]:
    """The leads of the team who are here, all of them where nobody is; the admins where it has none."""
    leads = act.rulebook.people_of(case.team, {Role.LEAD}) or act.rulebook.admins.members
    return list_here(session, leads)


def _latest(session: Session, case_id: int) -> Story | None:
    return session.scalar(
        select(Story)
        .where(Story.case_id == case_id)
        .order_by(Story.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def _get_waiting(session: Session, case_id: int) -> Story:
    """Who ends it holds the case, so that of two at once one is second."""
    row = _latest(session, case_id)
    refuse(policy.why_not_end(nominated_of(row) if row is not None else None, case_id))
    if row is None:
        raise CannotDo(f"Nobody has nominated case #{case_id}.")
    return row


def _end(
    session: Session, case: Case, story: Story, end: StoryEnd, act: Act, kind: CaseEventKind, **details: str
) -> None:
    story.ended_as, story.ended_by, story.ended_at = end, act.by, act.at
    event = record(session, case, kind, by=act.by, at=act.at, **details)
    messages.promise_line(session, case, event)
    messages.refresh_nomination(session, case.id, story.id)
    if story.nominated_by != act.by:
        notices.tell(session, story.nominated_by, event)
