"""moto as a server on a free port of 127.0.0.1, which it prints; it ends with its standard input.

Argument: the account of everybody who has not assumed a role.
"""

import logging
import os
import sys
import threading

# Must be set before moto is imported: roles are given policies of AWS's own.
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

import backups
import database_certificates
import delete_markers
import shared_accounts


def stop_with_parent():
    sys.stdin.read()
    os._exit(0)


shared_accounts.install(sys.argv[1])
backups.install()
database_certificates.install()
delete_markers.install()
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
os.environ["MOTO_PORT"] = str(server.port)
threading.Thread(target=stop_with_parent, daemon=True).start()
print(server.port, flush=True)
server.serve_forever()
