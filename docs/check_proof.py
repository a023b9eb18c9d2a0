"""Check a file of `heard prove` or `heard audit export`, without Heard: Python's standard library is all it needs.

    python3 check_proof.py FILE [--head 2026-11-28=3f9a77c2...] [--whole 4be1...]

It is written against docs/proof.md. `--head` is what the desk's daily message said of a day, `--whole` what the
export said when it was made. Without either, it shows only that a file agrees with itself.
"""

import argparse
import ast
import json
import sys
from datetime import datetime, timedelta, timezone
from hashlib import sha256

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Wrong(Exception):
    """The file is not what the desk wrote."""


class NotCovered(Wrong):
    """A head was given that says nothing about the file."""


def hold(right, what):
    """Raise Wrong with a sentence unless `right`."""
    if not right:
        raise Wrong(what)


def hexed(*parts):
    """Return the SHA-256 of the parts, one after another, in hexadecimal digits."""
    return sha256(b"".join(parts)).hexdigest()


def plain(said):
    """Return a sentence in which nothing of the file can move the cursor, hide a line or begin a new one."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in said)


def micros(moment):
    """Return the microseconds since 1970 of a moment, which must be written as the desk writes it."""
    at = datetime.fromisoformat(moment)
    hold(at.tzinfo is not None and at.isoformat(timespec="microseconds") == moment, f"{moment} is not a moment.")
    return (at - EPOCH) // timedelta(microseconds=1)


def sealed(data):
    """Return the bytes before the last line, which must hold their digest."""
    place = data.rfind(b"\n", 0, -1) + 1
    before, last = data[:place], data[place:]
    told = hexed(before).encode()
    hold(last in {b' "sha256": "%s"}\n' % told, b'{"sha256":"%s"}\n' % told}, "The digest in the last line differs.")
    return before


class Chain:
    """The digest of one chain, line by line."""

    def __init__(self, number):
        self.number, self.position, self.digest = number, 0, b""
        self.at = {}

    def add(self, line):
        """Take the next line."""
        hold(line["position"] == self.position + 1, f"A line of chain {self.number} is missing or out of place.")
        parts = (self.number, line["position"], micros(line["at"]), line["who"], line["verb"], line["facts"])
        hold(not any("\0" in str(one) for one in parts), "A line has a sign that no line has.")
        self.digest = sha256("\0".join(map(str, parts)).encode() + self.digest).digest()
        self.position += 1
        self.at[self.position] = self.digest.hex()


def leaf(chain, position, digest):
    """Return the leaf of a chain in the tree of a day."""
    return sha256(b"\0" + f"{chain} {position} {digest}".encode()).digest()


def day_head(day, root):
    """Return the head of a day."""
    return hexed(f"{day['day']} {day['before']} {root.hex()}".encode())


def compare(days, heads):
    """Compare the heads of days with those that were told outside."""
    for day, head in heads.items():
        told = [one["head"] for one in days if one["day"] == day]
        if not told:
            raise NotCovered(
                f"The file has nothing of {day}, so that head proves nothing here. Where that day has no new line of "
                "the case, give the head of another day."
            )
        hold(len(head) >= 16 and any(one.startswith(head) for one in told), f"The head of {day} differs.")


# --- a case ------------------------------------------------------------------------------------------------


def check_case(proof, heads):
    """Check the proof of one case; return what it shows, as sentences."""
    hold(
        list(proof) == ["format", "case", "made_at", "people", "lines", "digest", "told", "replies"], "Other fields."
    )
    chain = checked_chain(proof["case"], proof, heads)
    lines = [dict(line, facts=json.loads(line["facts"])) for line in proof["lines"]]
    said = [plain(one) for reply in proof["replies"] for one in check_reply(proof, reply, lines)]
    drafts = {reply["draft"] for reply in proof["replies"]}
    hold(len(drafts) == len(proof["replies"]), "A draft is there twice.")
    hold(drafts == {one["facts"]["draft"] for one in lines if "draft" in one["facts"]}, "A draft is missing.")
    return [*said, told_until([one for one in proof["told"] if not heads or one["day"] in heads], chain, heads)]


def checked_chain(number, proof, heads):
    """Return the chain of a proof's lines, after these, their digest and the heads of its days were checked."""
    chain = Chain(number)
    for line in proof["lines"]:
        chain.add(line)
    hold(chain.position > 0 and chain.digest.hex() == proof["digest"], "The lines differ from their digest.")
    position = 0
    for day in proof["told"]:
        hold(position < day["position"] <= chain.position, "A day that was told is out of place.")
        position = day["position"]
        hold(day_head(day, root_of(chain, day)) == day["head"], f"The head of {day['day']} does not follow.")
    compare(proof["told"], heads)
    return chain


