"""Logging: started and stopped at home, with the times that the status tells."""

from skylens.cloudtrail import trail_sessions, trails
from skylens.cloudtrail.trail_sessions import LAST_WORDS, microseconds


def sessions(control):
    with control.read() as connection:
        [trail] = trails.all_trails(connection)
        return trail_sessions.of_trail(connection, trail.id)


def test_starting_and_stopping_show_in_the_status(cloudtrail, clock):
    cloudtrail.trail()
    assert cloudtrail("StartLogging", Name="main") == {}
    status = cloudtrail("GetTrailStatus", Name="main")
    assert (status["IsLogging"], status["StartLoggingTime"]) == (True, clock.now().timestamp())
    assert (status["TimeLoggingStarted"], status["TimeLoggingStopped"]) == ("2026-07-01T12:00:00Z", "")
    clock.advance(60)
    assert cloudtrail("StopLogging", Name="main") == {}
    status = cloudtrail("GetTrailStatus", Name="main")
    assert (status["IsLogging"], status["StopLoggingTime"]) == (False, clock.now().timestamp())
    assert status["TimeLoggingStopped"] == "2026-07-01T12:01:00Z"


def test_each_start_begins_a_session_that_the_next_stop_ends(cloudtrail, clock, control):
    cloudtrail.trail()
    started = clock.now()
    cloudtrail("StartLogging", Name="main")
    clock.advance(1)
    cloudtrail("StartLogging", Name="main")  # it logs already
    cloudtrail("StopLogging", Name="main")
    stopped = clock.now() + LAST_WORDS
    cloudtrail("StopLogging", Name="main")  # it does not log any more
    cloudtrail("StartLogging", Name="main")  # before the last words of the session before: it begins after them
    first, second = sessions(control)
    assert (first.started_us, first.stopped_us) == (microseconds(started), microseconds(stopped))
    assert (second.started_us, second.stopped_us) == (microseconds(stopped), None)
    assert second.files.received_us == second.started_us


def test_deleting_a_trail_ends_its_session(cloudtrail, clock, control):
    cloudtrail.trail()
    cloudtrail("StartLogging", Name="main")
    cloudtrail("DeleteTrail", Name="main")
    [session] = sessions(control)
    assert session.stopped_us == microseconds(clock.now() + LAST_WORDS)
