"""Checks that the keys belong to the configured account."""

from bot.domain.mentions.mention import Author
from bot.ports import NetworkTrouble


class OtherAccount(NetworkTrouble):
    """The keys belong to `me`, and the configuration names another account."""

    def __init__(self, sentence: str, me: Author) -> None:
        super().__init__(sentence)
        self.me = me


def same_account(me: Author, account: str, handle: str, keys_belong: str) -> None:
    """Raise OtherAccount unless the keys belong to `account` (id) and to `handle`, if given.

    `keys_belong`: start of the sentence, such as "The X keys belong". It names ids too: often only the id is wrong.
    """
    if account in {"", me.id} and handle.casefold() in {"", me.handle.casefold()}:
        return
    named = " ".join(one for one in (f"@{handle}" if handle else "", f"(id {account})" if account else "") if one)
    raise OtherAccount(f"{keys_belong} to @{me.handle} (id {me.id}), and heard.toml names {named}.", me)
