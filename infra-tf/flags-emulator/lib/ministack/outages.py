"""Services that are away: their requests are answered with 503, those of Terraform and of tests as well."""

refused = set()


def refuse(service):
    refused.add(service)


def accept(service):
    refused.discard(service)


def service_of(headers):
    """By the signature's scope: Credential=key/date/region/service/aws4_request."""
    for name, value in headers:
        if name.lower() == b"authorization":
            scope = value.decode().partition("Credential=")[2].split(",")[0].split("/")
            return scope[3] if len(scope) > 3 else ""
    return ""


def install():
    from ministack import app

    original = app.app

    async def answer(scope, receive, send):
        if scope["type"] == "http" and refused and service_of(scope["headers"]) in refused:
            await send({"type": "http.response.start", "status": 503, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await original(scope, receive, send)

    app.app = answer
