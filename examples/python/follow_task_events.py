"""Prints what happens to tasks, as it happens.

    python3 follow_task_events.py [binding key]

The routing key of an event is <publisher>.<task type>.<event>. Binding keys:
    guest.#              everything of the publisher guest (default: of your own user)
    guest.*.succeeded    only what was restored
    *.person.*           everything of portraits, of whomever; for users who may read all

AMQP_URL   the broker; default: the one on this machine with its local user

Events come as they may: what happens while nobody is bound, or while the system starts again, is not told later. Who
must not miss an outcome asks for answers (reply_to) or a webhook.
"""

import json
import os
import sys

import pika

EXCHANGE = 'photo_repair.task_events'


def main():
    parameters = pika.URLParameters(os.environ.get('AMQP_URL', 'amqp://guest:guest@localhost:5672/%2F'))
    binding_key = sys.argv[1] if len(sys.argv) > 1 else f'{parameters.credentials.username}.#'
    with pika.BlockingConnection(parameters) as connection:
        channel = connection.channel()
        # A queue of this program alone; RabbitMQ removes it with the connection.
        queue = channel.queue_declare(queue='', exclusive=True).method.queue
        channel.queue_bind(queue, EXCHANGE, binding_key)
        print('listening', binding_key, flush=True)
        for method, _properties, body in channel.consume(queue, auto_ack=True):
            data = json.loads(body)['data']
            percent = (data['progress'] or {}).get('percent')
            told = data['status'] if percent is None else f"{data['status']} {percent:.0f} %"
            # The link needs no key.
            link = data['result']['url'] if data['result'] else ''
            print(method.routing_key, data['task_id'] or data['id'], told, link, flush=True)


if __name__ == '__main__':
    try:
        main()
    except KeyboardInterrupt:
        pass
