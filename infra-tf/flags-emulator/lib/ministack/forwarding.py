"""The bus of another region is a target of a rule, as far as that bus: what came from another bus goes to no third one.

MiniStack drops such events with a warning.
"""


def install():
    from ministack.core.responses import set_request_region
    from ministack.services import eventbridge as events

    original = events._dispatch_to_event_bus

    def dispatch(target, event, rule, path, payload=None):
        if event.get("_Forwarded"):
            return
        here = events.get_region()
        if target.region == here:
            original(target, event, rule, path, payload)
            return
        bus = target.resource.split("/", 1)[1]
        set_request_region(target.region)
        try:
            if bus in events._event_buses:
                events._dispatch_event(
                    {**event, "EventBusName": bus, "_DispatchPath": [*path], "_Forwarded": True, "Region": event.get("Region", here)}
                )
        finally:
            set_request_region(here)

    events._dispatch_to_event_bus = dispatch
