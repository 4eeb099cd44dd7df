"""``python -m pipeline``."""


def main() -> None:
    """The command line."""
    # Imported here and not above: worker processes import this module too, under another name, and need none.
    from pipeline.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
