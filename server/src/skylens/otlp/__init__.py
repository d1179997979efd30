"""OpenTelemetry in X-Ray's words: spans become segment documents. The only room that says span, resource and scope."""
