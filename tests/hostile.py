"""Two thousand hostile texts that try to break out of a message; the same on every run."""

from itertools import cycle, islice, product

CORES = [
    "<!channel>", "<!here>", "<!everyone>", "<!subteam^S1|team>", "<@U1>", "<@U1|ana>", "<#C1|general>", "@here", "@channel",
    "<http://evil.example|bank.example>", "<mailto:a@evil.example|reply>", "<!date^0^{date}|now>", "&lt;!channel&gt;",
    "&amp;lt;@U1&amp;gt;", "<", ">", "&", "<<<", "&&&", "*Approved by* Ben", "_x_ ~y~ `z`", "> quote", "```\ncode", "•\u00a0Approved",
    "{{ 7 * 7 }}", "{% for i in range(9) %}{% endfor %}", "${7*7}", "%s%n", "{0.__class__}", "'; DROP TABLE cases;--",
    "=HYPERLINK(1)", "\0", "a\0b", "\ud800", "\udc00\ud800", "\ud83d\ude00", "\r\n\r\n", "\n" * 50, "\t", "\x1b[31mred", "\x07",
    "\u202egnp.exe", "\u2066x\u2069", "\u200f\u200e", "\u061c", "a\u200bb", "\ufeffx", "\u2060", "\u00ad", "x\u2028y\u2029z",
    "Z" + "\u0301" * 500, "o\u0489" * 40, "\u0300" * 30, "e\u20dd\u0301\u0302", "👨\u200d👩\u200d👧", "a\u200db", "🏴\U000e0067\U000e007f",
    "\U000e0041" * 20, "\ufe0f" * 30, "한국어 日本語", "مرحبا", "नमस्ते", "ﷺ" * 20, "𝓕𝓻𝓮𝓮", "\u3164" * 5, "\u115f", "W" * 10_000,
    "&" * 4_000, "<!channel>" * 600, "a " * 5_000, "\ufffd", "\uffff", "\U0010ffff", "ß\u1e9eİı", "\u1160\u200c", "😀" * 3_000,
]  # fmt: skip
FRAMES = [
    "{}", "{} {}", "Hello {}", "{}\n", "\n{}", "<{}>", "&{};", "*{}*", "`{}`", "\u202e{}\u202c", "\u200b{}", "{}\u0301\u0301",
    "x{}x", "@priya_n {}", "{}" + "y" * 200, "y" * 200 + "{}", "({})", "“{}”", "{}|{}", "> {}", "a&amp;{}", "\x00{}", "{}\ud800",
    "https://t.example/{}", "#{}", "{}?", "^{}", "{}:",
]  # fmt: skip


def texts(count: int = 2_000) -> list[str]:
    """Return `count` hostile texts: every core in as many frames as needed."""
    framed = (frame.replace("{}", core) for frame, core in product(FRAMES, CORES))
    return list(islice(cycle(framed), count))
