#!/usr/bin/env python3
"""The report as an HTML page: its markup, and in a headless Chromium what a person sees, hears and reaches with keys.

    page.py --tool build/release/sqlawait [--pictures FOLDER] [-k WORD] [-v]

Needs git and the tests' Python environment; without Chromium the half that needs it is skipped. With --pictures the
page is photographed in light, dark and narrow, for somebody to look at.
"""
from __future__ import annotations

import argparse
import html.parser
import json
import pathlib
import sys
import unittest

import reports
from browser import Browser, chromium
from reports import Reports

PICTURES = None


class PageReader(html.parser.HTMLParser):
    """Elements with their attributes, and the texts of scripts."""

    def __init__(self):
        super().__init__()
        self.elements, self.scripts, self.open = [], {}, None

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag == "script":
            self.open = dict(attributes).get("id", "code")
            self.scripts[self.open] = ""

    def handle_endtag(self, tag):
        if tag == "script":
            self.open = None

    def handle_data(self, data):
        if self.open:
            self.scripts[self.open] += data


class PageCase(Reports):
    HOSTILE = "</script><script>document.title = 'taken'</script><!-- %REPORT% &amp; \u2028"

    def setUp(self):
        super().setUp()
        with (self.root / "shop/crud.py").open("a") as file:
            file.write(f"\n\ndef hostile(db: Session):\n    return db.query({self.HOSTILE!r}).all()\n")

    def page(self):
        self.run_tool("report", "--format", "html", "--output", "page.html")
        return (self.root / "page.html").read_text()


class Markup(PageCase):
    def test_is_one_page_that_needs_nothing_else(self):
        reader = PageReader()
        reader.feed(self.page())
        for tag, attributes in reader.elements:
            self.assertNotIn(tag, ("iframe", "object", "embed", "base"))
            for name in ("src", "href", "action"):
                value = attributes.get(name, "")
                self.assertTrue(value.startswith("#") or value in ("", "data:,"), (tag, attributes))
        ids = [attributes["id"] for tag, attributes in reader.elements if "id" in attributes]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertEqual(set(reader.scripts), {"report", "sources", "code"})
        self.assertEqual(json.loads(reader.scripts["report"]), self.report())
        sources = json.loads(reader.scripts["sources"])
        self.assertEqual(sources["shop/crud.py"], (self.root / "shop/crud.py").read_text())
        self.assertNotIn("shop/__init__.py", sources)
        self.assertNotIn("://", reader.scripts["code"])

    def test_names_its_parts(self):
        reader = PageReader()
        reader.feed(self.page())
        ids = {attributes.get("id") for tag, attributes in reader.elements}
        for tag, attributes in reader.elements:
            for name in ("aria-labelledby", "for"):
                if name in attributes:
                    self.assertIn(attributes[name], ids)
        headings = [tag for tag, attributes in reader.elements if tag in ("h1", "h2")]
        self.assertEqual(headings[0], "h1")
        self.assertEqual(headings.count("h1"), 1)
        self.assertIn(("html", {"lang": "en"}), reader.elements)


# The least contrast of text with what is painted behind it, for texts of ordinary size; and what has it.
CONTRAST = """(() => {
  const parse = (text) => { const found = text.match(/[\\d.]+/g).map(Number); return found.length < 4 ? [...found, 1] : found; };
  const luminance = ([r, g, b]) => [r, g, b].map((one) => one / 255).map((one) => one <= .04045 ? one / 12.92 : ((one + .055) / 1.055) ** 2.4)
    .reduce((sum, one, index) => sum + one * [.2126, .7152, .0722][index], 0);
  const back = (node) => { for (; node; node = node.parentElement) { const found = parse(getComputedStyle(node).backgroundColor); if (found[3] === 1) return found; }
    return [255, 255, 255, 1]; };
  let worst = [99, ""];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || ["SCRIPT", "OPTION"].includes(node.tagName) || !node.getClientRects().length) continue;
    const [x, y] = [luminance(parse(getComputedStyle(node).color)), luminance(back(node))];
    const ratio = (Math.max(x, y) + .05) / (Math.min(x, y) + .05);
    if (ratio < worst[0]) worst = [ratio, node.outerHTML.slice(0, 120)];
  }
  return worst;
})()"""


