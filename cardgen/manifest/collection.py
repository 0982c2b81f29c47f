"""A decoded manifest becomes a Collection: repos are found and checked, then tables and sections are made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from cardgen import file_marks, repo_ids
from cardgen.manifest import (
    card_data,
    checks,
    claims,
    files,
    hub_collection,
    link_rules,
    lint_rules,
    results,
    schema,
    sections,
)
from cardgen.manifest.document import Document, Path
from cardgen.manifest.drafts import Draft, Grid, row_key
from cardgen.manifest.messages import short
from cardgen.manifest.tables import Maker
from cardgen.manifest.targets import Targets, check_hosts
from cardgen.model import (
    CardData,
    Citation,
    Collection,
    Facts,
    HubCollection,
    Link,
    Mark,
    Mistake,
    Ownership,
    Repo,
    RepoKey,
    Table,
)


def collect(document: Document, manifest: schema.Manifest, source: str, facts: Facts) -> Collection:
    """The collection that a manifest describes; what is wrong with it goes to the document's mistakes."""
    if manifest.namespace and (problem := repo_ids.part_problem(manifest.namespace)):
        document.complain_at(("namespace",), f"the namespace {problem}")
    datasets = tuple(_dataset_grids(document, manifest))
    models = tuple(_model_grids(document, manifest))
    for grid in (*datasets, *models):
        checks.check(grid)
    repos = _repos(document, manifest, datasets, models)
    repos = _with_results(document, manifest, repos)
    page = hub_collection.read(document, manifest, repos)
    listing = files.read(document, manifest, repos)
    check_hosts(document, manifest.hosts)
    maker = Maker(Targets(frozenset(repo.key for repo in repos), manifest.hosts), facts)
    return Collection(
        source=source,
        title=manifest.title,
        intro=manifest.intro or "",
        links=tuple(_links(document, manifest, page)),
        repos=repos,
        tables=(*_tables(maker, datasets, models), *_results_table(manifest)),
        sections=tuple(sections.read(document, manifest, repos)),
        files=listing,
        claims=tuple(claim for grid in (*datasets, *models) for claim in claims.read(grid)),
        shows_facts_of=_shown_facts((*datasets, *models)) | (listing.shown_on if listing else frozenset()),
        facts=facts,
        citations=tuple(_citations(manifest)),
        mark=Mark(manifest.mark.color or Mark().color, manifest.mark.text or Mark().text),
        hub_collection=page,
        link_rules=link_rules.read(document, manifest.check.links, ("check", "links")),
        switches=lint_rules.read(document, manifest.check.lint, ("check", "lint")),
    )


def grids(document: Document, manifest: schema.Manifest) -> tuple[Grid, ...]:
    """The tables of a manifest that have repos: those of datasets, then those of models."""
    return (*_dataset_grids(document, manifest), *_model_grids(document, manifest))


def _dataset_grids(document: Document, manifest: schema.Manifest) -> Iterator[Grid]:
    """The table of datasets; a plain list of them is a table with a link column."""
    shape, path = manifest.datasets, ("datasets",)
    if isinstance(shape, schema.Table):
        yield Grid(document, manifest.namespace, "dataset", shape, (*path, "rows"), path)
    elif shape:
        columns = (schema.Column(name="Link", link=True),)
        table = schema.Table(rows=shape, columns=columns, corner="Dataset")
        yield Grid(document, manifest.namespace, "dataset", table, path, path)


def _model_grids(document: Document, manifest: schema.Manifest) -> Iterator[Grid]:
    if isinstance(manifest.models, schema.Table):
        yield Grid(document, manifest.namespace, "model", manifest.models, ("models", "rows"), ("models",))
    else:
        for index, shape in enumerate(manifest.models):
            path: Path = ("models", index)
            yield Grid(document, manifest.namespace, "model", shape, (*path, "rows"), path)