def root_of(chain, day):
    """Return the root of a day's tree, from the case's leaf upwards."""
    found = leaf(chain.number, day["position"], chain.at[day["position"]])
    for side, beside in day["path"]:
        hold(side in {"left", "right"}, "A step of a path has no side.")
        pair = (bytes.fromhex(beside), found) if side == "left" else (found, bytes.fromhex(beside))
        found = sha256(b"\1" + b"".join(pair)).digest()
    return found


def told_until(days, chain, heads):
    """Say up to which line the newest of these days covers the case."""
    if not days:
        return "No head of a day covers these lines yet: they agree with each other, and that is all."
    last, end = days[-1], chain.position
    said = plain(f"Lines 1 to {last['position']} of {end} are under the head of {last['day']}: {last['head']}")
    if not heads or last["position"] == end:
        return said
    return f"{said}\nNothing that was compared covers lines {last['position'] + 1} to {end}."


def check_reply(proof, reply, lines):
    """Check one draft against the lines; yield what it shows."""
    its = [one for one in lines if one["facts"].get("draft") == reply["draft"]]
    versions = {one["version"]: one for one in reply["versions"]}
    hold(list(versions) == list(range(1, len(versions) + 1)), "A version of a draft is missing.")
    for one in versions.values():
        check_version(one, its)
    approvals = {one["approval"]: one for one in reply["approvals"]}
    approved = {one["facts"]["approval"]: one for one in its if one["verb"] == "approve"}
    hold(list(approvals) == list(approved), "The approvals are not those of the lines.")
    for number, yes in approvals.items():
        check_approval(proof, reply, versions, yes, approved[number])
    sent = [one for one in its if one["verb"] in {"delivered", "part_delivered"} and "post" in one["facts"]]
    delivered = [one for one in reply["attempts"] if one["outcome"] == "delivered" and one["post"]]
    hold(len(sent) == len(delivered), "The posts are not those of the lines.")
    above = ""
    for line, one in zip(sent, delivered):
        began = [other for other in its if other["verb"] == "send" and other["at"] == one["started_at"]]
        hold(line["facts"]["post"] == one["post"], "A reply became another post than the line says.")
        hold(line["facts"].get("part", 0) == one["part"], "A part is not that of the line.")
        by_hand = one["started_at"] == one["ended_at"]
        under = [last_approval(its, other["position"]) for other in began or [line]]
        hold(one["approval"] in (under if began else [0, *under]), "A reply went out under another approval.")
        since = line["facts"].get("public", line["at"])  # as the network says, where it was found later
        hold(padded(since) == one["ended_at"] and (began or by_hand), "A reply went out at another moment.")
        yield from told_of(proof, reply, approvals.get(one["approval"]), one, above)
        above = one["post"]


def last_approval(its, position):
    """Return the number of the newest approval before a line; 0: there is none."""
    before = [one["facts"]["approval"] for one in its if one["verb"] == "approve" and one["position"] < position]
    return before[-1] if before else 0


def check_version(one, its):
    """Check a version's words against their digest, and the digest against the lines."""
    if one["text"] is not None:
        hold(hexed(one["text"].encode()) == one["digest"], "The words of a draft differ from their digest.")
    begun = [line for line in its if line["facts"]["version"] == one["version"]]
    digests = {line["facts"]["digest"] for line in begun if "digest" in line["facts"]}
    hold(digests == {one["digest"]}, "The words of a draft are not those of the lines.")
    hold(
        begun and (begun[0]["who"], begun[0]["at"]) == (one["written_by"], one["written_at"]), "Somebody else wrote."
    )


