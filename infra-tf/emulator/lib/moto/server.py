"""moto as a server on a free port of 127.0.0.1, which it prints; it ends with its standard input.

Argument: the account of everybody who has not assumed a role.

A line of standard input is answered with the same line: "hold <bucket of the states>" when the first request is held, and
"let-go" when it is in force.
"""

import functools
import logging
import os
import sys
import threading

# Must be set before moto is imported: roles are given policies of AWS's own.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
# Certificates are issued when they are looked at again.
os.environ["MOTO_ACM_VALIDATION_WAIT"] = "0"

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

import backups
import data_api
import database_certificates
import delete_markers
import hosted_zones
import restored_clusters
import role_ids
import shared_accounts
from in_turn import InTurn
from interruption import Interruption


def follow_parent(interruption):
    for line in sys.stdin:
        answer = functools.partial(print, line, end="", flush=True)
        match line.split():
            case ["hold", states]:
                interruption.hold(states, on_held=answer)
            case ["let-go"]:
                interruption.let_go()
                answer()
    os._exit(0)


shared_accounts.install(sys.argv[1])
backups.install()
data_api.install()
database_certificates.install()
delete_markers.install()
hosted_zones.install()
restored_clusters.install()
role_ids.install()
logging.getLogger("werkzeug").setLevel(logging.ERROR)
interruption = Interruption(InTurn(DomainDispatcherApplication(create_backend_app)))
server = make_server("127.0.0.1", 0, interruption, threaded=True)
os.environ["MOTO_PORT"] = str(server.port)
threading.Thread(target=follow_parent, args=[interruption], daemon=True).start()
print(server.port, flush=True)
server.serve_forever()
