"""A database of its own with as many open cases and running clocks as a bench wants."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from bot.database import Database, EmbeddedPostgres, migrate
from bot.jobs import JobQueue

FILL = """
insert into customers (id, first_heard_at) select g, :at from generate_series(1, :cases) g;

insert into feedback (id, source, external_id, customer_id, text, attributes, is_imported, received_at)
select g, 'email', g::text, g, 'My parcel never came', '{}', false, :at from generate_series(1, :cases) g;

insert into cases (id, feedback_id, customer_id, title, kind, priority, status, team, rule, why, version,
                   opened_at)
select g, g, g, 'My parcel never came', 'complaint', 'high', 'open', 'deliveries', 'Delivery went wrong',
       'A delivery went wrong', 1, :at from generate_series(1, :cases) g;

insert into messages (key, purpose, case_id, slack_channel, in_thread, posted_channel, ts, wanted_version,
                      shown_version, promised_at, failures)
select gen_random_uuid(), 'card', g, '#recovery-deliveries', false, 'C0DELIVERY', g::text, 1, 1, :at, 0
  from generate_series(1, :cases) g;

insert into sla_clocks (case_id, kind, promise, hours, time_zone, days_off, is_round_the_clock, ping_at,
                        started_at, due_at, next_mark_at, marked_until)
select g, 'resolve', interval '3 hours', '24/7', 'UTC', '[]', true, '[0.5]', mark - interval '90 minutes',
       mark + interval '90 minutes', mark, mark - interval '90 minutes'
  from generate_series(1, :cases) g,
       lateral (select cast(:at as timestamptz) + case when g <= :due then g * cast(:apart as interval)
                       else interval '1 day' + g * interval '1 second' end as mark) m;

insert into case_documents (case_id, version, vector)
select g, 1, setweight(to_tsvector('simple', 'my parcel never came'), 'B') from generate_series(1, :cases) g;

select setval(pg_get_serial_sequence(name, 'id'), :cases)
  from unnest(array['customers', 'feedback', 'cases']) name
"""
"""The cases have cards that stand in Slack, so that a sweep owes them an edit, as it does at work.

A promise is pinged at half of its three hours, which is no moment at which a card says something new anyway.
"""


@contextmanager
def open_books() -> Iterator[Database]:
    """An empty, migrated database on a server of its own, which goes away."""
    with tempfile.TemporaryDirectory(prefix="recovery-bench-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres")
        books = None
        try:
            migrate(server.url)
            books = Database(server.url, JobQueue(server.url))
            yield books
        finally:
            if books is not None:
                books.close()
            server.stop()


def fill(books: Database, *, cases: int, due: int, at: datetime, apart: timedelta) -> None:
    """Make so many open cases with a clock each, of which the first `due` are pinged from `at` on.

    They come `apart`; the others are far off.
    """
    values = {"cases": cases, "due": due, "at": at, "apart": apart}
    with books.transaction() as session:
        session.execute(text("set local session_replication_role = replica"))  # what refers to what is known
        for statement in FILL.split(";"):
            session.execute(text(statement), values)
    with books.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
