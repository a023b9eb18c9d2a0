"""The store knows whether an author has written before: with a case, or with a post that has none."""

from tests import builders
from tests.builders import NOW
from tests.storage.scenes import another


def test_a_first_post_is_by_somebody_unknown(store):
    assert not store.knows_author("x", another("1").author.id)


def test_the_author_of_a_case_is_known_on_their_network_only(store):
    case = builders.opened(store)
    assert store.knows_author("x", case.author.id)
    assert not store.knows_author("mastodon", case.author.id)


def test_the_author_of_a_post_without_a_case_is_known(store):
    post = another("7")
    store.add_mention(post, NOW)
    assert store.knows_author("x", post.author.id)


def test_who_has_no_id_may_be_anybody(store):
    assert store.knows_author("x", "")
