"""Sends one photo through the exchange, waits for the answers, and saves the restored picture.

    python3 submit_and_wait.py https://example.com/photo.jpg [task type]

AMQP_URL      the broker; default: the one on this machine with its local user
TASK_ID       your own id of the task; default: a new one
REPLY_QUEUE   where answers go; default: reply.<user>.example, which this program declares
OUT_DIR       where the picture is saved; default: here

Ends with 0 when the photo was restored, else with 1.
"""

import json
import os
import sys
import urllib.request
import uuid

import pika

EXCHANGE = 'photo_repair_tasks'
# After one of these nothing more comes.
LAST = {'task.refused', 'task.succeeded', 'task.failed', 'task.cancelled', 'task.expired'}


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    image_url = sys.argv[1]
    task_type = sys.argv[2] if len(sys.argv) > 2 else 'person'
    task_id = os.environ.get('TASK_ID') or str(uuid.uuid4())
    parameters = pika.URLParameters(os.environ.get('AMQP_URL', 'amqp://guest:guest@localhost:5672/%2F'))
    user = parameters.credentials.username
    reply_queue = os.environ.get('REPLY_QUEUE') or f'reply.{user}.example'

    with pika.BlockingConnection(parameters) as connection:
        channel = connection.channel()
        # A durable queue of your own keeps answers while your program is away. Its name begins with reply.<user>.
        channel.queue_declare(queue=reply_queue, durable=True)
        channel.confirm_delivery()
        channel.basic_publish(
            exchange=EXCHANGE,
            routing_key=task_type,
            body=json.dumps({'task_id': task_id, 'image_url': image_url}),
            properties=pika.BasicProperties(
                delivery_mode=2,
                content_type='application/json',
                # The broker refuses a user_id that is not the user of this connection: that is how we know you.
                user_id=user,
                reply_to=reply_queue,
                correlation_id=task_id,
            ),
            mandatory=True,
        )
        notice = wait_for_last(channel, reply_queue, task_id)

    if notice['type'] != 'task.succeeded':
        print(notice['data']['error'], file=sys.stderr)
        return 1
    print('saved', save(notice['data']['result'], task_id))
    return 0


def wait_for_last(channel, reply_queue, task_id):
    """Prints each answer to this task, and gives the last one."""
    for method, properties, body in channel.consume(reply_queue):
        notice = json.loads(body)
        # A program that has many tasks under way looks up here what it was that it had sent.
        if properties.correlation_id == task_id:
            print(notice['type'], notice['data']['status'], flush=True)
        channel.basic_ack(method.delivery_tag)
        if properties.correlation_id == task_id and notice['type'] in LAST:
            channel.cancel()
            return notice
    raise RuntimeError('The broker ended the consumer.')


def save(result, task_id):
    """The link needs no key, and works until result['expires_at']."""
    path = os.path.join(os.environ.get('OUT_DIR', '.'), f'{task_id}.png')
    with urllib.request.urlopen(result['url'], timeout=60) as answer, open(path, 'wb') as file:
        file.write(answer.read())
    return path


if __name__ == '__main__':
    sys.exit(main())
