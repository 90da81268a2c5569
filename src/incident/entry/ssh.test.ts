import { heapStats } from 'bun:jsc';
import { describe, expect, test } from 'bun:test';
import type { LogEvent } from '../../model/facts/event.ts';
import {
  accepted,
  at,
  conclude,
  entry,
  event,
  failures,
  key,
  left,
  miner,
  read,
  scene,
  sshd,
  text,
} from '../incident.fixture.ts';
import { SshWatcher } from './ssh.ts';
import { subnetOf } from './tries.ts';

const guesser = '192.0.2.66';
const admin = '198.51.100.7';
const dropped = scene({ files: [left('/root/.x/run.sh', '2024-03-10 03:05:00')] });
const said = (log: string, of = dropped) =>
  conclude(new SshWatcher(), read(log), of).map(({ vector, grade, account, attackers }) => [
    vector,
    grade,
    String(account),
    [...attackers].map(String),
  ]);

const usualDays = ['2024-03-01', '2024-03-02', '2024-03-03']
  .map((day) => accepted(`${day} 09:00:00`, 'root', admin))
  .join('');

describe('a password that was guessed', () => {
  const guesses = failures('2024-03-10 02:00:00', 60, 20, [guesser], ['root', 'admin', 'oracle']);

  test('classic: many tries, one success, a file minutes later', () => {
    const log = usualDays + guesses + accepted('2024-03-10 03:01:00', 'root', guesser);
    expect(said(log)).toEqual([['ssh-brute-force', 'confirmed', 'root', [guesser]]]);
    const [way] = conclude(
      new SshWatcher(),
      read(log),
      scene({
        ...dropped,
        entries: [entry('cron-user', '/var/spool/cron/crontabs/root', '2024-03-10 03:06:00')],
        miners: [miner('2024-03-10 03:07:00')],
      }),
    );
    expect(way?.firstSuccessUs).toBe(at('2024-03-10 03:01:00'));
    expect(way?.chain.map(({ step }) => step)).toEqual([
      'attempt',
      'success',
      'file',
      'persistence',
      'miner',
    ]);
    expect(String(way?.chain[1]?.text)).toContain(`Accepted password for root from ${guesser}`);
    expect(way?.missing).toEqual([]);
  });

  test('without a file after it the success alone is possible', () => {
    const log = guesses + accepted('2024-03-10 03:01:00', 'root', guesser);
    expect(said(log, scene())).toEqual([['ssh-brute-force', 'possible', 'root', [guesser]]]);
  });

  test('a file of the web server is not the work of root', () => {
    const log = guesses + accepted('2024-03-10 03:01:00', 'root', guesser);
    const of = scene({ files: [left('/tmp/x', '2024-03-10 03:05:00', 'www-data')] });
    expect(said(log, of)).toEqual([['ssh-brute-force', 'probable', 'root', [guesser]]]);
  });

  test('a file without inode times is at most probable, and so is an uncertain clock', () => {
    const log = guesses + accepted('2024-03-10 03:01:00', 'root', guesser);
    const { changedUs: _, ...file } = left('/root/.x/run.sh', '2024-03-10 03:05:00');
    expect(said(log, scene({ files: [file] }))[0]?.[1]).toBe('probable');
    const events = read(log).map((one): LogEvent => ({ ...one, certain: false }));
    const [way] = conclude(new SshWatcher(), events, dropped);
    expect(way).toMatchObject({ grade: 'probable', missing: ['time-uncertain'] });
  });

  test('by a subnet, of which each address tried a little', () => {
    const froms = Array.from({ length: 12 }, (_, index) => `192.0.2.${10 + index}`);
    const log =
      usualDays +
      failures('2024-03-10 00:00:00', 36, 290, froms, ['root', 'admin', 'test', 'ubuntu', 'git']) +
      accepted('2024-03-10 03:01:00', 'root', '192.0.2.200');
    expect(said(log)).toEqual([['ssh-brute-force', 'confirmed', 'root', ['192.0.2.200']]]);
  });

  test('by many addresses in turn, of which the last never failed', () => {
    const froms = Array.from({ length: 40 }, (_, index) => `203.0.${index}.5`);
    const log =
      usualDays +
      failures('2024-03-09 00:00:00', 40, 2000, froms, ['root', 'deploy']) +
      accepted('2024-03-10 03:01:00', 'deploy', '192.0.2.99');
    const of = scene({ files: [left('/home/deploy/.x', '2024-03-10 03:05:00', 'deploy')] });
    expect(said(log, of)).toEqual([['ssh-brute-force', 'confirmed', 'deploy', ['192.0.2.99']]]);
  });

  test('slowly: four tries a day for two weeks', () => {
    const days = Array.from({ length: 9 }, (_, day) =>
      failures(`2024-03-0${day + 1} 04:00:00`, 4, 3600, [guesser], ['root', 'admin', 'user']),
    ).join('');
    const log = days + accepted('2024-03-10 03:01:00', 'root', guesser);
    expect(said(log)).toEqual([['ssh-brute-force', 'confirmed', 'root', [guesser]]]);
  });

  test('who guesses on for weeks after the success is found all the same', () => {
    const log =
      guesses +
      accepted('2024-03-10 03:01:00', 'root', guesser) +
      failures('2024-03-10 03:02:00', 3000, 500, [guesser], ['www', 'ftp', 'git']);
    expect(said(log)).toEqual([['ssh-brute-force', 'confirmed', 'root', [guesser]]]);
  });

  test('the order of logs does not matter', () => {
    const events = [
      ...read(accepted('2024-03-10 03:01:00', 'root', guesser), { source: '/var/log/auth.log' }),
      ...read(guesses, { source: '/var/log/auth.log.1' }),
      ...read(usualDays, { source: '/var/log/auth.log.2' }),
    ];
    expect(conclude(new SshWatcher(), events, dropped)[0]).toMatchObject({
      grade: 'confirmed',
      account: 'root',
    });
  });

  test('who came again with a key is the same door', () => {
    const log =
      guesses +
      accepted('2024-03-10 03:01:00', 'root', guesser) +
      accepted('2024-03-15 03:01:00', 'root', guesser, 'SHA256:aaaaaaaaaaaaaaaaaaaaaaaa');
    expect(said(log)).toEqual([['ssh-brute-force', 'confirmed', 'root', [guesser]]]);
  });

  test('an account that raised itself by sudo owns what root left', () => {
    const raised =
      'Mar 10 03:03:00 web1 sudo:   deploy : TTY=pts/0 ; PWD=/home/deploy ; USER=root ; COMMAND=/bin/sh\n';
    const log =
      failures('2024-03-10 02:00:00', 60, 20, [guesser], ['root', 'deploy', 'oracle']) +
      accepted('2024-03-10 03:01:00', 'deploy', guesser);
    expect(said(log)[0]?.[1]).toBe('probable');
    expect(said(log + raised)[0]?.[1]).toBe('confirmed');
  });

  const wiped = guesses + failures('2024-03-10 04:00:00', 3, 20, ['203.0.113.9'], ['root']);
  const who = { account: text('root'), from: text(guesser) };
  const session = { what: 'session', phase: 'opened', terminal: text('pts/0'), ...who } as const;
  const last = { what: 'login', outcome: 'accepted', known: true, method: text(''), ...who } as const;

  test.each([
    ['wtmp', { ...session, service: 'utmp' }],
    ['wtmpdb', { ...session, service: 'sshd' }],
    ['lastlog', { ...last, service: 'lastlog' }],
    ['lastlog2', { ...last, service: 'sshd' }],
  ] as const)('only %s tells of it: the log was wiped', (_, detail) => {
    const events = [...read(wiped), event('2024-03-10 03:01:00', detail)];
    const [way] = conclude(new SshWatcher(), events, dropped);
    expect(way).toMatchObject({ grade: 'probable', missing: ['log-wiped'], attackers: [guesser] });
  });

  test('only wtmp reaches so far back: btmp, which has no success, proves no wiping', () => {
    const late = failures('2024-03-12 04:00:00', 3, 20, ['203.0.113.9'], ['root']);
    const events = [
      ...read(guesses, { source: '/var/log/btmp.1' }),
      ...read(late),
      event('2024-03-10 03:01:00', { ...session, service: 'utmp' }),
    ];
    const [way] = conclude(new SshWatcher(), events, dropped);
    expect(way?.missing).toContain('log-begins-later');
    expect(way?.missing).not.toContain('log-wiped');
  });

  test('a terminal within a terminal, and a last login at the console, are no way in', () => {
    const details = [
      { ...session, service: 'utmp', from: text(':pts/1:S.0') },
      { ...session, service: 'utmp', from: text('') },
      { ...session, service: 'utmp', terminal: text('tty1') },
      { ...last, service: 'lastlog', from: text('') },
    ] as const;
    for (const detail of details) {
      const events = [...read(wiped), event('2024-03-10 03:01:00', detail)];
      expect(conclude(new SshWatcher(), events, dropped).filter(({ grade }) => grade !== 'possible')).toEqual(
        [],
      );
    }
  });
});

