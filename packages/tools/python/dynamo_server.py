"""moto's DynamoDB as a server on a free port of 127.0.0.1, which it prints; it ends with its standard input.

As in DynamoDB, a write with a condition is one step, and so is a transaction: requests are carried out one after the other.
"""

import copy
import logging
import os
import sys
import threading

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

touched = set()


def snapshot(table, memo):
    """What a transaction goes back to. moto copies whole tables, and takes minutes for a few hundred transactions."""
    before = copy.copy(table)
    before.items = type(table.items)(dict)
    for key, items in table.items.items():
        before.items[key] = dict(items)
        if key.value in touched:
            before.items[key].update((at, copy.deepcopy(items[at], memo)) for at in items if at.value in touched)
    return before


def transact_write_items(self, transact_items, original=DynamoDBBackend.transact_write_items):
    touched.clear()
    for operation in (next(iter(item.values())) for item in transact_items):
        key = operation.get("Key") or operation.get("Item")
        touched.update(value for attribute in key.values() for value in attribute.values() if isinstance(value, str))
    original(self, transact_items)


class OneAtATime:
    def __init__(self, application):
        self.application = application
        self.turn = threading.Lock()

    def __call__(self, environment, start_response):
        with self.turn:
            return list(self.application(environment, start_response))


def follow_parent():
    sys.stdin.read()
    os._exit(0)


Table.__deepcopy__ = snapshot
DynamoDBBackend.transact_write_items = transact_write_items
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = make_server("127.0.0.1", 0, OneAtATime(DomainDispatcherApplication(create_backend_app)), threaded=True)
os.environ["MOTO_PORT"] = str(server.port)
threading.Thread(target=follow_parent, daemon=True).start()
print(server.port, flush=True)
server.serve_forever()
