// What the example's files say: enough to look at, and to change.

export const readme = `# Tide service

Answers when the tide comes in, for every harbour that has a gauge.

    python -m tides.server
    curl http://localhost:8080/harbours/vlissingen
`;

export const manifest = `[project]
name = "tide-service"
version = "1.4.0"
requires-python = ">=3.12"
`;

export const server = `"""Answers with the tides of a harbour."""

import json
from http.server import BaseHTTPRequestHandler, HTTPServer

TIDES = {"vlissingen": ["03:12", "15:38"]}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        harbour = self.path.split("/")[-1]
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(TIDES.get(harbour, [])).encode())


if __name__ == "__main__":
    HTTPServer(("", 8080), Handler).serve_forever()
`;

export const login = `"""Logs in, and gives up when the server does not answer in time."""

from urllib.request import Request, urlopen

TIMEOUT = 3


def login(address, name, password, timeout=TIMEOUT):
    request = Request(f"{address}/login", data=f"{name}:{password}".encode())
    with urlopen(request, timeout=timeout) as response:
        return response.status == 200
`;

export const loginTest = `from tides.login import login
from tests.slow_proxy import slow_proxy


def test_waits_for_a_slow_network():
    with slow_proxy(delay=4) as address:
        assert login(address, "robin", "secret")
`;