describe('who only looks like it', () => {
  test('five typos of an administrator, in three logs, are typing', () => {
    const typos = failures('2024-03-10 02:59:00', 5, 10, [admin], ['root']);
    const log = typos + accepted('2024-03-10 03:01:00', 'root', admin);
    const events = ['auth.log', 'journal', 'auth.log.1'].flatMap((name) => read(log, { source: name }));
    expect(conclude(new SshWatcher(), events, scene())).toEqual([]);
    expect(conclude(new SshWatcher(), events, dropped)).toEqual([]);
  });

  test('lines of one connection are one try', () => {
    const tries = Array.from({ length: 4 }, (_, index) => {
      const when = `2024-03-10 02:0${index}:00`;
      const port = `port ${3000 + index}`;
      return (
        sshd(when, `Invalid user amdin from ${admin} ${port}`) +
        sshd(when, `Failed password for invalid user amdin from ${admin} ${port} ssh2`) +
        sshd(when, `Connection closed by invalid user amdin ${admin} ${port} [preauth]`)
      );
    }).join('');
    expect(said(tries + accepted('2024-03-10 03:01:00', 'amdin', admin), scene())).toEqual([]);
  });

  test('typos over months do not add up for an address that is used here', () => {
    const days = Array.from({ length: 28 }, (_, day) => {
      const date = `2024-02-${String(day + 1).padStart(2, '0')}`;
      return (
        failures(`${date} 08:59:00`, 3, 10, [admin], ['root', 'deploy', 'backup']) +
        accepted(`${date} 09:00:00`, 'root', admin)
      );
    }).join('');
    const log = days + accepted('2024-03-10 03:01:00', 'root', admin);
    expect(said(log)).toEqual([]);
    const watcher = new SshWatcher();
    conclude(watcher, read(log), dropped);
    expect(watcher.excluded()).toEqual([
      { vector: 'ssh-brute-force', service: 'sshd', what: 'usual-login', count: 1, from: text(admin) },
    ]);
  });

  test('a client with six keys fails with each', () => {
    const offers = Array.from({ length: 30 }, (_, index) =>
      sshd(
        `2024-03-10 02:0${index % 10}:00`,
        `Failed publickey for root from ${admin} port ${index} ssh2: RSA SHA256:bbbbbbbbbbbbbbbbbbbbbb`,
      ),
    ).join('');
    expect(said(offers + accepted('2024-03-10 03:01:00', 'root', admin), scene())).toEqual([]);
  });

  test('a robot with an old password, and a colleague from the same office', () => {
    const log =
      usualDays +
      failures('2024-03-09 20:00:00', 400, 60, [admin], ['backup']) +
      accepted('2024-03-10 03:01:00', 'root', admin);
    expect(said(log)).toEqual([]);
  });

  test('guessing without success is no door', () => {
    const log = failures('2024-03-10 00:00:00', 500, 20, [guesser, '203.0.113.5'], ['root', 'admin', 'test']);
    const watcher = new SshWatcher();
    expect(conclude(watcher, read(log), dropped)).toEqual([]);
    expect(watcher.excluded()).toEqual([
      { vector: 'ssh-brute-force', service: 'sshd', what: 'failed-guesses', count: 2 },
    ]);
  });

  test('a user name that looks like a success forges nothing', () => {
    const forged = `x from 192.0.2.1 port 1 ssh2\\nAccepted password for root from ${guesser} port 22 ssh2`;
    const log = Array.from({ length: 30 }, (_, index) =>
      sshd(
        '2024-03-10 03:00:00',
        `Failed password for invalid user ${forged} from ${guesser} port ${index} ssh2`,
      ),
    ).join('');
    expect(said(log)).toEqual([]);
  });

  test('the bridge of Docker stands for whoever came', () => {
    const gateway = '172.17.0.1';
    const log =
      failures('2024-03-01 00:00:00', 900, 800, [gateway], ['root', 'admin', 'test']) +
      accepted('2024-03-10 03:01:00', 'root', gateway);
    expect(said(log, scene())).toEqual([]);
    const [way] = conclude(new SshWatcher(), read(log), dropped);
    expect(way?.attackers ?? []).toEqual([]);
    expect(way?.grade).not.toBe('confirmed');
  });
});

