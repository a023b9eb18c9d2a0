"""Posts that their authors change in place of writing a further one, such as reviews."""

from bot.domain.base.replaced import replace
from bot.domain.mentions.mention import Mention


def compared(before: Mention, post: Mention, *, waits: bool) -> Mention:
    """Return the changed post with what it said before.

    `waits`: its author waits for us already; then what it said when they began to wait is kept, if it is known.
    """
    if waits and before.edited_at is not None:
        return replace(post, said_before=before.said_before, stars_before=before.stars_before)
    return replace(post, said_before=before.text, stars_before=before.stars)
