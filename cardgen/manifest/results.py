"""The results of a manifest: a table for the cards, and the `.eval_results/` file of each model's repo."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cardgen import front_matter, repo_ids
from cardgen.manifest import columns, schema
from cardgen.manifest.document import Document, Path
from cardgen.model import RESULTS, Cell, Repo, Row, Table
from cardgen.suggest import did_you_mean

Number = int | float

_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")


def check(document: Document, shape: schema.Results, namespace: str, repos: Sequence[Repo]) -> None:
    """Note what is wrong with the benchmarks, and scores of repos or benchmarks that are not there, or no numbers."""
    tree = tuple(map(_as_column, shape.benchmarks))
    columns.check(document, tree, ("results", "benchmarks"), "benchmarks")
    _check_datasets(document, ("results", "benchmarks"), shape.benchmarks)
    keys = [each.key for each in _leaves(shape.benchmarks) if each.key]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        document.complain_at(("results", "benchmarks"), f"two benchmarks have the key {key!r}")
    models = {repo.repo_id for repo in repos if repo.repo_type == "model"}
    for index, row in enumerate(shape.rows):
        path: Path = ("results", "rows", index)
        _check_repo(document, path, row, models, namespace)
        _check_scores(document, path, row, keys)


def table(shape: schema.Results, namespace: str) -> Table:
    """The table of results: the best score of a column is marked, and each repo's row is its own place."""
    leaves = tuple(_leaves(shape.benchmarks))
    best = {each.key: _best(shape, each) for each in leaves}

    def cell(row: schema.Scores, benchmark: schema.Benchmark) -> Cell:
        score = row.scores.get(benchmark.key or "", "")
        return Cell(score, is_best=bool(score) and number(score) == best[benchmark.key])

    def line(row: schema.Scores) -> Row:
        place = (("model", full_id(row.repo, namespace)),) if row.repo else ()
        return Row((Cell(row.name or row.repo or ""), *(cell(row, each) for each in leaves)), place)  # type: ignore[arg-type]

    head = columns.head(tuple(map(_as_column, shape.benchmarks)), shape.corner or "")
    rows = tuple(map(line, shape.rows))
    return Table(RESULTS, shape.title, head, rows, shape.text or "", shape.footnote or "", format=shape.format)


def files(shape: schema.Results, namespace: str) -> Mapping[str, str]:
    """The `.eval_results/` file of each model by repo id: scores on benchmarks with a dataset and a task."""
    entries: dict[str, list[dict[str, Any]]] = {}
    for row in shape.rows:
        if row.repo:
            entries.setdefault(full_id(row.repo, namespace), []).extend(_entries(shape, row))
    return {repo_id: front_matter.dump_yaml(each) for repo_id, each in entries.items() if each}


def _entries(shape: schema.Results, row: schema.Scores) -> Iterator[dict[str, Any]]:
    for benchmark in _leaves(shape.benchmarks):
        value = number(row.scores.get(benchmark.key or "", ""))
        if benchmark.dataset and benchmark.task and value is not None:
            entry: dict[str, Any] = {"dataset": {"id": benchmark.dataset, "task_id": benchmark.task}, "value": value}
            if shape.date:
                entry["date"] = shape.date
            if shape.source:
                entry["source"] = {"url": shape.source.url} | ({"name": shape.source.name} if shape.source.name else {})
            if row.notes:
                entry["notes"] = row.notes
            yield entry


def number(score: str) -> Number | None:
    """A score as a number; None where it is none, such as `-`, or none that a file of results can hold."""
    if not _NUMBER.fullmatch(score):
        return None
    try:
        value = int(score) if score.lstrip("-+").isdecimal() else float(score)
    except ValueError:  # an integer of thousands of digits
        return None
    return value if math.isfinite(value) else None


def full_id(name: str, namespace: str) -> str:
    return name if "/" in name else f"{namespace}/{name}"


def _best(shape: schema.Results, benchmark: schema.Benchmark) -> Number | None:
    values = [value for row in shape.rows if (value := number(row.scores.get(benchmark.key or "", ""))) is not None]
    if benchmark.best == "none" or not values:
        return None
    return max(values) if benchmark.best == "highest" else min(values)


def _leaves(benchmarks: Sequence[schema.Benchmark]) -> Iterator[schema.Benchmark]:
    for each in benchmarks:
        if each.benchmarks:
            yield from _leaves(each.benchmarks)
        else:
            yield each


def _as_column(benchmark: schema.Benchmark) -> schema.Column:
    """A benchmark as a column, so that groups of both make their headings alike."""
    return schema.Column(name=benchmark.name, key=benchmark.key, columns=tuple(map(_as_column, benchmark.benchmarks)))


def _check_datasets(document: Document, path: Path, benchmarks: Sequence[schema.Benchmark]) -> None:
    """A dataset alone says nothing: the Hub asks for its task too (hub-docs, eval-results), and refuses the file."""
    for index, each in enumerate(benchmarks):
        if (each.dataset is None) != (each.task is None):
            document.complain_at((*path, index), "a benchmark needs both a dataset and a task, or neither")
        if each.dataset and (problem := repo_ids.problem(each.dataset)):
            document.complain_at((*path, index, "dataset"), f"the dataset {problem}")
        _check_datasets(document, (*path, index, "benchmarks"), each.benchmarks)


def _check_repo(document: Document, path: Path, row: schema.Scores, models: set[str], namespace: str) -> None:
    if row.repo is None and row.name is None:
        document.complain_at(path, "a row of results needs a repo or a name")
    if row.repo and (wanted := full_id(row.repo, namespace)) not in models:
        document.complain_at((*path, "repo"), f"no model here is called {wanted!r}{did_you_mean(wanted, models)}")


def _check_scores(document: Document, path: Path, row: schema.Scores, keys: Sequence[str]) -> None:
    for key, score in row.scores.items():
        if key not in keys:
            message = f"there is no benchmark {key!r}{did_you_mean(key, keys)}"
            document.complain_at_key((*path, "scores", key), message)
        elif number(score) is None:
            document.complain_at((*path, "scores", key), f"{score!r} is no number")
