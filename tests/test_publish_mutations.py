"""The state machine can fail: mistakes are put into the publisher, and it finds every one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from cardgen import (
    committing,
    git_attributes,
    layout,
    owned_body,
    owned_files,
    ownership,
    plan,
    propose,
    units,
)
from cardgen.errors import ProtectedError
from cardgen.marks import Block
from cardgen.owned_files import Judged
from cardgen.units import Consent, Key, Problem, Unit
from publishing_machine import Publishing

Patch = pytest.MonkeyPatch


def drop_foreign_keys(patch: Patch) -> None:
    """A foreign key goes when anything of the card changes."""
    judged = units._judge_live

    def judge(key: str, live: Any, written: str | None, stated: Any) -> Key:
        found = judged(key, live, written, stated)
        return replace(found, text="", value="") if found.unit.state == "foreign" else found

    patch.setattr(units, "_judge_live", judge)


def overwrite_edited_keys(patch: Patch) -> None:
    """A key that somebody edited is written over."""
    judged = units._judge_live

    def judge(key: str, live: Any, written: str | None, stated: Any) -> Key:
        found = judged(key, live, written, stated)
        return replace(found, unit=Unit(key, "key", "update")) if found.unit.state == "conflict" else found

    patch.setattr(units, "_judge_live", judge)


def put_deleted_keys_back(patch: Patch) -> None:
    """A key that somebody deleted is written again."""
    judged = units._judge_gone
    patch.setattr(units, "_judge_gone", lambda key, _, stated: judged(key, was_written=False, stated=stated))


def take_comments_for_own(patch: Patch) -> None:
    """A comment in a key whose value is as it shall be goes with the key's next change."""
    read = units.lines
    patch.setattr(units, "lines", lambda of: {key: replace(each, has_comment=False) for key, each in read(of).items()})


def dump_keys_anew(patch: Patch) -> None:
    """A key whose value is as it shall be loses the comments beside it."""
    judged = units._judge_live

    def judge(key: str, live: Any, written: str | None, stated: Any) -> Key:
        found = judged(key, live, written, stated)
        return replace(found, text=stated.text) if found.unit.state == "converged" else found

    patch.setattr(units, "_judge_live", judge)


def splice_over_comments(patch: Patch) -> None:
    """Comments and blank lines between keys are lost."""

    def splice(live: layout.Layout, texts: Any, added: str) -> str:
        return "".join(texts.get(entry.key, live.raw(entry)) for entry in live.entries) + added

    patch.setattr(layout, "replace", splice)


def take_unowned_for_owned(patch: Patch) -> None:
    """A card that cardgen never wrote is written over."""
    stopped = owned_body._stopped

    def stop(new: str, body: str, problem: Problem) -> Any:
        return stopped(new, body, replace(problem, needs=Consent.NONE))

    patch.setattr(owned_body, "_stopped", stop)
    patch.setattr(ownership, "_losses", lambda *_: [])


def ignore_the_digest_of_blocks(patch: Patch) -> None:
    """A block that somebody edited is taken for what cardgen wrote."""
    patch.setattr(Block, "is_untouched", True)


def drop_text_outside(patch: Patch) -> None:
    """Text outside of the block of a card that is owned whole is no reason to stop."""
    replaced = owned_body._replaced
    patch.setattr(owned_body, "_replaced", lambda text, judged, _, *more: replaced(text, judged, "", *more))
    patch.setattr(ownership, "_losses", lambda *_: [])


def drop_text_between_blocks(patch: Patch) -> None:
    """Of a card that is owned by blocks only the blocks are kept."""
    patch.setattr(owned_body, "_replace", lambda body, found, texts, renewed, end: "".join(texts) + (renewed or ""))
    patch.setattr(ownership, "_fault", lambda *_: "")


def write_over_an_edited_file(patch: Patch) -> None:
    """A file beside the card that somebody edited is written over, or taken away."""
    patch.setattr(owned_files, "_is_untouched", lambda *_: True)


