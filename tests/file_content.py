"""The bytes of a file that is in an account: only tests ask for them."""

from __future__ import annotations

from aoai.azure.clients import AccountClients
from aoai.azure.http.credentials import TokenSource


def content_of(clients: AccountClients, file_id: str) -> bytes:
    """What the service gives back of a file."""
    account = clients.account
    tokens = TokenSource(account.cloud.authority)
    token = tokens.get_token(account.cloud.data_plane_scope, account.tenant_id)
    answer = clients.session.get(
        f"{account.endpoint}/openai/files/{file_id}/content",
        params={"api-version": "2024-10-21"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    answer.raise_for_status()
    return answer.content
