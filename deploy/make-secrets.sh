#!/bin/sh
# Makes up the secrets that are not addresses of RabbitMQ (`photo-repair rabbitmq definitions` writes those), each in a file
# of its own below the given folder. What is there stays as it is, so that it may be run again at any time.
#   sh deploy/make-secrets.sh secrets
set -eu

folder=${1:?Name the folder, for example: sh deploy/make-secrets.sh secrets}
umask 077
mkdir -p "$folder"
chmod 700 "$folder"

# 24 random bytes as letters and digits: they become parts of URLs and of JSON.
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# keep NAME VALUE: writes the file unless it is there. Readable by all, since a container reads it as another user;
# nobody but the owner gets into the folder.
keep() {
  [ -s "$folder/$1" ] && return
  printf '%s\n' "$2" > "$folder/.$1.new"
  chmod 444 "$folder/.$1.new"
  mv "$folder/.$1.new" "$folder/$1"
  printf 'made %s\n' "$folder/$1" >&2
}
read_back() { tr -d '\n' < "$folder/$1"; }

keep grafana_admin_password "$(random)"
# The operator's API key, the same for every instance of the API.
keep operator_key "prk_$(random)"
# From which instances of the API that share no folder make the keys that they need to agree on.
keep installation_secret "$(random)"
# What the nodes of a RabbitMQ cluster know each other by.
keep erlang_cookie "$(random)"
keep postgres_password "$(random)"
keep database_url "postgres://photo_repair:$(read_back postgres_password)@postgres:5432/photo_repair"
keep s3_access_key_id "$(random)"
keep s3_secret_access_key "$(random)"
keep s3_identities.json "{\"identities\":[{\"name\":\"photo-repair\",\"credentials\":[{\"accessKey\":\"$(read_back s3_access_key_id)\",\"secretKey\":\"$(read_back s3_secret_access_key)\"}],\"actions\":[\"Admin\"]}]}"
# The Redis of other systems, for the bridge; put another address here where it needs a password or is elsewhere.
keep redis_url redis://host.docker.internal:6379
