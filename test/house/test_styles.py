"""Both lists of stylesheets name the same files: builds read one of them."""

import re
from pathlib import Path

STYLE = Path(__file__).parents[2] / "style"


def test_each_stylesheet_is_in_both_lists() -> None:
    files = {path.name for path in STYLE.glob("*.css")} - {"index.css"}
    for index, pattern in (("index.css", r"url\('(.+)'\)"), ("index.js", r"'\./(.+)'")):
        assert set(re.findall(pattern, (STYLE / index).read_text())) == files, index
