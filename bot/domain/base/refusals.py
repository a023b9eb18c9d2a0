"""The ways in which the desk declines; the text of a refusal is what people read."""


class Refusal(Exception):
    """The desk declines, in a sentence for the person who asked; `field` names the input it belongs to, if any."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class NotPossible(Refusal):
    """The table has no such step from this state."""

    def __init__(self, state: str, verb: str) -> None:
        super().__init__(
            f"This is {state.replace('_', ' ')} now, so that is no longer possible. The card shows what can be done."
        )
        self.state, self.verb = state, verb


class NotYours(Refusal):
    """The person may not use this verb; the sentence says who can."""


class Outdated(Refusal):
    """Something moved since the person looked; the sentence says what."""


class Unknown(Refusal):
    """What was asked for does not exist here."""


class NotMadeHere(Unknown):
    """A button or a form that this desk did not make, or that was changed on its way: it is written down."""


class NotUsable(Refusal):
    """What the person gave cannot be used as it is."""
