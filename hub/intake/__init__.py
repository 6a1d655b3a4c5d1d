"""Bytes from an agency to an entry of the timeline. Pure; looking people up is hub.people, reading and writing agents.

The stages, each a module: ingest (bytes to a valid event), identify (whom it is about), cut (views to segments). Their
order is process.
"""

from hub.intake.process import opened, process

__all__ = ["opened", "process"]
