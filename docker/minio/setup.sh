#!/bin/sh
# The bucket, and a user for the services that may do what they do and no more. Repeatable.
set -eu
export MC_CONFIG_DIR=/tmp/mc
secrets=/run/cairn/minio
# In the environment, where only this user sees it; mc takes it from there.
export MC_HOST_cairn="http://$(cat $secrets/root-user):$(cat $secrets/root-password)@$MINIO"
mc mb --quiet --ignore-existing cairn/cairn
mc admin policy create cairn cairn-services /etc/cairn/minio/policy.json
printf '%s\n%s\n' cairn-services "$(cat $secrets/services)" | mc admin user add cairn
if ! mc admin policy entities cairn --user cairn-services | grep -q 'cairn-services$'; then
  mc admin policy attach cairn cairn-services --user cairn-services
fi
