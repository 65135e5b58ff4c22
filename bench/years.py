"""Two years of a shop with several teams: many cases that are over, and some that are not."""

from datetime import datetime, timedelta

from sqlalchemy import text

from bot.database import Database

YEARS = timedelta(days=730)
TEAMS, PEOPLE = 6, 60

FILL = """
insert into customers (id, name, segment, first_heard_at)
select g, 'Customer ' || g, case when g % 10 = 0 then 'gold' end, :at - :years
  from generate_series(1, :cases / 4) g;

insert into feedback (id, source, external_id, customer_id, text, attributes, is_imported, received_at)
select g, case when g % 3 = 0 then 'x' else 'email' end, g::text, 1 + g % (:cases / 4),
       'My parcel never came, and nobody answers me: ' || g, '{}', false,
       :at - (:cases - g) * (cast(:years as interval) / :cases)
  from generate_series(1, :cases) g;

insert into sentiments (feedback_id, label, score, p_negative, p_neutral, p_positive, is_truncated, model,
                        themes, scored_at)
select id, 'negative', -0.8, 0.8, 0.1, 0.1, false, 'bench',
       case when id % 5 = 0 then '[["delivery", 0.9]]'::jsonb else '[["quality", 0.8]]'::jsonb end,
       received_at
  from feedback;

insert into cases (id, feedback_id, customer_id, title, kind, priority, status, team, rule, why, version,
                   opened_at, resolved_at)
select id, id, customer_id, 'My parcel never came ' || id,
       case when id % 10 < 7 then 'complaint' when id % 10 < 9 then 'query' else 'compliment' end,
       case when id % 20 = 0 then 'urgent' when id % 20 < 5 then 'high' else 'normal' end,
       case when id % 2 = 1 or id <= :cases - 2 * :open then 'resolved' when id % 8 = 0 then 'open'
            else 'in progress' end,
       'team' || id / 8 % :teams, 'Delivery went wrong', 'A delivery went wrong', 3, received_at,
       case when id % 2 = 1 or id <= :cases - 2 * :open
            then least(received_at + (1 + id % 47) * interval '1 hour', :at) end
  from feedback;

insert into assignments (case_id, agent_id, assigned_by, assigned_at)
select id, case when status <> 'resolved' and id % 4 = 2 then :busiest else 'U' || id / 8 % :people end,
       'system', opened_at + interval '10 minutes'
  from cases where status <> 'open';

insert into sla_clocks (case_id, kind, promise, hours, time_zone, days_off, is_round_the_clock, ping_at,
                        started_at, due_at, stopped_at, next_mark_at, marked_until)
select id, clock.kind, length, '24/7', 'UTC', '[]', true, '[0.5]', opened_at, opened_at + length, stopped,
       case when stopped is null then opened_at + length end, opened_at
  from cases,
       lateral (values ('acknowledge', interval '20 days',
                        case when status <> 'open' then opened_at + interval '10 minutes' end),
                       ('resolve', interval '25 days', resolved_at)) clock (kind, length, stopped);

insert into outcomes (case_id, kind, theme, what_was_done, decided_by, at)
select id, case when id % 9 = 0 then 'duplicate' else 'recovered' end, 'delivery', 'Sent it again', 'U1',
       resolved_at
  from cases where status = 'resolved';

insert into interactions (case_id, direction, channel, words, by, at)
select id, 'out', 'phone', 'Said sorry', 'U1', opened_at + interval '1 hour' from cases where id % 2 = 0;

insert into escalations (case_id, step, reason, raised_by, at, ended_at, ended_because)
select id, 1, 'late', 'system', opened_at + interval '1 day',
       case when status = 'resolved' then resolved_at end,
       case when status = 'resolved' then 'the case was resolved' end
  from cases where id % 8 = 4;

insert into case_events (case_id, kind, actor, details, at)
select id, 'opened', 'system', '{}', opened_at from cases;

insert into messages (key, purpose, case_id, slack_channel, in_thread, posted_channel, ts, wanted_version,
                      shown_version, promised_at, failures)
select gen_random_uuid(), 'card', id, '#' || team, false, 'C0DELIVERY', id::text, 1, 1, opened_at, 0
  from cases;

select setval(pg_get_serial_sequence(name, 'id'), :cases)
  from unnest(array['customers', 'feedback', 'cases']) name
"""
"""Every other one of the latest cases is over. Of those that are not, half are the busiest person's, a fourth
is nobody's and a fourth was raised.
"""


def fill(books: Database, *, cases: int, still_open: int, busiest: str, at: datetime) -> None:
    """So many cases, of which the latest but for every other one are open, the last opened at `at`."""
    values = {"cases": cases, "open": still_open, "busiest": busiest, "at": at, "years": YEARS}
    with books.transaction() as session:
        session.execute(text("set local session_replication_role = replica"))  # what refers to what is known
        for statement in FILL.split(";\n"):
            session.execute(text(statement), values | {"teams": TEAMS, "people": PEOPLE})
    with books.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
