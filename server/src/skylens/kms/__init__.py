"""KMS: keys that never leave it, and what is encrypted, signed and made with them."""
