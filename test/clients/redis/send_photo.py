"""Adds one photo to the stream, as the users' producer does. Usage: send_photo.py URL IMAGE_PATH WORKFLOW_TYPE USER_ID"""

import sys

import redis


def main():
    url, image_path, workflow_type, user_id = sys.argv[1:]
    client = redis.Redis.from_url(url, decode_responses=True)
    entry_id = client.xadd(
        "photo_repair_tasks",
        {"image_path": image_path, "workflow_type": workflow_type, "user_id": user_id},
    )
    print(entry_id)


main()
