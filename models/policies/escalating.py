"""When an escalation may be raised or acknowledged, as None or the words of the refusal."""

from models.policies.ladders import Climb
from models.vocabulary import mention


def why_not_escalate(number: int, climb: Climb | None) -> str | None:
    """A case climbs one ladder at a time."""
    if climb is None or not climb.is_open:
        return None
    return (
        f"Case #{number} is escalated already, to step {climb.step} of {climb.steps}. "
        f"A supervisor can acknowledge that with `/recovery ack {number}`."
    )


def why_not_acknowledge(number: int, climb: Climb | None) -> str | None:
    """There is one to acknowledge, and nobody did before."""
    if climb is None:
        return f"Case #{number} is not escalated. `/recovery escalate {number} why` raises it."
    if climb.ended_because is not None:
        return f"The escalation of case #{number} is over: {climb.ended_because.value}."
    if climb.acknowledged_by is not None:
        return f"{mention(climb.acknowledged_by)} has acknowledged the escalation of case #{number} already."
    return None
