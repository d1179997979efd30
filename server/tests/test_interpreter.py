import gc
import subprocess
import sys

# Another thread computes all the time; each time the first one has slept, it has to get the interpreter from it.
_TURNS = """
import sys, threading, time
from skylens.interpreter import prepare_to_serve
if sys.argv[1] == "prepared":
    prepare_to_serve()
threading.Thread(target=lambda: sum(iter(lambda: 1, 2)), daemon=True).start()
started = time.perf_counter()
for _ in range(40):
    time.sleep(0.0005)
print(time.perf_counter() - started)
sys.stdout.flush()
import os
os._exit(0)
"""


def seconds_of_forty_turns(how):
    told = subprocess.run([sys.executable, "-c", _TURNS, how], check=True, capture_output=True, text=True)
    return float(told.stdout)


def test_a_thread_that_needs_the_interpreter_does_not_wait_for_one_that_computes():
    # Python's own 5 ms at each turn; the machine may be busy, so the two are held against each other.
    assert seconds_of_forty_turns("prepared") < seconds_of_forty_turns("as python does") / 2


def test_what_was_loaded_is_left_out_of_collections():
    told = "from skylens.interpreter import prepare_to_serve; import gc; prepare_to_serve(); print(gc.get_freeze_count(), *gc.get_threshold())"
    counts = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True).stdout.split()
    assert int(counts[0]) > len(gc.get_objects()) // 100
    assert counts[1:] == ["500000", "20", "50"]
