"""What a case owes Slack is found without reading what all the others do not owe any more."""

from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from handlers import messages


def test_what_a_case_owes_is_found_by_an_index(session: Session) -> None:
    owed = messages._OWED.params(case_id=41)
    asked = owed.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})
    session.execute(text("set local enable_seqscan = off"))  # few rows are read faster without an index

    plan = session.scalars(text(f"explain {asked}")).all()

    assert "ix_messages_owed" in "\n".join(plan)
