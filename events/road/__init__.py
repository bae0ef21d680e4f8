"""The road that events travel: from a service's transaction to everybody else's.

command ─► Transaction ─► outbox ─► relay ─► Road ─► Receiver (inbox) ─► handlers
               └► deadlines ─► Timers
"""
