"""Charts of a report, drawn as SVG, each with the table that it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from markupsafe import Markup

from cardgen.reports.page.rows import STATES, host_of, kept
from cardgen.reports.report import Report

MAX_BARS: Final = 12
"""How many hosts the chart has."""

MAX_HOSTS: Final = 100
"""How many the table has; the others are one row."""

_WIDTH, _LABEL, _NUMBER, _ROW = 720, 220, 70, 24
_BAR = _WIDTH - _LABEL - _NUMBER

Numbers = Mapping[str, int]
"""How many there are of each state."""


def draw(report: Report) -> Markup:
    """How many links and findings have each state, and how the hosts fare: those with the most that is wrong first."""
    states: Counter[str] = Counter(link.verdict.status for link in report.links)
    states.update(each.severity for each in report.findings)
    hosts: dict[str, Counter[str]] = {}
    for link in report.links:
        if host := host_of(link.url):
            hosts.setdefault(host, Counter())[link.verdict.status] += 1
    order = sorted(hosts, key=lambda host: (*(-hosts[host][state] for state in ("broken", "unsure", "moved")), host))
    of_states = [(state, {state: states[state]}) for state in STATES if states[state]]
    return _section("state", "By state", of_states) + _section(
        "host", "By host", [(host, hosts[host]) for host in order]
    )


_SECTION = Markup("""\
<section>
<h2>{title}</h2>
<figure>
<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="chart-{name}">
<title id="chart-{name}">{told} The table has the numbers.</title>
{bars}</svg>
</figure>
<details>
<summary>{title} as a table</summary>
{table}</details>
</section>
""")


def _section(name: str, title: str, bars: Sequence[tuple[str, Numbers]]) -> Markup:
    """A chart and its table; nothing if there is nothing to draw."""
    if not bars:
        return Markup()
    drawn = bars[:MAX_BARS]
    most = max(sum(numbers.values()) for _, numbers in drawn)
    some = f", {len(drawn)} of {len(bars)}, those with the most that is wrong" if len(bars) > len(drawn) else ""
    return _SECTION.format(
        name=name,
        title=title,
        width=_WIDTH,
        height=len(drawn) * _ROW,
        told=f"{title}{some}.",
        bars=Markup().join(_bar(at, *bar, most) for at, bar in enumerate(drawn)),
        table=_table(title, bars),
    )


_RECT = Markup('<rect class="bar {}" x="{:.1f}" y="{}" width="{:.1f}" height="16"><title>{}: {}</title></rect>')


def _bar(at: int, label: str, numbers: Numbers, most: int) -> Markup:
    """A label, a bar of one part for each state, a number."""
    total, middle = sum(numbers.values()), at * _ROW + 16
    parts, left = [], float(_LABEL)
    for state in STATES:
        if number := numbers.get(state, 0):
            width = _BAR * number / most
            parts.append(_RECT.format(state, left, at * _ROW + 4, max(width, 1), state, number))
            left += width
    label = kept(label)
    name = label if len(label) <= 30 else f"{label[:29]}…"
    return Markup('<text x="{}" y="{}" text-anchor="end">{}</text>{}<text x="{:.1f}" y="{}">{}</text>').format(
        _LABEL - 8, middle, name, Markup().join(parts), left + 8, middle, total
    )


def _table(title: str, bars: Sequence[tuple[str, Numbers]]) -> Markup:
    states = [state for state in STATES if any(numbers.get(state) for _, numbers in bars)]
    told = list(bars[:MAX_HOSTS])
    if rest := bars[MAX_HOSTS:]:
        told.append((f"{len(rest)} others", sum((Counter(numbers) for _, numbers in rest), Counter())))
    head = Markup().join(Markup('<th scope="col" class="number">{}</th>').format(state) for state in states)
    return Markup(
        "<table>\n<caption>{}</caption>\n<thead><tr><td></td>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table>\n"
    ).format(title, head, Markup().join(_row(label, numbers, states) for label, numbers in told))


def _row(label: str, numbers: Numbers, states: Sequence[str]) -> Markup:
    cells = Markup().join(Markup('<td class="number">{}</td>').format(numbers.get(state, 0)) for state in states)
    return Markup('<tr><th scope="row">{}</th>{}</tr>\n').format(kept(label), cells)
