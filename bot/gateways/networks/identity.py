"""Whether the account that answers is the one configured."""

from bot.domain.mentions.mention import Author
from bot.ports import NetworkTrouble


class OtherAccount(NetworkTrouble):
    """The keys speak for `me`, and the configuration names somebody else."""

    def __init__(self, sentence: str, me: Author) -> None:
        super().__init__(sentence)
        self.me = me


def same_account(me: Author, account: str, handle: str, keys_belong: str) -> None:
    """Raise OtherAccount where the keys speak for another account than `account` (id) and `handle`, if given.

    `keys_belong` begins the sentence: "The X keys belong". Both names and ids are said: often only the id is wrong.
    """
    if account in {"", me.id} and handle.casefold() in {"", me.handle.casefold()}:
        return
    named = " ".join(one for one in (f"@{handle}" if handle else "", f"(id {account})" if account else "") if one)
    raise OtherAccount(f"{keys_belong} to @{me.handle} (id {me.id}), and heard.toml names {named}.", me)
