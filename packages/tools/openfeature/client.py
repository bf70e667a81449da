"""An application in Python with the official clients. It answers each line of its input with a line of JSON.

get MODE TYPE KEY CUSTOMER    what a caller gets
until MODE KEY TEXT [PAUSE]   answers when a caller gets this text; looks every 10 ms, or after this pause
draw MODE KEY COUNT           the variants that so many callers get
"""

import json
import sys
import time

from openfeature import api
from openfeature.contrib.provider.flagd import FlagdProvider
from openfeature.contrib.provider.flagd.config import ResolverType
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext

http, sync, selector = sys.argv[1:4]
providers = {
    "ofrep": OFREPProvider(f"http://{http}"),
    "sync": FlagdProvider(
        resolver_type=ResolverType.IN_PROCESS,
        host="127.0.0.1",
        port=int(sync),
        deadline_ms=20_000,
        stream_deadline_ms=0,
        selector=selector or None,
    ),
}
clients = {}
for mode, provider in providers.items():
    api.set_provider_and_wait(provider, mode)
    clients[mode] = api.get_client(mode)


def details(mode, kind, key, customer):
    client, context = clients[mode], EvaluationContext(targeting_key=customer)
    if kind == "boolean":
        return client.get_boolean_details(key, False, context)
    if kind == "float":
        return client.get_float_details(key, 0.5, context)
    return client.get_string_details(key, "default", context)


def answer(command, mode, *rest):
    if command == "get":
        found = details(mode, *rest)
        return {
            "value": found.value,
            "variant": found.variant,
            "reason": str(found.reason),
            "errorCode": None if found.error_code is None else found.error_code.value,
            "metadata": dict(found.flag_metadata),
        }
    if command == "until":
        key, text, *pause = rest
        while details(mode, "string", key, "ada").value != text:
            time.sleep(float(pause[0]) / 1_000 if pause else 0.01)
        return {}
    key, count = rest
    callers = (f"customer-{place}" for place in range(int(count)))
    return {"variants": [details(mode, "boolean", key, caller).variant for caller in callers]}


print(json.dumps("ready"), flush=True)
for line in sys.stdin:
    print(json.dumps(answer(*line.split())), flush=True)
