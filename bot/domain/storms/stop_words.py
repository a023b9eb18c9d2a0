"""Words that nearly every post holds, by language: they say nothing about what it is about. Without accents."""

from collections.abc import Mapping
from functools import cache

_EVERYBODY = """
    help support service team please thanks thank hello sorry customer customers amp http https www com
"""
_ENGLISH = """
    the and for you your yours with that this these those have has had having not are was were but can cant
    cannot just get gets getting got from they them their our ours out off all any some what when where why how
    who which will would could should shall may might must been being its about now one two three more most
    than then there here after before because since into onto over under only also even again still yet too very
    much many really quite let lets see way never ever always often yes yeah nope hey hi dear sir guys folks
    anyone someone everyone somebody nobody else another other others same did didn does doesn doing done don do
    isn aren wasn weren won wouldn couldn shouldn hasn haven hadn ain ive im ll ve re his her hers him
    she himself herself myself yourself itself while during until till between both each every few such like
    want wants wanted need needs needed know knows knew tell tells told say says said saying going goes gone
    went make makes made making back try tries trying tried keep keeps kept give gives gave given take takes
    took taken come comes came look looks looking seem seems think thought use using used put guess maybe
    actually basically literally today tonight tomorrow yesterday day days time times hour hours minute minutes
    min mins week weeks month months year years ago long last first next new old good great best better bad
    worse worst well sure thing things something anything nothing everything people person asap plz pls via etc
    lol omg wtf please anymore already almost around away able though through without within per gonna wanna
"""
_GERMAN = """
    der die das den dem des ein eine einer eines einem einen und oder aber nicht noch nur auch schon seit bei
    beim mit von vom zum zur auf aus fur uber unter nach vor durch ohne gegen bis als wie was wer wann warum
    wieso wo ist sind war waren wird werden wurde wurden sein seine seiner ihr ihre ihren ihrem euer eure euren
    eurem euch uns unser unsere ich mich mir mein meine meinen meinem meiner dich dir dein deine sie man wir
    kann kannst konnen konnt konnte muss mussen soll sollen will wollen mochte haben habe hat hatte hatten gibt
    geht gehen macht machen mal jetzt heute gestern morgen immer wieder mehr sehr ganz alle alles etwas nichts
    niemand jemand kein keine keinen dass wenn weil denn doch eben halt dann hier dort dieser diese dieses
    diesen tag tage stunde stunden minuten woche wochen bitte danke hallo liebe lieber liebes sich einfach
    leider gar zwei drei viel viele
"""
_FRENCH = """
    les des une aux avec sans pour par sur sous dans chez vers entre depuis pendant avant apres que qui quoi
    dont quand comment pourquoi est sont etait ete etre avoir avez avons ont aura fait faire faites pas plus
    moins tres bien trop encore toujours jamais rien tout tous toute toutes mais donc car alors aussi meme comme
    ici votre vos notre nos mon mes ton tes son ses leur leurs vous nous ils elles elle lui moi toi cet cette
    ces cela ceci ceux quel quelle peut pouvez peux veux voulez faut jour jours heure heures minutes semaine
    semaines mois aujourd hui demain hier matin merci bonjour bonsoir svp plait deux trois autre autres quelqu
    personne vraiment
"""
_SPANISH = """
    los las una unos unas del con sin para por sobre entre desde hasta que quien cual cuando donde como porque
    esta este esto estos estas ese esa eso esos esas son era fue ser estar estoy estan han haber hay hace hacer
    tengo tiene tienen tener mas menos muy mucho mucha muchos muchas poco todo toda todos todas nada nadie algo
    alguien otro otra pero tambien solo aun todavia siempre nunca vez veces dia dias hora horas minutos semana
    semanas mes meses hoy ayer manana ahora aqui alli vuestro vuestra nuestro nuestra usted ustedes ellos ellas
    mis sus tus nos les puede pueden puedo quiero quiere gracias hola favor dos tres bien mal
"""
_PORTUGUESE = """
    dos das uma uns umas com sem para por pelo pela sobre entre desde ate que quem qual quando onde como porque
    esta este isto estes estas esse essa isso sao era foi ser estar estou estao tem tenho ter mais menos muito
    muita muitos muitas pouco todo toda todos todas nada ninguem algo alguem outro outra mas tambem ainda sempre
    nunca vez vezes dia dias hora horas minutos semana semanas mes meses hoje ontem amanha agora aqui voces voce
    eles elas meu minha meus minhas seu sua seus suas nosso nossa nao sim pode podem posso quero quer obrigado
    obrigada ola favor dois tres bem mal aos nas nos num numa
"""
_ITALIAN = """
    gli una uno del della dei delle con senza per sul sulla tra fra che chi quale quando dove come perche questa
    questo questi queste quella quello sono era stato essere avere hai hanno abbiamo fare fatto piu meno molto
    molti tutto tutti niente nessuno qualcuno altro altra anche ancora sempre mai volta giorno giorni ora ore
    minuti settimana mese oggi ieri domani adesso qui voi noi loro mio mia miei tuo tua suo sua nostro nostra
    vostro vostra non puo possono grazie ciao salve due tre bene male dal alla alle nel nella
"""
_DUTCH = """
    het een van met voor naar door over bij uit als dat dit die deze niet geen nog maar ook wel dan toen waar
    wat wie wanneer waarom hoe zijn was waren wordt worden werd heb heeft hebben had kan kunnen moet moeten wil
    willen mijn jouw jullie ons onze hun zij wij ik jij hij men iets niets iemand niemand alles alle veel meer
    minder zeer heel weer altijd nooit dag dagen uur uren minuten week weken maand vandaag gisteren morgen hier
    daar bedankt hallo graag twee drie sinds
"""
_BY_LANGUAGE: Mapping[str, str] = {
    "en": _ENGLISH,
    "de": _GERMAN,
    "fr": _FRENCH,
    "es": _SPANISH,
    "pt": _PORTUGUESE,
    "it": _ITALIAN,
    "nl": _DUTCH,
}


@cache
def stop_words(language: str) -> frozenset[str]:
    """Return the stop words of a language; of an unknown or unlisted one, those of all languages."""
    known = _BY_LANGUAGE.get(language)
    listed = [known] if known else list(_BY_LANGUAGE.values())
    return frozenset(" ".join([_EVERYBODY, *listed]).split())
