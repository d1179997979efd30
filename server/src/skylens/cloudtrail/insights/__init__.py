"""CloudTrail Insights: unusual rates of calls and of errors, told from what is on record."""
