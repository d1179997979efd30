"""The policy language: documents, patterns, conditions, decisions. It knows no store and no protocol."""
