"""A reply that is too long for one post of the fake network, 280 characters, and what may be changed of it by hand."""

FIRST = (
    "Priya, charged twice is on us, and we are sorry that it took you three posts to be heard. The second payment was "
    "cancelled this morning, and you need to do nothing more about it. Your bank shows the money on Tuesday."
)
SECOND = "Please tell us here if it is not there by Wednesday, and we will call your bank with you. ^AN"
LONG = f"{FIRST} {SECOND}"
BOTH = [("100", FIRST), ("9000", SECOND)]  # the public posts once both parts are out
# Changes of rows by hand, after which nothing of an approved reply in parts may go out.
TAMPERED = (
    "draft_versions SET cuts = '[60]'",
    "draft_versions SET numbered = 1",
    "drafts SET done = 1 - done",
    "drafts SET posts = '[]'",
    "drafts SET posts = '[\"666\"]'",
    "approvals SET done = 1 - done",
)
