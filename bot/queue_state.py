"""How the queue stands, read from procrastinate's own tables and by the database's own clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from handlers.jobs import Job
from models.policies.audit import ENDLESS_JOB, SILENT_JOB

SILENT_WORKER = timedelta(seconds=15)
"""A worker that said nothing for so long is counted no more."""

_STATE = text(
    """
    with job as (
        select id, task_name, status, lock, priority, scheduled_at, worker_id,
               (select max(at) from procrastinate_events where job_id = procrastinate_jobs.id) as since
          from procrastinate_jobs
         where status in ('todo', 'doing', 'failed')
    ),
    next_of_its_lock as (  -- as workers take them: one that runs holds back the others
        select distinct on (lock, case when lock is null then id end)
               status, coalesce(scheduled_at, since) as due
        from job
        where status in ('todo', 'doing')
        order by lock, case when lock is null then id end, status = 'doing' desc, priority desc, id
    ),
    able as (select now() - due as waits from next_of_its_lock where status = 'todo' and due <= now()),
    stalled as (
        select job.id
        from job left join procrastinate_workers worker on worker.id = worker_id
        where status = 'doing'
          and (coalesce(last_heartbeat, since) < now() - :silent or since < now() - :endless)
    )
    select (select count(*) from procrastinate_workers where last_heartbeat > now() - :silent_worker),
           (select count(*) from job where status = 'todo' and coalesce(scheduled_at, now()) <= now()),
           (select coalesce(max(waits), interval '0') from able),
           (select count(*) from able where waits > :late),
           (select count(*) from stalled),
           (select count(*) from job where status = 'failed'),
           (select array(select distinct task_name from job where status = 'failed' order by 1)),
           (select count(*) from procrastinate_jobs
             where task_name = :hear and status in ('todo', 'doing') and attempts > 0
               and (select min(at) from procrastinate_events where job_id = procrastinate_jobs.id)
                   < now() - :late)
    """
)


@dataclass(frozen=True, slots=True)
class QueueState:
    """The queue at one moment.

    `workers` are those that were heard of lately. `waiting` jobs are due, also those that stand behind
    another of their lock; `oldest_wait` and `late` are of those that a worker could take. `stalled` jobs
    were begun and are not gone on with. `failed` ones were given up; `failed_kinds` are their names.
    `unheard` is feedback that waits as long as what is late, however often it was tried: no model hears it.
    """

    workers: int
    waiting: int
    oldest_wait: timedelta
    late: int
    stalled: int
    failed: int
    failed_kinds: Sequence[str]
    unheard: int


def load_queue_state(session: Session, *, late: timedelta) -> QueueState:
    """Count; late is a job that waits longer than `late`."""
    asked = {
        "late": late,
        "silent": SILENT_JOB,
        "endless": ENDLESS_JOB,
        "silent_worker": SILENT_WORKER,
        "hear": Job.HEAR.value,
    }
    return QueueState(*session.execute(_STATE, asked).one())