def take_a_file_of_others(patch: Patch) -> None:
    """A file of that name that somebody put there is written over."""
    conflict = owned_files._conflict

    def judge(path: str, note: str, here: Any, stated: str) -> Judged:
        found = conflict(path, note, here, stated)
        return replace(found, unit=replace(found.unit, state="update"), loss=None)

    patch.setattr(owned_files, "_conflict", judge)


def put_a_deleted_file_back(patch: Patch) -> None:
    """A file that somebody deleted is written again."""
    judged = owned_files._judge_gone
    patch.setattr(owned_files, "_judge_gone", lambda path, stated, was_written: judged(path, stated, was_written=False))


def ignore_the_parent(patch: Patch) -> None:
    """A commit goes on top of whatever there is."""
    once = committing.once
    patch.setattr(committing, "once", lambda commit, hub, patience: once(replace(commit, parent=None), hub, patience))


def keep_a_consent_for_an_edit(patch: Patch) -> None:
    """What was agreed to for one card holds for the edit that came meanwhile."""
    patch.setattr(plan, "remake", lambda change, live: plan.make_one(change.card, live, Consent.OVERWRITE))


def commit_a_pointer(patch: Patch) -> None:
    """Nobody looks at `.gitattributes`."""
    patch.setattr(git_attributes, "in_lfs", lambda *_: {})


def open_a_second_pull_request(patch: Patch) -> None:
    """After a lost answer nobody looks whether the pull request is there."""
    opened = propose._Proposer._open

    def open_again(self: Any, change: Any) -> Any:
        patience = self._patience
        self._patience = type("Blind", (), {"ask": lambda _, request, arrived=None: patience.ask(request)})()
        try:
            return opened(self, change)
        finally:
            self._patience = patience

    patch.setattr(propose._Proposer, "_open", open_again)


def write_into_the_work_of_others(patch: Patch) -> None:
    """Every pull request that is open under cardgen's name is taken for cardgen's."""
    patch.setattr(propose._Proposer, "_is_own", lambda *_: True)


def close_the_work_of_others(patch: Patch) -> None:
    """A pull request to which somebody committed is closed, to open a new one."""
    found = propose._Proposer._find

    def find(self: Any, repo: Any) -> Any:
        try:
            return found(self, repo)
        except ProtectedError:
            for number, url in self._pulls.find(repo, self._author):
                self._close(repo, propose.PullRequest(number, url, ""))
            return None

    patch.setattr(propose._Proposer, "_find", find)


def propose_what_main_was(patch: Patch) -> None:
    """A proposal is brought up to date from the card alone, without what others wrote into main."""
    patch.setattr(propose._Proposer, "_after", lambda self, change, path: change.card.data)


MUTATIONS: Final[tuple[Callable[[Patch], None], ...]] = (
    drop_foreign_keys,
    overwrite_edited_keys,
    put_deleted_keys_back,
    dump_keys_anew,
    take_comments_for_own,
    splice_over_comments,
    take_unowned_for_owned,
    ignore_the_digest_of_blocks,
    drop_text_outside,
    drop_text_between_blocks,
    write_over_an_edited_file,
    take_a_file_of_others,
    put_a_deleted_file_back,
    ignore_the_parent,
    keep_a_consent_for_an_edit,
    commit_a_pointer,
    open_a_second_pull_request,
    write_into_the_work_of_others,
    close_the_work_of_others,
    propose_what_main_was,
)


def run_the_machine(number: int, examples: int = 200) -> None:
    """The state machine as CI runs it, from a seed, without looking for the smallest case."""
    machine = seed(number)(type("Mutated", (Publishing,), {}))
    options: Any = {"database": None, "phases": [Phase.generate], "report_multiple_bugs": False}
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[*HealthCheck],
            **options,
        ),
    )


@pytest.mark.parametrize("mutate", MUTATIONS, ids=lambda mutate: mutate.__name__)
def test_the_machine_finds_every_mistake(mutate: Callable[[Patch], None], monkeypatch: Patch) -> None:
    mutate(monkeypatch)
    with pytest.raises(AssertionError):
        run_the_machine(1)
