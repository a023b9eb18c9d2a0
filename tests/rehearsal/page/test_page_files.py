"""The page's files have nothing inline, nothing from outside, and nothing that reads text as HTML."""

import re
from pathlib import Path

import pytest
import requests

import bot.rehearsal

PAGE = Path(bot.rehearsal.__file__).parent / "page"
SCRIPTS = sorted(PAGE.glob("*.js"))


def test_the_policy_forbids_what_is_inline_or_outside(stage):
    for path in ("/", "/static/main.js", "/street/timeline", "/people/users"):
        policy = requests.get(stage.url + path, timeout=10).headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy


def test_the_page_holds_no_inline_script_or_style():
    page = (PAGE / "index.html").read_text("utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", page) == []


@pytest.mark.parametrize("file", [*SCRIPTS, *sorted(PAGE.glob("*.css"))], ids=lambda file: file.name)
def test_files_are_small_and_ask_for_nothing_outside(file):
    text = file.read_text("utf-8")
    assert len(text.splitlines()) < 300
    assert re.findall(r'https?://[a-z]|@import|url\((?!"/static/icon-[a-z]+\.svg"\))', text) == []


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_scripts_never_read_text_as_html(file):
    unsafe = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|\.cssText|setAttribute\(.on"
    )
    assert re.findall(unsafe, file.read_text("utf-8")) == []


def test_every_file_is_served_with_its_type(stage):
    kinds = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
    for file in PAGE.iterdir():
        if file.suffix in kinds:
            answer = requests.get(f"{stage.url}/static/{file.name}", timeout=10)
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith(kinds[file.suffix])


@pytest.mark.parametrize("path", ["/static/index.html", "/static/nothing.js", "/static/..%2fpages.py"])
def test_nothing_else_is_served(stage, path):
    assert requests.get(stage.url + path, timeout=10).status_code == 404


def test_a_page_elsewhere_cannot_point_its_own_name_at_the_stage(stage):
    answer = requests.get(stage.url, headers={"host": "evil.example"}, timeout=10)
    assert answer.status_code == 400


@pytest.mark.parametrize("file", [one for one in SCRIPTS if one.name != "emoji.js"], ids=lambda file: file.name)
def test_the_page_needs_no_font_with_pictures(file):
    """The page's own icons are files; only text that people type in Slack has emoji (emoji.js)."""
    text = file.read_text("utf-8")
    assert re.findall("[\U0001f000-\U0001faff]", text) == []
    drawn = re.findall(r'\b(?:icon|tool|small)\("([a-z]+)"', text)
    shown = (PAGE / "icons.css").read_text("utf-8")
    assert [name for name in drawn if f'.icon-{name} {{ --drawn: url("/static/icon-{name}.svg")' not in shown] == []
