/**
 * The tables, as steps from one version of the file to the next; `PRAGMA user_version` counts the steps that were
 * taken. A step that has been released is never changed.
 *
 * A job waits either asleep (`due` 0: its time has not come) or due. The partial indexes keep every look at the queue
 * to a few rows, however many jobs wait, sleep or are done. The first column of each table is its primary key; saving
 * what can be read of a damaged file relies on it.
 */
export const STEPS: ReadonlyArray<string> = [
  `
CREATE TABLE job (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL,
  work_tag TEXT NOT NULL,
  work TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
  due INTEGER NOT NULL,
  priority REAL NOT NULL,
  lane TEXT NOT NULL,
  attempts INTEGER NOT NULL,
  not_before_ms REAL NOT NULL,
  created_at_ms REAL NOT NULL,
  started_at_ms REAL,
  finished_at_ms REAL,
  reason TEXT
) STRICT;
CREATE UNIQUE INDEX job_active ON job (key) WHERE state IN ('waiting', 'running');
CREATE INDEX job_due ON job (lane, priority, id) WHERE state = 'waiting' AND due = 1;
CREATE INDEX job_asleep ON job (not_before_ms) WHERE state = 'waiting' AND due = 0;
CREATE INDEX job_running ON job (lane) WHERE state = 'running';
CREATE INDEX job_ended ON job (state, id) WHERE state IN ('done', 'failed', 'cancelled');
CREATE TABLE sighting (
  key TEXT PRIMARY KEY,
  job_id INTEGER NOT NULL,
  until_ms REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE journal (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms REAL NOT NULL,
  kind TEXT NOT NULL,
  job_id INTEGER,
  server_id TEXT,
  rating_key TEXT,
  title TEXT,
  text TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;
CREATE INDEX journal_job ON journal (job_id, id) WHERE job_id IS NOT NULL;
CREATE INDEX journal_item ON journal (server_id, rating_key, id) WHERE rating_key IS NOT NULL;
CREATE TABLE pin (
  id TEXT PRIMARY KEY,
  created_at_ms REAL NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE state (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE opening (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  count INTEGER NOT NULL
) STRICT;
INSERT INTO opening VALUES (1, 0);
`,
  `
CREATE TABLE session (
  id TEXT PRIMARY KEY,
  seen_at_ms REAL NOT NULL,
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_seen ON session (seen_at_ms);
CREATE TABLE tally (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  body TEXT NOT NULL
) STRICT;
`,
  `
CREATE TABLE placed (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  server_id TEXT NOT NULL,
  rating_key TEXT NOT NULL,
  at_ms REAL NOT NULL,
  state TEXT NOT NULL,
  next_look_ms REAL,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX placed_item ON placed (server_id, rating_key, id);
CREATE INDEX placed_due ON placed (next_look_ms) WHERE state = 'placed' AND next_look_ms IS NOT NULL;
CREATE TABLE refusal (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  server_id TEXT NOT NULL,
  rating_key TEXT NOT NULL,
  provider TEXT NOT NULL,
  candidate_id TEXT NOT NULL,
  body TEXT NOT NULL,
  UNIQUE (server_id, rating_key, provider, candidate_id)
) STRICT;
`,
  `
CREATE TABLE intention (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  body TEXT NOT NULL
) STRICT;
CREATE INDEX placed_since ON placed (server_id, at_ms, rating_key) WHERE state = 'placed';
`,
]

/** The tables whose rows are worth saving from a damaged file. */
export const TABLES_KEPT = [
  "job",
  "sighting",
  "journal",
  "pin",
  "state",
  "session",
  "placed",
  "refusal",
  "intention",
] as const
