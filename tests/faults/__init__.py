"""Faults that are made to happen to a hub on a real Kafka, and what the checker finds afterwards.

`make faults-quick` runs them and ends with a table: what happened, how much was decided, what was lost or doubled, and
how long it took until the next sheet was committed.
"""
