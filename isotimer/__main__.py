"""The entry point: ``isotimer`` and ``python -m isotimer``."""

from isotimer.cli.main import main

if __name__ == "__main__":
    main()
