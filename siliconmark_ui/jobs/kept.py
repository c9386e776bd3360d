"""Rows of the list as they leave, encoded once for each version of a job and kept.

PostgreSQL marks every version of a row with the transaction that wrote it (`xmin`): while the mark is the same, so is
the row, and what was encoded from it may be sent again. A list then reads no more than ids and marks.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import msgspec

from siliconmark_ui.accounts.tokens import TokenSigner
from siliconmark_ui.db import Database
from siliconmark_ui.jobs.schemas import JobRow

# Of about one kibibyte each.
MOST_KEPT = 8192
Version = str
"""A job's id and the mark of its row's present version, a space between them."""

_encode = msgspec.json.Encoder().encode


@dataclass
class KeptRows:
    """The encoded rows of one database as one key signs them; those shown longest ago go first."""

    _rows: OrderedDict[Version, msgspec.Raw] = field(default_factory=OrderedDict)

    def __len__(self) -> int:
        """Return how many rows are kept."""
        return len(self._rows)

    def find(self, version: Version) -> msgspec.Raw | None:
        """Return the encoded row of that version, None when it is not kept."""
        found = self._rows.get(version)
        if found is not None:
            self._rows.move_to_end(version)
        return found

    def missing(self, versions: Iterable[Version]) -> list[int]:
        """Return the ids of the versions that are not kept."""
        return [int(version.split(" ")[0]) for version in versions if version not in self._rows]

    def keep(self, version: Version, row: JobRow) -> None:
        """Encode a row and keep it."""
        self._rows[version] = msgspec.Raw(_encode(row))
        if len(self._rows) > MOST_KEPT:
            self._rows.popitem(last=False)


_of_database: WeakKeyDictionary[Database, dict[str, KeptRows]] = WeakKeyDictionary()


def rows_kept(db: Database, signer: TokenSigner) -> KeptRows:
    """Return the rows that this process keeps of a database: each shows a token, so every key has rows of its own."""
    return _of_database.setdefault(db, {}).setdefault(signer.secret, KeptRows())
