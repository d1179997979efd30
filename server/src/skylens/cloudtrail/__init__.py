"""CloudTrail: every API call becomes a record; history, trails and whatever else is made of records."""
