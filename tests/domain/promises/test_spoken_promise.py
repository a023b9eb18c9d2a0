"""Moments promised in words: thirty phrases that promise, thirty that do not, and the moments they mean."""

import csv
import html
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.promises.spoken_promise import in_words, phrases, recognised, when

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 24, 14, 5, tzinfo=LONDON)  # a Tuesday

PROMISES = [
    ("I'll tell you here by 17:00 what becomes of it.", "Tue 17:00"),
    ("We will get back to you within 2 hours.", "Tue 16:05"),
    ("You'll hear from me tomorrow morning.", "Wed 12:00"),
    ("Ich melde mich heute noch bis 18 Uhr.", "Tue 18:00"),
    ("We'll have an answer for you by noon tomorrow.", "Wed 12:00"),
    ("I will be back here by 5pm.", "Tue 17:00"),
    ("We're going to look into it and reply in half an hour.", "Tue 14:35"),
    ("I'll write again before the end of the day.", "Tue 18:00"),
    ("You will get an update by Friday.", "Fri 18:00"),
    ("We'll be in touch within the hour.", "Tue 15:05"),
    ("Update by 16:30, promised.", "Tue 16:30"),
    ("Give me until 15:00 and I'll know more.", "Tue 15:00"),
    ("You can expect an answer within 24 hours.", "Wed 14:05"),
    ("I'll check with the depot and come back to you tomorrow at 10:00.", "Wed 10:00"),
    ("We shall let you know by 9 am.", "Wed 09:00"),
    ("More from us this evening, we promise.", "Tue 21:00"),
    ("Sorry, Omar. I'll ring the shop now and post here in 20 minutes.", "Tue 14:25"),
    ("We will settle it within two working days.", "Thu 18:00"),
    ("I'm going to chase it and you'll know by 5:30.", "Tue 17:30"),
    ("We aim to have this fixed by end of week.", "Fri 18:00"),
    ("I'll message you on Thursday at 11:15.", "Thu 11:15"),
    ("Wir antworten dir innerhalb von zwei Stunden.", "Tue 16:05"),
    ("Bis 17:30 Uhr hörst du hier von mir.", "Tue 17:30"),
    ("Morgen früh sagen wir dir, wo das Paket ist.", "Wed 10:00"),
    ("Ich kläre das und melde mich bis morgen Mittag.", "Wed 12:00"),
    ("Wir werden das bis Freitag lösen.", "Fri 18:00"),
    ("Du bekommst bis heute Abend eine Antwort.", "Tue 21:00"),
    ("Binnen einer Stunde schreiben wir dir zurück.", "Tue 15:05"),
    ("We'll post the next news here tonight.", "Tue 21:00"),
    ("If it helps, I'll look again tomorrow afternoon.", "Wed 17:00"),
    ("Our engineers are on it. We tell you here by 17:00.", "Tue 17:00"),
    ("We are telling everybody here by 5pm.", "Tue 17:00"),
    ("I update you all within the hour.", "Tue 15:05"),
    ("I'm writing to you again by 18:00.", "Tue 18:00"),
    ("Priya, tomorrow morning is a promise we broke. I will tell you here by 17:00.", "Tue 17:00"),
]

NO_PROMISES = [
    "Priya, tomorrow at 3 was what we promised, and we broke it.",
    "Delivery today is a promise that nobody kept.",
    "Our chat is open until 18:00 today.",
    "We answer here until 18:00 today.",
    "We write off losses by Friday.",
    "Please send us your order number by 17:00.",
    "Could you try again in 10 minutes?",
    "Your parcel was due by Friday.",
    "We had told you that you would hear by noon.",
    "It should have arrived within 2 days.",
    "I can't promise that you'll hear before Monday.",
    "We won't have news by tomorrow, and I'd rather say so now.",
    "Orders placed by noon leave the same day.",
    "If you write before 16:00, the depot can still stop it.",
    "Good morning Priya, what a way to begin the day.",
    "Guten Morgen Omar, das klingt ärgerlich.",
    "The shop closes at 20:00 tonight.",
    "You need to collect it by Saturday.",
    "Thanks for telling us this morning.",
    "We're sorry that the call took 40 minutes.",
    "That was fixed yesterday at 15:00.",
    "What happened at 9:30, did the screen go dark?",
    "We make around 300 deliveries in a day.",
    "I'll tell you as soon as I know.",
    "We'll get back to you shortly.",
    "Bitte schick uns die Nummer bis 18 Uhr.",
    "Wir konnten dich gestern um 10 Uhr nicht erreichen.",
    "Die Filiale ist heute bis 20 Uhr geöffnet.",
    "Sobald du uns schreibst, dauert es zwei Tage.",
    "The train leaves at 17:00 from platform 4.",
    "Restart it, and it works again in two minutes.",
    "No one should wait within a queue for an hour.",
    "Tomorrow is a public holiday.",
    "It takes three working days to reach a bank account.",
]


