"""Database access: one synchronous transaction per command, on SQLite and PostgreSQL.

Read ``transaction`` (what a use case sees), ``database`` (how a use case runs) and ``outbox`` (where its
events wait) in this order.
"""
