"""Traits of people that the networks forbid to keep beside their handles, told by the name of a column.

X: health, pregnancy, money troubles, politics, ethnic origin, religion or belief, sex life or orientation, union
membership, crime (developer policy, "off-Twitter matching" and "sensitive information"). The others have the like.
"""

import re
import unicodedata
from itertools import pairwise

_STEMS = {  # a star leaves the end open
    "health": "health* illness* disease* diagnos* disab* pregnan* medic* allerg* gesundheit* krank* behinder* "
    "schwanger* sante maladie* grossesse* handicap* salud enferm* embaraz* discapac* saude doenca* gravid*",
    "religion or belief": "religi* faith church* belief* glaube* konfession* kirche* croyance* creencia* crenca* "
    "muslim* jewish islam* christian*",
    "politics": "politic* politik* politiq* vote* voting partei* partido*",
    "ethnic origin": "ethni* race racial* raza* raca* etni* rasse herkunft*",
    "sex life or orientation": "sex sexual* sexuel* sexo orientation orientierung* orientacion* orientacao* gay "
    "lesbian* queer lgbt* homosex*",
    "union membership": "union* tradeunion* gewerkschaft* syndic* sindicat* sindical*",
    "money troubles": "debt* insolven* bankrup* arrears dunning schulden* creditscore* dette* deuda* divida*",
    "crime": "crime* crimin* convict* offence* offense* straf* vorstraf* delit*",
    "genes or body": "genetic* biometr* dna fingerprint*",
}
_EXACT = {word: trait for trait, words in _STEMS.items() for word in words.split() if not word.endswith("*")}
_BEGINS = {word[:-1]: trait for trait, words in _STEMS.items() for word in words.split() if word.endswith("*")}


def forbidden_trait(column: str) -> str:
    """Return the trait that a column of this name tells of, such as "health"; "" for none."""
    words = _words(column)
    return next(filter(None, map(_trait, [*words, *map("".join, pairwise(words))])), "")


def _words(column: str) -> list[str]:
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKD", column))
    bare = "".join(one for one in apart if not unicodedata.combining(one))
    return re.findall(r"[^\W\d_]+", bare.casefold())


def _trait(word: str) -> str:
    return _EXACT.get(word) or next((trait for begin, trait in _BEGINS.items() if word.startswith(begin)), "")
