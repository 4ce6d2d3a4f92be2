"""What a letter may load: the bytes it brought along under `asset:` names, and nothing else."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping

from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

_SCHEME = "asset:"


class Assets(URLFetcher):  # type: ignore[misc]
    """Serves names from a dict. Any other address ends the render: a letter has no business with files or the
    network, so such an address came from a value that was not escaped.

    `refused` holds those addresses, for WeasyPrint goes on when a drawing fails, whatever it fails of.
    """

    def __init__(self, content: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=("asset",), allow_redirects=False, fail_on_errors=True)
        self._content = content
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The bytes of an asset. FatalURLFetchingError, a BaseException, for everything else."""
        name = url.removeprefix(_SCHEME)
        if name == url or name not in self._content:
            self.refused.append(url)
            raise FatalURLFetchingError(url)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        return URLFetcherResponse(url, self._content[name], {"Content-Type": kind})
