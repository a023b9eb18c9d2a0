"""Moments that a reply promises in French and Spanish are found, and computed on the desk's clock."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.promises.spoken_promise import recognised

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
ZONE = ZoneInfo("UTC")
TEMPLATES = Path(__file__).parents[3] / "templates" / "replies"

PROMISED = {
    "Je vous réponds ici avant 17h30, promis.": "Mon 17:30",
    "Nous revenons vers vous d'ici demain midi.": "Tue 12:00",
    "Laissez-moi jusqu’à 16 h, et je vous dis alors où cela en est.": "Mon 16:00",
    "Nous vous répondrons sous 24 heures.": "Tue 12:00",
    "Nous reviendrons vers vous dans un délai de 2 jours ouvrés.": "Wed 18:00",
    "On vous tient au courant dans l'heure.": "Mon 13:00",
    "Je vais vous écrire demain matin.": "Tue 12:00",
    "Je vous rappelle vendredi à 10 h.": "Fri 10:00",
    "Nous vous tiendrons informés dans la journée.": "Mon 18:00",
    "Je vous donne des nouvelles d'ici ce soir.": "Mon 21:00",
    "Je vous dis ici ce qu'il en est avant minuit.": "Tue 00:00",
    "Vous serez remboursé d'ici 5 jours.": "Sat 12:00",
    "Ne vous inquiétez pas, je vous réponds avant 17 h.": "Mon 17:00",
    "Votre colis est parti. Vous aurez de mes nouvelles avant la fin de la semaine.": "Fri 18:00",
    "le respondo antes de las 17:00": "Mon 17:00",
    "Te respondo aquí antes de las 5 de la tarde.": "Mon 17:00",
    "Te respondo aquí antes de las 5.": "Mon 17:00",
    "Le responderemos en un plazo de 24 horas.": "Tue 12:00",
    "Te escribo mañana por la mañana.": "Tue 12:00",
    "Te escribo mañana a las 10.": "Tue 10:00",
    "Volveremos a escribirte el viernes antes de las 12:00.": "Fri 12:00",
    "Tendrás noticias hoy mismo.": "Mon 18:00",
    "Te lo confirmo en dos días hábiles.": "Wed 18:00",
    "Nos ponemos en contacto contigo en media hora.": "Mon 12:30",
    "Vamos a revisarlo esta tarde.": "Mon 20:00",
    "Le informo antes del viernes.": "Fri 18:00",
    "Je reviens vers vous avant demain 17 h.": "Tue 17:00",
    "Réponse d'ici 18h.": "Mon 18:00",
    "Je vous appelle à 15h.": "Mon 15:00",
    "D'ici demain midi, je vous écris ici.": "Tue 12:00",
    "Envoyez-nous votre numéro, nous vous répondons avant 17 h.": "Mon 17:00",
    "Te llamo mañana a las 10 y media por aquí.": "Tue 10:30",
    "Te respondo antes de las 5 menos cuarto.": "Mon 16:45",
    "Te contactaremos en 24-48 horas.": "Wed 12:00",
    "El martes te llamamos.": "Tue 18:00",
    "Lo siento, ayer no pudimos; te respondo antes de las 17:00.": "Mon 17:00",
    "Se lo paso a mi equipo y te respondo antes de las 17:00.": "Mon 17:00",
    "On est désolés et on vous répond avant 17 h.": "Mon 17:00",
    "C'est ici que je vous réponds avant 17 h.": "Mon 17:00",
    "No he podido mirarlo y te respondo antes de las 17:00.": "Mon 17:00",
    "No te preocupes, te respondo antes de las 17:00.": "Mon 17:00",
    "Don't worry, I'll tell you here by 17:00.": "Mon 17:00",
    "I couldn't find it yet but I'll write here by 17:00.": "Mon 17:00",
    "Das war nicht gut, ich melde mich bis 17 Uhr.": "Mon 17:00",
    "Te respondo antes de las 0 menos cuarto.": "Mon 23:45",
}
NOT_PROMISED = """
Je n'ai pas pu vous répondre avant 17 h.
Nous n'avons pas de nouvelles avant demain.
Pouvez-vous nous écrire avant 17 h ?
Si vous nous écrivez avant 17 h, nous regardons tout de suite.
Merci de nous envoyer votre numéro avant demain.
Nous sommes ouverts de 9 h à 17 h.
Je vous ai répondu hier à 17 h.
À demain !
Votre colis est arrivé à 10 h.
Le service est en panne depuis 9 h.
No podemos responder antes de las 17:00.
No le responderemos antes de las 17:00.
Nous ne vous répondrons pas avant 17 h.
¿Puedes escribirnos antes de las 17:00?
Abrimos de 9:00 a 17:00.
Si nos escribes antes de las 17:00, te respondo.
Tu pedido salió ayer a las 10.
Buenos días, gracias por escribir esta mañana.
Hasta mañana.
La aplicación no funciona desde las 9:00.
Te respondo lo antes posible.
Escríbenos por privado antes de las 17:00 y te respondo.
Écrivez-nous en message privé avant 17 h.
La boutique rouvre demain à 9 h, je vous le confirme.
Votre colis sera livré demain.
Tu pedido llega mañana.
Ayer te dije que antes de las 17:00 tendrías respuesta.
Je vous écris pour vous dire que le colis est parti ce soir.
Te escribo porque tu pedido salió esta noche.
Je vous réponds dès que possible.
I can't tell you anything before 17:00.
"""


@pytest.mark.parametrize(("words", "due"), PROMISED.items())
def test_a_promised_moment_is_found_and_is_when_people_mean(words: str, due: str) -> None:
    found = recognised(words, NOW, ZONE)
    assert found is not None
    assert f"{found.due_at:%a %H:%M}" == due


def test_nothing_else_is_taken_for_a_promise() -> None:
    lines = NOT_PROMISED.strip().splitlines()
    assert {line: found.phrase for line in lines if (found := recognised(line, NOW, ZONE))} == {}


def test_every_way_in_which_a_template_promises_a_moment_is_asked_about() -> None:
    spoken = {"fr": ("17 h", "demain midi"), "es": ("las 17:00", "mañana a las 12")}
    seen, missed = 0, []
    for language, moments in spoken.items():
        for path in sorted(TEMPLATES.glob(f"*_{language}.txt")):
            for line in path.read_text().partition("---\n{")[2].splitlines():
                for moment in moments if "{{ by_when }}" in line else ():
                    said = re.sub(r"\{\{.*?\}\}", "Marta", line.removeprefix("or: ").replace("{{ by_when }}", moment))
                    seen += 1
                    missed += [] if recognised(said, NOW, ZONE) else [said]
    assert missed == []
    assert seen > 15
