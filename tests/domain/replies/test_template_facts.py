"""What the desk itself fills into a template."""

from bot.domain.mentions.mention import Author
from bot.domain.replies.template_facts import MAY_BE_EMPTY, Occasion, known_template_facts


def facts_of(name: str, stars: int | None = 4) -> dict[str, str]:
    here = Occasion(
        author=Author(id="7", handle="@priya_n", name=name),
        teammate="Ana Lima",
        brand="Northwind",
        network="X",
        stars=stars,
    )
    return dict(known_template_facts(here))


def test_the_desk_knows_whom_it_answers_who_signs_and_for_whom() -> None:
    assert facts_of("Priya N") == {
        "first_name": "Priya",
        "brand": "Northwind",
        "initials": "AL",
        "network": "X",
        "private_way_in": "",
        "stars": "4",
    }


def test_only_what_says_so_is_empty_where_a_profile_shows_no_name() -> None:
    assert tuple(name for name, value in facts_of("", None).items() if not value) == MAY_BE_EMPTY
