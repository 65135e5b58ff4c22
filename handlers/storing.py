"""Feedback is stored, once, together with who said it; each is one question to PostgreSQL."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Boolean, DateTime, Double, String, bindparam, delete, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from models.customer import Customer
from models.policies.incoming_facts import MOST_OF_CUSTOMER, customer_attributes_of, segment_of
from models.policies.intake import IncomingFeedback

_WORDS = ("source", "external_id", "handle", "name", "segment", "title", "text", "survey_scale", "language")
_MOMENT = DateTime(timezone=True)

_STORE = text(
    """
    with known as (
        select from feedback where source = :source and external_id = :external_id
    ), found as (
        select customer_id as id from profiles
         where source = :source and handle = :handle and not exists (select from known)
    ), told as (
        update customers
           set segment = coalesce(:segment, segment),
               attributes = coalesce((
                   select jsonb_object_agg(name, value) from (
                       select name, value from jsonb_each(attributes || :of_customer) as each (name, value)
                        order by not :of_customer ? name, name collate "C" limit :most_of_customer
                   ) as kept), '{}')
         where id in (select id from found)
           and (segment is distinct from coalesce(:segment, segment) or not attributes @> :of_customer)
    ), added as (
        insert into customers (name, segment, attributes, first_heard_at)
        select :name, :segment, :of_customer, :received_at
         where not exists (select from known) and not exists (select from found)
        returning id
    ), introduced as (
        insert into profiles (customer_id, source, handle)
        select id, :source, :handle from added where :handle is not null
        on conflict do nothing returning customer_id as id
    ), speaker as (
        select id from found union all select id from introduced
        union all select id from added where :handle is null
    ), stored as (
        insert into feedback (source, external_id, customer_id, title, text, survey_score, survey_scale,
                              language, permalink, attributes, is_imported, occurred_at, received_at)
        select :source, :external_id, id, :title, :text, :survey_score, :survey_scale,
               :language, :permalink, :attributes, :is_imported, :occurred_at, :received_at from speaker
        on conflict (source, external_id) do nothing returning id, customer_id
    ), nobody as (
        select id from added except (select id from introduced union all select customer_id from stored)
    )
    select (select id from stored), exists (select from known), (select id from nobody)
    """
).bindparams(
    *(bindparam(name, type_=String()) for name in (*_WORDS, "permalink")),
    bindparam("survey_score", type_=Double()),
    bindparam("attributes", type_=JSONB()),
    bindparam("of_customer", type_=JSONB()),
    bindparam("most_of_customer", MOST_OF_CUSTOMER),
    bindparam("is_imported", type_=Boolean()),
    bindparam("occurred_at", type_=_MOMENT),
    bindparam("received_at", type_=_MOMENT),
)
"""Customer, handle and feedback at once; all parts of it see what was there before it began.

It answers with the feedback's id, whether we had it already, and a customer whom nothing refers to: somebody
else has just stored the same handle, or the same words of a stranger.
"""


def store_feedback(
    session: Session, incoming: IncomingFeedback, at: datetime, *, is_imported: bool
) -> int | None:
    """Store one piece of feedback; its id, or None when its source already gave us that external id.

    One customer stands behind a handle. Feedback without a handle is by somebody unknown, each time
    somebody else. Where somebody was faster with the handle or the words, what they stored is there by the
    time we know, and the second question finds it.
    """
    row = {**columns_of_feedback(incoming, at, is_imported=is_imported), **_speaker(incoming)}
    while True:
        feedback_id, is_known, nobody = session.execute(_STORE, row).one()
        if nobody is not None:
            session.execute(delete(Customer).where(Customer.id == nobody))
        if feedback_id is not None or is_known:
            return cast("int | None", feedback_id)


def columns_of_feedback(incoming: IncomingFeedback, at: datetime, *, is_imported: bool) -> dict[str, Any]:
    """A row of feedback, but for who said it."""
    return {
        "source": incoming.source,
        "external_id": incoming.external_id,
        "title": incoming.title,
        "text": incoming.text,
        "survey_score": incoming.score,
        "survey_scale": incoming.score_scale,
        "language": incoming.language,
        "permalink": incoming.permalink,
        "attributes": dict(incoming.attributes),
        "is_imported": is_imported,
        "occurred_at": incoming.occurred_at,
        "received_at": at,
    }


def _speaker(incoming: IncomingFeedback) -> dict[str, Any]:
    return {
        "handle": incoming.author_handle,
        "name": incoming.author_name or incoming.author_handle,
        "segment": segment_of(incoming),
        "of_customer": customer_attributes_of(incoming),
    }
