"""Cases to search through, as many as a bench wants: words as rare and as common as in a language."""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import accumulate

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from bot.database import Database
from handlers.documents import find_stems
from models.policies.searching import ERA, Text, Weight, write_vector
from models.policies.words import can_be_mistyped, stemmer_of, variants_of, words_in
from models.search import KnownWord

SENTENCES, VOCABULARY, WORDS_IN_A_SENTENCE = 5_000, 30_000, 14
NAMES = 3_000
SOUNDS = (
    "ba",
    "cor",
    "del",
    "fen",
    "gri",
    "hal",
    "im",
    "jo",
    "kest",
    "lor",
    "mun",
    "nar",
    "ost",
    "pel",
    "ri",
)
SHARES = {"parcel": 0.4, "refund": 0.05, "courier": 0.005, "zeppelin": 0.001}
"""How large a part of the sentences has each of these words."""
OLD_WORD = "blackout"
"""In every case of the oldest tenth, and in no other."""

TABLES = """
create temp table words (id int primary key, word text) on commit drop;
create temp table sentences (id int primary key, words text, vector tsvector) on commit drop
"""
FILL = """
insert into customers (id, name, first_heard_at)
select g, initcap(first.word || ' ' || last.word), :at from generate_series(1, :cases / 4) g
  join words first on first.id = 1 + g % :names join words last on last.id = 1 + g / 7 % :names;

insert into profiles (customer_id, source, handle)
select id, 'email', lower(replace(name, ' ', '.')) || id || '@example.com' from customers;

insert into feedback (id, source, external_id, customer_id, text, attributes, is_imported, received_at)
select g, 'email', g::text, 1 + g % (:cases / 4), one.words || ' ' || two.words
       || case when g < :cases / 10 then ' ' || :old else '' end, '{}', false, :at
  from generate_series(1, :cases) g
  join sentences one on one.id = 1 + g * 7919::bigint % :sentences
  join sentences two on two.id = 1 + g * 104729::bigint / 3 % :sentences;

insert into cases (id, feedback_id, customer_id, title, kind, priority, status, team, rule, why, version,
                   opened_at, resolved_at)
select id, id, customer_id, left(text, 80), 'complaint', 'high', 'resolved',
       case when id % 20 = 0 then 'legal' else 'deliveries' end, 'Delivery went wrong',
       'A delivery went wrong', 1, :at, :at from feedback;

insert into notes (case_id, author, text, at)
select g * 10, 'U0ANA', words, :at from generate_series(1, :cases / 10) g
  join sentences on sentences.id = 1 + g % :sentences;

insert into case_documents (case_id, version, vector)
select cases.id, 1,
       setweight(to_tsvector('simple', customers.name), 'A') || one.vector || two.vector
       || case when cases.id < :cases / 10 then setweight(to_tsvector('simple', :old), 'B') else '' end
       || coalesce(setweight(noted.vector, 'C'), '')
       || cast('''@' || cases.id / :era || '''' as tsvector)
  from cases join customers on customers.id = cases.customer_id
  join sentences one on one.id = 1 + cases.id * 7919::bigint % :sentences
  join sentences two on two.id = 1 + cases.id * 104729::bigint / 3 % :sentences
  left join sentences noted on cases.id % 10 = 0 and noted.id = 1 + cases.id / 10 % :sentences;

insert into document_languages
select language, case language when 'en' then :cases else 1 end
  from unnest(array['en', 'de', 'fr', 'es', 'it', 'nl', 'pt', 'sv']) language;

create index ix_case_documents_vector on case_documents using gin (vector) with (fastupdate = off)
"""


def fill(books: Database, *, cases: int, at: datetime) -> None:
    """So many resolved cases, every twentieth of them of a team called `legal`, with their documents.

    They are in English, and as if a few were in each of seven other languages, so that all are asked in.
    """
    chance = random.Random(8)
    names = _invent(chance, NAMES)
    sentences = list(_write_sentences(chance, [*SHARES, *_invent(chance, VOCABULARY)]))
    values = {"cases": cases, "at": at, "names": NAMES, "sentences": SENTENCES, "era": ERA, "old": OLD_WORD}
    with books.transaction() as session:
        session.execute(text("set local session_replication_role = replica"))  # what refers to what is known
        session.execute(text("set local maintenance_work_mem = '512MB'"))
        session.execute(text("drop index ix_case_documents_vector"))
        _lay_out(session, names, sentences)
        for statement in FILL.split(";\n"):
            session.execute(text(statement), values)
    with books.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))


def _lay_out(session: Session, names: Sequence[str], sentences: Sequence[str]) -> None:
    """Names and sentences for the statements to choose from, and every word of them as known."""
    for table in TABLES.split(";"):
        session.execute(text(table))
    stemmer = stemmer_of("en") or ""
    said = {word for sentence in sentences for word in words_in(sentence)}
    stems = find_stems(session, ((stemmer, word) for word in said))
    vectors = (write_vector(0, [Text(words_in(each), Weight.FEEDBACK, "en")], stems) for each in sentences)
    known = [each for each in sorted({*said, *names, OLD_WORD}) if can_be_mistyped(each)]
    session.execute(insert(KnownWord), [{"word": each, "variants": variants_of(each)} for each in known])
    session.execute(
        text("insert into words values (:id, :word)"),
        [{"id": n, "word": name} for n, name in enumerate(names, 1)],
    )
    session.execute(
        text("insert into sentences values (:id, :words, ts_delete(cast(:vector as tsvector), '@0'))"),
        [
            {"id": n, "words": words, "vector": vector}
            for n, (words, vector) in enumerate(zip(sentences, vectors, strict=True), 1)
        ],
    )


def _invent(chance: random.Random, how_many: int) -> Sequence[str]:
    """So many different words that can be spoken."""
    found: dict[str, None] = {}
    while len(found) < how_many:
        found["".join(chance.choices(SOUNDS, k=chance.randint(2, 4)))] = None
    return list(found)


def _write_sentences(chance: random.Random, vocabulary: Sequence[str]) -> Iterator[str]:
    """Sentences in which the n-th word of the vocabulary is n times rarer than the first."""
    shares = list(accumulate(1 / n for n in range(1, len(vocabulary) + 1)))
    for _ in range(SENTENCES):
        said = chance.choices(vocabulary, cum_weights=shares, k=WORDS_IN_A_SENTENCE)
        plain = [word for word in said if word not in SHARES]
        yield " ".join([*plain, *(word for word, share in SHARES.items() if chance.random() < share)])
