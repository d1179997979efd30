"""STS: who somebody is, and temporary credentials for who somebody may become."""
