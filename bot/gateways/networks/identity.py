"""Whether the account that answers is the one configured."""

from bot.domain.mention import Author
from bot.ports import NetworkTrouble


def same_account(me: Author, account: str, handle: str, keys_belong: str) -> None:
    """Raise NetworkTrouble where the keys speak for another account than `account` (id) and `handle`, if given.

    `keys_belong` begins the sentence: "The X keys belong". Both names and ids are said: often only the id is wrong.
    """
    if account in {"", me.id} and handle.casefold() in {"", me.handle.casefold()}:
        return
    named = " ".join(one for one in (f"@{handle}" if handle else "", f"(id {account})" if account else "") if one)
    raise NetworkTrouble(f"{keys_belong} to @{me.handle} (id {me.id}), and heard.toml names {named}.")
