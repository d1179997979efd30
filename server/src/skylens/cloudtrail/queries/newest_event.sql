-- When the newest event came, in whatever account and region; 0 where there is none.
SELECT max(received_us)
FROM api_events
