"""X-Ray's operations, one file per resource noun. Importing this package registers them all."""
