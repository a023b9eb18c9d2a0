"""Each person's stack of open modals, and their home tab."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.rehearsal.workspace.blockkit import elements_of
from bot.rehearsal.workspace.cast import APP, BOT, TEAM
from bot.rehearsal.workspace.errors import Json, SlackError
from bot.rehearsal.workspace.values import values_of

MOST_VIEWS = 3


@dataclass(slots=True)
class View:
    """One view as a person sees it, with what they typed into it."""

    id: str
    user: str
    hash: str
    body: Json
    root_id: str
    previous_id: str | None = None
    state: Json = field(default_factory=dict)

    def shape(self) -> Json:
        """Return the view as Slack sends it, with its state."""
        defaults: Json = {"private_metadata": "", "callback_id": "", "title": None, "close": None, "submit": None}
        flags: Json = {"clear_on_close": False, "notify_on_close": False, "external_id": ""}
        ids: Json = {"id": self.id, "team_id": TEAM, "app_id": APP, "bot_id": BOT, "app_installed_team_id": TEAM}
        tree: Json = {"hash": self.hash, "root_view_id": self.root_id, "previous_view_id": self.previous_id}
        return {**defaults, **flags, **self.body, **ids, **tree, "state": {"values": self.values()}}

    def values(self) -> Json:
        """Return every input's value: what was typed, else the initial value."""
        return values_of(self.body.get("blocks", []), self.state)


class Views:
    """Keeps every person's stack of modals and home tab."""

    def __init__(self, new_id: Callable[[str], str], new_hash: Callable[[], str]) -> None:
        self._new_id = new_id
        self._new_hash = new_hash
        self._stacks: dict[str, list[View]] = {}
        self._homes: dict[str, View] = {}

    def stack(self, user: str) -> list[View]:
        """List the person's open modals, the lowest first."""
        return list(self._stacks.get(user, []))

    def home(self, user: str) -> View | None:
        """Return the person's home tab, or None when none was published."""
        return self._homes.get(user)

    def open(self, user: str, body: Json) -> View:
        """Open a modal as the only one."""
        self._refuse_twin(body)
        view_id = self._new_id("V")
        view = View(view_id, user, self._new_hash(), body, root_id=view_id)
        self._stacks[user] = [view]
        return view

    def push(self, user: str, body: Json) -> View:
        """Put a modal on top of the open ones; raise SlackError push_limit_reached."""
        stack = self._stacks.get(user)
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= MOST_VIEWS:
            raise SlackError("push_limit_reached")
        self._refuse_twin(body)
        view = View(self._new_id("V"), user, self._new_hash(), body, stack[0].root_id, stack[-1].id)
        stack.append(view)
        return view

    def update(self, view: View, body: Json, seen_hash: str | None = None) -> View:
        """Replace a view; an input keeps what was typed only when its block and action ids stay the same.

        Raises SlackError hash_conflict when the caller's hash is that of an older version.
        """
        if seen_hash is not None and seen_hash != view.hash:
            raise SlackError("hash_conflict")
        kept = {
            (block.get("block_id"), element["action_id"]) for block, element in elements_of(body.get("blocks", []))
        }
        view.state = {
            block: {action: value for action, value in actions.items() if (block, action) in kept}
            for block, actions in view.state.items()
        }
        view.body = body
        view.hash = self._new_hash()
        return view

    def publish(self, user: str, body: Json, seen_hash: str | None = None) -> View:
        """Replace a person's home tab."""
        home = self._homes.get(user)
        if home is not None:
            return self.update(home, body, seen_hash)
        view_id = self._new_id("V")
        self._homes[user] = View(view_id, user, self._new_hash(), body, root_id=view_id)
        return self._homes[user]

    def find(self, view_id: str) -> View | None:
        """Return an open modal or a home tab by id, or None."""
        return next((view for view in self._all() if view.id == view_id), None)

    def named(self, external_id: str) -> View | None:
        """Return a view by its external id, or None."""
        return next(
            (view for view in self._all() if external_id and view.body.get("external_id") == external_id), None
        )

    def close(self, view: View) -> None:
        """Close this modal and all above it."""
        stack = self._stacks.get(view.user, [])
        if view in stack:
            del stack[stack.index(view) :]

    def clear(self, user: str) -> None:
        """Close all of a person's modals."""
        self._stacks.pop(user, None)

    def _all(self) -> list[View]:
        return [view for stack in self._stacks.values() for view in stack] + list(self._homes.values())

    def _refuse_twin(self, body: Json) -> None:
        if self.named(str(body.get("external_id") or "")):
            raise SlackError("duplicate_external_id")
