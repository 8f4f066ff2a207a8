"""Prepares the pages of `src/docs` for mdBook, which calls this with the book on standard input.

The pages are written for rustdoc. This adds their titles, marks the code as Rust, and resolves the links: those between guides to
pages, those to a type or a method to the search of docs.rs. A link to a page or a heading that does not exist is an error.
"""

import json
import re
import sys

DOCS = "https://docs.rs/singlet/latest/singlet/?search="
# Modules whose names differ from those of their pages.
RENAMED = {"service_registry": "registry"}
CODE = re.compile(r"^(```+)(.*)$")


def chapters(items):
    for item in items:
        if isinstance(item, dict) and "Chapter" in item:
            yield item["Chapter"]
            yield from chapters(item["Chapter"]["sub_items"])


def anchor(heading):
    """As mdBook and rustdoc make them."""
    text = re.sub(r"[^\w\s-]", "", heading.lower().replace("`", ""))
    return re.sub(r"\s", "-", text.strip())


def lines_of(text):
    """The lines of a page, each with the fence that it opens or closes, and whether it is in code."""
    is_code = False
    for line in text.split("\n"):
        fence = CODE.match(line)
        if fence:
            is_code = not is_code
        yield line, fence, is_code


def headings(text):
    prose = (line for line, fence, is_code in lines_of(text) if not (fence or is_code))
    return {anchor(line.lstrip("#")) for line in prose if re.match(r"#+ ", line)}


class Links:
    def __init__(self, pages):
        self.anchors = {path: headings(text) for path, text in pages.items()}
        self.broken = []

    def to_page(self, page, target, fragment):
        if target not in self.anchors or (fragment and fragment not in self.anchors[target]):
            self.broken.append(f"{page}: {target}#{fragment or ''}")
        up = "../" * page.count("/")
        return f"{up}{target}" + (f"#{fragment}" if fragment else "")

    def resolve(self, page, link):
        """The target of a link: a URL, a page, or a name of the crate."""
        if "://" in link:
            return link
        path, _, fragment = link.partition("#")
        if not path:
            return self.to_page(page, page, fragment) if fragment else link
        parts = path.removeprefix("crate::").split("::")
        if parts[0] == "guide" and len(parts) > 1:
            names = [RENAMED.get(name, name) for name in parts[1:]]
            for target in ("/".join(names) + ".md", "/".join(names) + "/index.md"):
                if target in self.anchors:
                    return self.to_page(page, target, fragment)
            self.broken.append(f"{page}: {link}")
            return link
        name = "::".join(re.sub(r"^(derive|trait)@", "", part) for part in parts)
        return DOCS + re.sub(r"^(crate|Self)::", "", name).rstrip("()")


def convert(chapter, links):
    page = chapter["path"]
    lines = [f"# {chapter['name']}", ""]
    for line, fence, is_code in lines_of(chapter["content"]):
        if fence:
            kind = fence[2]
            if is_code and (not kind or kind in ("no_run", "compile_fail")):
                line = fence[1] + "rust" + (f",{kind}" if kind else "")
        elif not is_code:
            line = re.sub(r"^#", "##", line)
            line = re.sub(r"\]\(([^)\s]+)\)", lambda m: f"]({links.resolve(page, m[1])})", line)
            # A name in brackets alone is a link to it.
            line = re.sub(r"\[(`[A-Z][\w:]*`)\](?![(\[:])", lambda m: f"[{m[1]}]({links.resolve(page, m[1].strip('`'))})", line)
        lines.append(line)
    chapter["content"] = "\n".join(lines)


def main():
    if sys.argv[1:2] == ["supports"]:
        return
    _, book = json.load(sys.stdin)
    found = [chapter for chapter in chapters(book["items"]) if chapter.get("path")]
    links = Links({chapter["path"]: chapter["content"] for chapter in found})
    for chapter in found:
        convert(chapter, links)
    if links.broken:
        sys.exit("links that lead nowhere:\n" + "\n".join(links.broken))
    json.dump(book, sys.stdout)


main()
