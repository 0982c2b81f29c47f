"""People, other tools, a changing manifest, faults and pushes, in any order: no foreign byte goes without consent."""

from __future__ import annotations

import re
from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from cardgen import publish
from cardgen.errors import BusyError, HubError, UnreachableError
from cardgen.model import README, Card, RepoKey
from cardgen.outcomes import Outcome
from cardgen.plan import judge_with
from cardgen.survey import survey
from cards import BLOCKS, make_block_card, make_card
from clocks import QuickClock
from fake_hub import FakeHub, Trouble

REPO: RepoKey = ("model", "org/name")
FOREIGN = re.compile(r"foreign\d+")
ERRORS = {"lost": UnreachableError("lost"), "busy": BusyError("busy"), "refused": HubError("refused")}


class Publishing(RuleBasedStateMachine):
    """One repo. Everything that somebody else writes has a number of its own, so that each piece can be looked for."""

    def __init__(self) -> None:
        super().__init__()
        self.hub = FakeHub()
        self.numbers = count()
        self.license = "mit"
        self.text = 0
        self.is_whole = True

    @property
    def card(self) -> Card:
        data = {"license": self.license, "tags": ["a"]}
        if self.is_whole:
            return make_card(data, f"# T\n\nText {self.text}.\n\nThe end.\n")
        return make_block_card(data, {**BLOCKS, "header": f"# T\n\nText {self.text}."})

    @property
    def live(self) -> str:
        versions = self.hub.repos.get(REPO)
        return (versions[-1].get(README) or b"").decode() if versions else ""

    def edit(self, text: str) -> None:
        """Somebody commits a card."""
        if REPO in self.hub.repos:
            self.hub.edit(REPO, text)
        else:
            self.hub.put(REPO, text)

    @rule(license=st.sampled_from(["mit", "apache-2.0"]), text=st.integers(0, 3))
    def change_the_manifest(self, license: str, text: int) -> None:
        self.license, self.text = license, text

    @rule()
    def change_the_ownership(self) -> None:
        self.is_whole = not self.is_whole

    @precondition(lambda self: self.live.startswith("---\n"))
    @rule(place=st.sampled_from(["license:", "tags:", "---\n<!--"]))
    def add_a_key(self, place: str) -> None:
        key = f"foreign{next(self.numbers)}: [1, 2]  # kept\n"
        self.edit(self.live.replace(place, key + place, 1) if place in self.live else self.live)

    @rule(value=st.sampled_from(["license: .*", "- a"]))
    def change_a_value(self, value: str) -> None:
        new = f"{value.partition('.')[0].replace('- a', '- ')}foreign{next(self.numbers)}"
        self.edit(re.sub(f"^{value}$", new, self.live, count=1, flags=re.MULTILINE))

    @rule(old=st.sampled_from(["Text ", "The end.", "<!-- cardgen:begin", "<!-- cardgen:end", "Intro", "Cite."]))
    def write_into_the_text(self, old: str) -> None:
        self.edit(self.live.replace(old, f"foreign{next(self.numbers)}\n\n{old}", 1))

    @rule(heading=st.sampled_from(["", "## Notes\n\n", "---\nrepeated: 1\n---\n"]))
    def append(self, heading: str) -> None:
        self.edit(f"{self.live}\n{heading}foreign{next(self.numbers)}\n")

    @rule(has_data=st.booleans())
    def replace_it_all(self, has_data: bool) -> None:
        front = f"---\nforeign{next(self.numbers)}: x\n---\n" if has_data else ""
        self.edit(f"{front}# By hand foreign{next(self.numbers)}\n")

    @precondition(lambda self: REPO in self.hub.repos)
    @rule()
    def delete_the_card(self) -> None:
        self.hub.repos[REPO].append({path: data for path, data in self.hub.repos[REPO][-1].items() if path != README})

    @precondition(lambda self: self.live)
    @rule(old=st.sampled_from(["license: ", "sha256=", "cardgen:data", "<!-- cardgen:begin"]))
    def damage_a_mark_or_a_value(self, old: str) -> None:
        self.edit(self.live.replace(old, f"{old}9", 1))

    def push(self, *, adopt: bool = False, overwrite: bool = False) -> Outcome | None:
        judge = judge_with(adopt=adopt, overwrite=frozenset({"org/name"} if overwrite else ()))
        found = survey([self.card], self.hub, judge, clock=QuickClock())
        outcomes = publish.apply(found.plan, self.hub, clock=QuickClock())
        return outcomes[0] if outcomes else None

    @rule(
        fault=st.sampled_from([None, *ERRORS]),
        request=st.sampled_from(["read", "commit", "create", "history"]),
        when=st.sampled_from(["before", "after"]),
        times=st.integers(1, 6),
    )
    def push_without_consent(self, fault: str | None, request: str, when: str, times: int) -> None:
        before = self.live
        self.hub.trouble = Trouble(request, ERRORS[fault], when, times) if fault else (lambda *_: None)
        outcome = self.push()
        self.hub.trouble = lambda *_: None
        assert set(FOREIGN.findall(before)) <= set(FOREIGN.findall(self.live)), "what others wrote is there"
        if outcome and outcome.state == "stopped":
            assert self.live == before
        if outcome and outcome.state == "published":
            assert f"license: {self.license}\n" in self.live
            self.push_again_changes_nothing()

    @rule(overwrite=st.booleans())
    def push_with_consent(self, overwrite: bool) -> None:
        before = self.live
        keys = re.findall(r"^(foreign\d+): \[1, 2\]  # kept$", before, re.MULTILINE) if "repeated" not in before else []
        outcome = self.push(adopt=not overwrite, overwrite=overwrite)
        if outcome and outcome.state == "published" and "front matter" not in outcome.change.reason:
            front = self.live.partition("\n---\n")[0]
            kept = [key for key in keys if f"{key}: [1, 2]  # kept" in before.partition("\n---\n")[0]]
            assert all(f"{key}: [1, 2]  # kept" in front for key in kept), "foreign keys stay, whatever is agreed to"
            self.push_again_changes_nothing()

    def push_again_changes_nothing(self) -> None:
        versions = len(self.hub.repos[REPO])
        outcome = self.push()
        assert outcome is not None
        assert outcome.state == "unchanged", outcome.change.reason
        assert len(self.hub.repos[REPO]) == versions


Publishing.TestCase.settings = settings(max_examples=200, stateful_step_count=25, deadline=None)
TestPublishing = Publishing.TestCase
