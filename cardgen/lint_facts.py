"""What is wrong between a manifest and the repos that it names: facts that contradict it, or each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cardgen.diff import printable
from cardgen.facts import words
from cardgen.model import Card, Claim, Collection, Finding, RepoKey
from cardgen.repo_facts import RepoFacts

TOLERANCE = 0.05
"""How far a count of parameters may be off: heads, embeddings and tied weights are counted differently."""


def findings(collection: Collection, cards: Mapping[RepoKey, Card]) -> Iterator[Finding]:
    """Everything that the facts of a collection say against it, for those of its cards that are looked at."""
    for claim in collection.claims:
        if claim.repo in cards and claim.repo in collection.facts:
            yield from _claim(cards[claim.repo], claim, collection.facts[claim.repo])
    for repo in collection.repos:
        if card := cards.get(repo.key):
            yield from _repo(card, collection)


def _repo(card: Card, collection: Collection) -> Iterator[Finding]:
    facts = collection.facts.get(card.repo.key)
    if facts:
        yield from _index(card, facts)
        yield from _declared(card, facts)
        yield from _files(card, collection, facts)
    elif card.repo.key in collection.shows_facts_of:
        message = "a card shows facts of this repo, and none are known: run `cardgen facts` once it exists"
        yield _finding(card, "facts-missing", message)


def _claim(card: Card, claim: Claim, facts: RepoFacts) -> Iterator[Finding]:
    """A value of the manifest that the repo does not bear out; one that does not read as a number is left alone."""
    if claim.fact == "parameters":
        stated, said = words.stated_count(claim.text), facts.counted
        differs = stated and said is not None and stated.is_off(said, TOLERANCE)
    else:
        stated, said = words.stated_length(claim.text), facts.context_length
        differs = stated and said is not None and stated.is_off(said)
    if differs:
        name = words.NAMES[claim.fact].lower()
        message = f"{name}: the manifest says {claim.text}, the repo says {words.text(facts, claim.fact)} ({said:,})"
        rule = "parameters-differ" if claim.fact == "parameters" else "context-differs"
        yield Finding(rule, "warning", message, card.repo.path, 0, str(claim.origin))


def _index(card: Card, facts: RepoFacts) -> Iterator[Finding]:
    for problem in facts.index_problems:
        message = f"the repo's model.safetensors.index.json does not fit: {printable(problem)}"
        yield _finding(card, "index-broken", message)


def _declared(card: Card, facts: RepoFacts) -> Iterator[Finding]:
    """The Hub shows a number that somebody wrote into the index, whatever the tensors say (huggingface_hub#4221)."""
    counted, declared = facts.counted, facts.declared
    if counted and declared is not None and abs(declared - counted) > TOLERANCE * counted:
        message = f"the Hub says {words.count(declared)} parameters ({declared:,}), the repo's tensors have {counted:,}"
        yield _finding(card, "parameters-unsure", message)


def _files(card: Card, collection: Collection, facts: RepoFacts) -> Iterator[Finding]:
    """Files that the card was to show, and cannot."""
    listing = collection.files
    for path in listing.paths if listing and card.repo.key in listing.shown_on else ():
        if path not in facts.files:
            yield _finding(card, "facts-missing", f"{path} was not read yet: run `cardgen facts`")
        elif facts.files[path] is None:
            yield _finding(card, "file-missing", f"the repo has no {path} for the card to show")


def _finding(card: Card, rule: str, message: str) -> Finding:
    return Finding(rule, "warning", message, card.repo.path, 0, str(card.repo.origin))
