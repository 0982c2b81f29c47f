"""How complete a card is: content counts, headings do not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen import manifest, render
from cardgen.duties import DUTIES
from cardgen.lint.card import ReadCard
from cardgen.lint.completeness import ITEMS, mean, score
from project import Project
from rule_pages import NAME, TEMPLATES

FRONT = """---
license: mit
pipeline_tag: text-generation
library_name: transformers
base_model: a/b
datasets: [a/c]
language: en
tags: [math]
---
"""
BODY = """
# A model

A model of 7B parameters with a context length of 128K tokens, made to reason about code. It was made from a base model,
and is one of a family of twelve models of three sizes, which a paper describes in detail; all of them are open, and so
are the data that they were trained on.

[Paper](https://huggingface.co/papers/2502.07316) · [Collection](https://huggingface.co/collections/a/b-1) · [Demo](https://huggingface.co/spaces/a/b)

## Usage

```python
model = AutoModel.from_pretrained("a/d")
```

## Limitations

It was trained on English texts alone, makes up facts, and should not be used to decide anything about people.

## Training

It was trained in two stages on predictions of inputs and outputs of code, with the usual loss on all the answers.

## Evaluation

| GSM8K | MATH | AIME |
| --- | --- | --- |
| 81.2 | 44.1 | 9.0 |

## Citation

```bibtex
@misc{a, title={A}}
```
"""


def card(text: str, kind: str = "model") -> ReadCard:
    return ReadCard("README.md", text, "dataset" if kind == "dataset" else "model")


def test_a_card_that_says_it_all() -> None:
    assert score(card(FRONT + BODY)).missing == ()
    assert score(card(FRONT + BODY)).percent == 100


def test_headings_are_worth_nothing() -> None:
    headings = "\n\n".join(line for line in BODY.splitlines() if line.startswith("#"))
    assert score(card(headings)).percent == score(card("")).percent == 0
    assert score(card(headings.replace("\n\n", "\n\n[More Information Needed]\n\n"))).percent == 0


@pytest.mark.parametrize(
    ("old", "new", "missing"),
    [
        ("license: mit\n", "", "a license"),
        ("license: mit\n", "license:\n", "a license"),
        ("tags: [math]", "tags: []", "tags"),
        ('from_pretrained("a/d")', "eval()", "code that loads it"),
        ("It was trained on English texts alone, makes up facts, and", "TBD. It", "limitations and risks"),
        ("| 81.2 | 44.1 | 9.0 |", "| soon | soon | soon |", "results of an evaluation"),
        ("@misc{a, title={A}}", "Cite us.", "a citation in BibTeX"),
        ("https://huggingface.co/papers/2502.07316", "https://a.org", "a link to the paper"),
        ("7B parameters with a context length of 128K tokens", "some size", "size, context length, architecture"),
    ],
)
def test_what_to_add(old: str, new: str, missing: str) -> None:
    assert old in FRONT + BODY
    assert score(card((FRONT + BODY).replace(old, new))).missing == (missing,)


def test_a_dataset_is_asked_for_other_things() -> None:
    found = score(card(FRONT + BODY, "dataset"))
    assert {"its fields and splits", "task_categories", "pretty_name"} <= set(found.missing)
    assert "base_model" not in found.missing


@given(st.sets(st.sampled_from(BODY.split("\n\n"))))
def test_more_content_never_makes_a_card_less_complete(left_out: set[str]) -> None:
    kept = "\n\n".join(part for part in BODY.split("\n\n") if part not in left_out)
    assert score(card(kept)).percent <= score(card(BODY)).percent


def test_what_is_worth_most_comes_first() -> None:
    worth = {item.add: item.worth for item in ITEMS}
    missing = [worth[add] for add in score(card("")).missing]
    assert missing == sorted(missing, reverse=True)
    assert mean([]) == 0


def test_the_eus_sections_have_a_place_in_the_manifest() -> None:
    sections = "".join(f"  - {{covers: {name}, text: Words.}}\n" for name in DUTIES)
    models = "models:\n  columns: [{link: true}]\n  rows: [{repo: a}]\n"
    text = f"version: 1\nnamespace: lab\ntitle: F\n{models}sections:\n{sections}"
    (made,) = render.cards(manifest.load(text.encode(), NAME, NAME), TEMPLATES)
    assert [line[3:] for line in made.text.splitlines() if line.startswith("## ")] == [
        duty.title for duty in DUTIES.values()
    ]


def test_the_command(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write()
    told = project.run("score")
    assert told.code == 0
    assert told.out.splitlines()[0].endswith("%  collections/family.yaml (3 cards)")
    assert "models/lab/small-one/README.md and 1 more" in told.out
    (project.folder / "a.md").write_text(FRONT + BODY)
    assert project.run("score", "a.md", "--at-least", "100", "--type", "model").code == 0
    assert project.run("score", "--at-least", "100").code == 1
    made = json.loads(project.run("score", "a.md", "--type", "model", "--format", "json").out)
    assert made == {
        "version": 1,
        "groups": [{"name": "cards", "percent": 100, "cards": [{"card": "a.md", "percent": 100, "missing": []}]}],
    }
