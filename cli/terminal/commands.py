"""The group of all commands, which ends a call with whatever error of the tree one of them lets through."""

from typing import Any

from typer.core import TyperGroup

from cli.terminal.present import stop_for
from workflows.errors import expected


class Commands(TyperGroup):
    """Runs a command; an error that was foreseen is shown in the language of the call, and its kind is the exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was typed."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            if ctx.obj is None or (known := expected(error)) is None:
                raise
            stop_for(ctx.obj, known, ctx.invoked_subcommand or "")
