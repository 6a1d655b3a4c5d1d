"""The wire: what an event is, field by field, and how it stands as bytes.

The `.avsc` files under `source/` are the only definition of an event. Everything else here reads them.
"""
