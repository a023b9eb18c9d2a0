"""Past replies, sent sentences and versions of templates are found on either engine, and erasure reaches them."""

from datetime import timedelta

from bot.domain.replies.sentences import sentences
from bot.domain.replies.template_version import TemplateVersion, VersionState
from bot.gateways.living_templates import living_templates
from bot.services.replies.past_replies import past_replies
from bot.services.replies.template_use import template_report
from storage import SqlStore
from tests.fakes import BEN, CARO, a_desk
from tests.services.replies.test_past_replies import OURS, answered, asked_now


def test_words_that_went_out_are_found_until_their_customer_is_erased(store: SqlStore) -> None:
    desk = a_desk(store)
    answered(desk)
    since, said = desk.clock.now() - timedelta(days=1), sentences(OURS, ("priya",))
    [one] = asked_now(desk)
    assert one.words.startswith("[first name], a kettle that leaks")
    assert store.sent_lately(said, since) >= {said[0].whole}
    case = store.case(1)
    store.erase_case(1, case.network, case.author.id)
    assert past_replies(desk, store.case(2), desk.clock.now()) == []
    assert store.sent_lately(said, since) == frozenset()
    report = template_report(store, desk.templates.all(), desk.policy.vocabulary, desk.clock.now())
    assert (report.replies, report.repeated) == (1, [])


def test_of_a_template_one_version_is_current(store: SqlStore) -> None:
    templates, now = living_templates(store), a_desk(store).clock.now()
    for words in ("Hello.", "Good day."):
        content = f"---\ntitle: T\nuse_when: U.\n---\n{words}"
        made = TemplateVersion(name="late", content=content, state=VersionState.PROPOSED, by=CARO, at=now)
        number = store.add_template_version(made)
        with store.transaction():
            version = store.template_version(number)
            store.decide_template_version(version, VersionState.CURRENT, by=BEN, at=now)
        assert templates.fill("late", {}).text == words
    states = [one.state for one in store.versions_of_template("late")]
    assert states == [VersionState.CURRENT, VersionState.PAST]
