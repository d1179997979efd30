"""X-Ray: segments in; traces, summaries and the service graph out; sampling."""
