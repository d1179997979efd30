"""The web console: its built files, and signing in to it. Whatever it shows it asks AWS's API for, as any other client."""
