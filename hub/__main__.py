"""`hub`, and `python -m hub`: reads the commands only once it can be told to stop in a sentence."""

import sys

STOPPED = 130
"""As a shell has it for whoever is stopped by Ctrl-C."""


def main() -> None:
    """Run the command. Stopped by Ctrl-C, also while it is still being read, it ends without a stack of frames."""
    try:
        from hub.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(STOPPED)


if __name__ == "__main__":
    main()
