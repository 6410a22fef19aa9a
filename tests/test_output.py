"""Output appears whole or not at all, whatever goes wrong on the way."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from penstock.errors import OutputError, OutputExistsError
from penstock.output import staged, temporary_folder


def write(folder: Path, text: str) -> None:
    (folder / "penstock.json").write_text(text)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_appears_at_the_end_with_its_parents(tmp_path):
    out = tmp_path / "a" / "b" / "out"
    with staged(out) as folder:
        write(folder, "x")
        assert not out.exists()
    assert (out / "penstock.json").read_text() == "x"
    assert names(out.parent) == ["out"]
    (tmp_path / "usual").mkdir()
    assert out.stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.parametrize("stop", [ValueError, KeyboardInterrupt, SystemExit])
def test_nothing_is_left_after_an_error(tmp_path, stop):
    with pytest.raises(stop), staged(tmp_path / "a" / "out") as folder:
        write(folder, "x")
        raise stop
    assert names(tmp_path) == []


def test_an_older_export_is_replaced_only_by_force(tmp_path):
    out = tmp_path / "out"
    with staged(out) as folder:
        write(folder, "old")
    with pytest.raises(OutputExistsError, match="add --force"), staged(out):
        raise AssertionError("not reached")
    with pytest.raises(ValueError), staged(out, force=True) as folder:
        write(folder, "half")
        raise ValueError
    assert (out / "penstock.json").read_text() == "old"
    with staged(out, force=True) as folder:
        write(folder, "new")
        assert (out / "penstock.json").read_text() == "old"
    assert (out / "penstock.json").read_text() == "new"
    assert names(tmp_path) == ["out"]


def test_replacing_where_the_system_cannot_exchange(tmp_path, monkeypatch):
    monkeypatch.setattr("penstock.output._exchange", lambda one, other: False)
    out = tmp_path / "out"
    for text in ("old", "new"):
        with staged(out, force=True) as folder:
            write(folder, text)
    assert (out / "penstock.json").read_text() == "new"
    assert names(tmp_path) == ["out"]


def test_the_files_of_others_are_never_deleted(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.txt").touch()
    with pytest.raises(OutputExistsError, match=r"holds other files \(thesis\.txt\)"):
        staged(out, force=True).__enter__()
    assert names(out) == ["thesis.txt"]


def test_an_empty_folder_is_free_and_a_file_is_not(tmp_path):
    (tmp_path / "empty").mkdir()
    with staged(tmp_path / "empty") as folder:
        write(folder, "x")
    assert names(tmp_path / "empty") == ["penstock.json"]
    (tmp_path / "file").touch()
    with pytest.raises(OutputExistsError, match="is a file"):
        staged(tmp_path / "file", force=True).__enter__()


def test_a_file_where_a_folder_is_needed(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="a file stands where a folder is needed"):
        staged(tmp_path / "file" / "out").__enter__()


def test_a_link_is_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with staged(tmp_path / "link") as folder:
        write(folder, "x")
    assert (tmp_path / "real" / "penstock.json").is_file()
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "the disk is full; free some space, or choose another --out"),
        (errno.EROFS, "the file system is read-only; choose another --out"),
    ],
)
def test_a_full_or_read_only_disk(tmp_path, number, told):
    with pytest.raises(OutputError, match=told), staged(tmp_path / "out") as folder:
        write(folder, "x")
        raise OSError(number, os.strerror(number), str(folder / "bundle.zip"))
    assert names(tmp_path) == []


def test_a_full_disk_of_temporary_files_is_not_blamed_on_the_output(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with (
        pytest.raises(OutputError, match=rf"{tmp_path}'.*the disk is full.*set TMPDIR to another"),
        staged(tmp_path / "out"),
        temporary_folder("rows-"),
    ):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert names(tmp_path) == []


def test_a_disk_that_is_really_full(tmp_path):
    """A file system of 64 kB in a mount namespace of its own, where the system allows one."""
    script = f"""
import sys
from pathlib import Path
from penstock.errors import OutputError
from penstock.output import staged
mount = Path({str(tmp_path)!r})
try:
    with staged(mount / "out") as folder:
        (folder / "bundle.zip").write_bytes(bytes(1_000_000))
except OutputError as error:
    print(error)
print([path.name for path in mount.iterdir()])
"""
    command = f"mount -t tmpfs -o size=64k none '{tmp_path}' && exec '{sys.executable}' -c \"$0\""
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", command, script],
        check=False, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    if "mount" in done.stderr or "unshare" in done.stderr:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")
    assert "the disk is full; free some space" in done.stdout, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_limit_on_the_size_of_files(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with (
            pytest.raises(OutputError, match="allows no file of that size"),
            staged(tmp_path / "out") as folder,
        ):
            (folder / "bundle.zip").write_bytes(bytes(5000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert names(tmp_path) == []
