"""A danger is told by a word alone, or by what happened to a thing close by; turns of phrase are none."""

import csv
from pathlib import Path

import pytest

from bot.domain.mentions.routing_words import wording
from bot.domain.mentions.safety import SafetyRule
from bot.domain.mentions.word_rules import NEAR, Sign, telling_words
from bot.settings import safety as lists
from bot.settings.safety import LANGUAGES, shipped_safety_rule

REAL = Path(__file__).parents[4] / "shared" / "data" / "complaints.csv"
RULE = SafetyRule(
    signs=(Sign(words=("gas leak*",)), Sign(words=("melt*", "火"), beside=("charger*", "電池"))),
    unless=("melt* my heart", "charger parade"),
)


def of(text, rule=RULE):
    return telling_words(rule, wording(text, ""))


def test_a_word_alone_is_enough_where_it_says_so():
    assert of("there is a gas leak in the hall") == ("gas leak",)


def test_what_happened_counts_close_to_its_thing():
    assert of("the charger melted") == ("melted", "charger")
    assert of("it melted, your charger") == ("melted", "charger")
    assert of("電池から火が出た") == ("火", "電池")


def test_without_its_thing_it_is_nothing():
    assert of("I melted at the wedding") == ()


def test_its_thing_far_away_is_another_matter():
    assert of("melted" + " so" * NEAR + " charger") == ()


def test_a_turn_of_phrase_is_no_danger():
    assert of("that charger advert melted my heart") == ()
    assert of("the charger parade melted away") == ()


def test_a_turn_of_phrase_excuses_only_itself():
    assert of("you melt my heart, but the charger melted too") == ("melted", "charger")


DANGERS = """my kettle is smoking
your courier threatened us with a knife
the guard kept threatening my sister
he sexually harasses the staff in your shop
there is a woman on the platform, sweating and in pain
a passenger in row 4 is unresponsive
it's freezing and the last train home is gone
my daughter stands alone at your bus stop in the middle of the night
der Bote hat mir gedroht
ein Fahrgast liegt am Boden
eine Frau hier hat einen Krampfanfall
mitten in der Nacht und kein Zug, ich stehe allein am Bahnhof
votre livreur nous menace
un passager fait un malaise dans le bus
en pleine nuit, bloquée à la gare
el repartidor me amenazó
una mujer se encuentra mal en el andén
a estas horas de la noche estoy sola en la estación
o entregador me agrediu
um passageiro está passando mal
de madrugada e sozinha na estação
the lift has no emergency line because of your outage and a neighbour is in it
com a rede em baixo não consigo ligar para o 112 e a minha mãe não respira bem
no puedo llamar al 112 con vuestra caída
avec votre panne impossible d'appeler les secours
ohne euer Netz ist die 112 nicht erreichbar
mein Vater bekommt keine Luft und ich habe kein Netz
The charger melted
sparks came out of the socket when I plugged it in
my phone battery is swollen and hot
Power bank exploded in my bag
your heater burned a hole into my carpet
cable got so hot it burnt my hand
laptop overheating so badly it burned my legs
got a shock from the dishwasher
Router smells like burning
batteries are leaking acid
my nan's medical alarm is not working
tumble dryer went up in flames
I couldn't call 999 because of your outage
brakes failed on my new scooter
no heating for two days with a newborn
Akku ist aufgebläht
Das Ladegerät ist geschmolzen
Die Steckdose schmort
aus dem Toaster kommt Rauch
le chargeur a fondu sur la table
de la fumée sort de la machine à laver
la batería se hinchó y echa humo
el cargador se derritió en el enchufe
o carregador derreteu na tomada
o telemóvel explodiu na minha mão
your van was swerving and almost hit a cyclist
the driver of your truck was texting the whole way
your delivery van ran me off the road
the doors shut on my arm and the train left
someone fainted on the platform
I am scared for my life with this driver around
he knows where I live now and bangs on my door
your driver dropped me off in the middle of the motorway
there was a band aid in my soup
got sick after the burger, vomited all night
the cable hanging over the path is low
the swollen battery lifted the screen
no way to get home and it is midnight
they left me outside in the cold for two hours
I sleep at the airport since nobody rebooks me
an asthma attack on your train and no staff
our unaccompanied minor was sent to the wrong town
your courier kicked my dog
because of you I want to end my life
der Fahrer war betrunken
wir müssen den Notarzt rufen
im Salat war eine Glasscherbe
le chauffeur était ivre
j'ai trouvé un cafard dans ma soupe
on va dormir à la gare
el conductor borracho casi choca
encontré una cucaracha en la sopa
el repartidor me amenazó de muerte
o motorista dormiu ao volante
tinha um caco de vidro no sorvete
minha mãe desmaiou na loja""".splitlines()

FIGURES = """shocking service
I threaten to cancel every year and never do
my app is freezing
it's freezing up whenever I search
the price is a pain
my lamp is in pain
ich drohe mit Kündigung
der Preis friert ein
un passager pressé
hace frío
o preço congelou
you should fire your chat team
my phone is blowing up with notifications
battery burns down so fast
customer service is a dumpster fire
I'm burned out waiting on hold
my charger doesn't work, refund me
Kindle Fire tablet won't charge
I'm fuming! smoke coming out of my ears
the fire stick remote is broken
hot deal on a new laptop
phone keeps dying, battery is dead
my internet is down and the router is off
Feuer und Flamme für euer neues Handy
je fume de rage, mon téléphone n'est pas arrivé
estoy quemado con vuestro router
choque com o preço do telemóvel
staff were passing out flyers in the shop
the bath bomb I bought is lovely
predatory pricing, and my refund is held hostage
the deal fell through again
I'm drowning in your emails
the heat on this page is suffocating
you flooded my inbox
my order fell on my birthday
the new film makes me want to vomit
die Lampe ist die Bombe
mon colis s'est évanoui
vous avez violé mes droits
esto es la bomba
la violación de mis datos""".splitlines()


@pytest.mark.parametrize("text", DANGERS)
def test_the_shipped_list_hears_a_danger(text):
    assert of(text, shipped_safety_rule())


@pytest.mark.parametrize("text", FIGURES)
def test_the_shipped_list_takes_no_anger_for_a_danger(text):
    assert of(text, shipped_safety_rule()) == ()


def test_every_language_of_the_list_is_there():
    files = Path(lists.__file__).parent.glob("*.toml")
    assert set(LANGUAGES) == {"en", "de", "fr", "es", "pt"} == {one.stem for one in files}


@pytest.mark.real
def test_real_posts_raise_no_false_alarm():
    if not REAL.exists():
        pytest.skip("the recorded posts are not here")
    with REAL.open(newline="", encoding="utf-8") as rows:
        posts = [one["text"] for one in csv.DictReader(rows) if one["inbound"] == "True"]
    found = [of(one, shipped_safety_rule()) for one in posts]
    # All were read by eye: they tell of an injury, an attack, a threat, a weapon, an ill passenger, something in food, or
    # somebody stranded, but for the first, which quotes a rule about bags.
    assert [one for one in found if one] == [
        ("safety risk",),
        ("stranded",),
        ("stranded",),
        ("moaning", "a man"),
        ("food poisoning",),
        ("our safety",),
        ("gun", "driver"),
        ("gun", "vehicle"),
        ("petting my", "driver"),
        ("car accident",),
        ("sexually assaulting",),
        ("hit my head",),
        ("threaten me",),
        ("chemicals",),
        ("chemicals",),
        ("assaulted", "delivery person"),
        ("not safe", "on their own"),
        ("it s freezing", "train home"),
        ("piece of plastic",),
        ("plastic", "in my food"),
    ]
