"""Puts one task into the queue photo_repair_tasks, with nothing but what RabbitMQ's first tutorial teaches.

The queue is declared plainly, the message goes through the default exchange and is only made persistent: no
publisher, no id, no content type, no answer is asked for, and nothing is confirmed.
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
    parser.add_argument('--task-id', default='task_12345')
    parser.add_argument('--image-url', default='https://example.com/images/bw_photo.jpg')
    parser.add_argument('--workflow-type', default='DDColor人物黑白修复.json')
    return parser.parse_args()


def main():
    options = arguments()
    credentials = pika.PlainCredentials(options.user, options.password)
    connection = pika.BlockingConnection(
        pika.ConnectionParameters(options.host, options.port, options.vhost, credentials)
    )
    channel = connection.channel()
    channel.queue_declare(queue=QUEUE, durable=True)
    task = {
        'task_id': options.task_id,
        'image_url': options.image_url,
        'workflow_type': options.workflow_type,
        'parameters': {'size': 680, 'model': 'ddcolor-imagenet'},
    }
    persistent = pika.BasicProperties(delivery_mode=2)
    channel.basic_publish(exchange='', routing_key=QUEUE, body=json.dumps(task), properties=persistent)
    print('sent', task['task_id'])
    connection.close()


if __name__ == '__main__':
    main()
