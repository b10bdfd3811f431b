"""Puts one task package into the queue photo_repair_tasks: workflow, input, parameters and where to call back.

The package names nothing as photo-repair's own messages do, and has no id. With --as-user the message says whose it
is (the property user_id), which the broker checks; without it, nobody has sent it.
"""

import argparse
import json

import pika

QUEUE = 'photo_repair_tasks'


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--host', default='localhost')
    parser.add_argument('--port', type=int, default=5672)
    parser.add_argument('--vhost', default='/')
    parser.add_argument('--user', default='guest')
    parser.add_argument('--password', default='guest')
    parser.add_argument('--as-user', action='store_true')
    parser.add_argument('--image-url', required=True)
    parser.add_argument('--callback', required=True)
    parser.add_argument('--workflow', default='DDColor人物黑白修复.json')
    return parser.parse_args()


def main():
    options = arguments()
    package = {
        'workflow': options.workflow,
        'input': options.image_url,
        'parameters': {'size': 512},
        'callback': options.callback,
    }
    properties = pika.BasicProperties(delivery_mode=2)
    if options.as_user:
        properties.user_id = options.user
    credentials = pika.PlainCredentials(options.user, options.password)
    parameters = pika.ConnectionParameters(options.host, options.port, options.vhost, credentials)
    with pika.BlockingConnection(parameters) as connection:
        channel = connection.channel()
        channel.queue_declare(queue=QUEUE, durable=True)
        # The body is UTF-8 as it stands, without \u escapes.
        body = json.dumps(package, ensure_ascii=False).encode('utf-8')
        channel.basic_publish('', QUEUE, body, properties)
        print('sent', package['input'])


if __name__ == '__main__':
    main()
