#!/bin/bash
# Makes one database and one role per service; the server runs it once, on an empty data folder.
# A role may connect to its own database and to no other, and nobody else finds anything in its schema.
# It owns its tables and is bound by their policies all the same, as no superuser and without BYPASSRLS.
set -euo pipefail

psql --quiet -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres <<'SQL'
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', datname) FROM pg_database WHERE datallowconn \gexec
SQL

for service in partners programs products notifications identity; do
  variable="${service^^}_DB_PASSWORD"
  # format(%I/%L) quotes inside the server: a password may hold any character. A role cannot be made
  # from a bound parameter, so \gexec runs what the SELECT wrote.
  psql --quiet -v ON_ERROR_STOP=1 -v role="$service" -v password="${!variable:?}" \
    --username "$POSTGRES_USER" --dbname postgres <<'SQL'
SELECT format('CREATE ROLE %I LOGIN PASSWORD %L NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE', :'role', :'password') \gexec
SELECT format('CREATE DATABASE %I OWNER %I', :'role', :'role') \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', :'role') \gexec
SQL
  psql --quiet -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$service" <<'SQL'
REVOKE ALL ON SCHEMA public FROM PUBLIC;
SELECT format('ALTER SCHEMA public OWNER TO %I', current_database()) \gexec
SQL
  echo "database and role: $service"
done
