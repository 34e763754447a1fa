"""The edge of the command line: shared options, the one error handler, and how answers and errors are printed."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from factcheck.errors import FactcheckError

if TYPE_CHECKING:
    from factcheck.config import Settings
    from factcheck.parts import Parts

INTERRUPTED = 130
LOG_LEVELS = (logging.WARNING, logging.INFO, logging.DEBUG)

logger = logging.getLogger("factcheck")


class Command(click.Command):
    """A command that takes the global options after its name, too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += shared_options()


class Group(click.Group):
    """Commands under one name, listed in the order of work."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order in which they were added."""
        return list(self.commands)


class EdgeGroup(Group):
    """The outermost group: every error ends here, as one line, a hint and an exit code."""

    group_class = Group

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += shared_options()

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> Any:  # type: ignore[override]
        """Run and exit; never returns."""
        words = list(sys.argv[1:] if args is None else args)
        run = super().main
        extra["standalone_mode"] = False
        sys.exit(exit_code_of(lambda: run(words, prog_name, **extra), words))


def exit_code_of(run: Callable[[], object], words: Sequence[str]) -> int:
    """The exit code of a run; what went wrong is printed, with --json as one object on standard output too."""
    as_json = "--json" in words
    try:
        code = run()
    except FactcheckError as error:
        return _failed(_with_notes(str(error), error), error.hint, error.http_status, error.exit_code, as_json=as_json)
    except click.UsageError as error:
        hint = f"{error.ctx.command_path} --help" if error.ctx else "factcheck --help"
        return _failed(error.format_message(), hint, 400, error.exit_code, as_json=as_json)
    except click.ClickException as error:
        return _failed(error.format_message(), "", 400, error.exit_code, as_json=as_json)
    except (click.Abort, KeyboardInterrupt) as error:
        message = _with_notes("stopped", error, otherwise="what was finished is kept")
        return _failed(message, "run the same again", 499, INTERRUPTED, as_json=as_json)
    except Exception as error:
        if os.environ.get("FACTCHECK_DEBUG") == "1":
            traceback.print_exc()
        message = _with_notes(f"unexpected {type(error).__name__}: {error}", error)
        return _failed(message, "FACTCHECK_DEBUG=1 shows the trace", 500, 1, as_json=as_json)
    return code if isinstance(code, int) else 0


@contextmanager
def kill_as_ctrl_c() -> Iterator[None]:
    """Within the block SIGTERM, as `kill` and a shutdown send it, stops what is going on as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def told_if_stopped(note: str) -> Iterator[None]:
    """Within the block Ctrl-C is answered with this note on what is kept."""
    try:
        yield
    except KeyboardInterrupt as error:
        error.add_note(note)
        raise


def settings_now(**overrides: Any) -> Settings:
    """The settings of this call: environment, then --index, then the options of the command."""
    from factcheck.config import load_settings

    return load_settings(index=_remembered("index"), **overrides)


def parts_now(**overrides: Any) -> Parts:
    """The parts of this call, built from its settings. Whoever calls `main` may hand in another builder as `obj`."""
    build = click.get_current_context().obj
    if build is None:
        from factcheck.wiring import build_parts as build
    parts: Parts = build(settings_now(**overrides))
    return parts


def answer(payload: Callable[[], dict[str, Any]], view: Callable[[], None]) -> None:
    """Print the payload as one JSON object where --json asks for it, else show the view."""
    from factcheck.payloads import ok_payload

    if wants_json():
        click.echo(json.dumps(ok_payload(**payload()), ensure_ascii=False, indent=2, default=str))
    else:
        view()


def wants_json() -> bool:
    """Whether --json was given."""
    return bool(_remembered("json"))


def shared_options() -> list[click.Parameter]:
    """The global options. They are remembered for the whole call, wherever they stand in it."""
    return [
        click.Option(
            ["--index"],
            type=click.Path(file_okay=False, path_type=Path),
            metavar="DIR",
            expose_value=False,
            callback=_remember,
            help="Folder of the database and the vectors.  [default: $FACTCHECK_INDEX, else index]",
        ),
        click.Option(
            ["--json"],
            is_flag=True,
            expose_value=False,
            callback=_remember,
            help="Print one JSON object; logs and progress go to standard error.",
        ),
        click.Option(
            ["-v", "--verbose"],
            count=True,
            expose_value=False,
            callback=_set_log_level,
            help="Say more on standard error; twice for details.",
        ),
    ]


def _remember(context: click.Context, option: click.Parameter, value: Any) -> None:
    if value:
        context.meta[f"factcheck.{option.name}"] = value


def _remembered(name: str) -> Any:
    return click.get_current_context().meta.get(f"factcheck.{name}")


def _set_log_level(context: click.Context, option: click.Parameter, value: int) -> None:
    level = LOG_LEVELS[min(value, len(LOG_LEVELS) - 1)]
    if value or not logging.getLogger().handlers:
        logging.basicConfig(stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s", force=bool(value))
        logger.setLevel(level)


def _with_notes(message: str, error: BaseException, *, otherwise: str = "") -> str:
    # click hands on Ctrl-C as the cause of an error of its own
    notes = [note for one in (error, error.__cause__) for note in getattr(one, "__notes__", [])]
    return "; ".join(filter(None, [message, *(notes or [otherwise])]))


def _failed(message: str, hint: str, status: int, exit_code: int, *, as_json: bool) -> int:
    if as_json:
        answer = {"ok": False, "error": message, "hint": hint, "status": status}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    click.echo(f"Error: {message}", err=True)
    if hint:
        click.echo(f"Hint: {hint}", err=True)
    return exit_code
