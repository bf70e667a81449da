"""Requests can be held back, so that a run is interrupted between its requests and never within one.

A request that AWS carries out although its sender is gone leaves something that no state knows; Terraform cannot mend that,
and whether it happens is chance. What is held is never carried out, since its sender is gone when it is let go. Terraform's
own requests pass: for states, locks and roles.
"""

import threading

OF_TERRAFORM = ("/dynamodb/", "/sts/")


class Interruption:
    def __init__(self, application):
        self.application = application
        self.passing = threading.Event()
        self.passing.set()
        self.states = None

    def hold(self, states):
        """states: the bucket that holds the states."""
        self.states = f"/{states}"
        self.passing.clear()

    def let_go(self):
        self.passing.set()

    def is_of_terraform(self, request):
        path = request.get("PATH_INFO", "")
        return any(each in request.get("HTTP_AUTHORIZATION", "") for each in OF_TERRAFORM) or path.startswith(self.states)

    def __call__(self, request, start_response):
        if self.passing.is_set() or self.is_of_terraform(request):
            return self.application(request, start_response)
        self.passing.wait()
        start_response("503 Service Unavailable", [])
        return []
