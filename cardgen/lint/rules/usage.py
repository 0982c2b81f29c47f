"""Code that shows how to use a repo, and loads another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.lint.card import ReadCard
from cardgen.lint.rule import Problem, Rule
from cardgen.lint.yaml_values import texts

_PLAIN = r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*"
_ID = f"(?P<id>{_PLAIN})"
_CALLS = r"\bfrom_pretrained|\b(?:LLM|SentenceTransformer|CrossEncoder|snapshot_download|pipeline)"
_COMMANDS = r"\bvllm serve|--model(?:-path)?[ =]|\bhf download|\bhuggingface-cli download"
_LOADS_MODEL = re.compile(
    rf"(?:(?:{_CALLS})\(\s*(?:[a-z_]+\s*=\s*)?|\bmodel(?:_id|_name|_path)?\s*=\s*)[\"']{_ID}[\"']"
    rf"|(?:{_COMMANDS})\s*[\"']?(?P<word>{_PLAIN})(?![\w/.-])"
)
_LOADS_DATASET = re.compile(rf"\bload_dataset\(\s*(?:path\s*=\s*)?[\"']{_ID}[\"']")


def _sibling(card: ReadCard) -> Iterator[Problem]:
    """Code that loads repos of the same namespace, and never the card's own: it was copied from a sibling."""
    if not card.repo_id or not card.fences:
        return
    loaded = list(_loaded(card))
    if any(repo_id.lower() == card.repo_id.lower() for repo_id, _ in loaded):
        return
    for repo_id, span in [each for each in loaded if _is_sibling(each[0], card)][:1]:
        message = f"the code loads {repo_id}, and nothing in it loads the card's own {card.repo_id}"
        yield Problem(message, *span, hint=f"load {card.repo_id}")


def _loaded(card: ReadCard) -> Iterator[tuple[str, tuple[int, int]]]:
    """The repos that the code of a card loads, and where."""
    loads = _LOADS_DATASET if card.repo_type == "dataset" else _LOADS_MODEL
    for fence in card.fences:
        for found in loads.finditer(card.own, fence.start, fence.end):
            name = found.lastgroup or "id"
            yield found[name], found.span(name)


def _is_sibling(repo_id: str, card: ReadCard) -> bool:
    """Whether it is of the same namespace, and none that the front matter names: a base model is rightly loaded."""
    namespace, _, _ = card.repo_id.partition("/")
    named = (card.keys[key] for key in ("base_model", "datasets", "new_version") if key in card.keys)
    return repo_id.startswith(f"{namespace}/") and all(repo_id not in texts(key.value) for key in named)


RULES = (Rule("usage-of-sibling", "content", "warning", "Usage code loads a sibling of the repo.", _sibling),)
