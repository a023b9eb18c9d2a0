"""The rehearsal's networks as stand-ins for a network's server, as its certification needs them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.rehearsal.door import Published
from bot.rehearsal.stage import Stage
from bot.rehearsal.street.posts import Hand, Where
from bot.rehearsal.street.sface import TOKEN
from bot.rehearsal.street.xface import Keys
from bot.rehearsal.street.xlimits import WINDOW


@dataclass
class OnTheStreet:
    """One of the street's two networks."""

    stage: Stage
    where: Where
    path: str
    secrets: Mapping[str, str]
    handle: str = "northwind"
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def api_url(self) -> str:
        """Return the address of the network's API."""
        return self.stage.url + self.path

    @property
    def account(self) -> str:
        """Return the id of the brand's account."""
        return str(self.stage.street.brand.id)

    def say(self, text: str) -> str:
        """Post as a customer; return the post's id."""
        author = self.stage.street.account("priya_n")
        self.stage.clock.jump(1)
        return str(self.stage.street.publish(author, text, hand=Hand.CUSTOMER, network=self.where).id)

    def delete(self, post_id: str) -> None:
        """Delete a post."""
        self.stage.street.delete(int(post_id))

    def public(self) -> Sequence[Published]:
        """Return our app's public posts, oldest first."""
        street = self.stage.street
        posts = [one for one in street.everything() if one.hand == Hand.APP and not one.deleted_at and one.newest]
        return [
            Published(str(one.id), one.text, str(one.reply_to or "")) for one in posts if one.network == self.where
        ]

    def breathe(self) -> None:
        """Let the windows of X's limits pass."""
        self.stage.clock.jump(WINDOW + 1)


@dataclass
class LikedOnTheStreet(OnTheStreet):
    """The street itself, on which an app can like posts."""

    def is_liked(self, post_id: str) -> bool:
        """Return whether the brand likes a post."""
        street = self.stage.street
        post = street.post(int(post_id))
        return post is not None and street.likes(post, street.brand)


@dataclass
class OnX(OnTheStreet):
    """The make-believe X."""

    def say_under_ours(self, text: str) -> str:
        """Answer a new post of the brand as a customer; return the answer's id."""
        street = self.stage.street
        self.stage.clock.jump(1)
        root = street.publish(street.brand, f"Our parcels of {self.stage.clock.now()}.", hand=Hand.PHONE)
        return str(street.publish(street.account("priya_n"), text, hand=Hand.CUSTOMER, reply_to=root.id).id)

    def is_hidden(self, post_id: str) -> bool:
        """Return whether an answer is hidden."""
        return int(post_id) in self.stage.street.hidden


@contextmanager
def x() -> Iterator[OnX]:
    """Open the make-believe X."""
    keys = Keys()
    secrets = {
        "X_CONSUMER_KEY": keys.app,
        "X_CONSUMER_SECRET": "rehearsal",
        "X_ACCESS_TOKEN": keys.account,
        "X_ACCESS_TOKEN_SECRET": "rehearsal",
    }
    with Stage() as stage:
        stage.street.edits_replies = True  # as X says of posts of some accounts
        yield OnX(stage, Where.X, "/x", secrets)


@contextmanager
def street() -> Iterator[OnTheStreet]:
    """Open the street network."""
    with Stage() as stage:
        yield LikedOnTheStreet(stage, Where.STREET, "/s", {"STREET_TOKEN": TOKEN})
