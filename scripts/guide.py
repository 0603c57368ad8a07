"""Makes the pages of help/ from docs/user-guide.md; help/style.css and help/pictures are kept as they are.

A chapter (##) becomes a page. A section (###) gets a page that leads to its place in its chapter: many
systems drop the anchor of a file's address on the way to the browser, so the plugin opens pages by name.
"""

from __future__ import annotations

from pathlib import Path
import re

from markdown import Markdown

ROOT = Path(__file__).resolve().parents[1]
GUIDE = ROOT / "docs" / "user-guide.md"
HELP = ROOT / "help"

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} – Offline Map Areas</title>
<link rel="stylesheet" href="style.css">
</head>
<body>
<nav>
<a href="index.html"><strong>Offline Map Areas</strong></a>
{contents}
</nav>
<main>
{text}
</main>
</body>
</html>
"""
SIGNPOST = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="0; url={place}">
<title>{title} – Offline Map Areas</title>
</head>
<body><a href="{place}">{title}</a></body>
</html>
"""


class Chapter:
    """A part of the guide below one heading: `name`, `title`, its HTML, and the sections by name."""

    def __init__(self, source: str) -> None:
        converter = Markdown(extensions=["tables", "toc"])
        self.html = converter.convert(source)
        (heading,) = converter.toc_tokens
        self.name, self.title = heading["id"], heading["name"]
        self.sections = {section["id"]: section["name"] for section in heading["children"]}


def chapters() -> list[Chapter]:
    """The chapters of the guide, in its order."""
    _title, *sources = re.split(r"^(?=## )", GUIDE.read_text("utf-8"), flags=re.MULTILINE)
    return [Chapter(source) for source in sources]


def pages() -> dict[str, str]:
    """The text of every page by its file name. Raises `ValueError` for a link that leads out of it."""
    guide = chapters()
    places = _places(guide)
    titles = [(f"{chapter.name}.html", chapter.title) for chapter in guide]
    made = {"index.html": _page("User guide", f"<h1>User guide</h1>\n{_contents(titles)}", titles)}
    for chapter in guide:
        made[f"{chapter.name}.html"] = _page(chapter.title, _shipped(chapter.html, places), titles)
        for name, title in chapter.sections.items():
            made[f"{name}.html"] = SIGNPOST.format(title=title, place=places[name])
    return made


def _places(guide: list[Chapter]) -> dict[str, str]:
    """Where each heading is, by its anchor."""
    places: dict[str, str] = {}
    for chapter in guide:
        for name in (chapter.name, *chapter.sections):
            if name in (*places, "index"):
                raise ValueError(f"Two headings of the guide have the anchor {name}.")
            anchor = "" if name == chapter.name else f"#{name}"
            places[name] = f"{chapter.name}.html{anchor}"
    return places


def _page(title: str, text: str, titles: list[tuple[str, str]]) -> str:
    return PAGE.format(title=title, text=text, contents=_contents(titles))


def _contents(titles: list[tuple[str, str]]) -> str:
    lines = [f'<li><a href="{place}">{title}</a></li>' for place, title in titles]
    return "\n".join(["<ul>", *lines, "</ul>"])


def _shipped(html: str, places: dict[str, str]) -> str:
    """With links and pictures as the pages have them: whatever is not of the guide does not ship."""

    def place(match: re.Match[str]) -> str:
        kind, target = match.groups()
        if kind == "href" and target[:1] == "#" and target[1:] in places:
            return f'href="{places[target[1:]]}"'
        if kind == "src" and (GUIDE.parent / target).resolve().parent == HELP / "pictures":
            return f'src="pictures/{Path(target).name}"'
        raise ValueError(f"The guide leads to {target}, which does not ship with the plugin.")

    return re.sub(r'\b(href|src)="([^"]*)"', place, html)


def main() -> None:
    """Writes the pages, and deletes those whose headings are gone."""
    made = pages()
    for path in HELP.glob("*.html"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        (HELP / name).write_text(text, "utf-8", newline="\n")
    print(f"help: {len(made)} pages")


if __name__ == "__main__":
    main()
