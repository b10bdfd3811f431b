"""Receives webhooks of photo-repair. Python's standard library is all that it needs.

    WEBHOOK_SECRET=whsec_... python3 webhook_receiver.py

WEBHOOK_SECRET   what photo-repair gave you for your key
HOST, PORT       where to listen; default: 127.0.0.1, 8000

Prints one line of JSON for each webhook that is genuine. Put it behind a proxy that speaks TLS.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MOST_BYTES = 65536
# A delivery that is older or from further ahead is refused, so that nobody can send it again later.
TOLERANCE_SECONDS = 300


class NotGenuine(Exception):
    """The request is not from photo-repair, or not from just now."""


def verify(secret, headers, body):
    """Checks a request by Standard Webhooks 1.0.0; `body` is the bytes as they came. Raises NotGenuine."""
    webhook_id = headers.get('webhook-id')
    timestamp = headers.get('webhook-timestamp')
    signatures = headers.get('webhook-signature')
    if not webhook_id or not timestamp or not signatures:
        raise NotGenuine('a header is missing')
    if not (timestamp.isascii() and timestamp.isdigit()):
        raise NotGenuine('the timestamp is no number')
    if abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        raise NotGenuine('the timestamp is too old, or too new')
    key = base64.b64decode(secret.removeprefix('whsec_'))
    signed = f'{webhook_id}.{timestamp}.'.encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    # There are several while a secret is being changed: one for each. One that fits is enough.
    for entry in signatures.split(' '):
        version, _, signature = entry.partition(',')
        # compare_digest takes as long for a wrong first letter as for a wrong last one.
        if version == 'v1' and hmac.compare_digest(signature.encode(), expected):
            return
    raise NotGenuine('no signature fits')


class Receiver(BaseHTTPRequestHandler):
    # Who sends nothing for so many seconds is not waited for.
    timeout = 30
    secret = ''
    # A webhook may come twice. A real program keeps these ids where it keeps what it did with them.
    seen = set()

    def do_POST(self):
        length = self.headers.get('content-length', '')
        if not length.isdigit() or int(length) > MOST_BYTES:
            return self.answer(413)
        body = self.rfile.read(int(length))
        try:
            verify(self.secret, self.headers, body)
        except NotGenuine as reason:
            print('refused:', reason, file=sys.stderr, flush=True)
            return self.answer(401)
        notice = json.loads(body)
        # Asked once, when the address is set for a key: is this a receiver that wants webhooks?
        if notice['type'] == 'webhook.challenge':
            return self.answer(200, notice['data']['challenge'])
        # Remember first, answer at once, work afterwards: photo-repair waits 15 s for a 2xx, then tries again.
        if self.headers['webhook-id'] not in self.seen:
            self.seen.add(self.headers['webhook-id'])
            print(json.dumps(notice), flush=True)
        return self.answer(204)

    def answer(self, status, text=''):
        self.send_response(status)
        self.send_header('content-type', 'text/plain')
        self.send_header('content-length', str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format, *args):
        """The lines above are enough."""


def main():
    Receiver.secret = os.environ.get('WEBHOOK_SECRET', '')
    if len(Receiver.secret.removeprefix('whsec_')) < 32:
        sys.exit('WEBHOOK_SECRET is missing: whsec_ and at least 24 bytes in base64.')
    host, port = os.environ.get('HOST', '127.0.0.1'), int(os.environ.get('PORT', '8000'))
    server = ThreadingHTTPServer((host, port), Receiver)
    print(f'listening on http://{host}:{server.server_port}', file=sys.stderr, flush=True)
    server.serve_forever()


if __name__ == '__main__':
    try:
        main()
    except KeyboardInterrupt:
        pass
