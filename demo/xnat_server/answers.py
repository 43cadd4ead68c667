"""The three shapes of a small answer."""

import json


def json_answer(response, status, value, headers=()):
    response.send(status, [("Content-Type", "application/json"), *headers],
                  json.dumps(value).encode())


def text_answer(response, status, text, headers=()):
    response.send(status, [("Content-Type", "text/plain"), *headers], text.encode())


def redirect(response, location, headers=()):
    response.send(302, [("Location", location), *headers])
