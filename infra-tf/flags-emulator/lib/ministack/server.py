"""MiniStack as a server with HTTPS on a free port of 127.0.0.1, which it prints; it ends with its standard input.

Arguments: certificate, key, the Node that functions run in, unique ids of roles by words of their names
(JSON), the password that functions log in to caches with, and the file that used permissions are noted in.

IAM is on: requests are signed, and policies of roles and resources decide. A line of standard input, "refuse NAME" or
"accept NAME", is answered with the same line when it is in force: requests of that service, or in that region, are then answered
with 503.
"""

import json
import os
import shutil
import socket
import sys
import tempfile
import threading


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


certificate, key, node, ids, password, used = sys.argv[1:]
port = free_port()
# Functions are processes: with this process ends whatever it started.
os.setsid()
state = tempfile.mkdtemp(prefix="flaghoist-ministack-")
# All of them must be set before MiniStack is imported.
os.environ.update(
    AUTH="true",
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_ENDPOINT_URL=f"https://127.0.0.1:{port}",
    BIND_HOST="127.0.0.1",
    GATEWAY_PORT=str(port),
    # Without it MQTT listens on all interfaces.
    IOT_MTLS_ENABLED="0",
    LAMBDA_EXECUTOR="local",
    LOG_LEVEL=os.environ.get("MINISTACK_LOG_LEVEL", "ERROR"),
    MINISTACK_SSL_CERT=certificate,
    MINISTACK_SSL_KEY=key,
    NODE_EXTRA_CA_CERTS=certificate,
    PATH=f"{os.path.dirname(node)}{os.pathsep}{os.environ['PATH']}",
    TMPDIR=state,
    USE_SSL="1",
)
for name in ("AWS_SESSION_TOKEN", "AWS_PROFILE", "NODE_OPTIONS", "NODE_ENV"):
    os.environ.pop(name, None)

from ministack import app

import conditions
import echoes
import forwarding
import identities
import insights
import logins
import networks
import outages
import streams
import used_permissions


def end():
    shutil.rmtree(state, ignore_errors=True)
    os.killpg(0, 9)


def follow_parent():
    for line in sys.stdin:
        match line.split():
            case ["refuse", name]:
                outages.refuse(name)
            case ["accept", name]:
                outages.accept(name)
        print(line, end="", file=answers, flush=True)
    end()


def announce():
    """The port, once it takes connections."""
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        threading.Event().wait(0.05)
    print(port, file=answers, flush=True)
    follow_parent()


for module in (conditions, echoes, forwarding, insights, networks, outages, streams):
    module.install()
identities.install(json.loads(ids))
logins.install(password)
used_permissions.install(used)
# It looks for port 443 as well, which is one for all on this machine.
app._port_is_bindable = lambda *_: False
# Standard output is for the port and the answers.
answers = sys.stdout
sys.stdout = sys.stderr
threading.Thread(target=announce, daemon=True).start()
sys.argv[1:] = []
app.main()
end()
