"""How far each file of a watched folder has been read: a small file next to them, replaced at once as a whole.

A file is known by device and inode, so that a renamed one isn't read again; one that is shorter than what was read of it
is a new file under an old number.
"""

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from schemas.errors import UsageError

NAME = ".rebato-positions.json"
_VERSION = 1


def identity(path: Path) -> str:
    """Device and inode."""
    status = path.stat()
    return f"{status.st_dev}:{status.st_ino}"


@dataclass(slots=True)
class Positions:
    """Bytes read (unpacked) of each file, by its identity."""

    folder: Path
    read: dict[str, int] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path) -> "Positions":
        """What was saved. Raises `UsageError` when the folder or the file can't be used."""
        file = folder / NAME
        if not folder.is_dir():
            raise UsageError(f"there is no folder {folder}. Create it, or set `sources.folder.path`.")
        try:
            saved = json.loads(file.read_text())
            positions = cls(folder, {str(name): int(offset) for name, offset in saved["read"].items()})
        except FileNotFoundError:
            positions = cls(folder)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(
                f"{file} can't be read ({error}). Delete it: the files are read again, repeats are dropped."
            ) from error
        positions.save()
        return positions

    def save(self) -> None:
        """Writes the file anew. Raises `UsageError` when it can't be written."""
        file = self.folder / NAME
        part = file.with_suffix(".part")
        try:
            with part.open("w") as out:
                json.dump({"v": _VERSION, "read": self.read}, out)
                out.flush()
                os.fsync(out.fileno())
            os.replace(part, file)
        except OSError as error:
            raise UsageError(f"{file} can't be written: {error.strerror}. Let this user write into the folder.") from error

    def keep_only(self, identities: set[str]) -> None:
        """Forgets files that are gone."""
        self.read = {name: offset for name, offset in self.read.items() if name in identities}
