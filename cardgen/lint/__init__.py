"""What is wrong with cards beyond their links: rules go over each card, and over the family. Values in, findings out.

card      a README, cut up for rules to look at           card.py
rules     what is looked for, by group                    rules/, catalog.py
findings  what they say, with its line and its source     this file, origins.py
switches  what a manifest says of rules                   switches.py
answers   what the Hub itself says of a card              answers.py
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cardgen.lint import card as cards_read
from cardgen.lint import catalog, family, switching
from cardgen.lint.answers import Answer, Asked, Known
from cardgen.lint.card import ReadCard
from cardgen.lint.family import Family, Member
from cardgen.lint.origins import Origins
from cardgen.lint.rule import FamilyRule, HubRule, Problem, Rule
from cardgen.lint.switching import Judged
from cardgen.model import Card, Collection, Finding, Fix, SourceText
from cardgen.switches import NO_SWITCHES, Switches, joined


def judge(
    collections: Sequence[Collection],
    cards: Sequence[Card],
    sources: Sequence[SourceText],
    today: str,
    switches: Switches = NO_SWITCHES,
) -> Judged:
    """What the rules find in built cards, as each collection's manifest and `switches` want them; `today` is the day,
    as 2026-12-31."""
    by_repo = {card.repo.key: card for card in cards}
    own = ([by_repo[repo.key] for repo in each.repos if repo.key in by_repo] for each in collections)
    judged = [_judge(each, some, sources, today, switches) for each, some in zip(collections, own, strict=True)]
    return Judged(
        tuple(finding for each in judged for finding in each.findings),
        tuple(silenced for each in judged for silenced in each.silenced),
    )


def _judge(
    collection: Collection, cards: Sequence[Card], sources: Sequence[SourceText], today: str, switches: Switches
) -> Judged:
    wanted = joined((collection.switches, switches))
    return switching.judge(findings([collection], cards, sources, wanted.optional), wanted, today)


def answered(judged: Judged, asked: Asked, today: str, switches: Switches = NO_SWITCHES) -> Judged:
    """What was judged, and beside it what the Hub said of the cards: without what is known of the same place already,
    and is as grave."""
    known, origins = Known(judged.findings), Origins(asked.sources)
    switches_of = {repo.key: each.switches for each in asked.collections for repo in each.repos}
    for card, answer in asked.answers:
        wanted = joined((switches_of.get(card.key, NO_SWITCHES), switches)) if card.key else switches
        judged += switching.judge(_of_answer(card, answer, known, origins), wanted, today)
    return judged


def findings(
    collections: Iterable[Collection],
    cards: Sequence[Card],
    sources: Sequence[SourceText] = (),
    optional: frozenset[str] = frozenset(),
) -> tuple[Finding, ...]:
    """Everything that the rules find in built cards: card by card, then what concerns the family.

    `sources` are the texts that the cards were made of, where findings are traced to; `optional` names the groups of
    rules that are looked at only when somebody asks for them.
    """
    origins = Origins(sources)
    members: list[Member] = []
    found: list[Finding] = []
    for card in map(cards_read.of_card, cards):
        found += _of_card(card, origins, optional)
        members.append(family.member(card))
    return (*found, *_of_family(family.of(cards, collections, members), optional))


def of_texts(cards: Iterable[ReadCard], optional: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
    """Everything that the rules find in READMEs that belong to no manifest."""
    members: list[Member] = []
    found: list[Finding] = []
    for card in cards:
        found += _of_card(card, Origins(()), optional)
        members.append(family.stranger(card))
    return (*found, *_of_family(Family(tuple(members)), optional))


def _of_answer(card: ReadCard, answer: Answer, known: Known, origins: Origins) -> Iterator[Finding]:
    for rule in catalog.OF_HUB:
        for problem in rule.check(card, answer):
            if not known.has(finding := _in_card(rule, card, problem, origins)):
                yield finding


def _of_card(card: ReadCard, origins: Origins, optional: frozenset[str]) -> Iterator[Finding]:
    """What the rules find in one card, of which no more is kept than its member of the family."""
    for rule in catalog.wanted(catalog.OF_CARDS, optional):
        for problem in rule.check(card):
            yield _in_card(rule, card, problem, origins)


def _in_card(rule: Rule | HubRule, card: ReadCard, problem: Problem, origins: Origins) -> Finding:
    source = problem.source or origins.of(card, problem)
    if problem.start < 0:
        return Finding(rule.id, rule.severity, problem.message, card.name, 0, source, hint=problem.hint)
    line, column = card.place(problem.start)
    last, end = card.place(max(problem.start, problem.end))
    end_column = end if last == line else 0  # what goes over several lines is marked to the end of the first
    fix = None if problem.mended is None else Fix(problem.start, problem.end, problem.mended)
    return Finding(
        rule.id, rule.severity, problem.message, card.name, line, source, column, end_column, problem.hint, fix
    )


def _of_family(members: Family, optional: frozenset[str]) -> Iterator[Finding]:
    for rule in catalog.wanted(catalog.OF_FAMILIES, optional):
        for member, problem in rule.check(members):
            yield _in_family(rule, member, problem)


def _in_family(rule: FamilyRule, member: Member, problem: Problem) -> Finding:
    source = problem.source or member.origin
    return Finding(rule.id, rule.severity, problem.message, member.name, problem.line, source, hint=problem.hint)
