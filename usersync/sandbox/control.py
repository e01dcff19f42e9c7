"""The control routes of a running stand-in, from Python."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import httpx

_SECONDS = 60.0


class SandboxControl:
    """What a test, a benchmark or a demonstration does to a stand-in behind the importer's back.

    Args:
        url: address of the service.

    Every method raises `httpx.HTTPStatusError` when the stand-in refuses; its body says why.
    """

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=f"{url}/_sandbox", timeout=_SECONDS, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def fault(self, kind: str, **options: Any) -> dict[str, Any]:
        """Let a fault wait for requests.

        Args:
            kind: see the table in `docs/sandbox.md`.
            options: filters `method`, `path_regex`, `query_regex`, `traffic` (`read`, `write`, `batch`, `login`), `times`
                (1; None for no end), `after` (0), and whatever the kind takes.
        """
        return self._ask("POST", "/faults", {"kind": kind, **options})  # type: ignore[no-any-return]

    def faults(self) -> list[dict[str, Any]]:
        """The faults that still wait."""
        return self._ask("GET", "/faults")  # type: ignore[no-any-return]

    def clear_faults(self) -> None:
        """Forget all faults."""
        self._ask("DELETE", "/faults")

    def latency(self, read_ms: float = 0, write_ms: float = 0) -> None:
        """Let every read, and every write or batch, take this long."""
        self._ask("PUT", "/latency", {"read_ms": read_ms, "write_ms": write_ms})

    def switch(self, **switches: Any) -> dict[str, Any]:
        """Set switches of the installation; without any, tell how they stand."""
        return self._ask("PUT", "/switches", switches)  # type: ignore[no-any-return]

    def requests(self) -> list[dict[str, Any]]:
        """The request log, oldest first."""
        return self._ask("GET", "/requests")  # type: ignore[no-any-return]

    def counters(self) -> dict[str, Any]:
        """`requests`, `reads`, `writes`, `batches`, `logins`, `operations`, `statuses`."""
        return self._ask("GET", "/counters")  # type: ignore[no-any-return]

    def reset_requests(self) -> None:
        """Empty the request log and its counters."""
        self._ask("DELETE", "/requests")

    def rows(self, entity: str) -> list[dict[str, Any]]:
        """All rows of a table or object."""
        return self._ask("GET", f"/rows/{entity}")  # type: ignore[no-any-return]

    def insert(self, entity: str, row: dict[str, Any]) -> dict[str, Any]:
        """Insert a row as a person would."""
        return self._ask("POST", f"/rows/{entity}", row)  # type: ignore[no-any-return]

    def edit(self, entity: str, row_id: str | int, values: dict[str, Any]) -> dict[str, Any]:
        """Change a row as a person would: stamped with now and with that person."""
        return self._ask("PATCH", f"/rows/{entity}/{row_id}", values)  # type: ignore[no-any-return]

    def delete(self, entity: str, row_id: str | int, *, permanent: bool = True) -> None:
        """Delete a row as a person would; `permanent=False` leaves a Webitel user as a tombstone."""
        self._ask("DELETE", f"/rows/{entity}/{row_id}", params={"permanent": str(permanent).lower()})

    def merge_contacts(self, keep: str, lose: str) -> None:
        """Merge two contacts: references move to the one kept, the other is deleted."""
        self._ask("POST", "/merge", {"entity": "Contact", "keep": keep, "lose": lose})

    def _ask(self, method: str, path: str, body: Any = None, params: dict[str, str] | None = None) -> Any:
        answer = self._http.request(method, path, json=body, params=params)
        if answer.is_error:
            said = (
                answer.json().get("error", "")
                if answer.headers.get("content-type", "").startswith("application/json")
                else ""
            )
            raise httpx.HTTPStatusError(f"{answer.status_code}: {said}", request=answer.request, response=answer)
        return answer.json() if answer.content else None
