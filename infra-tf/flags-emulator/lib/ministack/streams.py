"""Event sources on streams: failed items of a batch, bounded attempts and age, bisection, failure destination; each mapping on
a thread of its own.

MiniStack loses records that are reported as failed, tries others for ever, and serves all mappings one after the other.
"""

import contextvars
import json
import logging
import threading
import time

log = logging.getLogger("streams")
LONGEST_PAUSE_SECONDS = 10
states = {}
busy = set()


def failed_items(result, batch, mapping):
    """The sequence numbers of what the function did not do."""
    everything = [record["dynamodb"]["SequenceNumber"] for record in batch]
    if result.get("error"):
        return everything
    body = result.get("body")
    if isinstance(body, (str, bytes)):
        try:
            body = json.loads(body)
        except ValueError:
            body = None
    if not isinstance(body, dict) or "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or []):
        return []
    failed = [each.get("itemIdentifier") for each in body.get("batchItemFailures") or []]
    return everything if "" in failed else failed


def given_up(mapping, tries, record):
    attempts, age = mapping.get("MaximumRetryAttempts", -1), mapping.get("MaximumRecordAgeInSeconds", -1)
    created = float(record["dynamodb"].get("ApproximateCreationDateTime", time.time()))
    if attempts not in (None, -1) and tries > attempts:
        return "RetryAttemptsExhausted"
    if age not in (None, -1) and time.time() - created > age:
        return "RecordAgeExceeded"
    return None


def after(state, position, batch, failed, mapping):
    """Where to go on. Returns the reason for which the first failed record is given up, if it is."""
    if not failed:
        state.update(position=position + len(batch), tries=0, size=None)
        return None
    first = next(index for index, record in enumerate(batch) if record["dynamodb"]["SequenceNumber"] in failed)
    if first > 0:
        state.update(position=position + first, tries=0)
    elif len(batch) > 1 and mapping.get("BisectBatchOnFunctionError"):
        state["size"] = max(1, len(batch) // 2)
    state["tries"] += 1
    reason = given_up(mapping, state["tries"], batch[first])
    if reason:
        state.update(position=position + first + 1, tries=0, size=None)
    state["until"] = time.time() + min(LONGEST_PAUSE_SECONDS, 0.1 * 2 ** state["tries"])
    return reason and (first, reason)


def install():
    from ministack.services import dynamodb, lambda_svc

    def run(mapping, function, batch, position, source):
        name = mapping["UUID"]
        try:
            result = lambda_svc._execute_function(function, {"Records": batch})
            gave_up = after(states[name], position, batch, failed_items(result, batch, mapping), mapping)
            if gave_up:
                first, reason = gave_up
                lambda_svc._send_ddb_stream_failure_record(mapping, function, batch[first : first + 1], source, result, reason)
        except Exception:
            log.exception("stream %s", source)
            states[name]["until"] = time.time() + 1
        finally:
            busy.discard(name)
            lambda_svc._esm_wake.set()

    def start(mapping):
        """Starts the mapping's next batch. Returns whether there was something to do."""
        source, name = mapping.get("EventSourceArn", ""), mapping["UUID"]
        if ":dynamodb:" not in source or not mapping.get("Enabled", True) or name in busy:
            return False
        table = source.split("/")[1]
        if (dynamodb._tables.get(table) or {}).get("LatestStreamArn") != source:
            return False
        function, _ = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
        horizon = dynamodb.stream_start_position(table)
        begin = horizon if mapping.get("StartingPosition") == "TRIM_HORIZON" else dynamodb.stream_end_position(table)
        state = states.setdefault(name, {"position": begin, "tries": 0, "until": 0, "size": None})
        if function is None or state["until"] > time.time():
            return False
        position = max(state["position"], horizon)
        batch = dynamodb.stream_records_since(table, position, state["size"] or mapping.get("BatchSize", 100))
        if not batch:
            return False
        # Record by record, so that positions stay exact.
        passes = [bool(lambda_svc._apply_filter_criteria([record], mapping)) for record in batch]
        if True not in passes:
            state["position"] = position + len(batch)
            return True
        first = passes.index(True)
        last = passes.index(False, first) if False in passes[first:] else len(passes)
        state["position"] = position + first
        busy.add(name)
        work = (run, mapping, function, batch[first:last], position + first, source)
        threading.Thread(target=contextvars.copy_context().run, args=work, daemon=True).start()
        return True

    def poll():
        did = False
        for account, region, mapping in lambda_svc._iter_all_esms():
            tokens = lambda_svc._request_account_id.set(account), lambda_svc._request_region.set(region)
            try:
                did = start(mapping) or did
            finally:
                lambda_svc._request_account_id.reset(tokens[0])
                lambda_svc._request_region.reset(tokens[1])
        return did

    lambda_svc._poll_dynamodb_streams = poll
