"""Random collections of any shape, as manifests and as what their tables should say: worked out apart from cardgen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from texts import names

HUB = "https://huggingface.co"
Link = tuple[str, str]
Said = tuple[str, tuple[Link, ...]]
"""A cell: its text, its links."""

urls = st.text(st.sampled_from("ab/1.#?=&;|\\_*~()[]!'`%+-@:é"), max_size=12).map("https://a.org/{}".format)
EMPTY: Said = ("", ())

trees = st.lists(
    st.none() | st.lists(st.none() | st.lists(st.none(), min_size=1, max_size=2), min_size=1, max_size=2),
    min_size=1,
    max_size=3,
)
"""Columns: None is one, a list is a group."""


@dataclass
class Leaf:
    """A column that is no group, with the names over its cells."""

    path: tuple[str, ...]
    kind: str
    key: str
    pattern: str = ""


@dataclass
class Line:
    """A row: a group's heading, or its cells; `repos` is whose own place it is."""

    name: str
    key: str = ""
    is_group: bool = False
    repos: tuple[str, ...] = ()
    cells: list[Said] = field(default_factory=list)
    places: list[tuple[str, ...]] = field(default_factory=list)


@dataclass
class Expected:
    """A table as a reader should meet it."""

    form: str
    transpose: bool
    corner: str
    joiner: str
    leaves: list[Leaf]
    lines: list[Line]


@dataclass
class Made:
    """A table of a manifest while it is drawn."""

    draw: st.DrawFn
    prefix: str
    repo_type: str
    hosts: dict[str, dict[str, str]]
    shape: dict[str, Any]
    formats: list[dict[str, str]] = field(default_factory=list)

    def url(self, repo_id: str, repo_type: str = "") -> str:
        return f"{HUB}/{'datasets/' if (repo_type or self.repo_type) == 'dataset' else ''}{repo_id}"

    def all_of(self, repo: str) -> tuple[str, ...]:
        """A repo and its other formats."""
        main = repo if "/" in repo else f"lab/{repo}"
        return (main, *(each["repo"].replace("{repo}", main) for each in self.formats))

    def links_to(self, repos: Sequence[str]) -> tuple[Link, ...]:
        """The links of a place: the repos of the Hub, then the other hosts."""
        labels = [self.label, *(each["label"] for each in self.formats)]
        own = tuple((label, self.url(repo)) for label, repo in zip(labels, repos, strict=True))
        return own + tuple(self.on_host(key, repos[0]) for key in self.shape.get("hosts", ()))

    def on_host(self, key: str, repo_id: str) -> Link:
        host = self.hosts[key]
        namespace, name = repo_id.split("/")
        at = host["url"].replace("{namespace}", quote(host.get("namespace", namespace))).replace("{name}", name)
        return host["label"], at

    @property
    def label(self) -> str:
        label: str = self.shape.get("label", "🤗")
        return label

    @property
    def missing(self) -> Said:
        return self.shape.get("missing", ""), ()

    def target(self) -> tuple[dict[str, str], Link]:
        """A link to anything that is no place."""
        label = {"label": self.draw(names)} if self.draw(st.booleans()) else {}
        kind = self.draw(
            st.sampled_from(["url", "repo", "data", "revision", "file", *(["host"] if self.hosts else [])])
        )
        if kind == "url":
            url = self.draw(urls)
            return {"url": url, **label}, (label.get("label", url), url)
        if kind == "host":
            key = self.draw(st.sampled_from(sorted(self.hosts)))
            said, url = self.on_host(key, "out/x")
            return {"repo": "out/x", "host": key, **label}, (label.get("label", said), url)
        return self._hub_target(kind, label)

    def _hub_target(self, kind: str, label: dict[str, str]) -> tuple[dict[str, str], Link]:
        said = label.get("label", self.label)
        if kind == "data":
            return {"repo": "out/d", "type": "dataset", **label}, (said, f"{HUB}/datasets/out/d")
        target, url = {"repo": "out/x", **label}, self.url("out/x")
        part = self.draw(names)
        if kind == "revision":
            return {**target, "revision": part}, (said, f"{url}/tree/{quote(part, safe='')}")
        if kind == "file":
            return {**target, "file": part}, (said, f"{url}/blob/main/{quote(part)}")
        return target, (said, url)

    def said(self) -> tuple[dict[str, Any], Said]:
        """A text, links, or both."""
        drawn = [self.target() for _ in range(self.draw(st.integers(0, 2)))]
        text = self.draw(names) if not drawn or self.draw(st.booleans()) else ""
        shape: dict[str, Any] = {"targets": [each for each, _ in drawn]} if drawn else {}
        return {**shape, **({"text": text} if text else {})}, (text, tuple(link for _, link in drawn))

    def columns(self, tree: list[Any], path: tuple[str, ...], leaves: list[Leaf], pattern: str = "") -> list[Any]:
        made: list[Any] = []
        for each in tree:
            own = {"repo": self.draw(st.sampled_from(["{row}.{column}", "other/{column}_{row}"]))}
            own = own if self.draw(st.integers(0, 3)) == 0 else {}
            if each is None:
                made.append(self.column(path, leaves, own, pattern))
                continue
            name, before = self.draw(names), len(leaves)
            inner = self.columns(each, (*path, name), leaves, own.get("repo", pattern))
            has_repos = any(leaf.kind == "key" for leaf in leaves[before:])
            made.append({"name": name, "columns": inner, **(own if has_repos else {})})
        return made

    def column(self, path: tuple[str, ...], leaves: list[Leaf], own: dict[str, str], pattern: str) -> dict[str, Any]:
        kind = self.draw(st.sampled_from(["key", "key", "value", "link", *(["host"] if self.hosts else [])]))
        key = self.draw(st.sampled_from(sorted(self.hosts))) if kind == "host" else f"{self.prefix}c{len(leaves)}"
        name = {"name": self.draw(names)} if self.draw(st.booleans()) else {}
        shown = name.get("name", key if kind in ("key", "value") else "")
        given = own.get("repo", pattern) if kind == "key" else ""
        leaves.append(Leaf((*path, shown), kind, key, given or "{row}-{column}"))
        told: dict[str, Any] = {"link": True} if kind == "link" else {"link" if kind == "host" else kind: key}
        return {**name, **told, **(own if kind == "key" else {})}


