"""An output folder that appears whole or not at all.

All files are written into a hidden folder beside it, which takes its name at the
end; an older export is exchanged with it in one step where the system can do that.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from penstock.errors import OutputError, OutputExistsError

OWN_FILES = frozenset({"penstock.json", "bundle.zip", "model.pmml"})
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2


def refuse_existing(out: Path, force: bool) -> None:
    """Raises OutputExistsError unless ``out`` may be written.

    An empty folder is free. With ``force`` an export may be replaced, but nothing
    that has other files in it.
    """
    if not os.path.lexists(out):
        return
    if not out.is_dir():
        raise OutputExistsError(f"{str(out)!r} is a file; choose another --out, or remove it")
    foreign = sorted({entry.name for entry in out.iterdir()} - OWN_FILES)
    if foreign:
        raise OutputExistsError(
            f"the folder {str(out)!r} holds other files ({', '.join(foreign[:3])}"
            f"{', ...' if len(foreign) > 3 else ''}), which an export would delete; "
            "choose another --out"
        )
    if any(out.iterdir()) and not force:
        raise OutputExistsError(
            f"{str(out)!r} exists already; add --force to replace it, or choose another --out"
        )


@contextmanager
def staged(out: Path, force: bool = False) -> Iterator[Path]:
    """A folder to write into; it becomes ``out`` when the block ends without an error.

    Raises OutputExistsError, and OutputError where the disk is full or read-only.
    After any error neither the folder nor a half of ``out`` is left.
    """
    out = Path(os.path.realpath(out))
    refuse_existing(out, force)
    made: list[Path] = []
    staging: Path | None = None
    try:
        with _disk_errors(out):
            made = _make_parents(out.parent)
            staging = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
            staging.chmod(0o777 & ~_umask())
        with _disk_errors(out):
            yield staging
            _sync(staging)
            refuse_existing(out, force)
            _publish(staging, out)
        made = []
    finally:
        if staging is not None:
            shutil.rmtree(staging, ignore_errors=True)
        for folder in made:
            with suppress(OSError):
                folder.rmdir()


@contextmanager
def _disk_errors(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{str(out)!r} cannot be written: {_told(error)} choose another --out; "
            "nothing was left behind"
        ) from error


@contextmanager
def temporary_folder(prefix: str) -> Iterator[Path]:
    """A folder of the system's own for the time of the block. OutputError where it is full."""
    try:
        with tempfile.TemporaryDirectory(prefix=prefix) as folder:
            yield Path(folder)
    except OSError as error:
        raise OutputError(
            f"the temporary folder {tempfile.gettempdir()!r} cannot be written: {_told(error)} "
            "set TMPDIR to another folder"
        ) from error


def _told(error: OSError) -> str:
    """What is wrong with a disk, to be followed by where to write instead."""
    reasons = {
        errno.ENOSPC: "the disk is full; free some space, or",
        errno.EDQUOT: "the disk quota is used up; free some space, or",
        errno.EFBIG: "the system allows no file of that size; raise the limit (ulimit -f), or",
        errno.EROFS: "the file system is read-only;",
        errno.EACCES: "permission is denied;",
        errno.EPERM: "permission is denied;",
        errno.ENOTDIR: "a file stands where a folder is needed;",
        errno.ENAMETOOLONG: "the name is too long;",
    }
    return reasons.get(error.errno or 0, f"{error.strerror or error};")


def _make_parents(folder: Path) -> list[Path]:
    """Makes ``folder``; gives what had to be made, the deepest first."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for step in reversed(missing):
        step.mkdir(exist_ok=True)
    return missing


def _publish(staging: Path, out: Path) -> None:
    if not out.exists() or not any(out.iterdir()):
        staging.rename(out)
    elif not _exchange(staging, out):
        old = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
        out.rename(old)
        try:
            staging.rename(out)
        except OSError:
            old.rename(out)
            raise
        shutil.rmtree(old, ignore_errors=True)
    _sync_folder(out.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Swaps two folders in one step (Linux). False where the system cannot."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    return (
        renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0
    )


def _sync(folder: Path) -> None:
    """To the disk before it gets its name: a crash must not leave a half file under it."""
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
