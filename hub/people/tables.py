"""What the person index keeps: digests of identifiers and dates of birth, never a clear one, and no name at all."""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata: Final = MetaData()

turn: Final = Table(
    "turn",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("taken", Integer, nullable=False),
)
"""One row. A batch begins by counting it up, so that batches of several workers go one after another."""

made_with: Final = Table(
    "made_with",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("keys_check", String(80), nullable=False),
)
"""One row: the check value of the keys that every digest and route key here was made with."""

person: Final = Table(
    "person",
    metadata,
    Column("route_key", String(32), primary_key=True),
    Column("born", LargeBinary(16), nullable=False),
    sqlite_with_rowid=False,
)
"""People whose date of birth is known; it is learned once and then only compared."""

person_identifier: Final = Table(
    "person_identifier",
    metadata,
    Column("value", LargeBinary(16), primary_key=True),  # a digest of kind and value, so unique for both
    Column("kind", String(16), nullable=False),
    Column("route_key", String(32), nullable=False),
    Column("vouched", Boolean, nullable=False),  # somebody who could know tied it to this person
    Index("person_identifier_by_person", "route_key"),
    sqlite_with_rowid=False,
)

link: Final = Table(
    "link",
    metadata,
    Column("one", String(32), primary_key=True),  # the smaller of the two route keys
    Column("other", String(32), primary_key=True),
    Index("link_by_other", "other"),
    sqlite_with_rowid=False,
)
"""Records that a reviewer says are of one person."""

begun: Final = Table(
    "begun",
    metadata,
    Column("place", String(300), primary_key=True),  # a topic and a partition
    Column("last", BigInteger, nullable=False),  # offset of the last record of the batch that was begun last
    Column("times", Integer, nullable=False),  # how often in turn a batch was begun without the one before being done
    sqlite_with_rowid=False,
)
"""What intake took from a partition last: whoever takes it again knows that it came to nothing."""

accepted: Final = Table(
    "accepted",
    metadata,
    Column("entry_id", String(16), primary_key=True),  # derived from publisher and event id
    Column("content_hash", LargeBinary(8), nullable=False),
    Column("route_key", String(32), nullable=False),
    Column("confidence", String(10), nullable=False),
    Column("possible", Text, nullable=False),  # route keys; of a link or an unlink: behind a bar before each person
    Column("day", Integer, nullable=False),  # days since 1970 by the log's clock; what is old is forgotten
    Index("accepted_by_day", "day"),
    sqlite_with_rowid=False,
)
