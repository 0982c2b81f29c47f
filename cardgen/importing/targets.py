"""Links of a published cell as the manifest writes them, and what many cells have alike: hosts, formats, a label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from cardgen import addresses
from cardgen.importing import links
from cardgen.importing.agree import most
from cardgen.importing.family import Family
from cardgen.importing.grid import FoundCell, FoundLink
from cardgen.importing.shaped import Written
from cardgen.manifest.targets import LABEL
from cardgen.model import RepoKey, RepoType


@dataclass(frozen=True, slots=True)
class Host:
    """Another host that carries repos: its label and the address of a repo there."""

    label: str
    url: str
    namespace: str = ""

    @property
    def key(self) -> str:
        parts = (urlsplit(self.url).hostname or "host").split(".")
        return parts[-2] if len(parts) > 1 else parts[0]

    @property
    def written(self) -> Written:
        return {"label": self.label, "url": self.url} | ({"namespace": self.namespace} if self.namespace else {})


def host(link: FoundLink, repo_id: str) -> Host | None:
    """The host of a link to a repo's copy elsewhere; None if its address does not name the repo."""
    namespace, _, name = repo_id.partition("/")
    before, found, after = link.url.rpartition(f"/{name}")
    if not found or addresses.read(link.url) or not link.label or not links.is_web(link.url) or "{" in link.url:
        return None
    start, slash, owner = before.rpartition("/")
    if slash and "://" in start and owner:
        return Host(link.label, f"{start}/{{namespace}}/{{name}}{after}", "" if owner == namespace else owner)
    return Host(link.label, f"{before}/{{name}}{after}")


def common_hosts(cells: Sequence[tuple[str, Sequence[FoundLink]]]) -> tuple[Host, ...]:
    """The hosts to which every one of some cells leads, in the same order and to nothing else."""
    found = {tuple(host(link, repo_id) for link in rest) for repo_id, rest in cells}
    if len(found) != 1:
        return ()
    hosts = [each for each in found.pop() if each]
    return tuple(hosts) if cells and len(hosts) == len(cells[0][1]) else ()


def label(cells: Iterable[FoundLink]) -> str:
    """What most links to repos say."""
    count = Counter(link.label for link in cells if link.label)
    return most(count.elements()) if count else LABEL


def written(link: FoundLink, family: Family, repo_type: RepoType, usual: str) -> Written | None:
    """A link as a target of the manifest; None if no manifest may hold it."""
    found = addresses.read(link.url)
    if found is None:
        if not links.is_web(link.url):
            return None
        return {"url": link.url} | ({"label": link.label} if link.label and link.label != link.url else {})
    target: Written = {"repo": family.short(found.repo[1])}
    if found.repo[0] != repo_type:
        target["type"] = found.repo[0]
    for key, value in (("revision", found.revision), ("file", found.file)):
        if value:
            target[key] = value
    if link.label and link.label != usual:
        target["label"] = link.label
    return target


def of_cell(cell: FoundCell, family: Family, repo_type: RepoType, usual: str) -> Written:
    """A cell that has no repo of its own: its text and its targets."""
    found = [each for link in cell.links if (each := written(link, family, repo_type, usual))]
    lost = [link.label for link in cell.links if written(link, family, repo_type, usual) is None]
    text = " ".join(filter(None, (cell.text, *lost, cell.after)))
    return ({"text": text} if text else {}) | ({"targets": found} if found else {})


def whole_repo(link: FoundLink) -> RepoKey | None:
    found = addresses.read(link.url)
    return found.repo if found and not (found.revision or found.file) else None