@unittest.skipUnless(chromium(), "no Chromium here")
class InABrowser(PageCase):
    @classmethod
    def setUpClass(cls):
        cls.profile = reports.tempfile.TemporaryDirectory(prefix="sqlawait-browser-")
        cls.browser = Browser(cls.profile.name)

    @classmethod
    def tearDownClass(cls):
        cls.browser.__exit__()
        cls.profile.cleanup()

    def setUp(self):
        super().setUp()
        self.page()

    def open(self, part="", **look):
        self.browser.open(f"file://{self.root}/page.html{part}", **look)

    def value(self, expression):
        return self.browser.evaluate(expression)

    def focused(self):
        return self.value("document.activeElement.id || document.activeElement.textContent")

    def tab_to(self, text, most=80):
        for _ in range(most):
            self.browser.press("Tab")
            if self.value("document.activeElement.textContent") == text:
                return
        self.fail(f"{text} is not reached with the Tab key")

    def test_shows_what_the_report_says(self):
        self.open("#file=shop%2Fcrud.py")
        report = self.report()
        reader = PageReader()
        reader.feed(self.value("document.documentElement.outerHTML"))
        work = [file for file in report["files"] if file["batch"] > 0]
        links = [attributes["href"] for tag, attributes in reader.elements if tag == "a" and "href" in attributes]
        for file in work:
            self.assertIn("#file=" + file["path"].replace("/", "%2F"), links)
        self.assertEqual(self.value("document.getElementById('filter-count').textContent"),
                         f"{len(work)} of {len(report['files'])} files")
        self.assertEqual(self.value("document.getElementById('detail-title').textContent"), "shop/crud.py")
        file = self.file(report, "shop/crud.py")
        notes = len(file["findings"]) + sum(bool(load["paths"]) for load in file["loads"])
        self.assertEqual(self.value("document.querySelectorAll('li.note').length"), notes)
        text = (self.root / "shop/crud.py").read_text()
        self.assertEqual(self.value("[...document.querySelectorAll('li.code')].map("
                                    "(one) => one.lastChild.textContent.trimEnd()).join('\\n').trimEnd()"), text.rstrip())
        self.assertNotEqual(self.value("document.title"), "taken")
        self.assertEqual(self.browser.problems(), [])
        self.assertEqual({url.split(":")[0] for url in self.browser.requests()} - {"data"}, {"file"})

    def test_keys_reach_everything(self):
        self.open()
        self.browser.press("Tab")
        self.assertEqual(self.focused(), "Skip to the files")
        self.browser.press("Enter")
        self.assertEqual(self.focused(), "files")
        self.browser.press("Tab")
        self.assertEqual(self.focused(), "filter-text")
        for letter in "crud":
            self.browser.press(letter)
        self.assertRegex(self.value("document.getElementById('filter-count').textContent"), r"^[1-9]\d* of \d+ files$")
        self.tab_to("shop/crud.py")
        self.assertEqual(self.value("getComputedStyle(document.activeElement).outlineStyle"), "solid")
        self.browser.press("Enter")
        self.value("new Promise((done) => setTimeout(done, 50))")
        self.assertEqual(self.focused(), "detail")
        self.tab_to("Next finding")
        self.browser.press("Enter")
        self.browser.press("Space")
        self.assertRegex(self.value("document.querySelector('.stepper output').textContent"), r"^2 of \d+: line \d+$")
        # A way back, and a line that a reason elsewhere points to.
        self.value("document.querySelector('.back a').click()")
        self.open("#file=shop%2Fcrud.py&line=12")
        self.assertEqual(self.focused(), "line-12")

    def test_sorts_and_says_so(self):
        self.open()
        self.assertEqual(self.value("document.querySelectorAll('#file-table th[aria-sort]').length"), 1)
        self.value("[...document.querySelectorAll('#file-table thead button')].find((one) => one.textContent === 'file').click()")
        self.assertEqual(self.value("document.querySelector('#file-table th[aria-sort=ascending]').textContent"), "file ↑")
        paths = self.value("[...document.querySelectorAll('#file-table tbody a')].map((one) => one.textContent)")
        self.assertEqual(paths, sorted(paths))
        self.value("document.querySelector('#layer-table tbody button').click()")
        self.assertEqual(self.value("document.getElementById('filter-layer').value"),
                         self.value("document.querySelector('#layer-table tbody button').textContent"))

    def test_a_screen_reader_has_names(self):
        self.open("#file=shop%2Fcrud.py")
        nodes = self.browser.nodes()
        for role, name in nodes:
            if role in ("button", "link", "textbox", "searchbox", "combobox", "checkbox", "region", "table", "search", "image"):
                if role != "table":
                    self.assertTrue(name.strip(), f"{role} without a name")
        roles = [role for role, name in nodes]
        for role in ("banner", "main", "contentinfo", "search", "heading", "table", "columnheader", "rowheader"):
            self.assertIn(role, roles)
        levels = self.value("[...document.querySelectorAll('h1, h2, h3')].map((one) => Number(one.tagName[1]))")
        self.assertTrue(all(after - before <= 1 for before, after in zip(levels, levels[1:])), levels)

    def test_is_readable_in_light_and_dark(self):
        backs = set()
        for dark in (False, True):
            self.open("#file=shop%2Fapi.py", dark=dark)
            self.value("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            ratio, what = self.value(CONTRAST)
            self.assertGreaterEqual(ratio, 4.5, what)
            backs.add(self.value("getComputedStyle(document.body).backgroundColor"))
        self.assertEqual(len(backs), 2)

    def test_a_narrow_window_scrolls_down_only(self):
        self.open("#file=shop%2Fapi.py", width=360, height=800)
        self.value("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        self.assertLessEqual(self.value("document.documentElement.scrollWidth"), 360)

    def test_pictures(self):
        if PICTURES is None:
            self.skipTest("no --pictures")
        for name, look in (("light", {}), ("dark", {"dark": True}), ("narrow", {"width": 390, "height": 844})):
            for part in ("", "#file=shop%2Fapi.py"):
                self.open(part, **look)
                self.browser.screenshot(pathlib.Path(PICTURES) / f"{name}{'-file' if part else ''}.png")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--pictures", type=pathlib.Path)
    options, rest = parser.parse_known_args()
    reports.TOOL = str(pathlib.Path(options.tool).resolve())
    PICTURES = options.pictures
    result = unittest.main(argv=[sys.argv[0], *rest], exit=False).result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad - len(result.skipped)} passed, {bad} failed, {len(result.skipped)} skipped", flush=True)
    sys.exit(bad > 0)
