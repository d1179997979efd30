"""METADATA: every table of the control store registers here; schema/ has one file for each."""

from sqlalchemy import MetaData

METADATA = MetaData()
