"""A decoded manifest becomes a Collection: ids are completed and checked, card data is merged, tables are made."""

from __future__ import annotations

from collections.abc import Iterable

from cardgen import repo_ids
from cardgen.manifest import matrix, schema
from cardgen.manifest.document import Document, Path
from cardgen.manifest.matrix import LABEL, Matrix
from cardgen.model import (
    CardData,
    Cell,
    Citation,
    Collection,
    Heading,
    HubCollection,
    Link,
    Mark,
    Repo,
    RepoType,
    Row,
    Table,
    Target,
    repo_url,
)

MAX_DESCRIPTION = 150
"""Characters that the Hub allows in a collection's description."""


def collect(document: Document, manifest: schema.Manifest, source: str) -> Collection:
    """The collection that a manifest describes; what is wrong with it goes to the document's mistakes."""
    if manifest.namespace and (problem := repo_ids.part_problem(manifest.namespace)):
        document.complain_at(("namespace",), f"the namespace {problem}")
    datasets = tuple(_dataset(document, manifest, index) for index in range(len(manifest.datasets)))
    matrices = tuple(_matrices(document, manifest, datasets))
    models = tuple(repo for each in matrices for row in each.repos for repo in row if repo)
    _check_twice(document, (*datasets, *models))
    hub_collection = _hub_collection(document, manifest)
    citation = manifest.citation
    return Collection(
        source=source,
        title=manifest.title,
        intro=manifest.intro or "",
        links=tuple(_links(document, manifest, hub_collection)),
        repos=(*datasets, *models),
        tables=(*_dataset_table(datasets), *_model_tables(matrices)),
        citation=Citation(citation.bibtex, citation.note or "") if citation else None,
        mark=Mark(manifest.mark.color or Mark().color, manifest.mark.text or Mark().text),
        hub_collection=hub_collection,
    )


def merge(*layers: CardData) -> dict[str, object]:
    """Card data from general to special: a later key overrides, null takes a key away."""
    merged: dict[str, object] = {}
    for layer in layers:
        merged |= layer
    return {key: value for key, value in merged.items() if value is not None}


def _repo(document: Document, namespace: str, kind: RepoType, name: str, path: Path) -> str:
    """The full id of a repo; complains if the Hub would not take it."""
    problem = repo_ids.problem(name) if "/" in name else repo_ids.part_problem(name)
    if name and problem:
        document.complain_at(path, f"the {kind} repo {_short(name)} {problem}")
    return name if "/" in name else f"{namespace}/{name}"


def _short(repo_id: str) -> str:
    return repr(repo_id if len(repo_id) <= 120 else repo_id[:117] + "…")


def _dataset(document: Document, manifest: schema.Manifest, index: int) -> Repo:
    dataset = manifest.datasets[index]
    path: Path = ("datasets", index, "repo")
    return Repo(
        repo_id=_repo(document, manifest.namespace, "dataset", dataset.repo, path),
        repo_type="dataset",
        name=dataset.name or dataset.repo,
        card_data=merge(manifest.card_data.datasets, dataset.card_data),
        origin=document.at(*path),
        text=dataset.text or "",
    )


def _matrices(document: Document, manifest: schema.Manifest, datasets: tuple[Repo, ...]) -> Iterable[Matrix]:
    """The matrices of models, whose cards say that they were trained on the collection's datasets."""
    trained_on: CardData = {"datasets": [repo.repo_id for repo in datasets] or None}
    shared = manifest.card_data.models

    def make_repo(name: str, title: str, data: tuple[CardData, ...], path: Path) -> Repo:
        repo_id = _repo(document, manifest.namespace, "model", name, path)
        # `shared` twice: its keys come first, and what it says of datasets counts more.
        return Repo(repo_id, "model", title, merge(shared, trained_on, shared, *data), document.at(*path))

    if isinstance(manifest.models, schema.Matrix):
        yield matrix.read(document, ("models",), manifest.models, make_repo)
    else:
        for index, shape in enumerate(manifest.models):
            yield matrix.read(document, ("models", index), shape, make_repo)


def _check_twice(document: Document, repos: tuple[Repo, ...]) -> None:
    """The Hub tells ids apart by their letters alone, not by their case."""
    first: dict[tuple[str, str], Repo] = {}
    for repo in repos:
        other = first.setdefault((repo.repo_type, repo.repo_id.lower()), repo)
        if other is not repo and not repo.repo_id.endswith("/"):
            same = "" if other.repo_id == repo.repo_id else f" (as {other.repo_id!r})"
            message = (
                f"the {repo.repo_type} {_short(repo.repo_id)} is named twice{same}, first in line {other.origin.line}"
            )
            document.note(repo.origin, message)


def _hub_collection(document: Document, manifest: schema.Manifest) -> HubCollection | None:
    shape = manifest.collection
    if shape is None:
        return None
    if len(shape.description or "") > MAX_DESCRIPTION:
        message = f"the description has {len(shape.description or '')} characters, and the Hub allows {MAX_DESCRIPTION}"
        document.complain_at(("collection", "description"), message)
    return HubCollection(shape.slug, shape.title or "", shape.description or "")


def _links(document: Document, manifest: schema.Manifest, hub_collection: HubCollection | None) -> Iterable[Link]:
    for index, link in enumerate(manifest.links):
        path: Path = ("links", index)
        if (link.url is None) == (link.collection is None):
            document.complain_at(path, "a link needs either a url or `collection: true`")
        if link.collection and hub_collection is None:
            document.complain_at((*path, "collection"), "the manifest has no `collection` with a slug to link to")
        url = hub_collection.url if link.collection and hub_collection else link.url or ""
        yield Link(link.label, url, link.icon or "")


def _dataset_table(datasets: tuple[Repo, ...]) -> tuple[Table, ...]:
    if not datasets:
        return ()
    title = "Dataset" if len(datasets) == 1 else "Datasets"
    return (Table("datasets", title, ((Heading("Dataset"), Heading("Link")),), tuple(map(_dataset_row, datasets))),)


def _dataset_row(repo: Repo) -> Row:
    link = Target(LABEL, repo_url(repo.repo_type, repo.repo_id), repo.repo_id, repo.key)
    return Row((Cell(repo.name), Cell(targets=(link,))), place_of=(repo.key,))


def _model_tables(matrices: tuple[Matrix, ...]) -> tuple[Table, ...]:
    names = ("models", *(f"models-{number}" for number in range(2, len(matrices) + 1)))
    return tuple(each.table(name) for each, name in zip(matrices, names, strict=False))