def check_approval(proof, reply, versions, yes, line):
    """Check an approval against its line, and against the terms whose digest that line has."""
    facts = line["facts"]
    hold((line["who"], line["at"]) == (yes["approved_by"], yes["approved_at"]), "Somebody else approved.")
    hold((facts["version"], facts["digest"]) == (yes["version"], yes["digest"]), "Other words were approved.")
    if yes["terms"] is None:
        return
    hold(
        hexed(yes["terms"].encode("utf-8", "backslashreplace")) == facts["terms"], "The terms differ from the line's."
    )
    what, wrote, where, who, seen = ast.literal_eval(yes["terms"])[:5]
    words = versions[yes["version"]]
    right = (proof["case"], reply["draft"], yes["version"], reply["kind"], words["digest"], yes["digest"])
    hold(what == right and list(wrote[0]) == words["authors"], "The terms are about other words.")
    hold(
        where[-1] == reply["corrects"] and who[0] == yes["approval"] and who[1] == yes["approved_by"], "Other terms."
    )
    hold(micros(yes["approved_at"]) == micros(padded(who[2])), "The terms have another moment.")
    hold(list(seen[2:5]) == [yes["network"], yes["account"], yes["post"]], "The terms name another place.")


def padded(moment):
    """Return a moment with its microseconds, which Python leaves out when they are 0."""
    return datetime.fromisoformat(moment).isoformat(timespec="microseconds")


UNPROVEN = (
    "the place, further authors, and whether it was posted, changed or taken back are not proven, since the words "
    "are erased"
)


def called(proof, who):
    """Return somebody's name beside their Slack id; only the id is under the head."""
    name = proof["people"].get(who, who)
    return who if name == who else f"{name} ({who})"


def told_of(proof, reply, yes, one, above):
    """Yield what a delivered reply shows; `above`: the post that its draft had made before it."""
    if yes is None:
        yield f"At {one['ended_at']} a reply by hand was recorded as post {one['post']}."
        return
    words = reply["versions"][yes["version"] - 1]
    terms = ast.literal_eval(yes["terms"]) if yes["terms"] is not None else None
    hold(terms or words["text"] is None, "The terms of a reply that went out are missing.")
    by = called(proof, yes["approved_by"])
    wrote = ", ".join(called(proof, who) for who in (words["authors"] if terms else [words["written_by"]]))
    doubt = f" ({UNPROVEN})" if not terms else ""
    where = f"{yes['network']} as account {yes['account']}"
    when = f"between {one['started_at']} and {one['ended_at']}"
    if reply["kind"] == "take_back":
        what = f"post {one['post']} was taken back from {where}{doubt}, {when}."
    elif reply["kind"] == "in_place":
        what = f"{said_in(words, one, terms)} replaced the words of post {yes['post']} on {where}{doubt}, {when}, as"
        what += f" post {one['post']}."
    else:
        under = place_of(yes, one, terms, above)
        place = f"under {f'post {under}' if under else 'a post'}{doubt}"
        what = f"{said_in(words, one, terms)} went to {where}, {place}, {when}, as post {one['post']}."
    yield f"Written by {wrote}, approved by {by} at {yes['approved_at']}: {what}"


def said_in(words, one, terms):
    """Return the exact words of a post, with the digest of all words that were approved."""
    if words["text"] is None:
        part = f"part {one['part']} of " if one["part"] else ""
        return f"{part}words that are erased since (SHA-256 {words['digest']})"
    if not one["part"]:
        return f"exactly {json.dumps(words['text'])} (SHA-256 {words['digest']})"
    cuts, numbered = terms[5][:2]
    pieces = [words["text"][start:end].strip() for start, end in zip((0, *cuts), (*cuts, None))]
    piece = pieces[one["part"] - 1] + (f" {one['part']}/{len(pieces)}" if numbered else "")
    whole = f"SHA-256 of the whole {words['digest']}"
    return f"part {one['part']} of {len(pieces)}, exactly {json.dumps(piece)} ({whole})"


def place_of(yes, one, terms, above):
    """Return the post that a post goes under: a further part goes under the one before it."""
    done = terms[5][4] if terms and len(terms) > 5 else 0
    return above if above and one["part"] > done + 1 else yes["post"]


# --- a statement ------------------------------------------------------------------------------------------

STATEMENT = ["format", "statement", "made_at", "people", "lines", "digest", "told", "takes_back", "corrects", "posts"]
PROPOSED = {"statement_proposed", "statement_take_back_proposed", "statement_correction_proposed"}
DONE = {"statement_sent", "statement_deleted", "statement_corrected", "statement_seen"}


