"""How tables of earlier releases become those of today, one file per change; migrate.py has their order."""
