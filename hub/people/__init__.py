"""The person index and the repeat table, in SQL."""

from hub.people.index import Index

__all__ = ["Index"]