def check_statement(proof, heads):
    """Check the proof of a statement, which stands in the desk's own lines; return what it shows, as sentences."""
    hold(list(proof) == STATEMENT, "Other fields.")
    chain = checked_chain(0, proof, heads)
    lines = [dict(line, facts=json.loads(line["facts"])) for line in proof["lines"]]
    its = [one for one in lines if one["facts"].get("statement") == proof["statement"]]
    written = [one for one in its if one["verb"] in PROPOSED]
    approved = [one for one in its if one["verb"] == "statement_approved"]
    hold(len(written) == 1 and len(approved) <= 1, "It was put up, or approved, more than once, or never.")
    terms = {one["facts"]["terms"] for one in (*written, *approved)}
    known = all(one["text"] is not None for one in proof["posts"])
    hold(len(terms) == 1 and (not known or terms == {terms_of_statement(proof)}), "Other words were approved.")
    hold(known or all(one["text"] is None for one in proof["posts"]), "Some words are there, and others are not.")
    done = [one for one in its if one["verb"] in DONE]
    places = {(one["network"], one["account"]) for one in proof["posts"]}
    hold(proof["takes_back"] or not any(one["takes_back"] for one in proof["posts"]), "It takes no post back.")
    hold(proof["corrects"] or not any(one["corrects"] for one in proof["posts"]), "It corrects no post.")
    hold(len(places) == len(proof["posts"]), "An account is there twice.")
    hold(all((one["facts"]["network"], one["facts"]["account"]) in places for one in done), "An account is missing.")
    hold(approved or not done, "It went out without an approval.")
    acts = {"statement_take_back_proposed": (True, False), "statement_correction_proposed": (False, True)}
    act = acts.get(written[0]["verb"], (False, False))
    hold((bool(proof["takes_back"]), bool(proof["corrects"])) == act, "It was put up as something else.")
    by = f"Written by {called(proof, written[0]['who'])} at {written[0]['at']}"
    yes = [f"approved by {called(proof, one['who'])} at {one['at']}" for one in approved]
    said = [f"{', '.join([by, *yes])} (SHA-256 {written[0]['facts']['terms']})."]
    said = [plain(one) for one in [*said, *(one for post in proof["posts"] for one in told_of_post(post, its, done))]]
    return [*said, told_until([one for one in proof["told"] if not heads or one["day"] in heads], chain, heads)]


def terms_of_statement(proof):
    """Return the digest of everything that was approved: each account, its words, and the post that it acts on."""
    told = sha256(f"{proof['takes_back']}{' %d' % proof['corrects'] if proof['corrects'] else ''}".encode())
    for one in sorted(proof["posts"], key=lambda one: (one["network"], one["account"])):
        changed = ["corrects", "replaces"] if proof["corrects"] or one["corrects"] else []
        for part in ("network", "account", "takes_back", "text", *changed):
            told.update(sha256(one[part].encode("utf-8", "surrogatepass")).digest())
    return told.hexdigest()


def told_of_post(post, its, done):
    """Yield what became of a statement on one account."""
    where = {"network": post["network"], "account": post["account"]}
    mine = [one for one in done if where.items() <= one["facts"].items()]
    hold(len(mine) <= 1, "One account has two posts.")
    there = [post["post"]] if mine or post["post"] else []
    hold([one["facts"].get("post", "") for one in mine] == there, "Another post.")
    place = f"{post['network']} as account {post['account']}"
    if not mine:
        yield f"Nothing is known to have gone to {place}."
        return
    began = [one for one in its if one["verb"] == "statement_sending" and where.items() <= one["facts"].items()]
    words = "words that are erased since" if post["text"] is None else f"exactly {json.dumps(post['text'])}"
    when = f"between {began[-1]['at']} and {mine[0]['at']}" if began else f"before {mine[0]['at']}"
    post_id = f"post {post['post']}" if post["post"] else "a post without an id"
    post_id += ", as a person said who looked there" if mine[0]["verb"] == "statement_seen" else ""
    doubt = " (which one is not proven, since the words are erased)" if post["text"] is None else ""
    if post["takes_back"]:
        yield f"Post {post['takes_back']} was deleted from {place}{doubt}, {when}."
    elif post["corrects"]:
        yield f"{words} replaced the words of post {post['corrects']} on {place}{doubt}, {when}, as {post_id}."
    else:
        yield f"{words} went to {place}, {when}, as {post_id}."


