"""Reading facts through the real client from a local hub: what is there, what is odd, what is not there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count

import pytest

from cardgen import hub
from cardgen.errors import HubError, TokenError, UnreachableError
from cardgen.facts import config, read, texts, weights
from cardgen.facts.read import Readings, Wanted
from cardgen.hub import Connection
from cardgen.hub_facts import HubFacts
from cardgen.localhub import Answer, LocalHub
from cardgen.model import RepoKey
from cardgen.repo_facts import RepoFacts, RepoFile
from clocks import QuickClock
from hub_client import client, write_card
from hub_facts import calls
from weights import CONFIG, index, put, safetensors, shard, with_header

WHOLE = safetensors({"embed": ("BF16", [10, 4]), "norm": ("F32", [4]), "scale": ("F32", [])})
HUGE = safetensors({"embed": ("BF16", [152_064, 3584]), "rest": ("BF16", [7_070_619_136])})
_numbers = count()


@pytest.fixture
def anonymous(shared_hub: LocalHub) -> Iterator[Connection]:
    """A connection without a token: what is public needs none."""
    with hub.connect(shared_hub.endpoint, clock=QuickClock()) as connection:
        yield connection
    shared_hub.faults.clear()


@pytest.fixture
def repo_id() -> str:
    return f"lab/facts{next(_numbers)}"


def _read(connection: Connection, *wanted: str | Wanted) -> Readings:
    all_wanted = [each if isinstance(each, Wanted) else Wanted(("model", each)) for each in wanted]
    return read.read(all_wanted, HubFacts(connection), clock=QuickClock())


def _facts(connection: Connection, repo_id: str, *files: str) -> RepoFacts:
    return _read(connection, Wanted(("model", repo_id), files)).facts["model", repo_id]


def test_everything_that_a_table_may_show(shared_hub: LocalHub, anonymous: Connection, repo_id: str) -> None:
    commit = put(shared_hub, repo_id, {"model.safetensors": HUGE, "config.json": CONFIG})
    shared_hub.requests.clear()
    assert _facts(anonymous, repo_id) == RepoFacts(
        commit, len(HUGE), {"BF16": 7_615_616_512}, 7_615_616_512, "LlamaForCausalLM", 131_072
    )
    assert calls(shared_hub) == [f"GET /api/models/{repo_id}", f"GET /{repo_id}/resolve/{commit}/config.json"]


def test_files_are_read_once_and_only_those_that_are_shown(
    shared_hub: LocalHub, anonymous: Connection, repo_id: str
) -> None:
    files: dict[str, bytes | str] = {
        "config.json": CONFIG,
        "large.json": "x" * (texts.MAX_BYTES + 1),
        "full.json": "x" * texts.MAX_BYTES,
        "dos.txt": "\ufeffone\r\ntwo\r\n",
        "binary.bin": b"\xff\0",
        "terminal.txt": "\x1b[2J",
    }
    put(shared_hub, repo_id, files)
    shared_hub.requests.clear()
    facts = _facts(anonymous, repo_id, *files, "none.json")
    assert facts.files == {
        "config.json": RepoFile(len(CONFIG), CONFIG),
        "large.json": RepoFile(50_001, None),
        "full.json": RepoFile(50_000, "x" * 50_000),
        "dos.txt": RepoFile(13, "one\ntwo\n"),
        "binary.bin": RepoFile(2, None),
        "terminal.txt": RepoFile(4, None),
        "none.json": None,
    }
    asked = [call.rpartition("/")[2] for call in calls(shared_hub)[1:]]
    assert asked == ["config.json", "full.json", "dos.txt", "binary.bin", "terminal.txt"]
    assert facts.architecture == "LlamaForCausalLM"


def test_a_dataset_has_a_size_and_files(shared_hub: LocalHub, anonymous: Connection, repo_id: str) -> None:
    put(shared_hub, repo_id, {"a.jsonl": "12345", "b/c.txt": "678", "config.json": CONFIG}, "dataset")
    write_card(client(shared_hub), repo_id, repo_type="dataset")
    key: RepoKey = ("dataset", repo_id)
    facts = _read(anonymous, Wanted(key, ("b/c.txt",))).facts[key]
    assert facts.size == 8 + len(CONFIG)
    assert facts.files == {"b/c.txt": RepoFile(3, "678")}
    assert facts.architecture == ""


def test_a_repo_without_weights_and_config_has_few_facts(
    shared_hub: LocalHub, anonymous: Connection, repo_id: str
) -> None:
    client(shared_hub).create_repo(repo_id)
    facts = _facts(anonymous, repo_id)
    assert facts == RepoFacts(facts.commit)


def test_shards_count_together_and_copies_do_not(shared_hub: LocalHub, anonymous: Connection, repo_id: str) -> None:
    names = [shard(1, 2), shard(2, 2)]
    files = {name: safetensors({name: ("BF16", [5])}) for name in names}
    put(
        shared_hub,
        repo_id,
        {**files, weights.INDEX: index(*names), "original/copy.safetensors": WHOLE, "pytorch_model.bin": b"12"},
    )
    facts = _facts(anonymous, repo_id)
    assert facts.size == sum(map(len, files.values()))
    assert facts.parameters == 10
    assert facts.index_problems == ()


def test_an_index_as_in_the_card_of_the_bot(shared_hub: LocalHub, anonymous: Connection, repo_id: str) -> None:
    names = [shard(1, 2), shard(2, 2)]
    listed = index(*names, shard(1, 2, digits=6), shard(2, 2, digits=6))
    put(shared_hub, repo_id, {**dict.fromkeys(names, WHOLE), weights.INDEX: listed})
    assert _facts(anonymous, repo_id).index_problems == (
        "its names end in -of-000002, -of-00002",
        "it names files that the repo does not have: "
        "model-00001-of-000002.safetensors, model-00002-of-000002.safetensors",
    )


@pytest.mark.parametrize(
    ("listed", "files", "problems"),
    [
        (index(shard(1, 3), shard(2, 3)), [1, 2, 3], ("names 2 of 3 files", f"does not name {shard(3, 3)}")),
        (index(*(shard(each, 3) for each in (1, 2, 3))), [1, 3], (f"repo does not have: {shard(2, 3)}",)),
        (index("a", "b", "c", "d"), [], ("repo does not have: a, b and 2 more",)),
        (index("a\x1b[2J"), [], (r"repo does not have: a\x1b[2J",)),
        ("{}", [], ("names no files",)),
        ("[]", [], ("names no files",)),
        ("{", [], ("names no files",)),
        ('{"weight_map": {"a": 1, "b": ["c"]}}', [], ("names no files",)),
    ],
)
def test_what_does_not_fit_in_an_index(listed: str, files: list[int], problems: tuple[str, ...]) -> None:
    sizes = dict.fromkeys((shard(number, 3) for number in files), 1)
    found = tuple(weights.problems(config.parse(listed.encode()), sizes))
    assert len(found) == len(problems)
    assert all(problem in each for problem, each in zip(problems, found, strict=True))


@pytest.mark.parametrize(
    ("said", "architecture", "length"),
    [
        ({"architectures": ["A", "B"], "n_positions": 1024, "n_ctx": 512}, "A", 1024),
        ({"text_config": {"max_position_embeddings": 4096}, "vision_config": {"n_ctx": 1}}, "", 4096),
        ({"llm_config": {"seq_length": 32_768}, "max_position_embeddings": "many"}, "", 32_768),
        ({"max_sequence_length": 2048, "text_config": {"n_ctx": 1}}, "", 2048),
        ({"architectures": [], "max_seq_len": 1e30}, "", None),
        ({"architectures": "A", "max_seq_len": True}, "", None),
        ({"architectures": [{"A": 1}], "max_seq_len": 0}, "", None),
        ({"architectures": ["A | B\n<script>"], "text_config": [1]}, "", None),
        ({"architectures": ["A" * 101], "n_ctx": 10**30, "text_config": None}, "", None),
    ],
)
def test_what_a_config_says(said: object, architecture: str, length: int | None) -> None:
    parsed = config.parse(json.dumps(said).encode())
    assert (config.architecture(parsed), config.context_length(parsed)) == (architecture, length)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"7", b"\xff", b"[" * 100_000, b"9" * 10_000, b'{"a": NaN'])
def test_a_config_that_is_none_says_nothing(data: bytes) -> None:
    assert config.parse(data) == {}


def test_a_config_that_is_too_large_is_not_read(shared_hub: LocalHub, anonymous: Connection, repo_id: str) -> None:
    padded = CONFIG[:-1] + ', "x": "' + "x" * config.MAX_BYTES + '"}'
    put(shared_hub, repo_id, {"config.json": padded})
    shared_hub.requests.clear()
    assert _facts(anonymous, repo_id, "config.json").architecture == ""
    assert calls(shared_hub) == [f"GET /api/models/{repo_id}"]


@pytest.mark.parametrize(
    ("files", "size"),
    [
        ({"model.safetensors": 5, "consolidated.safetensors": 5, "model.bin": 3}, 5),
        ({"a-Q4.gguf": 2, "a-Q8.gguf": 4, "config.json": 9}, 6),
        ({"pytorch_model.bin": 7, "training_args.bin": 1, "x/optimizer.pt": 2, "tf_model.h5": 7}, 7),
        ({"adapter_model.safetensors": 3}, 3),
        ({"config.json": 3}, None),
        ({}, None),
    ],
)
def test_the_size_is_of_one_copy_of_the_weights(files: dict[str, int], size: int | None) -> None:
    assert weights.size(files, ()) == size


def test_a_size_does_not_count_on_an_index_that_names_nothing_that_is_there() -> None:
    assert weights.size({shard(1, 1): 5}, ("gone.safetensors",)) == 5


def _without_counts(hub: LocalHub, repo_id: str) -> None:
    """From now on the hub says no more of its tensors."""
    info = client(hub).model_info(repo_id, files_metadata=True)
    said = {
        "sha": info.sha,
        "siblings": [{"rfilename": each.rfilename, "size": each.size} for each in info.siblings or ()],
    }
    hub.faults.add("GET", f"/api/models/{repo_id}", Answer(200, json.dumps(said)))


def test_the_files_are_asked_where_the_hub_has_not_counted(
    shared_hub: LocalHub, anonymous: Connection, repo_id: str
) -> None:
    names = [shard(1, 2), shard(2, 2)]
    long_header = safetensors({f"layer.{number}.{'x' * 100}": ("BF16", [2]) for number in range(700)})
    assert len(long_header) > 100_001
    commit = put(shared_hub, repo_id, {names[0]: WHOLE, names[1]: long_header, weights.INDEX: index(*names)})
    _without_counts(shared_hub, repo_id)
    shared_hub.requests.clear()
    facts = _facts(anonymous, repo_id)
    assert facts.elements == {"BF16": 1440, "F32": 5}
    assert (facts.declared, facts.parameters) == (None, 1445)
    asked = [f"GET /{repo_id}/resolve/{commit}/{name}" for name in (weights.INDEX, names[0], names[1], names[1])]
    assert calls(shared_hub)[1:] == asked


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"1234567",
        b"\xff" * 100,
        with_header(b"no json"),
        with_header(b"[]"),
        with_header(b"7"),
        with_header(b'{"a": {"dtype": "F32"}}'),
        with_header(b'{"a": {"dtype": "F32", "shape": ["x"], "data_offsets": [0, 1]}}'),
        with_header(b'{"a": {"dtype": ["F32"], "shape": [1], "data_offsets": [0, 1]}}'),
        with_header(b'{"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 1]}}'),
        with_header(b'{"a": {"dtype": "F32<b>", "shape": [1], "data_offsets": [0, 1]}}'),
        with_header(b'{"a": ' * 10_000),
    ],
    ids=lambda content: repr(content[8:60]),
)
def test_an_odd_header_says_nothing(shared_hub: LocalHub, anonymous: Connection, repo_id: str, content: bytes) -> None:
    put(shared_hub, repo_id, {"model.safetensors": content or b"0"})
    _without_counts(shared_hub, repo_id)
    facts = _facts(anonymous, repo_id)
    assert facts.parameters is None
    assert facts.size == max(len(content), 1)


def test_a_header_that_only_some_may_read_is_not_known(
    shared_hub: LocalHub, anonymous: Connection, repo_id: str
) -> None:
    put(shared_hub, repo_id, {"model.safetensors": WHOLE})
    _without_counts(shared_hub, repo_id)
    shared_hub.faults.add("GET", f"/{repo_id}/resolve/", Answer(403, "{}", {"X-Error-Code": "GatedRepo"}))
    assert _facts(anonymous, repo_id).parameters is None
    shared_hub.faults.clear()
    _without_counts(shared_hub, repo_id)
    shared_hub.faults.add("GET", f"/{repo_id}/resolve/", Answer(400, "{}"))
    assert ("model", repo_id) in _read(anonymous, repo_id).failed


def test_headers_are_asked_only_where_it_is_sure_which() -> None:
    assert weights.with_headers({"a.safetensors": 1, "b.safetensors": 1}, ()) == ()
    assert weights.with_headers({"a.safetensors": 1, "x/b.safetensors": 1}, ()) == ("a.safetensors",)
    assert weights.with_headers({"model.safetensors": 1, "copy.safetensors": 1}, ()) == ("model.safetensors",)
    assert weights.with_headers({"a.safetensors": 1}, ("a.safetensors", "b.safetensors")) == ()
    many = [shard(number, 40) for number in range(1, 41)]
    assert weights.with_headers(dict.fromkeys(many, 1), many) == ()


def test_a_repo_that_is_not_there_is_left_out(shared_hub: LocalHub, anonymous: Connection, repo_id: str) -> None:
    client(shared_hub).create_repo(repo_id)
    client(shared_hub).create_repo(f"{repo_id}-private", private=True)
    readings = _read(anonymous, repo_id, "lab/planned", f"{repo_id}-private")
    assert [*readings.facts] == [("model", repo_id)]
    assert readings.missing == (("model", "lab/planned"), ("model", f"{repo_id}-private"))
    with hub.connect(shared_hub.endpoint, shared_hub.token, clock=QuickClock()) as connection:
        readings = _read(connection, repo_id, "lab/planned", f"{repo_id}-private")
    assert readings.missing == (("model", "lab/planned"),)


def test_what_only_some_may_read_is_not_known(shared_hub: LocalHub, anonymous: Connection, repo_id: str) -> None:
    put(shared_hub, repo_id, {"config.json": CONFIG, "model.safetensors": WHOLE})
    gated = Answer(401, '{"error": "Access is restricted"}', {"X-Error-Code": "GatedRepo"})
    shared_hub.faults.add("GET", f"/{repo_id}/resolve/", gated)
    facts = _facts(anonymous, repo_id, "config.json")
    assert facts.files == {"config.json": RepoFile(len(CONFIG), None)}
    assert (facts.architecture, facts.parameters) == ("", 45)


def test_a_token_that_is_not_known_ends_it(shared_hub: LocalHub, repo_id: str) -> None:
    client(shared_hub).create_repo(repo_id)
    with hub.connect(shared_hub.endpoint, "hf_wrong") as connection, pytest.raises(TokenError):
        _read(connection, repo_id)


def test_a_repo_that_is_refused_does_not_stop_the_others(
    shared_hub: LocalHub, anonymous: Connection, repo_id: str
) -> None:
    put(shared_hub, repo_id, {"config.json": CONFIG})
    put(shared_hub, f"{repo_id}-b", {"config.json": CONFIG})
    shared_hub.faults.add("GET", f"/api/models/{repo_id}$", Answer(403, '{"error": "Access is disabled."}'))
    seen: list[RepoKey] = []
    wanted = [Wanted(("model", repo_id)), Wanted(("model", f"{repo_id}-b"))]
    readings = read.read(wanted, HubFacts(anonymous), on_read=seen.append)
    assert [*readings.facts] == [("model", f"{repo_id}-b")]
    assert "Access is disabled" in readings.failed["model", repo_id].message
    assert sorted(seen) == [each.repo for each in wanted]


def test_a_busy_hub_is_asked_again(shared_hub: LocalHub, anonymous: Connection, repo_id: str) -> None:
    put(shared_hub, repo_id, {"config.json": CONFIG})
    shared_hub.faults.add("GET", f"/api/models/{repo_id}", Answer(429, "", {"Retry-After": "5"}), 1)
    shared_hub.faults.add("GET", f"/{repo_id}/resolve/", Answer(503), 1)
    clock = QuickClock()
    readings = read.read([Wanted(("model", repo_id))], HubFacts(anonymous), clock=clock)
    assert readings.facts["model", repo_id].architecture == "LlamaForCausalLM"
    assert clock.waits == [6.0, 1.0]


@pytest.mark.parametrize("body", ["<html>", "[]", "{}", '{"sha": "x", "siblings": []}', '{"sha": 1}', "null"])
def test_an_answer_that_is_no_description_ends_it(
    shared_hub: LocalHub, anonymous: Connection, repo_id: str, body: str
) -> None:
    shared_hub.faults.add("GET", f"/api/models/{repo_id}", Answer(200, body))
    with pytest.raises(UnreachableError):
        _read(anonymous, repo_id)


def test_an_odd_description_is_taken_for_what_it_says(
    shared_hub: LocalHub, anonymous: Connection, repo_id: str
) -> None:
    said = {
        "sha": "a" * 40,
        "siblings": [None, {"rfilename": 7}, {"rfilename": "model.safetensors", "size": "12"}, {"size": 3}],
        "safetensors": {"parameters": {"BF16": 12, "F32": -1, "<b>": 4, "F16": 1.5, "I8": True}, "total": 10**30},
    }
    shared_hub.faults.add("GET", f"/api/models/{repo_id}", Answer(200, json.dumps(said)))
    assert _facts(anonymous, repo_id) == RepoFacts("a" * 40, 0, {"BF16": 12})


def test_a_file_may_be_larger_than_was_said(shared_hub: LocalHub, anonymous: Connection, repo_id: str) -> None:
    put(shared_hub, repo_id, {"config.json": CONFIG})
    shared_hub.faults.add("GET", f"/{repo_id}/resolve/", Answer(200, "x" * 2_000_000))
    assert _facts(anonymous, repo_id, "config.json").files == {"config.json": RepoFile(len(CONFIG), None)}


def test_no_error_holds_the_token(shared_hub: LocalHub, repo_id: str) -> None:
    shared_hub.faults.add("GET", f"/api/models/{repo_id}", Answer(418, json.dumps({"error": shared_hub.token})))
    with hub.connect(shared_hub.endpoint, shared_hub.token, clock=QuickClock()) as connection:
        error = _read(connection, repo_id).failed["model", repo_id]
    shared_hub.faults.clear()
    assert isinstance(error, HubError)
    assert shared_hub.token not in str(error) + repr(error.__context__) + repr(error.__cause__)
