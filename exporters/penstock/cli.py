"""The command line: ``penstock check | export | verify | inspect | jar | version``."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from penstock.errors import ParityError, PenstockError
from penstock.progress import ConsoleProgress
from penstock.version import __version__

_FORMATS = ("mleap", "pmml")
_CONVERTERS = ("penstock", "sklearn2pmml")
_EFFORTS = ("quick", "standard", "thorough")


def main() -> None:
    """The entry point: one sentence for what goes wrong, a traceback with --debug only."""
    _end_on_sigterm()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command line; the exit code (0 good, 1 failed, 2 wrong usage, 130 stopped)."""
    debug = "--debug" in arguments
    try:
        return penstock.main(arguments, prog_name="penstock", standalone_mode=False) or 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        click.echo("stopped", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        sys.stderr.close()
        return 1
    except PenstockError as error:
        if debug:
            raise
        if isinstance(error, ParityError) and error.table:
            click.echo(error.table, err=True)
        click.echo(f"error: {error}", err=True)
        return error.exit_code
    except Exception as error:
        if debug:
            raise
        click.echo(
            f"error: unexpected {type(error).__name__}: {' '.join(str(error).split())[:500]}; "
            "please report it with what --debug shows",
            err=True,
        )
        return 1


def _end_on_sigterm() -> None:
    """Ended from outside, a half-written output is still removed."""

    def end(number: int, _: Any) -> None:
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, end)