# --- the whole trail ---------------------------------------------------------------------------------------


def check_trail(lines, heads, whole):
    """Check the whole trail, given as parsed lines; return what it shows, as sentences."""
    days, expected, before = [], {}, ""
    chain, chains, many, total, end = Chain(-1), 0, 0, sha256(), None
    for one in lines:
        hold(end is None, "Something follows the end.")
        if "day" in one:
            hold(chain.number < 0 and one["before"] == before, "A day is out of place.")
            hold(day_head(one, root(one["chains"])) == one["head"], f"The head of {one['day']} does not follow.")
            before = one["head"]
            days.append(one)
            for number, position, digest in one["chains"]:
                hold(expected.setdefault((number, position), digest) == digest, "A chain was told twice.")
        elif "position" in one:
            if one["chain"] != chain.number:
                hold(one["chain"] > chain.number, "The chains are out of order.")
                close(chain, total)
                chain, chains = Chain(one["chain"]), chains + 1
            chain.at.clear()
            chain.add(one)
            many += 1
            digest = chain.digest.hex()
            hold(expected.pop((chain.number, chain.position), digest) == digest, "A line differs from what was told.")
        else:
            close(chain, total)
            end = one
    hold(not expected, "Lines that were told are missing.")
    hold(end == {"chains": chains, "lines": many, "head": total.hexdigest()}, "The lines differ from their head.")
    hold(whole is None or (len(whole) >= 16 and end["head"].startswith(whole)), "The head of the whole differs.")
    compare(days, heads)
    said = f"{many} lines in {chains} chains, {len(days)} days that were told. Head of the whole: {end['head']}"
    if not heads or whole is not None:
        return [said]
    return [f"{said}\nNothing that was compared covers what came after {max(heads)}."]


def close(chain, total):
    """Add a chain that has ended to the head of the whole."""
    if chain.position:
        total.update(f"{chain.number} {chain.position} {chain.digest.hex()}\n".encode())


def root(chains):
    """Return the root of a day's tree."""
    level = [leaf(*one) for one in chains] or [sha256().digest()]
    while len(level) > 1:
        pairs = [level[place : place + 2] for place in range(0, len(level), 2)]
        level = [sha256(b"\1" + b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs]
    return level[0]


# --- files -------------------------------------------------------------------------------------------------


def check(data, heads=None, whole=None):
    """Check the bytes of a file; return what it shows, as sentences; raise Wrong."""
    try:
        before = sealed(data)
        if before.startswith(b'{"format":"heard-trail-1"'):
            return check_trail((json.loads(line) for line in before.splitlines()[1:]), heads or {}, whole)
        proof = json.loads(before[:-2] + b"}")
        if proof["format"] == "heard-statement-1":
            return check_statement(proof, heads or {})
        hold(proof["format"] == "heard-proof-1", "This is another format.")
        return check_case(proof, heads or {})
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        SyntaxError,
        RecursionError,
        MemoryError,
    ) as trouble:
        raise Wrong(f"This is not as docs/proof.md says: {type(trouble).__name__}.") from trouble


def main():
    """Check the file that the command line names."""
    asked = argparse.ArgumentParser(description="Check a file of `heard prove` or `heard audit export`.")
    asked.add_argument("file")
    asked.add_argument("--head", action="append", default=[], metavar="DAY=HEAD", help="as the daily message said")
    asked.add_argument("--whole", help="the head of the whole, as the export said")
    given = asked.parse_args()
    heads = dict(one.partition("=")[::2] for one in given.head)
    if not all(heads) or not all(heads.values()):
        asked.error("Write a head as 2026-11-28=3f9a77c2..., with its day.")
    try:
        with open(given.file, "rb") as file:
            said = check(file.read(), heads, given.whole)
    except OSError as trouble:
        sys.exit(f"{given.file} cannot be read: {trouble.strerror}.")
    except NotCovered as other:
        sys.exit(str(other))
    except Wrong as wrong:
        sys.exit(f"NOT GENUINE: {plain(str(wrong))}")
    print(*said, sep="\n")
    whole = given.whole or "Nothing that was compared" not in said[-1]
    genuine = "Genuine." if whole else "Genuine as far as that."
    print(genuine if heads or given.whole else "It agrees with itself. Compare the head with the desk's message.")


if __name__ == "__main__":
    main()
