#!/usr/bin/env bash
# Two databases with a user each. The image runs it once, on an empty volume.
set -euo pipefail
for name in people ledger; do
  secret="${name^^}_PASSWORD"
  psql --set ON_ERROR_STOP=1 --set name="$name" --set secret="${!secret}" --username "$POSTGRES_USER" <<'SQL'
CREATE USER :"name" PASSWORD :'secret';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done
