"""What is wrong between a manifest and the repos that it names: facts that contradict it, or each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from cardgen.diff import printable
from cardgen.facts import words
from cardgen.lint.family import Family, Member
from cardgen.lint.rule import FamilyCheck, FamilyRule, Problem
from cardgen.model import Claim, Collection, Repo
from cardgen.repo_facts import Fact, RepoFacts

TOLERANCE: Final = 0.05
"""How far a count of parameters may be off: heads, embeddings and tied weights are counted differently."""

Check = Callable[[Repo, RepoFacts, Collection], Iterator[str]]


def _of_claims(fact: Fact) -> FamilyCheck:
    """Values of the manifest that the repos do not bear out; one that does not read as a number is left alone."""

    def check(family: Family) -> Iterator[tuple[Member, Problem]]:
        for collection in family.collections:
            for claim in collection.claims:
                member, facts = family.by_repo.get(claim.repo), collection.facts.get(claim.repo)
                if claim.fact == fact and member and facts and (said := _contradiction(claim, facts)):
                    yield member, Problem(said, source=str(claim.origin))

    return check


def _contradiction(claim: Claim, facts: RepoFacts) -> str:
    if claim.fact == "parameters":
        stated, said = words.stated_count(claim.text), facts.counted
        differs = stated and said is not None and stated.is_off(said, TOLERANCE)
    else:
        stated, said = words.stated_length(claim.text), facts.context_length
        differs = stated and said is not None and stated.is_off(said)
    name = words.NAMES[claim.fact].lower()
    told = f"{name}: the manifest says {claim.text}, the repo says {words.text(facts, claim.fact)}"
    return f"{told} ({said:,})" if differs else ""


def _of_repos(check: Check) -> FamilyCheck:
    """What the facts of each repo say, for those of its collection's cards that are looked at."""

    def checked(family: Family) -> Iterator[tuple[Member, Problem]]:
        for collection in family.collections:
            for repo in collection.repos:
                member, facts = family.by_repo.get(repo.key), collection.facts.get(repo.key)
                for said in check(repo, facts, collection) if member and facts else ():
                    yield family.by_repo[repo.key], Problem(said)

    return checked


def _index(_: Repo, facts: RepoFacts, __: Collection) -> Iterator[str]:
    for problem in facts.index_problems:
        yield f"the repo's model.safetensors.index.json does not fit: {printable(problem)}"


def _declared(_: Repo, facts: RepoFacts, __: Collection) -> Iterator[str]:
    """The Hub shows a number that somebody wrote into the index, whatever the tensors say (huggingface_hub#4221)."""
    counted, declared = facts.counted, facts.declared
    if counted and declared is not None and abs(declared - counted) > TOLERANCE * counted:
        yield f"the Hub says {words.count(declared)} parameters ({declared:,}), the repo's tensors have {counted:,}"


def _file(repo: Repo, facts: RepoFacts, collection: Collection) -> Iterator[str]:
    """Files that the card was to show, and that the repo does not have."""
    for path in _shown(repo, collection):
        if path in facts.files and facts.files[path] is None:
            yield f"the repo has no {path} for the card to show"


def _shown(repo: Repo, collection: Collection) -> tuple[str, ...]:
    listing = collection.files
    return listing.paths if listing and repo.key in listing.shown_on else ()


def _unknown(family: Family) -> Iterator[tuple[Member, Problem]]:
    """Facts and files that a card was to show, and that nobody has read."""
    for collection in family.collections:
        for repo in collection.repos:
            if member := family.by_repo.get(repo.key):
                for said in _not_read(repo, collection):
                    yield member, Problem(said, hint="run `cardgen facts` once the repo exists")


def _not_read(repo: Repo, collection: Collection) -> Iterator[str]:
    facts = collection.facts.get(repo.key)
    if facts:
        yield from (f"{path} was not read yet" for path in _shown(repo, collection) if path not in facts.files)
    elif repo.key in collection.shows_facts_of:
        yield "a card shows facts of this repo, and none are known"


RULES = (
    FamilyRule(
        "parameters-differ", "facts", "warning", "A repo has another number of parameters than the manifest says.",
        _of_claims("parameters"),
    ),
    FamilyRule(
        "context-differs", "facts", "warning", "A repo has another context length than the manifest says.",
        _of_claims("context_length"),
    ),
    FamilyRule("index-broken", "facts", "warning", "A repo's index of weights does not fit.", _of_repos(_index)),
    FamilyRule(
        "parameters-unsure", "facts", "warning", "The Hub shows another number of parameters than a repo has.",
        _of_repos(_declared),
    ),
    FamilyRule("facts-missing", "facts", "warning", "Nobody has read the facts that a card shows.", _unknown),
    FamilyRule("file-missing", "facts", "warning", "A repo lacks a file that its card was to show.", _of_repos(_file)),
)  # fmt: skip
