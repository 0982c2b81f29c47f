"""Cards from anybody, in a real browser: nothing in them runs, asks, leads away, or covers the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml

from browser import Watched, chromium, watched
from cardgen import plan
from cardgen.committing import Logged
from cardgen.links.places import Place
from cardgen.links.verdict import Verdict
from cardgen.model import Card, Cell, Collection, Finding, Heading, Row, Table, Target
from cardgen.pages import markdown, site
from cardgen.pages.scene import Checked, OnHub, Scene
from cardgen.plan import LiveCard
from cardgen.reports.report import CheckedLink
from cards import make_card
from previews import served

pytestmark = pytest.mark.browser
TABLE: dict[str, list[str]] = yaml.safe_load((Path(__file__).parent / "data/hostile_cards.yaml").read_text("utf-8"))
ATTACKS = [text for texts in TABLE.values() for text in texts]
NAMES = [f"{name} {number}" for name, texts in TABLE.items() for number, _ in enumerate(texts, 1)]
PROVOKE = """() => {
  for (const each of document.querySelectorAll(".card, .card *")) {
    for (const name of ["mouseover", "pointerdown", "focus", "toggle", "animationstart", "error", "load"])
      each.dispatchEvent(new Event(name, { bubbles: true }));
    if (!each.closest("a[href]")) each.click?.();
    each.focus?.();
  }
}"""
"""Does to everything in a card what makes handlers run, except following a link to somewhere else."""
COVERED = """() => ["body > header a", "[data-tabs] a:last-child", "h1.repo"].filter((selector) => {
  const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect();
  return document.elementFromPoint(x + width / 2, y + height / 2)?.closest(".card");
})"""
"""The parts of the page that something of the card lies upon."""
SCHEMES = """() => [...document.querySelectorAll(".card [href], .card [src]")]
  .map((each) => new URL(each.href ?? each.src, location).protocol)"""


LOOKS = {"page", "form", "cover", "name"}
"""Attacks that the policy cannot stop: it knows nothing of what a page looks like or where it leads."""


def scene(*bodies: str) -> Scene:
    return Scene(cards=tuple(make_card({}, body, repo_id=f"lab/c{number}") for number, body in enumerate(bodies)))


def nothing(_: Card) -> Checked:
    return Checked()


@pytest.fixture(scope="module")
def shown() -> Iterator[Watched]:
    with chromium() as browser, watched(browser) as page:
        yield page


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served(scene(*(f"{text}\n\nThe end.\n" for text in ATTACKS)), nothing) as found:
        yield found


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=NAMES)
def test_a_card_does_nothing(shown: Watched, address: str, number: int) -> None:
    url = f"{address}models/lab/c{number}/index.html"
    shown.open(url)
    assert shown.ask(COVERED) == []
    shown.ask(PROVOKE)
    shown.page.wait_for_load_state("networkidle" if "refresh" in ATTACKS[number] else "load")
    assert shown.dialogs == []
    assert [each for each in shown.requests if not each.startswith(address)] == []
    assert [each.partition("#")[0] for each in shown.visited] == [url] * len(shown.visited)
    assert shown.messages == []
    assert set(shown.ask(SCHEMES)) <= {"http:", "https:", "mailto:"}
    tabs = shown.ask("[...document.querySelectorAll('[role=tab]')].map((tab) => tab.textContent.split(' ')[0])")
    assert tabs == ["Card", "Source", "Findings", "Links", "Diff", "History"]
    assert shown.ask("document.querySelectorAll('main').length") == 1


def test_the_policy_alone_stops_it_too(shown: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the sanitizer had let everything through: no script runs, and what is asked for is not sent."""
    monkeypatch.setattr(markdown, "to_html", lambda body, *_: body)
    sent: list[str] = []
    shown.page.on("requestfailed", lambda request: sent.append(request.url) if request.failure != "csp" else None)
    shown.page.on("requestfinished", lambda request: sent.append(request.url))
    attacks = [text for name, texts in TABLE.items() if name not in LOOKS for text in texts]
    with served(scene(*attacks), nothing) as address:
        for number, attack in enumerate(attacks):
            shown.open(f"{address}models/lab/c{number}/index.html")
            shown.ask(PROVOKE)
            assert shown.dialogs == [], attack
            assert [url for url in sent if "evil.test" in url] == [], attack


PAYLOAD = "</pre></script><script>alert(1)</script><img src=https://evil.test/a.png onerror=alert(1)>&quot;\\\"'"


def test_everything_else_that_is_somebodys_is_text(shown: Watched) -> None:
    """Front matter, findings, links, a plan, commits, a manifest's mistakes."""
    card = make_card({"license": PAYLOAD, "tags": [PAYLOAD]}, "body", repo_id="lab/one", source=PAYLOAD)
    finding = Finding(PAYLOAD, "warning", PAYLOAD, card.repo.path, 1, PAYLOAD, hint=PAYLOAD)
    verdict, places = Verdict("broken", None, PAYLOAD, PAYLOAD), (Place(card.repo.path, 1, PAYLOAD),)
    schemes = ("https://evil.test/", "javascript:alert(1)//", "//evil.test/")
    links = tuple(CheckedLink(f"{scheme}{PAYLOAD}", verdict, places) for scheme in schemes)
    change = plan.judge_with()(card, LiveCard(exists=True, commit="0" * 40, readme=PAYLOAD.encode()))
    told = OnHub(change, (Logged(PAYLOAD, PAYLOAD, (PAYLOAD,), PAYLOAD, PAYLOAD),))
    cell = Cell(PAYLOAD, (Target(PAYLOAD, PAYLOAD, PAYLOAD), Target(PAYLOAD, PAYLOAD, PAYLOAD, card.repo.key)))
    table = Table(PAYLOAD, PAYLOAD, ((Heading(PAYLOAD),),), (Row((cell,)),))
    collection = Collection(PAYLOAD, PAYLOAD, repos=(card.repo,), tables=(table,))
    hostile = Scene(
        *(PAYLOAD, (collection,), (card,), (), PAYLOAD, PAYLOAD), endpoint=PAYLOAD, on_hub={card.repo.key: told}
    )
    with served(hostile, lambda _: Checked((finding,), links)) as address:
        for path in ("", site.path_of(card.repo), "nothing" + quote(PAYLOAD) + "/index.html"):
            shown.open(address + path)
            assert shown.dialogs == []
            assert [each for each in shown.requests if not each.startswith("http://127.0.0.1:")] == []
            assert shown.ask("document.scripts.length") == 1
            assert set(shown.ask(SCHEMES.replace(".card", "main"))) <= {"http:", "https:"}


DEEP = {
    "elements": "<div>" * 50_000,
    "elements that seem to end": "<b></x>" * 9_000,
    "quotes": "> " * 5_000 + "x",
    "brackets": "[" * 9_000,
    "images": "<img>" * 2_000,
    "a line": "x" * 1_900_000,
    "too long": "x" * 2_100_000,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP.keys())
def test_what_is_deep_or_long_is_bounded(text: str) -> None:
    page = site.render(scene(text), "models/lab/c0/index.html", nothing)
    assert "<title>lab/c0</title>" in page.text
    assert len(page.text) < 6_000_000


def test_what_is_nested_too_deeply_is_not_shown() -> None:
    for name in ("elements", "elements that seem to end"):
        assert "nested too deeply" in markdown.to_html(DEEP[name], str, str)
    assert "too large" in markdown.to_html(DEEP["too long"], str, str)
