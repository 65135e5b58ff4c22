"""Leave alone what somebody has begun with, and say so."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

EVENTS = (
    *("opened", "claimed", "assigned", "reassigned", "released", "priority changed", "kind changed"),
    *("corrected", "moved", "handed over", "returned", "helper added", "helper removed", "team involved"),
    *("part taken", "part given back", "part done", "part ended", "part due", "part late", "noted"),
    *("note changed", "note removed", "compensated", "compensation revoked", "compensation handed over"),
    *("compensation expired", "compensation redeemed", "compensation not taken", "approval asked"),
    *("approval passed on", "approved", "declined", "approval lapsed", "story nominated"),
    *("story published", "story shelved", "playbook begun", "step done", "step undone", "contacted"),
    *("paused", "resumed", "resolved", "reopened", "merged", "took in", "unmerged", "split", "split off"),
    *("burst began", "gathered", "left alone", "taken out", "carried", "pinged", "breached", "escalated"),
    *("acknowledged", "admins told", "extended", "taken over", "delivery failed", "delivery mended"),
)


def upgrade() -> None:
    op.drop_constraint("kind", "case_events", type_="check")
    op.create_check_constraint("kind", "case_events", sa.column("kind").in_(EVENTS))


def downgrade() -> None:
    raise RuntimeError("A step back is a new migration.")