def _repos(
    document: Document, manifest: schema.Manifest, datasets: Sequence[Grid], models: Sequence[Grid]
) -> tuple[Repo, ...]:
    """Every repo once, datasets first; a model's card says that it was trained on the collection's datasets."""
    shared = manifest.card_data
    by_default = manifest.ownership
    data = [_repo(grid, draft, by_default, shared.datasets) for grid in datasets for draft in _all_drafts(grid)]
    trained_on: CardData = {"datasets": [repo.repo_id for repo in data] or None}
    # `shared.models` twice: its keys come first, and what it says of datasets counts more.
    layers = (shared.models, trained_on, shared.models)
    repos = (*data, *(_repo(grid, draft, by_default, *layers) for grid in models for draft in _all_drafts(grid)))
    for mistake in (*_named_twice(repos), *card_data.check_circles(repos)):
        document.note(mistake.position, mistake.message)
    return repos


def _all_drafts(grid: Grid) -> Iterator[Draft]:
    for place in grid.drafts.values():
        yield from place


def _repo(grid: Grid, draft: Draft, by_default: Ownership, *general: CardData) -> Repo:
    row, column = draft.place
    shape = grid.shape.rows[row]
    values = {name: value for name, value in shape.values.items() if isinstance(value, str)}
    return Repo(
        repo_id=draft.repo_id,
        repo_type=draft.repo_type,
        name=draft.name,
        card_data=card_data.complete(grid, draft, *general),
        origin=grid.document.at(*draft.path),
        text="\n\n".join(draft.texts),
        row=row_key(shape),
        column="" if column is None else grid.leaves[column].key,
        values=values,
        ownership=draft.ownership or by_default,
    )


def _named_twice(repos: Iterable[Repo]) -> Iterator[Mistake]:
    """The Hub tells ids apart by their letters alone, not by their case."""
    first: dict[tuple[str, str], Repo] = {}
    for repo in repos:
        other = first.setdefault((repo.repo_type, repo.repo_id.lower()), repo)
        if other is not repo and not repo.repo_id.endswith("/"):
            same = "" if other.repo_id == repo.repo_id else f" (as {other.repo_id!r})"
            message = f"the {repo.repo_type} {short(repo.repo_id)} is named twice{same}"
            yield Mistake(repo.origin, f"{message}, first in line {other.origin.line}")


def _tables(maker: Maker, datasets: Sequence[Grid], models: Sequence[Grid]) -> Iterator[Table]:
    for grid in datasets:
        yield maker.table(grid, "datasets", "Dataset" if len(grid.drafts) == 1 else "Datasets")
    for number, grid in enumerate(models, 1):
        yield maker.table(grid, "models" if number == 1 else f"models-{number}", "Models")


def _shown_facts(grids: Sequence[Grid]) -> frozenset[RepoKey]:
    """The repos whose facts a table shows."""
    shown = [grid for grid in grids if any(leaf.shape.fact for leaf in grid.leaves)]
    return frozenset(place[0].key for grid in shown for place in grid.drafts.values())


def _results_table(manifest: schema.Manifest) -> Iterator[Table]:
    if manifest.results:
        yield results.table(manifest.results, manifest.namespace)


def _with_results(document: Document, manifest: schema.Manifest, repos: tuple[Repo, ...]) -> tuple[Repo, ...]:
    """The repos, those of models with their files of results."""
    if manifest.results is None:
        return repos
    results.check(document, manifest.results, manifest.namespace, repos)
    texts = results.files(manifest.results, manifest.namespace)
    return tuple(
        replace(repo, files={file_marks.RESULTS: texts[repo.repo_id]})
        if repo.repo_type == "model" and repo.repo_id in texts
        else repo
        for repo in repos
    )


def _citations(manifest: schema.Manifest) -> Iterator[Citation]:
    given = manifest.citation
    for each in given if isinstance(given, tuple) else (given,):
        if each:
            yield Citation(each.bibtex, each.note or "")


def _links(document: Document, manifest: schema.Manifest, page: HubCollection | None) -> Iterable[Link]:
    for index, link in enumerate(manifest.links):
        path: Path = ("links", index)
        if (link.url is None) == (link.collection is None):
            document.complain_at(path, "a link needs either a url or `collection: true`")
        if link.collection and not (page and page.slug):
            document.complain_at((*path, "collection"), "the manifest has no `collection` with a slug to link to")
        url = page.url if link.collection and page else link.url or ""
        yield Link(link.label, url, link.icon or "")