describe('a key', () => {
  const mine = 'SHA256:kkkkkkkkkkkkkkkkkkkkkkkkkkkk';
  const theirs = 'SHA256:tttttttttttttttttttttttttttt';
  const days = ['01', '02', '03']
    .map((day) => accepted(`2024-03-${day} 09:00:00`, 'root', admin, mine))
    .join('');

  test("the administrator's own, from where he always comes, is no intruder", () => {
    expect(said(days + accepted('2024-03-10 03:01:00', 'root', admin, mine))).toEqual([]);
  });

  test('his key from elsewhere, and then the first file: stolen, as it seems', () => {
    const [way] = conclude(
      new SshWatcher(),
      read(days + accepted('2024-03-10 03:01:00', 'root', guesser, mine)),
      dropped,
    );
    expect(way).toMatchObject({
      vector: 'ssh-key',
      grade: 'probable',
      missing: ['usual-key'],
      attackers: [guesser],
    });
  });

  test('a key that nobody used before, from nowhere, and then the first file', () => {
    expect(said(days + accepted('2024-03-10 03:01:00', 'root', guesser, theirs))).toEqual([
      ['ssh-key', 'confirmed', 'root', [guesser]],
    ]);
  });

  test('a responder who comes for what was there already', () => {
    const of = scene({
      files: [left('/root/.x/a', '2024-03-08 00:00:00'), left('/root/.x/log', '2024-03-10 03:05:00')],
    });
    expect(said(days + accepted('2024-03-10 03:01:00', 'root', guesser, theirs), of)).toEqual([]);
  });

  test('a planted key that was used', () => {
    const of = scene({ ...dropped, keys: [key(theirs, '2024-03-09 00:00:00', true)] });
    expect(said(days + accepted('2024-03-10 03:01:00', 'root', guesser, theirs), of)).toEqual([
      ['ssh-key', 'confirmed', 'root', [guesser]],
    ]);
  });

  test('of two strangers before the trace the last is told, and that it is not sure', () => {
    const log =
      days +
      accepted('2024-03-10 02:55:00', 'root', '203.0.113.20', theirs) +
      accepted('2024-03-10 03:01:00', 'root', guesser, 'SHA256:uuuuuuuuuuuuuuuuuuuuuuuuuu');
    const [way] = conclude(new SshWatcher(), read(log), dropped);
    expect(way).toMatchObject({ grade: 'probable', missing: ['several-candidates'], attackers: [guesser] });
  });
});

