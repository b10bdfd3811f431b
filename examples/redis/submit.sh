#!/bin/sh
# Adds one photo to the Redis stream that photo-repair's bridge reads; prints the id of the entry.
#
#     sh submit.sh /uploads/user1/old_photo.jpg [task type] [user]
#
# REDIS_URL   default: the Redis of this machine
set -eu
image=${1:?name the photo: sh submit.sh /path/of/the/photo.jpg [task type] [user]}
redis-cli -u "${REDIS_URL:-redis://localhost:6379}" \
  XADD photo_repair_tasks '*' image_path "$image" workflow_type "${2:-person}" user_id "${3:-user1}"
