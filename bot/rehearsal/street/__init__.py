"""The street: a make-believe social network; its X API works with unmodified clients."""

from bot.rehearsal.street.ledger import Street
from bot.rehearsal.street.posts import Account, Hand, Post

__all__ = ["Account", "Hand", "Post", "Street"]
