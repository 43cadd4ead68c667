"""XNAT's traffic of data: uploads whose digest is told, zip streams without a length, small JSON."""

import urllib.parse

from .answers import json_answer, text_answer
from .noise import noise

ZIP_SIZE = 1 << 20


def serve(request, response, session, headers):
    """A request for a data path that no call of rest.py is meant by."""
    if request.path == "/data/JSESSION":
        text_answer(response, 200, session.identifier, headers)
    elif request.method in ("POST", "PUT"):
        request.body.drain()
        answer = {"sha256": request.body.sha256, "size": request.body.size}
        json_answer(response, 201 if request.method == "PUT" else 200, answer, headers)
    elif request.method == "DELETE":
        response.send(200, headers)
    elif request.method in ("GET", "HEAD") and "format=zip" in request.query:
        # XNAT zips while it sends, so there is no Content-Length.
        size = int(dict(urllib.parse.parse_qsl(request.query)).get("size", ZIP_SIZE))
        response.send(200, [("Content-Type", "application/zip"), *headers], noise(size))
    else:
        json_answer(response, 200, {"ResultSet": {"Result": [], "totalRecords": "0"}}, headers)
