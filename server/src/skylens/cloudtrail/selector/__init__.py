"""Selectors: does a trail or an event data store want this event? A language of JSON documents; pure."""
