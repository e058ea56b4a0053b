#!/bin/sh
# Runs once, when the database is made: the service's own user, who may read and write rows but owns no table.
# Tailwatch gives it its rights table by table, as their owner, whenever it starts.
set -eu
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
  --set=password="$(cat /run/secrets/database-app-password)" <<'SQL'
create role tailwatch_app login password :'password';
SQL
