"""Ingestion: what event data stores are given from outside: events of applications through channels, files of trails."""