test('a login that audit records have by a number is the one that they have by a name', () => {
  const login = (account: string, method: string): LogEvent =>
    event('2024-03-10 03:01:00', {
      what: 'login',
      outcome: 'accepted',
      service: 'sshd',
      account: text(account),
      known: true,
      from: text(guesser),
      method: text(method),
    });
  const guessed = read(failures('2024-03-10 02:00:00', 60, 20, [guesser], ['git', 'admin', 'oracle']));
  const of = scene({ files: [left('/home/git/.x', '2024-03-10 03:05:00', 'git')] });
  const ways = conclude(new SshWatcher(), [...guessed, login('git', 'password'), login('1003', '')], of);
  expect(ways).toMatchObject([
    { vector: 'ssh-brute-force', grade: 'confirmed', account: 'git', missing: [] },
  ]);
});

describe('a password that nobody guessed, from where nobody comes who works here', () => {
  const came = accepted('2024-03-10 03:01:00', 'root', guesser);
  const [lead] = conclude(new SshWatcher(), read(usualDays + came), dropped);

  test('is a lead where its own account left the first trace, and no more', () => {
    expect(lead).toMatchObject({
      vector: 'ssh-brute-force',
      grade: 'possible',
      account: 'root',
      attackers: [guesser],
      missing: ['no-guesses'],
    });
    expect(lead?.chain.map(({ step }) => step)).toEqual(['success', 'file']);
  });

  test('is none beside the work of another account, without a usual visitor, from within, or after the trace', () => {
    const other = scene({ files: [left('/tmp/.x', '2024-03-10 03:05:00', 'www-data')] });
    expect(said(usualDays + came, other)).toEqual([]);
    expect(said(came)).toEqual([]);
    expect(said(usualDays + accepted('2024-03-10 03:01:00', 'root', '10.0.0.8'))).toEqual([]);
    expect(said(usualDays + accepted('2024-03-10 03:11:00', 'root', guesser))).toEqual([]);
    expect(said(usualDays + accepted('2024-03-10 03:01:00', 'root', admin))).toEqual([]);
  });

  test('gives way to whoever has more against him', () => {
    const stolen = accepted('2024-03-10 03:00:30', 'root', '192.0.2.99', 'SHA256:nnnnnnnnnnnnnnnnnnnnnnn');
    const ways = said(usualDays + stolen + came);
    expect(ways.map(([vector, , , from]) => [vector, from])).toEqual([['ssh-key', ['192.0.2.99']]]);
  });

  test('is told by wtmp alone where the log of logins was emptied', () => {
    const session = (when: string, from: string): LogEvent =>
      event(when, {
        what: 'session',
        phase: 'opened',
        service: 'utmp',
        account: text('root'),
        from: text(from),
        terminal: text('pts/0'),
      });
    const events = [session('2024-03-01 09:00:00', admin), session('2024-03-10 03:01:00', guesser)];
    expect(conclude(new SshWatcher(), events, dropped)).toMatchObject([
      { grade: 'possible', attackers: [guesser], account: 'root' },
    ]);
  });
});

