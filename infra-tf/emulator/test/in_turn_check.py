"""Two requests at once; prints how many were in the application together.

Argument: the folder of in_turn.py.
"""

import sys
import threading

sys.path.insert(0, sys.argv[1])
from in_turn import InTurn

together = threading.Barrier(2)
met = []


def application(_request, _start_response):
    try:
        together.wait(timeout=0.2)
        met.append(True)
    except threading.BrokenBarrierError:
        pass
    return []


served = InTurn(application)
threads = [threading.Thread(target=served, args=({}, None)) for _ in range(2)]
for each in threads:
    each.start()
for each in threads:
    each.join()
print(len(met))
