"""What siblings say of the same thing, and of each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from cardgen.diff import printable
from cardgen.lint.family import Family, Member
from cardgen.lint.rule import FamilyRule, Problem
from cardgen.lint.shown import Said
from cardgen.lint.words import quote
from cardgen.model import RepoKey, repo_url

MIN_FAMILY: Final = 3
"""Of fewer cards nobody knows whether they belong together, where no manifest says so."""

MAX_SHOWN: Final = 100


def _differs(family: Family) -> Iterator[tuple[Member, Problem]]:
    """Links of one label that lead elsewhere on a few of the cards that have one title."""
    for kin in _kin(family):
        for name in dict.fromkeys(name for member in kin for name in member.shown.facts):
            stated = [(member, member.shown.facts[name]) for member in kin if name in member.shown.facts]
            for member, own, usual, siblings in _outliers(stated):
                leads = f"the link {name!r} leads to {_cut(own.value)}"
                message = f"{leads}, on {siblings} of the same title to {_cut(usual)}"
                yield member, Problem(message, hint="let it lead to one place on all of them", line=own.line)


def _bibtex(family: Family) -> Iterator[tuple[Member, Problem]]:
    """One key, and other words in the entry: a name, a year or a title was mended on some cards only."""
    stated: dict[str, list[tuple[Member, Said]]] = {}
    for member in family.members:
        for key, said in member.shown.entries.items():
            stated.setdefault(key, []).append((member, said))
    for key, some in stated.items():
        for member, own, _, siblings in _outliers(some):
            message = f"the BibTeX entry {quote(key)} says something else than on {siblings}"
            yield member, Problem(message, hint="take over the entry that is right on all cards", line=own.line)


def _kin(family: Family) -> Iterator[list[Member]]:
    """The members that belong together: those of one namespace that have one title."""
    groups: dict[tuple[str, str], list[Member]] = {}
    for member in family.members:
        namespace = member.repo[1].partition("/")[0] if member.repo else ""
        if member.shown.title:
            groups.setdefault((namespace, member.shown.title), []).append(member)
    return (group for group in groups.values() if len(group) > 1)


def _outliers(stated: Sequence[tuple[Member, Said]]) -> Iterator[tuple[Member, Said, str, str]]:
    """The members that say something else than most; where most say no one thing, they differ on purpose."""
    (usual, count), *others = Counter(own.value for _, own in stated).most_common()
    if count < sum(number for _, number in others):
        return
    siblings = "its sibling" if count == 1 else f"{count} siblings"
    for member, own in stated:
        if own.value != usual:
            yield member, own, usual, siblings


def _cut(url: str) -> str:
    return printable(url if len(url) <= MAX_SHOWN else url[: MAX_SHOWN - 1] + "…")


def _case(family: Family) -> Iterator[tuple[Member, Problem]]:
    """The Hub redirects ids in other letters; git, mirrors and scripts do not."""
    own = {_low(each.repo): each.repo for each in family.members if each.repo}
    own |= {_low(repo.key): repo.key for collection in family.collections for repo in collection.repos}
    for member in family.members:
        for repo, line in member.shown.repos.items():
            right = own.get(_low(repo))
            if right and right != repo:
                message = f"a link says {repo[1]}, and the repo is called {right[1]}"
                yield member, Problem(message, hint=f"write {repo_url(*right)}", line=line)


def _low(repo: RepoKey) -> RepoKey:
    return repo[0], repo[1].lower()


def _unshown(family: Family) -> Iterator[tuple[Member, Problem]]:
    """A repo of the collection, or a card of the same title, that no other card links to while they link each other."""
    linked: dict[RepoKey, set[str]] = {}
    for member in family.members:
        for repo in member.shown.repos:
            linked.setdefault(_low(repo), set()).add(member.name)
    for kin in _kin(family):
        known = [member for member in kin if member.repo]
        lonely = [each for each in known if each.repo and not linked.get(_low(each.repo), set()) - {each.name}]
        if len(known) >= MIN_FAMILY and len(lonely) * 2 < len(known):
            for member in lonely:
                yield (
                    member,
                    Problem(
                        f"none of its {len(known) - 1} siblings links to this repo",
                        hint="give it a place in their tables",
                    ),
                )


RULES = (
    FamilyRule("link-differs", "family", "warning", "A link leads elsewhere than on the siblings.", _differs),
    FamilyRule("bibtex-differs", "family", "warning", "A citation differs from the siblings'.", _bibtex),
    FamilyRule("id-case", "family", "warning", "A link writes a sibling's id in other letters.", _case),
    FamilyRule("repo-unshown", "family", "warning", "No card of the family links to a repo of it.", _unshown),
)
