"""Where cells lead: repos on the Hub and on other hosts, revisions and files of them, any other address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from urllib.parse import quote

from msgspec import Struct

from cardgen.manifest import patterns, schema
from cardgen.manifest.document import Document, Path
from cardgen.manifest.drafts import Draft, Grid
from cardgen.manifest.messages import short
from cardgen.model import RepoKey, RepoType, Target, repo_url
from cardgen.suggest import did_you_mean

LABEL = "🤗"
"""What a link to a repo says, as cards on the Hub commonly do; its title says it to whoever cannot see an emoji."""


class Targets(Struct, frozen=True):
    """Makes the links of a collection: knows its repos and its hosts."""

    repos: Set[RepoKey]
    hosts: Mapping[str, schema.Host]

    def own(self, grid: Grid, drafts: tuple[Draft, ...]) -> Iterator[Target]:
        """The links to the repos of a place, on the Hub and on the table's other hosts."""
        for draft in drafts:
            label = draft.label or grid.shape.label or LABEL
            yield Target(label, repo_url(draft.repo_type, draft.repo_id), draft.repo_id, draft.key)
        for number, host in enumerate(grid.shape.hosts if drafts else ()):
            yield from self.on_host(grid, drafts[0], host, (*grid.path, "hosts", number))

    def on_host(self, grid: Grid, draft: Draft, host: str, path: Path) -> Iterator[Target]:
        """The link to a repo on another host, whose key stands at `path`."""
        if shape := self._host(grid, host, path):
            yield Target(shape.label, host_url(shape, draft.repo_id))

    def given(self, grid: Grid, shapes: tuple[schema.Target, ...], path: Path) -> Iterator[Target]:
        """The links that a cell or value lists at `path`."""
        for number, shape in enumerate(shapes):
            place: Path = (*path, number)
            if problem := _problem(shape):
                grid.document.complain_at(place, problem)
            elif shape.url is not None:
                yield Target(shape.label or shape.url, shape.url)
            else:
                yield from self._repo(grid, shape, place)

    def _repo(self, grid: Grid, shape: schema.Target, path: Path) -> Iterator[Target]:
        repo_id = grid.full_id(shape.repo or "", (*path, "repo"))
        if shape.host:
            if host := self._host(grid, shape.host, (*path, "host")):
                yield Target(shape.label or host.label, host_url(host, repo_id), repo_id)
            return
        repo_type: RepoType = shape.type or grid.repo_type
        key = (repo_type, repo_id)
        whole = not (shape.revision or shape.file)
        label = shape.label or grid.shape.label or LABEL
        url = repo_url(repo_type, repo_id) + _inside(shape)
        yield Target(label, url, repo_id, key if whole and key in self.repos else None)

    def _host(self, grid: Grid, host: str, path: Path) -> schema.Host | None:
        if host not in self.hosts:
            message = f"there is no host {short(host)} in `hosts`{did_you_mean(host, self.hosts)}"
            grid.document.complain_at(path, message)
        return self.hosts.get(host)


def check_hosts(document: Document, hosts: Mapping[str, schema.Host]) -> None:
    """Note what is wrong with the addresses of hosts."""
    for key, host in hosts.items():
        wrong = list(patterns.unknown(host.url, ("namespace", "name")))
        if not wrong and "{name}" not in host.url:
            wrong.append("the address has no {name}, so that all repos would share it")
        document.complain_if(("hosts", key, "url"), wrong)


def host_url(host: schema.Host, repo_id: str) -> str:
    """The address of a repo on another host."""
    namespace, _, name = repo_id.partition("/")
    return patterns.fill(host.url, {"namespace": quote(host.namespace or namespace), "name": name})


def _problem(shape: schema.Target) -> str:
    """What does not fit together in a target."""
    given = [each for each in ("type", "host", "revision", "file") if getattr(shape, each)]
    if (shape.repo is None) == (shape.url is None):
        return "a target is either a repo or a url"
    if shape.url is not None and given:
        return f"a url is the whole address: leave out {' and '.join(given)}"
    if shape.host and (shape.revision or shape.file):
        return "a revision or a file of a repo on another host is given as a url"
    return ""


def _inside(shape: schema.Target) -> str:
    """The end of the address of a revision or a file of a repo. The Hub takes a revision as one part of a path."""
    revision = quote(shape.revision or "main", safe="")
    if shape.file:
        return f"/blob/{revision}/{quote(shape.file)}"
    return f"/tree/{revision}" if shape.revision else ""
