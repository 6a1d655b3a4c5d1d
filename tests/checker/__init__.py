"""Whether the hub kept its guarantees: read from the broker and the ledger alone, by code that shares nothing with it.

Other clients than the hub's (confluent-kafka, Apache's avro), its own reading of the policy's tables and its own small
model of consent. From the hub it has the schemas as files, and nothing else.
"""
