"""An S3 server for tests: OpenStack Swift with its S3 API, all of it in this process, with one copy of everything.

Called with a folder, a port (0 for a free one), an access key (`account:user`), its secret and `conditional` or `plain`.
Writes one line of JSON once it listens, and ends when its standard input does.

Swift's object server knows `If-None-Match: *`; its S3 API refuses it (501) as servers did before 2024. With `conditional`
the header is let through, and writes of one key wait for each other, as it is with Amazon S3.
"""

import json
import os
import sys
from time import time as clock

import eventlet
import eventlet.tpool

eventlet.monkey_patch()

from eventlet import wsgi  # noqa: E402
from eventlet.semaphore import Semaphore  # noqa: E402
from swift.common import constraints, storage_policy, utils  # noqa: E402
from swift.common.middleware.s3api.s3request import S3Request  # noqa: E402
from swift.common.ring import RingBuilder  # noqa: E402
from swift.common.wsgi import SwiftHttpProtocol, loadapp  # noqa: E402

# A killed process loses nothing of what it wrote; only a power cut would.
os.fsync = os.fdatasync = lambda _file: None

DEVICE = 'disk'
BACKENDS = ('account', 'container', 'object')

BACKEND = """
[DEFAULT]
devices = {devices}
swift_dir = {configuration}
mount_check = false
log_level = ERROR
[pipeline:main]
pipeline = {name}-server
[app:{name}-server]
use = egg:swift#{name}
"""

PROXY = """
[DEFAULT]
swift_dir = {configuration}
log_level = ERROR
[pipeline:main]
pipeline = catch_errors s3api tempauth slo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_{user} = {secret} .admin
[filter:slo]
use = egg:swift#slo
"""


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, 'w') as file:
        file.write(text)
    return path


def name_cluster(configuration):
    path = write(configuration, 'swift.conf', '[swift-hash]\nswift_hash_path_suffix = tests\n')
    for module in (utils, constraints, storage_policy):
        module.SWIFT_CONF_FILE = path
    constraints.reload_constraints()
    storage_policy.reload_storage_policies()
    utils.validate_configuration()


def make_ring(configuration, name, port):
    builder = RingBuilder(1, 1, 0)
    place = {'id': 0, 'region': 1, 'zone': 1, 'weight': 1, 'device': DEVICE}
    builder.add_dev({**place, 'ip': '127.0.0.1', 'port': port})
    builder.rebalance(seed=1)
    builder.get_ring().save(os.path.join(configuration, f'{name}.ring.gz'))


class Cache:
    """What memcached does for Swift: without it each request asks for the account and the bucket anew."""

    def __init__(self):
        self.values = {}

    def get(self, key, raise_on_error=False):
        value, until = self.values.get(key, (None, 0))
        return value if until > clock() else None

    def set(self, key, value, serialize=True, time=0, min_compress_len=0, raise_on_error=False):
        self.values[key] = (value, clock() + (time or 3600))

    def delete(self, key, server_key=None):
        self.values.pop(key, None)

    def incr(self, key, delta=1, time=0):
        value = (self.get(key) or 0) + delta
        self.set(key, value, time=time)
        return value


def with_cache(app):
    cache = Cache()

    def serve(environ, start_response):
        environ['swift.cache'] = cache
        return app(environ, start_response)

    return serve


def with_log(app, path):
    """One line for each request: what `PrivateS3.requests` counts."""
    log = open(path, 'a', buffering=1)

    def serve(environ, start_response):
        log.write(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}?{environ.get('QUERY_STRING', '')}\n")
        return app(environ, start_response)

    return serve


def let_conditions_through():
    """The signature counts the header in, so that it is hidden from the check alone."""
    check = S3Request._validate_headers

    def checked(request):
        condition = request.environ.pop('HTTP_IF_NONE_MATCH', None)
        check(request)
        if condition is not None:
            request.environ['HTTP_IF_NONE_MATCH'] = condition

    S3Request._validate_headers = checked


def one_writer_a_key(app):
    turns = {}

    def serve(environ, start_response):
        if environ['REQUEST_METHOD'] != 'PUT':
            return app(environ, start_response)
        with turns.setdefault(environ['PATH_INFO'], Semaphore()):
            return list(app(environ, start_response))

    return serve


def end_with_parent():
    eventlet.tpool.execute(sys.stdin.read)
    os._exit(0)


def main(folder, port, access_key, secret, conditions):
    configuration = os.path.join(folder, 'configuration')
    devices = os.path.join(folder, 'devices')
    for path in (configuration, os.path.join(devices, DEVICE)):
        os.makedirs(path, exist_ok=True)
    name_cluster(configuration)
    sockets = {name: eventlet.listen(('127.0.0.1', 0)) for name in BACKENDS}
    sockets['proxy'] = eventlet.listen(('127.0.0.1', int(port)))
    apps = {}
    for name in BACKENDS:
        make_ring(configuration, name, sockets[name].getsockname()[1])
        text = BACKEND.format(name=name, devices=devices, configuration=configuration)
        apps[name] = loadapp(write(configuration, f'{name}.conf', text))
    text = PROXY.format(configuration=configuration, user=access_key.replace(':', '_'), secret=secret)
    apps['proxy'] = loadapp(write(configuration, 'proxy.conf', text))
    apps['proxy'] = with_log(with_cache(apps['proxy']), os.path.join(folder, 'requests'))
    if conditions == 'conditional':
        let_conditions_through()
        apps['proxy'] = one_writer_a_key(apps['proxy'])
    for name, app in apps.items():
        pool = eventlet.GreenPool(1000)
        eventlet.spawn(
            wsgi.server, sockets[name], app, protocol=SwiftHttpProtocol, log_output=False, custom_pool=pool
        )
    print(json.dumps({'port': sockets['proxy'].getsockname()[1]}), flush=True)
    end_with_parent()


if __name__ == '__main__':
    main(*sys.argv[1:])
