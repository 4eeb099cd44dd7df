"""What is measured: see README.md beside this file. Run from the root: ``python -m benchmarks.<name> SHARED``."""
