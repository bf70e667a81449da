"""Requests are answered one after another.

moto changes its dictionaries while another thread goes through them: of two instances that are made at once, one is answered
with an error, is there all the same, and is there already when the client tries again.
"""

import threading


class InTurn:
    def __init__(self, application):
        self.application = application
        self.lock = threading.Lock()

    def __call__(self, request, start_response):
        with self.lock:
            return self.application(request, start_response)
