"""What the desk does to keep its memory small."""

import subprocess
import sys

ASKED = """
import sys, warnings
from bot.gateways.own_memory import no_guessed_encodings, one_heap
warnings.simplefilter("error")
one_heap()
no_guessed_encodings()
import requests
answer = requests.Response()
answer._content, answer.status_code = "café".encode(), 200
print(answer.text, sorted(name for name in sys.modules if name.startswith("charset_normalizer.")))
"""


def test_requests_reads_a_text_without_what_guesses_its_encoding() -> None:
    done = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("café []\n", "")
