"""A report as one HTML page, which loads nothing: a summary, what to mend, charts, and every row with filters.

What stands in it is anybody's. It is escaped by markupsafe here, and put in as text by the script; the page's own
policy lets no other script run, and nothing be loaded or sent.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from hashlib import sha256
from importlib import resources
from typing import Final
from urllib.parse import urlsplit

from markupsafe import Markup

from cardgen.reports import changes
from cardgen.reports.causes import Cause, Item, causes, summary
from cardgen.reports.excerpts import Excerpt
from cardgen.reports.page import charts, rows
from cardgen.reports.page.rows import kept
from cardgen.reports.report import Report, counts, failed
from cardgen.reports.rule_texts import RuleTexts, rule_text

MAX_CAUSES: Final = 200
MAX_ITEMS: Final = 50
"""How many links of a cause are named in what to mend; the list below it has all."""

_PAGE = Markup("""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Links and cards: {summary}</title>
<style>{style}</style>
</head>
<body>
<a class="skip" href="#all">Skip to all links and findings</a>
<header>
<h1>Links and cards</h1>
<p>{summary}. {verdict}</p>
{tiles}
</header>
<main>
{changed}{causes}{charts}{list}
</main>
<script type="application/json" id="data">{data}</script>
<script>{script}</script>
</body>
</html>
""")

_LIST = Markup("""\
<section aria-labelledby="all-title">
<h2 id="all-title">All links and findings</h2>
<p id="without">The list needs the page's script; what has to be mended stands above.</p>
{left_out}<div id="all" hidden tabindex="-1">
<form id="filters" role="search" aria-label="Filter the list">
<p><label for="by-text">Text</label> <input id="by-text" name="text" type="search" autocomplete="off"></p>
<p><label for="by-state">State</label> <select id="by-state" name="state">{states}</select></p>
<p><label for="by-severity">Severity</label> <select id="by-severity" name="severity">{severities}</select></p>
<p><label for="by-rule">Rule</label> <select id="by-rule" name="rule">{rules}</select></p>
<p><label for="by-host">Host</label> <input id="by-host" name="host" list="hosts" autocomplete="off"></p>
<p><label for="by-card">Card</label> <input id="by-card" name="card" list="cards" autocomplete="off"></p>
<button type="reset">Show everything</button>
</form>
<datalist id="hosts">{hosts}</datalist>
<datalist id="cards">{cards}</datalist>
<p id="count" role="status"></p>
<table id="rows">
<thead><tr><th scope="col">State</th><th scope="col">What</th><th scope="col">Where</th></tr></thead>
<tbody></tbody>
</table>
<p><button type="button" id="more" hidden>Show more</button></p>
</div>
</section>
""")


def write(report: Report) -> str:
    """The page. It holds `rows.MAX_ROWS` links and findings, the most urgent, and says how many more there are."""
    style, script = _asset("style.css"), _asset("script.js")
    listed = rows.of(report)
    return str(
        _PAGE.format(
            policy=_policy(style, script),
            summary=kept(summary(report)).removesuffix("."),
            verdict="The check failed." if failed(report) else "The check passed.",
            style=style,
            tiles=_tiles(counts(report)),
            changed=_changed(report),
            causes=_causes(report),
            charts=charts.draw(report),
            list=_list(listed),
            data=listed.data,
            script=script,
        )
    )


def _asset(name: str) -> Markup:
    """A file of this package, which is ours and no stranger's."""
    return Markup(resources.files(__package__).joinpath(name).read_text(encoding="utf-8"))  # noqa: S704


def _policy(style: str, script: str) -> str:
    """Nothing but this style and this script, and no text that becomes a script."""
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _tiles(numbers: Mapping[str, int]) -> Markup:
    tile = Markup('<li class="{}"><b>{}</b> {}</li>')
    told = ((name.removesuffix("s"), name, number) for name, number in numbers.items() if number)
    tiles = Markup().join(tile.format(one, number, one if number == 1 else many) for one, many, number in told)
    return Markup('<ul class="tiles">{}</ul>').format(tiles)


def _changed(report: Report) -> Markup:
    if report.changes is None:
        return Markup()
    groups = changes.groups(report.changes)
    parts = [_folded(Markup("{}").format(each.heading), _items(each.items), is_open=True) for each in groups]
    title = changes.title(report.changes)
    return Markup("<section>\n<h2>{}</h2>\n{}</section>\n").format(title.rstrip(":").capitalize(), Markup().join(parts))


