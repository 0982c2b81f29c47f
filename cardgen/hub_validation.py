"""The edge to the Hub, for lint: what it says of a card, over the connection of `cardgen.hub`."""

from __future__ import annotations

from huggingface_hub.utils._http import hf_raise_for_status

from cardgen.errors import TooLargeError
from cardgen.hub import Connection
from cardgen.lint import answers
from cardgen.lint.answers import Answer
from cardgen.model import RepoType


def validate(connection: Connection, name: str, text: str, repo_type: RepoType) -> Answer:
    """One request, as the client sends it before each commit of a card; nobody needs a token for it.

    A card that is too large for it is an answer too; any other failure is a HubError.
    """
    url = f"{connection.endpoint}/api/validate-yaml"

    def ask() -> Answer:
        response = connection.post(url, {"content": text, "repoType": repo_type})
        if response.status_code != 400:
            hf_raise_for_status(response)
        return answers.read(response.json())

    try:
        return connection.ask(name, ask)
    except TooLargeError as error:
        return Answer(unsaid=error.message)