def named(found):
    return found.due_at.astimezone(LONDON).strftime("%a %H:%M") if found else ""


@pytest.mark.parametrize(("text", "moment"), PROMISES)
def test_these_words_promise_that_moment(text, moment):
    assert named(recognised(text, NOW, LONDON)) == moment


@pytest.mark.parametrize("before", ["Priya, ", "So, ", "Sorry Omar - "])
def test_the_phrase_is_shown_without_the_sign_before_it(before):
    [said] = phrases(f"{before}tomorrow morning I'll tell you more")
    assert said == "tomorrow morning"


@pytest.mark.parametrize("text", NO_PROMISES)
def test_these_words_promise_no_moment(text):
    assert recognised(text, NOW, LONDON) is None


def test_there_are_at_least_thirty_of_each():
    assert min(len(PROMISES), len(NO_PROMISES)) >= 30


@pytest.mark.parametrize(
    ("given", "moment"),
    [
        ("17:00", "Tue 17:00"), ("18:00 tomorrow", "Wed 18:00"), ("noon tomorrow", "Wed 12:00"), ("Friday", "Fri 18:00"),
        ("morgen Mittag", "Wed 12:00"), ("17:00 Uhr", "Tue 17:00"), ("as soon as we can", ""), ("the 3rd", ""),
        ("by 31.12.", ""), ("by 25 uhr", ""), ("within 999 weeks", ""), ("within 24 to 48 hours", "Thu 14:05"),
    ],
)  # fmt: skip
def test_what_is_filled_into_a_template_is_read_by_itself(given, moment):
    assert named(when(given, NOW, LONDON)) == moment


def test_a_length_counts_from_when_the_words_are_public_and_a_moment_does_not():
    later = NOW + timedelta(hours=3)
    length, moment = (recognised(f"I'll be back {one}.", NOW, LONDON) for one in ("within 2 hours", "by 17:00"))
    assert length.at(later) == later + timedelta(hours=2)
    assert moment.at(later) == NOW.replace(hour=17, minute=0)


def test_midnight_is_called_so():
    midnight = datetime(2026, 11, 25, tzinfo=LONDON)
    assert in_words(midnight, NOW, LONDON) == "midnight tonight"
    assert in_words(midnight + timedelta(minutes=1), NOW, LONDON) == "00:01 tomorrow"


def test_a_clock_time_is_of_the_desk_also_over_the_change_of_the_clock():
    evening = datetime(2026, 10, 24, 20, tzinfo=LONDON)
    found = recognised("I'll write tomorrow at 10:00.", evening, LONDON)
    assert (found.due_at - evening.astimezone(ZoneInfo("UTC"))) == timedelta(hours=15)


# --- real replies of brands ---------------------------------------------------------------------------------

RECORDED = Path(__file__).parents[3].parent / "shared" / "data" / "complaints.csv"
NAMES_A_TIME = re.compile(
    r"\b(?:\d{1,2}[:.]\d\d|\d{1,2} ?(?:am|pm)|hours?|hrs?|days?|minutes?|mins?|today|tonight|tomorrow|morning|evening"
    r"|afternoon|week|(?:mon|tues|wednes|thurs|fri|satur|sun)day|noon|midnight|soon)\b",
    re.IGNORECASE,
)
# Read by a person: these promise that the brand answers or acts by a definite moment; the others do not.
BY_HAND = {"3296", "4603", "5439", "5555"}


@pytest.mark.real
@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded complaints are not here")
def test_on_the_brands_own_replies_nothing_is_called_a_promise_that_is_none_and_one_in_four_is_missed():
    with RECORDED.open(encoding="utf-8", newline="") as file:
        posts = [
            (row["tweet_id"], html.unescape(row["text"])) for row in csv.DictReader(file) if row["inbound"] == "False"
        ]
    read = [number for number, text in posts if NAMES_A_TIME.search(text)]
    found = {number for number, text in posts if recognised(text, NOW, LONDON)}
    assert (len(posts), len(read)) == (1596, 107)
    assert (found, found - BY_HAND) == (BY_HAND - {"3296"}, set())
