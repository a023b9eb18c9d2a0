"""The ids of private messages are written and read alike on all networks that need them."""

import pytest

from bot.gateways.networks.bluesky_chats import BLUESKY_MESSAGES
from bot.gateways.networks.message_addresses import MessageAddresses
from bot.gateways.networks.x_chats import X_MESSAGES

FORMS = {
    "Bluesky": (BLUESKY_MESSAGES, "3kx~a.b", "m-1"),
    "X": (X_MESSAGES, "900-901", "17"),
}


@pytest.mark.parametrize(("form", "convo", "message"), FORMS.values(), ids=FORMS)
def test_what_is_written_is_read_again(form: MessageAddresses, convo: str, message: str) -> None:
    made = form.of(convo, message)
    assert made is not None
    assert (str(made), made.convo, made.message) == (f"dm:{convo}/{message}", convo, message)
    assert form.read(str(made)) == made
    assert made.page.endswith(f"/messages/{convo}")


@pytest.mark.parametrize("text", ["", "17", "dm:", "dm:/", "dm:a/", "dm:a b/c", "dm:1-2/3\n", "dm:1/2/3", "DM:1-2/3"])
@pytest.mark.parametrize("form", [one for one, *_ in FORMS.values()], ids=FORMS)
def test_other_texts_are_no_ids_of_messages(form: MessageAddresses, text: str) -> None:
    assert form.read(text) is None


@pytest.mark.parametrize("message", ["1٣", "", "m", "1" * 20])
def test_an_id_that_is_not_of_the_network_s_form_is_not_written(message: str) -> None:
    assert X_MESSAGES.of("900-901", message) is None
