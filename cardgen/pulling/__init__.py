"""Edits that somebody made in cards on the Hub come into the manifest, each where the manifest says it now.

    find   what was edited, from the marks of a live card            edits.py
    place  keys into the card data that reaches the right repos      keys.py
           text into the values that it was printed from             texts.py, trace.py
    write  one value at a time, every other character kept           splice.py

Nothing is believed: a change counts if the manifest, loaded and printed again, says what the Hub says, and of
everything else what it said before.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from cardgen import diff, marks
from cardgen.model import RepoKey
from cardgen.pulling import keys, merge, regions, texts
from cardgen.pulling.edits import TEXT, Edits, KeyEdit, Refused, find
from cardgen.pulling.results import Left, Taken
from cardgen.pulling.source import Load, Source

__all__ = ["TEXT", "Edits", "KeyEdit", "Left", "Load", "Pulled", "Refused", "Source", "Taken", "find", "pull", "units"]

BY_HAND = "text that the manifest has no value for"
COLLISION = "the manifest was changed in the same lines since the last push"
UNKNOWN = "the manifest or a template was changed since the last push, and what was pushed is not in the history"
ALONE = "a template prints something of other repos, so that its text cannot be traced"


@dataclass(frozen=True, slots=True)
class Pulled:
    """A manifest before and after, and what became of each edit.

    `also` are other repos whose cards say something else now, because they share a text.
    """

    before: Source
    after: Source
    taken: tuple[Taken, ...]
    left: tuple[Left, ...]
    also: tuple[RepoKey, ...]

    @property
    def diff(self) -> str:
        """What changes in the manifest, as a unified diff. It holds text of cards: escape it where it is shown."""
        return diff.unified(self.before.text, self.after.text, self.before.file, f"{self.after.file} with the edits")


def units(edits: Edits) -> Set[str]:
    """The names of what can be taken from a card."""
    text = {TEXT} if edits.text is not None or edits.outside else set()
    return {each.key for each in edits.keys} | text


def pull(source: Source, edits: Mapping[RepoKey, Edits], take: Set[str] = frozenset()) -> Pulled:
    """The manifest with the edits of some cards.

    Without `take`: every unit that was edited. With it, those units alone; only so is a key taken that the manifest
    does not state.
    """
    wanted = {repo: [each for each in found.keys if _is_wanted(each, take)] for repo, found in edits.items()}
    after, taken, left = keys.take(source, wanted)
    for repo, found in edits.items():
        if not take or TEXT in take:
            after, some, others = _take_text(after, repo, found)
            taken += some
            left += others
    return Pulled(source, after, tuple(taken), tuple(left), _others(source, after, edits.keys()))


def _is_wanted(edit: KeyEdit, take: Set[str]) -> bool:
    return edit.key in take if take else not edit.is_foreign


def _take_text(source: Source, repo: RepoKey, found: Edits) -> tuple[Source, list[Taken], list[Left]]:
    left = [Left(repo, TEXT, "text outside of cardgen's block", _as_added(found.outside))] if found.outside else []
    if found.text is None:
        return source, [], left
    now = source.body(repo)
    if reason := _problem(source, repo, found):
        return source, [], [*left, Left(repo, TEXT, reason, _difference(now, found.text))]
    merged = merge.merge(regions.lines(found.written or ""), regions.lines(now), regions.lines(found.text))
    target = "".join(merged.items)
    source, paths = texts.take(source, repo, target)
    if merged.conflicts:
        left.append(Left(repo, TEXT, COLLISION, _difference(source.body(repo), found.text)))
    elif source.body(repo) != target:
        left.append(Left(repo, TEXT, BY_HAND, _difference(source.body(repo), target)))
    return source, [Taken(repo, TEXT, path) for path in paths], left


def _problem(source: Source, repo: RepoKey, found: Edits) -> str:
    """Why the text of a card cannot be traced to the manifest; an empty string if it can."""
    if found.is_base_unknown:
        return UNKNOWN
    return "" if marks.normalize(source.cards[repo].body) + "\n" == source.body(repo) else ALONE


def _difference(now: str, wanted: str) -> str:
    return diff.unified(now, wanted, "from the manifest", "on the Hub")


def _as_added(text: str) -> str:
    return _difference("", text + "\n")


def _others(before: Source, after: Source, pulled: Set[RepoKey]) -> tuple[RepoKey, ...]:
    """The repos that were not pulled and whose cards change."""
    if after.text == before.text:
        return ()
    changed = (repo for repo, card in after.cards.items() if card.data != before.cards[repo].data)
    return tuple(repo for repo in changed if repo not in pulled)