test('subnets of both families', () => {
  expect(subnetOf('192.0.2.77')).toBe('192.0.2.0/24');
  expect(subnetOf('2001:db8:1:2::5')).toBe('2001:db8:1::/48');
  expect(subnetOf('2001:db8::5')).toBe('2001:db8:0::/48');
  expect(subnetOf('host.example.com')).toBe('host.example.com');
});

function heldBytes(): number {
  Bun.gc(true);
  return heapStats().heapSize;
}

test('a million guessers do not push out who came in, nor fill the memory', () => {
  const watcher = new SshWatcher();
  const [model] = read(failures('2024-03-09 00:00:00', 1, 1, [guesser], ['root']));
  if (model === undefined || model.what !== 'login') throw new TypeError('no login');
  for (const one of read(failures('2024-03-09 00:00:00', 60, 1, [guesser], ['root', 'a', 'b'])))
    watcher.see(one);
  const before = heldBytes();
  for (let index = 0; index < 400_000; index += 1) {
    const from = text(`2001:db8:${(index >> 8).toString(16)}:${(index & 255).toString(16)}::1`);
    watcher.see({
      ...model,
      from,
      account: text(`user${index}`),
      us: model.us + index * 1e5,
      port: index & 65535,
    });
    if (index % 5000 === 0) watcher.see({ ...model, us: model.us + index * 1e5, port: index & 65535 });
  }
  for (const one of read(accepted('2024-03-10 03:01:00', 'root', guesser))) watcher.see(one);
  expect(watcher.conclude(dropped)[0]).toMatchObject({ grade: 'confirmed', attackers: [guesser] });
  // What it holds on to, whatever other tests left in this process; it is asked again below, so nothing of it is gone.
  expect(heldBytes() - before).toBeLessThan(64 << 20);
  expect(watcher.conclude(dropped)).toHaveLength(1);
});
