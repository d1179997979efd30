-- When a minute was counted last; 0: never.
SELECT max(version) FROM graph_minutes WHERE kind = 'minute'
