"""What it means that the Hub refuses, or answers what the client cannot read: in words, and never with the token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from huggingface_hub.errors import DisabledRepoError, GatedRepoError, HfHubHTTPError, OfflineModeIsEnabled

from cardgen.diff import printable
from cardgen.errors import HubError, StaleError, TokenError, UnreachableError

MAX_MESSAGE: Final = 1_000
LOG_IN: Final = "log in with `hf auth login`, or set HF_TOKEN to a token with write access"

_BY_STATUS: Final[Mapping[int, tuple[str, str]]] = {
    402: ("payment is required", "look at the plan and the quotas of the namespace"),
    403: (
        "not allowed",
        "the token needs write access to this namespace; see https://huggingface.co/settings/tokens",
    ),
    404: ("not found", "was it deleted, or renamed?"),
}


def explain(subject: str, error: Exception, endpoint: str, token: str | None) -> HubError:
    """The error for what the client raised when it was asked about `subject`.

    Only a refusal says that nothing was done. `ValueError` itself is the client's word for front matter that the Hub
    refuses; its kinds are not.
    """
    if isinstance(error, OfflineModeIsEnabled):
        return HubError("huggingface_hub is in offline mode", "unset HF_HUB_OFFLINE")
    if isinstance(error, HfHubHTTPError):
        said = _shown(error.server_message or error.response.reason_phrase, token)
        return _refusal(subject, error, said, endpoint, has_token=bool(token))
    if type(error) is ValueError and isinstance(error.__cause__, HfHubHTTPError):
        said = _shown(str(error).removeprefix("Invalid metadata in README.md.").strip("\n -"), token)
        return HubError(f"{subject}: the Hub refuses the front matter: {said}", "mend it in the manifest")
    return UnreachableError(
        f"{subject}: the Hub's answer cannot be understood ({type(error).__name__})",
        f"is {endpoint} a Hugging Face Hub?",
    )


def _refusal(subject: str, error: HfHubHTTPError, said: str, endpoint: str, *, has_token: bool) -> HubError:
    status = error.response.status_code
    if status == 401 and has_token:
        return TokenError(f"{endpoint} does not accept the token: {said}", LOG_IN)
    if status == 401:
        return TokenError(f"{subject} does not exist, or is not shown without a token", LOG_IN)
    if status in {409, 412}:
        return StaleError(f"{subject}: others keep committing: {said}", "run the push again")
    if isinstance(error, GatedRepoError):
        return HubError(f"{subject}: the repo is gated: {said}", "ask for access on its page, with the token's account")
    if isinstance(error, DisabledRepoError):
        return HubError(f"{subject}: the Hub has disabled the repo: {said}", "leave it out, or ask the Hub why")
    what, hint = _BY_STATUS.get(status, (f"the Hub refuses ({status})", f"is {endpoint} up to date?"))
    return HubError(f"{subject}: {what}: {said}", hint)


def _shown(text: str, token: str | None) -> str:
    """What a server says, fit to be printed."""
    if token:
        text = text.replace(token, "***")
    return printable(text.strip())[:MAX_MESSAGE]
