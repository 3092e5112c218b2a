"""``python -m magents`` is ``magents``."""

from magents.cli.main import main

if __name__ == "__main__":
    main(prog_name="magents")