@st.composite
def tables(draw: st.DrawFn, prefix: str, repo_type: str, hosts: dict[str, Any]) -> tuple[dict[str, Any], Expected]:
    """A table of a manifest, and what it should say."""
    shape: dict[str, Any] = {
        "format": draw(st.sampled_from(["html", "markdown"])),
        "transpose": draw(st.booleans()),
        "joiner": draw(st.sampled_from([" ", " • ", " | ", "<br>", "", "\\", "`"])),
        **({"hosts": draw(st.lists(st.sampled_from(sorted(hosts)), unique=True))} if hosts else {}),
    }
    for key in ("corner", "label", "missing", "title"):
        shape |= {key: draw(names)} if draw(st.booleans()) else {}
    made = Made(draw, prefix, repo_type, hosts, shape)
    made.formats += [{"repo": "{repo}-GGUF", "label": draw(names)}] if draw(st.booleans()) else []
    shape |= {"formats": made.formats} if made.formats else {}
    leaves: list[Leaf] = []
    shape["columns"] = made.columns(draw(trees), (), leaves)
    has_keys = any(leaf.kind == "key" for leaf in leaves)
    shape |= {"repo": "{row}-{column}"} if has_keys else {}
    lines = _rows(made, leaves, has_keys)
    _cells(made, leaves, [line for line in lines if not line.is_group])
    expected = Expected(shape["format"], shape["transpose"], shape.get("corner", ""), shape["joiner"], leaves, lines)
    return shape, expected


def _rows(made: Made, leaves: list[Leaf], has_keys: bool) -> list[Line]:
    rows: list[dict[str, Any]] = []
    lines: list[Line] = []
    for index in range(made.draw(st.integers(1, 3))):
        if made.draw(st.integers(0, 3)) == 0:
            rows.append({"group": made.draw(names)})
            lines.append(Line(rows[-1]["group"], is_group=True))
        row: dict[str, Any] = {"key": f"{made.prefix}r{index}"} if has_keys else {}
        repo = made.draw(st.sampled_from([f"{made.prefix}m{index}", f"other/{made.prefix}m{index}", ""]))
        row |= {"repo": repo} if repo and (not has_keys or made.draw(st.booleans())) else {}
        row |= {"name": made.draw(names)} if not row or made.draw(st.booleans()) else {}
        name = row.get("name", row.get("key", row.get("repo", "").rpartition("/")[2]))
        line = Line(name, row.get("key", ""), repos=made.all_of(row["repo"]) if "repo" in row else ())
        values: dict[str, Any] = {}
        for leaf in leaves:
            said, place = _listed(made, leaf, line, values)
            line.cells.append(said)
            line.places.append(place)
        rows.append({**row, **({"values": values} if values else {})})
        lines.append(line)
    made.shape["rows"] = rows
    return lines


