"""People, other tools, a changing manifest, faults, pushes and proposals in any order, as a state machine.

What must hold: without consent no line goes that somebody else wrote, none changes its place, nothing comes back that
somebody took away, and nothing is done twice. `others_work` tells whose a line is without any of cardgen's code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

import others_work
import people
from cardgen import propose, publish
from cardgen.file_marks import RESULTS
from cardgen.model import README, Card
from cardgen.outcomes import Outcome
from cardgen.plan import Plan, judge_with
from cardgen.survey import survey
from cards import BLOCKS, make_block_card, make_card
from clocks import QuickClock
from fake_pulls import US
from people import Edit
from worlds import ANN, ERRORS, Fault, MemoryWorld, World

WRITES: Final = ("commit", "open", "create", "close")
READS: Final = ("read", "read_file", "history", "find", "conflicts")
faults = st.builds(Fault, st.sampled_from(WRITES), st.just("lost"), st.just("after"), st.integers(1, 6)) | st.builds(
    Fault, st.sampled_from(WRITES + READS), st.sampled_from([*ERRORS]), st.just("before"), st.integers(1, 6)
)


class Publishing(RuleBasedStateMachine):
    """One repo, and one manifest that changes."""

    def __init__(self) -> None:
        super().__init__()
        self.world = self.make_world()
        self.words = (f"foreign{number}" for number in count())
        self.license, self.text, self.has_tags, self.result = "mit", 0, True, 0
        self.is_whole = self.is_untouched = True
        self.own = {"{}"}
        self.foreign_pulls: set[int] = set()
        self.agreed_pulls: set[int] = set()

    def make_world(self) -> World:
        return MemoryWorld()

    def card(self) -> Card:
        data = {"license": self.license, **({"tags": ["a"]} if self.has_tags else {})}
        results, repo_id = f"- value: {self.result}\n" if self.result else "", self.world.repo[1]
        if self.is_whole:
            card = make_card(data, f"# T\n\nText {self.text}.\n\nThe end.\n", repo_id=repo_id, results=results)
        else:
            blocks = {**BLOCKS, "header": f"# T\n\nText {self.text}."}
            card = make_block_card(data, blocks, repo_id=repo_id, results=results)
        self.own.update(line for text in (card.text, *card.files.values()) for line in text.splitlines())
        return card

    def files(self, revision: str = "main") -> Mapping[str, str]:
        return self.world.files(revision) or {}

    def save(self, path: str, text: str | None, pull: int = 0) -> None:
        """Somebody saves a file, if that is any change."""
        if self.files(f"refs/pr/{pull}" if pull else "main").get(path) != text:
            self.world.save(path, text, pull=pull)
            self.is_untouched = False
            self.foreign_pulls |= {pull} - {0}

    # What the manifest says.

    @rule(license=st.sampled_from(["mit", "apache-2.0"]), text=st.integers(0, 5))
    def change_the_manifest(self, license: str, text: int) -> None:
        self.license, self.text = license, text

    @rule(has_tags=st.booleans(), result=st.integers(0, 2))
    def let_things_leave_the_manifest(self, has_tags: bool, result: int) -> None:
        self.has_tags, self.result = has_tags, result

    @rule()
    def change_the_ownership(self) -> None:
        self.is_whole = not self.is_whole

    # What other people do.

    @rule(edit=people.edits)
    def edit_a_file(self, edit: tuple[str, Edit] | None, pull: int = 0) -> None:
        path, change = edit or ("notes.md", people.CARD["a section"][0])
        text = self.files(f"refs/pr/{pull}" if pull else "main").get(path, "")
        self.save(path, change(text, next(self.words)) or None, pull)

    @rule(
        edit=st.none() | people.card_edits | people.comment_edits | people.results_edits | people.attribute_edits,
        is_early=st.booleans(),
        is_proposal=st.booleans(),
        leaves=st.booleans(),
    )
    def change_the_manifest_beside_an_edit(
        self, edit: tuple[str, Edit] | None, is_early: bool, is_proposal: bool, leaves: bool
    ) -> None:
        """What cardgen wrote and somebody edited, before another push or after, shall be something else, or nothing."""
        self.has_tags, self.result = True, max(self.result, 1 if edit and edit[0] == RESULTS else 0)
        self.publish()
        if is_early:
            self.edit_a_file((README, people.CARD["a key"][0]))
            self.edit_a_file(edit)
        if is_proposal:
            self.change()
        if is_early or is_proposal:
            self.watch(None, None, is_proposal=is_proposal)
        if not is_early:
            self.edit_a_file(edit)
        self.change(leaves=leaves)
        self.watch(None, None, is_proposal=is_proposal)

    @rule(edit=st.sampled_from(people.TAKEN), is_proposal=st.booleans())
    def change_the_manifest_after_something_was_taken_away(self, edit: tuple[str, Edit], is_proposal: bool) -> None:
        self.has_tags, self.result = True, max(self.result, 1)
        self.publish()
        self.edit_a_file(edit)
        self.change()
        self.watch(None, None, is_proposal=is_proposal)

    def publish(self) -> None:
        """Push; where that stops, somebody takes away what is in its way, and it is pushed again."""
        outcome = self.watch(None, None, is_proposal=False)
        if outcome and outcome.state == "stopped":
            for path in (README, RESULTS, ".gitattributes"):
                self.save(path, None)
            self.watch(None, None, is_proposal=False)

    def change(self, *, leaves: bool = False) -> None:
        """All of the manifest is something else."""
        self.license = "mit" if self.license == "apache-2.0" else "apache-2.0"
        self.text += 1
        self.has_tags = not leaves
        self.result = 0 if leaves else self.result + bool(self.result)

    # Pull requests of other people, and what they do to cardgen's.

    @precondition(lambda self: self.world.files() is not None)
    @rule(author=st.sampled_from([ANN, US]), says=st.sampled_from(["", propose.MARK]))
    def open_a_pull_request(self, author: str, says: str) -> None:
        """Somebody's own; under cardgen's own name it is cardgen's only if it says so."""
        if (author, says) == (US, propose.MARK):
            return
        number = self.world.begin(author)
        self.foreign_pulls.add(number)
        self.world.save(README, f"# By {next(self.words)}\n", pull=number, says=says, author=author)

    @precondition(lambda self: self.open_pulls())
    @rule(data=st.data(), path=st.sampled_from([README, "notes.md"]))
    def commit_to_a_pull_request(self, data: st.DataObject, path: str) -> None:
        number = data.draw(st.sampled_from(self.open_pulls()))
        text = self.files(f"refs/pr/{number}").get(path, "")
        self.save(path, f"{text}\n{next(self.words)}\n", pull=number)

    @precondition(lambda self: self.open_pulls())
    @rule(data=st.data(), is_merged=st.booleans())
    def settle_a_pull_request(self, data: st.DataObject, is_merged: bool) -> None:
        number = data.draw(st.sampled_from(self.open_pulls()))
        before = self.files()
        if not is_merged:
            self.world.close(number)
        elif self.world.merge(number) and number not in self.foreign_pulls | self.agreed_pulls:
            assert not others_work.lost(before, self.files(), self.own), "a proposal that is merged takes nothing away"
        self.is_untouched = self.is_untouched and number not in self.foreign_pulls

    # What cardgen does.

    def open_pulls(self) -> list[int]:
        return sorted(number for number, status in self.world.proposals().items() if status == "open")

    def run(self, made: Plan, *, is_proposal: bool) -> Outcome:
        clock = QuickClock()
        if is_proposal:
            return propose.apply(made, self.world.hub, pulls=self.world.pulls, clock=clock)[0]
        return publish.apply(made, self.world.hub, clock=clock)[0]

    def push(self, *, adopt: bool = False, overwrite: bool = False, is_proposal: bool = False) -> Outcome | None:
        judge = judge_with(adopt=adopt, overwrite=frozenset({self.world.repo[1]} if overwrite else ()))
        made = survey([self.card()], self.world.hub, judge, clock=QuickClock()).plan
        return self.run(made, is_proposal=is_proposal) if made.changes else None

    @rule(is_proposal=st.booleans())
    def push_without_consent(self, is_proposal: bool) -> None:
        self.watch(None, None, is_proposal=is_proposal)

    @rule(edit=people.edits, is_proposal=st.booleans(), is_in_proposal=st.booleans(), is_lost=st.booleans())
    def push_while_somebody_edits(
        self, edit: tuple[str, Edit], is_proposal: bool, is_in_proposal: bool, is_lost: bool
    ) -> None:
        """Somebody is quicker than the commit, on main or in a pull request that is open."""
        self.publish()
        pulls = self.open_pulls() if is_in_proposal else []
        self.change()
        fault = Fault("commit", "lost", "after", 1) if is_lost else None
        self.watch(fault, lambda: self.edit_a_file(edit, pulls[0] if pulls else 0), is_proposal=is_proposal)

    @rule(fault=faults, is_proposal=st.booleans())
    def push_with_a_fault(self, fault: Fault, is_proposal: bool) -> None:
        if is_proposal:
            self.publish()
        if is_proposal and fault.request == "create":
            fault = replace(fault, request="open")
            for number in self.open_pulls():
                self.world.close(number)
        self.change()
        self.watch(fault, None, is_proposal=is_proposal)

    def watch(
        self, fault: Fault | None, meanwhile: Callable[[], object] | None, *, is_proposal: bool
    ) -> Outcome | None:
        """Push, and hold what is there afterwards against what was there before, and what came meanwhile."""
        planned, was_untouched = self.files(), self.is_untouched
        seen = self.look()
        made_by_others = 0

        def act() -> None:
            nonlocal seen, made_by_others
            commits = self.world.commits()
            assert meanwhile
            meanwhile()
            made_by_others, seen = self.world.commits() - commits, self.look()

        commits = max(self.world.commits(), 1)
        with self.world.disturbed(fault, act if meanwhile else None):
            outcome = self.push(is_proposal=is_proposal)
        made = max(self.world.commits(), 1) - commits - made_by_others
        assert made <= (not is_proposal), "one commit at most"
        assert not others_work.lost(seen["main"], self.files(), self.own), "what others wrote is there"
        assert not others_work.restored(seen["main"], self.files()), "what others took away is not"
        if made:
            self._is_no_pointer(seen["main"])
        self._leaves_alone(seen)
        for ref, proposed in self.look().items():
            if proposed.get("") == "open" and proposed != seen.get(ref):
                assert self._keeps(seen["main"], proposed) or self._keeps(planned, proposed), "a proposal takes nothing"
        if was_untouched and not fault and not meanwhile and outcome:
            assert outcome.state != "stopped", outcome.change.reason
        if outcome:
            self._check(outcome, seen["main"])
        return outcome

    def look(self) -> Mapping[str, Mapping[str, str]]:
        """The files of main, and of every pull request with its status."""
        pulls = {f"refs/pr/{number}": status for number, status in self.world.proposals().items()}
        return {"main": self.files(), **{ref: {"": status, **self.files(ref)} for ref, status in pulls.items()}}

    def _keeps(self, before: Mapping[str, str], proposed: Mapping[str, str]) -> bool:
        """Whether a proposal has all that others wrote in main; what is not cardgen's a merge takes from there."""
        paths = {README, *others_work.recorded(proposed, "files")} & {*before}
        lost = others_work.lost({path: before[path] for path in paths}, proposed, self.own)
        return not lost and not others_work.restored(before, proposed)

    def _check(self, outcome: Outcome, main: Mapping[str, str]) -> None:
        if outcome.state != "published":
            assert outcome.state == "failed" or self.files() == main
        else:
            front, _ = others_work.parts(self.files()[README])
            assert f"license: {self.license}\n" in re.sub(" +#", "\n#", front)
            self.push_again_changes_nothing()
        if outcome.state == "proposed":
            number = int(outcome.url.rpartition("/")[2])
            assert number not in self.foreign_pulls
            self.agreed_pulls.discard(number)

    def _leaves_alone(self, seen: Mapping[str, Mapping[str, str]]) -> None:
        """Of pull requests, one at most is opened, one at most is cardgen's; those of others are as they were."""
        now = self.look()
        assert len(now) <= len(seen) + 1, "one pull request at most"
        for number in self.foreign_pulls:
            assert now[f"refs/pr/{number}"] == seen[f"refs/pr/{number}"], "pull requests of others are theirs"
        assert len([*{*self.open_pulls()} - self.foreign_pulls]) <= 1, "one of cardgen's is open"

    def _is_no_pointer(self, main: Mapping[str, str]) -> None:
        """What was committed is no file that goes to Git LFS."""
        said = main.get(".gitattributes", "")
        caught = {README: "md filter=lfs", RESULTS: "/* filter=lfs"}
        for path, rule_ in caught.items():
            assert rule_ not in said or self.files().get(path) in {main.get(path), None}, said

    @rule(overwrite=st.booleans(), is_proposal=st.booleans())
    def push_with_consent(self, overwrite: bool, is_proposal: bool) -> None:
        seen = self.look()
        outcome = self.push(adopt=not overwrite, overwrite=overwrite, is_proposal=is_proposal)
        self._leaves_alone(seen)
        if outcome is None or outcome.state not in {"published", "proposed"}:
            return
        number = int(outcome.url.rpartition("/")[2]) if outcome.state == "proposed" else 0
        self.agreed_pulls |= {number} - {0}
        after = self.files(f"refs/pr/{number}" if number else "main")
        self._is_bounded(seen["main"], after, overwrite=overwrite, reason=outcome.change.reason)
        if not number:
            self.push_again_changes_nothing()

    def _is_bounded(self, before: Mapping[str, str], after: Mapping[str, str], *, overwrite: bool, reason: str) -> None:
        """No consent reaches the keys of others, text outside of blocks, or, to adopt, an edit of what was written."""
        live, now = before.get(README, ""), after[README]
        front, body = others_work.parts(live)
        keys = [line for line in others_work.lines(front, self.own) if re.match(r"\W?foreign\d+\W?:", line)]
        if "again" not in live and "front matter" not in reason:
            assert set(keys) <= set(others_work.parts(now)[0].splitlines()), "foreign keys stay"
        if not self.is_whole and "cardgen:begin card" not in live and live:
            assert others_work.outside(live) == others_work.outside(now), "text of their own stays"
        if not overwrite and others_work.is_written(body):
            assert not others_work.lost({README: live}, {README: now}, self.own), "to adopt is not to overwrite"

    def push_again_changes_nothing(self) -> None:
        commits = self.world.commits()
        outcome = self.push()
        assert outcome is not None
        assert outcome.state == "unchanged", outcome.change.reason
        assert self.world.commits() == commits
