"""``python -m pipeline``."""

if __name__ == "__main__":
    # Here and not above: worker processes import this module too, under another name, and need no command line.
    from pipeline.cli import main

    main()
