"""Lake: SQL over the events of event data stores. Queries are compiled anew, no part of a caller's text is run."""
