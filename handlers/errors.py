"""What a handler says when it will not do what was asked."""


class CannotDo(Exception):
    """An expected refusal: it undoes the transaction, and its text is shown to the person who asked.

    The text says what was asked, what is wrong with it, and what would be right. `field` names the part of
    the order that is wrong, where one is: a form shows the text there.
    """

    def __init__(self, text: str, *, field: str | None = None) -> None:
        super().__init__(text)
        self.field = field


class NotAllowed(CannotDo):
    """The person may not do this in that team, however the case stands; the text says who can."""

    def __init__(self, text: str, *, team: str, field: str | None = None) -> None:
        super().__init__(text, field=field)
        self.team = team


class NeedsApproval(CannotDo):
    """It passes a limit, and somebody may say yes to it: it can be asked for with the same words."""


class NoSuchCase(CannotDo):
    """The number that was given is no case's."""

    def __init__(self, case_id: int) -> None:
        super().__init__(f"There is no case #{case_id}. `/recovery list` shows the open ones.")