class _Penstock(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["check", "export", "verify", "inspect", "jar", "version"]


@click.group(cls=_Penstock, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="penstock")
def penstock() -> None:
    """Export registered MLflow models to standard files that a JVM scores as pyfunc does."""


def _registry_options(command: Callable) -> Callable:
    for option in (
        click.option("--debug", is_flag=True, help="Show a traceback where something fails."),
        click.option(
            "--columns",
            metavar="A,B,...",
            help="Names of the input columns, for a model that knows none. "
            "A column of text is written city:string.",
        ),
        click.option("--registry-uri", help="MLflow's registry, where it is not the tracking URI."),
        click.option(
            "--tracking-uri",
            help="MLflow's database or server; else MLFLOW_TRACKING_URI, else mlflow.db here.",
        ),
    ):
        command = option(command)
    return command


def _model_option(required: bool, help_text: str) -> Callable:
    return click.option("-m", "--model-uri", required=required, metavar="URI", help=help_text)


_effort_option = click.option(
    "--effort",
    type=click.Choice(_EFFORTS),
    default="standard",
    show_default=True,
    help="On how many rows the files are compared with pyfunc.",
)
_URI_HELP = "models:/name@alias, models:/name/3, models:/m-<id>, runs:/<id>/<path> or a folder."


@penstock.command()
@_model_option(True, _URI_HELP)
@click.option("--to", multiple=True, type=click.Choice(_FORMATS), help="Only this format.")
@_registry_options
def check(model_uri: str, to: tuple[str, ...], columns: str | None, **options: Any) -> int:
    """Say whether and how exactly a model can be exported. Needs no Java."""
    from penstock.checking import check as run_check

    found = run_check(
        model_uri,
        to or _FORMATS,
        columns=_split(columns),
        tracking_uri=options["tracking_uri"],
        registry_uri=options["registry_uri"],
    )
    for warning in found.warnings:
        click.echo(f"warning: {warning}", err=True)
    click.echo(found.text())
    good = set(to) <= set(found.formats) if to else found.ok
    return 0 if good else 1


@penstock.command(short_help="Export a model, verified against pyfunc.")
@_model_option(True, _URI_HELP)
@click.option(
    "--to",
    multiple=True,
    type=click.Choice(_FORMATS),
    help="A format; give it twice for both (the default). The first one is preferred.",
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder to make.")
@click.option("--force", is_flag=True, help="Replace an older export at --out.")
@click.option(
    "--converter",
    type=click.Choice(_CONVERTERS),
    default="penstock",
    show_default=True,
    help="What makes the PMML. sklearn2pmml is AGPL-3.0 and reports failures over the network.",
)
@click.option(
    "--skip-verify", is_flag=True, help="Do not compare with pyfunc; the manifest says so."
)
@_effort_option
@click.option("--seed", default=0, show_default=True, help="Of the generated rows.")
@_registry_options
def export(
    model_uri: str, to: tuple[str, ...], out: Path, columns: str | None, debug: bool, **options: Any
) -> None:
    """Export a model and verify every file against pyfunc before it appears."""
    from penstock import card
    from penstock.checking import sql_line
    from penstock.exporting import export as run_export

    done = run_export(
        model_uri,
        to or _FORMATS,
        out,
        columns=_split(columns),
        progress=ConsoleProgress(sys.stderr),
        **options,
    )
    version = f", version {done.version}" if done.version else ""
    click.echo(f"Exported {done.name}{version} to {done.path}")
    for file in done.files:
        click.echo(f"  {file.path.name:<11} {file.size:>12,} bytes")
    if done.parity:
        covered = card.covered(done.manifest["parity"].get("coverage"))
        click.echo(f"Compared with pyfunc: {_counts(done.parity)}{covered}")
    click.echo(f"Score with it:\n  {sql_line(done.path)}")


@penstock.command(short_help="Compare an export with pyfunc again.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--data", type=click.Path(path_type=Path), help="A CSV file to score and compare.")
@_model_option(False, "Where the model is now; else the manifest's own URI.")
@_effort_option
@click.option("--seed", default=0, show_default=True, help="Of the generated rows.")
@_registry_options
def verify(folder: Path, columns: str | None, debug: bool, **options: Any) -> None:
    """Compare an export with pyfunc again, on generated rows or on yours."""
    from penstock.verifying import verify as run_verify

    found = run_verify(
        folder, columns=_split(columns), progress=ConsoleProgress(sys.stderr), **options
    )
    if found.parity is None:
        click.echo(
            f"Only the {found.golden_rows} golden rows of the manifest were replayed, and they "
            f"agree. The model itself could not be asked: {found.unreachable}"
        )
    else:
        click.echo(f"Compared with pyfunc: {_counts(found.parity)}")


@penstock.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="The manifest, for a program.")
@click.option("--debug", is_flag=True, help="Show a traceback where something fails.")
def inspect(folder: Path, as_json: bool, debug: bool) -> int:
    """Show an export's card."""
    from penstock.inspecting import inspect as run_inspect

    found = run_inspect(folder)
    if as_json:
        click.echo(json.dumps({**found.manifest, "problems": list(found.problems)}, indent=2))
    else:
        click.echo(found.text())
    return 1 if found.problems else 0


@penstock.command()
@click.option("--debug", is_flag=True, help="Show a traceback where something fails.")
def jar(debug: bool) -> None:
    """Print the path of the jar, for spark.jars or --jars."""
    from penstock.jvm import jar_path

    click.echo(jar_path())


@penstock.command()
@click.option("--debug", is_flag=True, help="Show a traceback where something fails.")
def version(debug: bool) -> None:
    """Print the version."""
    click.echo(__version__)


def _split(columns: str | None) -> list[str] | None:
    """The names in "a,b,c"; quotes protect a comma, as in CSV."""
    if columns is None:
        return None
    import csv

    return [name.strip() for name in next(csv.reader([columns], skipinitialspace=True), [])]


def _counts(parity: Any) -> str:
    refused = sum(parity.refused.values())
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in parity.refused.items())
    formats = "; ".join(f"{name} {result.text()}" for name, result in parity.formats.items())
    return (
        f"{parity.rows:,} rows, {parity.scored:,} scored alike, {refused:,} refused alike"
        f"{f' ({kinds})' if kinds else ''}; {parity.asked_singly:,} rows asked singly; {formats}"
    )


if __name__ == "__main__":
    main()
