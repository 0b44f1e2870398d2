#include "store/capture_schema.h"

namespace why401::capture_schema {

// 32 KB pages: a 2 KB row wastes half of a 4 KB page and costs more than twice the time; each doubling up to
// here saves another sixth. Larger ones would make the many small commits of quiet hours dear.
const char* const kCreate = R"sql(
PRAGMA page_size = 32768;
PRAGMA application_id = 1463038001;
PRAGMA user_version = 2;
BEGIN;
CREATE TABLE capture(
  program         TEXT NOT NULL,
  created_wall_us INTEGER NOT NULL,
  clean_end       INTEGER NOT NULL DEFAULT 0);
CREATE TABLE exchange(
  id              INTEGER PRIMARY KEY,
  seq             INTEGER,
  client          TEXT,
  upstream        TEXT,
  scheme          TEXT NOT NULL,
  authority       TEXT NOT NULL,
  in_tunnel       INTEGER NOT NULL,
  status          INTEGER NOT NULL,
  outcome         TEXT NOT NULL,
  answered_by_us  INTEGER NOT NULL,
  started_wall_us INTEGER NOT NULL,        started_steady_us INTEGER NOT NULL,
  request_head_wall_us INTEGER NOT NULL,   request_head_steady_us INTEGER NOT NULL,
  forwarded_wall_us INTEGER NOT NULL,      forwarded_steady_us INTEGER NOT NULL,
  response_head_wall_us INTEGER NOT NULL,  response_head_steady_us INTEGER NOT NULL,
  ended_wall_us INTEGER NOT NULL,          ended_steady_us INTEGER NOT NULL,
  request_head    BLOB NOT NULL,
  request_edits   TEXT,
  request_body    BLOB,
  request_packing TEXT,
  request_length  INTEGER NOT NULL,
  interim         TEXT,
  response_head   BLOB NOT NULL,
  response_edits  TEXT,
  response_body   BLOB,
  response_packing TEXT,
  response_length INTEGER NOT NULL,
  fault           TEXT,
  decision        TEXT,
  injected        TEXT);
CREATE TABLE connection(
  seq             INTEGER PRIMARY KEY,
  connection      TEXT NOT NULL,
  local           TEXT NOT NULL,
  peer            TEXT NOT NULL,
  origin          TEXT NOT NULL,
  opened_for      TEXT,
  next_hop_is_proxy INTEGER NOT NULL,
  tunnel          INTEGER NOT NULL,
  opened_wall_us  INTEGER NOT NULL,
  opened_steady_us INTEGER NOT NULL,
  closed_by       TEXT,
  close_kind      TEXT,
  closed_wall_us  INTEGER,
  closed_steady_us INTEGER,
  closed_because  TEXT,
  tls             TEXT,
  carried_from_client INTEGER,
  carried_to_client INTEGER);
CREATE TABLE event(
  seq             INTEGER PRIMARY KEY,
  kind            TEXT NOT NULL,
  wall_us         INTEGER NOT NULL,
  steady_us       INTEGER NOT NULL,
  detail          TEXT NOT NULL);
CREATE TABLE exchange_reading(id INTEGER PRIMARY KEY, json TEXT NOT NULL);
CREATE TABLE conversation_reading(id INTEGER PRIMARY KEY, json TEXT NOT NULL);
CREATE TABLE finding(id INTEGER PRIMARY KEY, json TEXT NOT NULL);

CREATE VIEW exchanges AS
WITH start_line AS (
  SELECT id AS of, ltrim(CAST(substr(request_head, 1, 65536) AS TEXT), char(13, 10)) AS line FROM exchange),
method AS (
  SELECT of, substr(line, 1, instr(line, ' ') - 1) AS method, substr(line, instr(line, ' ') + 1) AS rest
  FROM start_line),
target AS (
  SELECT of, method, substr(rest, 1, instr(rest, ' ') - 1) AS target FROM method)
SELECT e.id,
  strftime('%Y-%m-%dT%H:%M:%S', started_wall_us / 1000000, 'unixepoch')
    || printf('.%06dZ', started_wall_us % 1000000) AS time,
  client, upstream, t.method,
  CASE WHEN substr(t.target, 1, 1) = '/' AND authority <> '' THEN e.scheme || '://' || authority || t.target
       WHEN t.target = '' AND authority <> '' THEN e.scheme || '://' || authority
       WHEN t.target = '*' THEN e.scheme || '://' || authority || '/*'
       ELSE t.target END AS url,
  status,
  json_extract(r.json, '$.substatus.value') AS substatus,
  json_extract(r.json, '$.scheme') AS auth_scheme,
  json_extract(r.json, '$.leg') AS leg,
  json_extract(r.json, '$.client_identity') AS client_identity,
  json_extract(r.json, '$.identity') AS identity,
  json_extract(r.json, '$.finding') AS finding,
  json_extract(r.json, '$.conversation') AS conversation,
  outcome,
  request_length, response_length,
  CASE WHEN ended_steady_us <> 0 THEN (ended_steady_us - started_steady_us) / 1000.0 END AS duration_ms
FROM exchange e JOIN target t ON t.of = e.id LEFT JOIN exchange_reading r ON r.id = e.id;

CREATE VIEW connections AS
SELECT connection AS id, local, peer, origin, opened_for, next_hop_is_proxy, tunnel,
  strftime('%Y-%m-%dT%H:%M:%S', opened_wall_us / 1000000, 'unixepoch')
    || printf('.%06dZ', opened_wall_us % 1000000) AS opened,
  strftime('%Y-%m-%dT%H:%M:%S', closed_wall_us / 1000000, 'unixepoch')
    || printf('.%06dZ', closed_wall_us % 1000000) AS closed,
  closed_by, close_kind, closed_because,
  json_extract(tls, '$.server_name') AS server_name, json_extract(tls, '$.version') AS tls_version,
  json_extract(tls, '$.certificate.subject') AS certificate, json_extract(tls, '$.refusal.check') AS tls_refusal,
  carried_from_client, carried_to_client
FROM (SELECT *, max(seq) AS last FROM connection GROUP BY connection) ORDER BY seq;

CREATE VIEW conversations AS
SELECT id,
  json_extract(json, '$.origin') AS origin,
  json_extract(json, '$.scheme') AS scheme,
  json_extract(json, '$.identity') AS identity,
  json_extract(json, '$.outcome') AS outcome,
  json_extract(json, '$.verdict') AS verdict,
  json_extract(json, '$.exchanges') AS exchanges
FROM conversation_reading;

CREATE VIEW findings AS
SELECT id,
  json_extract(json, '$.rule') AS rule,
  json_extract(json, '$.kind') AS kind,
  json_extract(json, '$.severity') AS severity,
  json_extract(json, '$.confidence') AS confidence,
  json_extract(json, '$.culprit') AS culprit,
  json_extract(json, '$.exchange') AS exchange,
  json_extract(json, '$.conversation') AS conversation,
  json_extract(json, '$.because') AS because
FROM finding;

CREATE VIEW pool_decisions AS
SELECT id AS exchange,
  strftime('%Y-%m-%dT%H:%M:%S', forwarded_wall_us / 1000000, 'unixepoch')
    || printf('.%06dZ', forwarded_wall_us % 1000000) AS time,
  client,
  json_extract(decision, '$.policy') AS policy,
  json_extract(decision, '$.chosen') AS chosen,
  json_extract(decision, '$.opened_new') AS opened_new,
  json_extract(decision, '$.because') AS because,
  json_extract(decision, '$.candidates') AS candidates
FROM exchange WHERE decision IS NOT NULL;
COMMIT;
)sql";

}  // namespace why401::capture_schema
