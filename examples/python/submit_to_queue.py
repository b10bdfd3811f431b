"""Puts one photo into photo-repair's plain queue. The shortest way in: nothing comes back.

    python3 submit_to_queue.py https://example.com/photo.jpg [task type]

AMQP_URL   the broker; default: the one on this machine with its local user
TASK_ID    your own id of the task; repeating a message with the same id makes no second task; default: a new one
"""

import json
import os
import sys
import uuid

import pika

QUEUE = 'photo_repair_tasks'


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    task = {
        'task_id': os.environ.get('TASK_ID') or str(uuid.uuid4()),
        'image_url': sys.argv[1],
        'workflow_type': sys.argv[2] if len(sys.argv) > 2 else 'person',
    }
    url = os.environ.get('AMQP_URL', 'amqp://guest:guest@localhost:5672/%2F')
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        # Plainly: any argument differs from how the queue is, which RabbitMQ answers with 406.
        channel.queue_declare(queue=QUEUE, durable=True)
        # From here on basic_publish returns when the broker has the message on disk, and raises when it has not.
        channel.confirm_delivery()
        channel.basic_publish(
            exchange='',
            routing_key=QUEUE,
            body=json.dumps(task),
            properties=pika.BasicProperties(delivery_mode=2, content_type='application/json'),
            mandatory=True,
        )
    print(task['task_id'])


if __name__ == '__main__':
    main()
