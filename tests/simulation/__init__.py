"""Workers that share, on the log in memory, under virtual time: killed, fenced, redelivered to, at moments that a seed
chooses. The same worker code as on Kafka; the same seed gives the same run, step for step.
"""