def _items(items: tuple[str, ...]) -> Markup:
    return Markup('<ul class="items">{}</ul>').format(
        Markup().join(Markup("<li>{}</li>").format(kept(each)) for each in items)
    )


def _causes(report: Report) -> Markup:
    found = causes(report)
    parts = [_cause(cause, report.rules) for cause in found[:MAX_CAUSES]]
    if len(found) > MAX_CAUSES:
        parts.append(Markup("<p>And {} more causes: see the list.</p>\n").format(len(found) - MAX_CAUSES))
    parts = parts or [Markup("<p>Nothing.</p>\n")]
    return Markup("<section>\n<h2>What to mend</h2>\n{}</section>\n").format(Markup().join(parts))


def _cause(cause: Cause, rules: RuleTexts) -> Markup:
    title = Markup('<b class="{}">{}</b>: {}{} <span class="quiet">{}</span>').format(
        cause.kind, cause.kind, kept(cause.reason), _rule(cause, rules), cause.count or cause.number
    )
    return _folded(title, Markup().join(_about(cause)), is_open=cause.kind in ("broken", "error"))


def _rule(cause: Cause, rules: RuleTexts) -> Markup:
    if not cause.rule:
        return Markup()
    return Markup(" [{}]").format(link(rule_text(cause.rule, rules).address, kept(cause.rule)))


def _about(cause: Cause) -> Iterator[Markup]:
    if cause.excerpt:
        yield _excerpt(cause.excerpt)
    if cause.hint:
        yield Markup("<p>{}</p>").format(kept(cause.hint))
    yield Markup('<ul class="items">{}</ul>').format(Markup().join(map(_item, cause.items[:MAX_ITEMS])))
    if len(cause.items) > MAX_ITEMS:
        yield Markup("<p>And {} more: see the list.</p>").format(len(cause.items) - MAX_ITEMS)


def _item(item: Item) -> Markup:
    places = Markup("<br>").join(Markup("<code>{}</code>").format(kept(each)) for each in item.places)
    if not item.url:
        return Markup("<li>{}</li>").format(places)
    note = Markup(' <span class="quiet">{}</span>').format(kept(item.note)) if item.note else ""
    return Markup("<li>{}{}{}{}</li>").format(link(item.url, item.url), note, Markup("<br>") if places else "", places)


def _excerpt(excerpt: Excerpt) -> Markup:
    text = excerpt.text
    before, meant, after = text[: excerpt.start], text[excerpt.start : excerpt.end], text[excerpt.end :]
    marked = Markup("<mark>{}</mark>").format(meant) if meant else ""
    return Markup("<pre>{} | {}{}{}</pre>").format(excerpt.line, before, marked, after)


def _folded(title: Markup, content: Markup, *, is_open: bool) -> Markup:
    return Markup("<details{}>\n<summary>{}</summary>\n{}\n</details>\n").format(
        Markup(" open") if is_open else "", title, content
    )


def link(address: str, text: str) -> Markup:
    """A link, if the address is one that a browser opens as a page of the web, and hides no password; else the text."""
    if not is_page(address):
        return Markup("<code>{}</code>").format(kept(text))
    return Markup('<a href="{}" rel="noreferrer noopener nofollow">{}</a>').format(address, kept(text))


def is_page(address: str) -> bool:
    """Whether a browser opens this as a page of the web: never `javascript:`, no address with a hidden password, and
    none that is too long to be kept."""
    if kept(address) != address:
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and "@" not in parts.netloc


def _list(listed: rows.Rows) -> Markup:
    left = Markup("<p>{} more are not listed: the report as JSON has all.</p>\n").format(listed.left_out)
    return _LIST.format(
        left_out=left if listed.left_out else "",
        states=_options("any", listed.states),
        severities=_options("any", ("error", "warning")),
        rules=_options("any", listed.rules),
        hosts=_options("", listed.hosts),
        cards=_options("", listed.cards),
    )


def _options(first: str, values: tuple[str, ...]) -> Markup:
    empty = Markup('<option value="">{}</option>').format(first) if first else Markup()
    return empty + Markup().join(Markup('<option value="{0}">{0}</option>').format(each) for each in values)
