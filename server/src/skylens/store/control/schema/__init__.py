"""The tables of the control store, one noun per file; importing this package registers all of them."""
