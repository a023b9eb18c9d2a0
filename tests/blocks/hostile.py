"""Hostile texts: notifications, hidden or false text, links, markup, and overlong text."""

_MARKUP = (
    "<!channel>", "<!here>", "<!everyone>", "<!channel|x>", "<@U1>", "<@UANA>", "<!subteam^S1>", "<#C1|general>",
    "@here", "@channel", "@everyone", "#general", "<http://evil.example|your bank>", "<https://evil.example>",
    "http://evil.example", "evil.example", "<mailto:a@b.example|a>", "<!date^0^{date}|now>", "<tel:1|call>",
    "&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;", "<<!channel>>", "<!chan<!channel>nel>", "> quote", ">>> quote",
    "*bold*", "_italic_", "~gone~", "`code`", "```block```", "[link](http://evil.example)", "# heading", "- item",
    ":fire:", ":rotating_light: URGENT", "\\<!channel\\>", "<", ">", "&", "<!", "|", "<|>", "^", "<@", "<!here",
    "{{ 7*7 }}", "{% include 'x' %}", "${HOME}", "%s%s%n", "'; DROP TABLE cases; --", "<script>alert(1)</script>",
    '{"type":"button"}', "Approved by Ben at 14:39", "Case 1: answered.", "[ Approve & send ]",
)  # fmt: skip
_SIGNS = (
    "", " ", "\n", "\n\n\n", "\t", "\r\n", "\0", "a\0b", "\x1b[31mred", "\ud800", "\udfff", "a\udc00b", "\ud83d",
    "\u202eevil\u202c", "\u2066x\u2069", "\u200b", "\u200b\u200b\u200b", "\u200d", "\ufeff", "\u2028two\u2029",
    "\u00ad", "\u3164", "\u2800", "\U000e0041\U000e007f", "z\u0335\u0321" * 40, "\u0301" * 300, "e\u0301",
    "שלום world", "مرحبا", "你好", "नमस्ते", "👩‍👩‍👧‍👦", "👍🏽", "🏴\U000e0067\U000e0062\U000e007f", "ﷺ" * 50, "𝓕𝓪𝓷𝓬𝔂",
    "\x07\x08\x0b\x0c", "\x85", "\uffff", "\U0010ffff", "ａｔ＠ｈｅｒｅ", "＜!channel＞", "‹!here›",
)  # fmt: skip
_LONG = (
    "a" * 10_000, "& " * 5_000, "<" * 10_000, "😀" * 6_000, "\n" * 5_000, "word " * 3_000, "<!channel>" * 1_000,
    "\u202e" * 9_000 + "x", "x" + "\u0300" * 9_000, "```" * 3_000, "http://evil.example/" + "a" * 9_000,
)  # fmt: skip
_MIXED = tuple(f"help {one} please" for one in (*_MARKUP, *_SIGNS[:24])) + tuple(f"{one}\n{one}" for one in _MARKUP)

TEXTS: tuple[str, ...] = (*_MARKUP, *_SIGNS, *_LONG, *_MIXED)
URLS = (
    "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//evil.example", "http://", "https://x.com|label>",
    "https://x.com/a b", "https://x.com/<!channel>", "https://x.com/\n", "https://x.com/" + "a" * 5_000, "\ud800",
    "https://[::1", "ftp://x.com", "https://x.com/\u202eevil", " https://x.com", "slack://open", "x",
)  # fmt: skip