def _listed(made: Made, leaf: Leaf, line: Line, values: dict[str, Any]) -> tuple[Said, tuple[str, ...]]:
    """What stands in a cell, before exceptions; whose place it is."""
    if leaf.kind == "key":
        filled = leaf.pattern.replace("{row}", line.key).replace("{column}", leaf.key)
        repos = made.all_of(filled)
        return ("", made.links_to(repos)), repos
    if leaf.kind == "link" and line.repos:
        return ("", made.links_to(line.repos)), ()
    if leaf.kind == "host" and line.repos:
        return ("", (made.on_host(leaf.key, line.repos[0]),)), ()
    if leaf.kind == "value" and made.draw(st.booleans()):
        if made.draw(st.booleans()):
            values[leaf.key] = made.draw(st.sampled_from(["", "1B", "2B"]) | names)
            return (values[leaf.key], ()), ()
        values[leaf.key], said = made.said()
        return said, ()
    return made.missing, ()


def _cells(made: Made, leaves: list[Leaf], lines: list[Line]) -> None:
    """Exceptions: cells that are empty, planned, elsewhere, in a repo of another name, or the same as another."""
    cells: dict[str, dict[str, Any]] = {}
    plain: list[tuple[Line, int]] = []
    alike: list[tuple[Line, int]] = []
    for line in lines:
        for number, leaf in enumerate(leaves):
            kinds = ["", "", "null", "said", "repo", "same"]
            kind = made.draw(st.sampled_from(kinds)) if leaf.kind == "key" else "none"
            if kind in ("null", "said", "repo"):
                cells.setdefault(line.key, {})[leaf.key] = _exception(made, line, number, kind)
            if kind != "none":
                (alike if kind == "same" else plain).append((line, number))
    for line, number in alike if plain else ():
        other, at = made.draw(st.sampled_from(range(len(plain))).map(plain.__getitem__))
        reference = ({"row": other.key} if other is not line else {}) | (
            {"column": leaves[at].key} if at != number else {}
        )
        moved = [other.name] * (other is not line) + [", ".join(filter(None, leaves[at].path))] * (at != number)
        text = made.draw(names) if made.draw(st.booleans()) else ""
        cell = {"same_as": reference, **({"text": text} if text else {})}
        cells.setdefault(line.key, {})[leaves[number].key] = cell
        said, first = text or f"(same as {' '.join(moved)})", other.cells[at][1][:1]
        line.cells[number] = ("", ((said, first[0][1]),)) if first else (said, ())
        line.places[number] = ()
    made.shape |= {"cells": cells} if cells else {}


def _exception(made: Made, line: Line, number: int, kind: str) -> dict[str, Any] | None:
    if kind == "null":
        line.cells[number], line.places[number] = made.missing, ()
        return None
    shape, (text, links) = made.said()
    if kind == "said":
        line.cells[number], line.places[number] = (text, links), ()
        return shape
    repo = f"{line.key}.own{number}"
    line.places[number] = made.all_of(repo)
    line.cells[number] = (text, made.links_to(line.places[number]) + links)
    return {**shape, "repo": repo}


@st.composite
def collections(draw: st.DrawFn) -> tuple[dict[str, Any], list[tuple[str, Expected]]]:
    """A manifest without the keys that every manifest has, and its tables in their order, with their kind of repo."""
    hosts: dict[str, Any] = {}
    for number in range(draw(st.integers(0, 2))):
        hosts[f"h{number}"] = {"label": draw(names), "url": f"https://h{number}.org/{{namespace}}/{{name}}"}
        hosts[f"h{number}"] |= {"namespace": draw(names)} if draw(st.booleans()) else {}
    data = [draw(tables("d-", "dataset", hosts))] if draw(st.booleans()) else []
    models = [draw(tables(f"t{number}-", "model", hosts)) for number in range(draw(st.integers(0 if data else 1, 2)))]
    manifest: dict[str, Any] = {"mark": {"text": "⟦own⟧"}, "hosts": hosts}
    manifest |= {"datasets": data[0][0]} if data else {}
    manifest |= {"models": [shape for shape, _ in models]} if models else {}
    return manifest, [("dataset", each) for _, each in data] + [("model", each) for _, each in models]
