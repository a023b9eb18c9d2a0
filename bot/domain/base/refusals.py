"""The kinds of refusal; their text is shown to people."""


class Refusal(Exception):
    """The desk declines, in a sentence for the person who asked; `field` names the form's input, if any."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class NotPossible(Refusal):
    """The table has no such transition from this state."""

    def __init__(self, state: str, verb: str) -> None:
        super().__init__(
            f"This is {state.replace('_', ' ')} now, so that is no longer possible. The card shows what can be done."
        )
        self.state, self.verb = state, verb


class NotYours(Refusal):
    """The person may not use this verb; the sentence says who can."""


class Outdated(Refusal):
    """Something changed since it was shown to the person; the sentence says what."""


class Unknown(Refusal):
    """The requested item does not exist."""


class NotMadeHere(Unknown):
    """A button or form that this desk did not make, or that was changed on its way; the audit trail records it."""


class NotUsable(Refusal):
    """The person's input cannot be used as it is."""
