"""Requests can be held back, so that a run is interrupted between its requests and never within one.

A request that AWS carries out although its sender is gone leaves something that no state knows; Terraform cannot mend that,
and whether it happens is chance. What is held is never carried out, since its sender is gone when it is let go. A run that
makes one request after another has heard every answer when one is held. Terraform's own requests pass: for states, locks
and roles.
"""

import threading

OF_TERRAFORM = ("/dynamodb/", "/sts/")


class Interruption:
    def __init__(self, application):
        self.application = application
        self.passing = threading.Event()
        self.passing.set()
        self.holding = threading.Lock()
        self.states = None
        self.on_held = None

    def hold(self, states, on_held):
        """states: the bucket that holds the states. on_held is called once: when the first request is held."""
        self.states = f"/{states}"
        self.on_held = on_held
        self.passing.clear()

    def let_go(self):
        self.passing.set()

    def is_of_terraform(self, request):
        path = request.get("PATH_INFO", "")
        return any(each in request.get("HTTP_AUTHORIZATION", "") for each in OF_TERRAFORM) or path.startswith(self.states)

    def __call__(self, request, start_response):
        if self.passing.is_set() or self.is_of_terraform(request):
            return self.application(request, start_response)
        with self.holding:
            on_held, self.on_held = self.on_held, None
        if on_held is not None:
            on_held()
        self.passing.wait()
        start_response("503 Service Unavailable", [])
        return []
