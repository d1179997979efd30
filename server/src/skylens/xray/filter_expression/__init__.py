"""X-Ray's filter expressions: text to tree, tree to text, tree to SQL, and the exact answer for one trace."""
