"""The commands, one module a group. Each has ``register(app)``, which adds its commands to the command line.

A command imports what it needs when it runs, so that ``--help`` answers at once.
"""
