/** A statement of a clean look, for tests. */
import type { Statement } from '../../model/statement.ts';

const hash = (digit: string): string => digit.repeat(64);

export const cleanStatement: Statement = {
  made: {
    time: '2026-11-24T09:00:10.000Z',
    number: 2,
    tool: 'demine',
    version: '0.1.0',
    language: 'en',
  },
  subject: {
    kind: 'live',
    name: 'web-03',
    machineId: '4c1d2e3f5a6b47c8990011223344aabb',
    bootId: 'b',
    rebooted: false,
  },
  case: {
    name: 'web-03-20261123T193109Z',
    scan: { number: 1, started: '2026-11-23T19:31:02Z', verdict: 'mining', result: hash('1') },
    plans: [{ number: 1, plan: hash('2'), ledger: { entries: 9, head: hash('3') } }],
    ledger: { entries: 0, head: hash('0') },
    sha256: hash('4'),
  },
  look: {
    started: '2026-11-24T09:00:01.000Z',
    finished: '2026-11-24T09:00:09Z',
    scan: 3,
    result: hash('5'),
    verdict: 'clean',
    scope: 'host',
    privileged: true,
    interval: 3,
    thorough: false,
  },
  conclusion: {
    outcome: 'clean',
    reasons: [
      { id: 'nothing-found', count: 0 },
      { id: 'one-look', count: 2 },
    ],
  },
  checked: ['processes', 'sockets', 'persistence'],
  notChecked: [
    { id: 'unowned-cpu', required: false, before: false, reason: 'not judged: needs --interval 30 or more' },
  ],
  things: {
    rows: [
      {
        kind: 'miner',
        state: 'gone',
        key: 'process|/tmp/.x/kdump',
        what: 'kdump (pid 4711)',
        where: '/tmp/.x/kdump',
        before: 'pid 4711',
      },
      {
        kind: 'entry',
        state: 'gone',
        key: 'entry|cron-user|/var/spool/cron/crontabs/root|root|/tmp/.x/kdump',
        what: '/tmp/.x/kdump',
        where: '/var/spool/cron/crontabs/root:3',
        before: 'P1',
      },
    ],
    left: 0,
  },
  steps: [
    { plan: 1, id: 'S1', change: 'keep-evidence', subject: '', standing: 'by-hand' },
    { plan: 1, id: 'S2', change: 'quarantine', subject: '/tmp/.x/kdump', standing: 'holds' },
  ],
  notInPlan: [{ plan: 1, subject: 'P3', what: '/etc/rc.local:4', why: 'one-signal' }],
  schedule: [
    { when: 'at-once', due: '2026-11-24T08:00:00.000Z', look: 1 },
    { when: 'minutes-5', due: '2026-11-24T08:05:00.000Z', look: 2 },
    { when: 'hour-1', due: '2026-11-24T09:00:30.000Z' },
    { when: 'hours-24', due: '2026-11-25T08:00:00.000Z' },
    { when: 'reboot' },
    { when: 'days-7', due: '2026-12-01T08:00:00.000Z' },
  ],
  doors: { looked: false, asked: false, rows: [] },
  looks: [{ number: 1, time: '2026-11-24T08:00:02.000Z', outcome: 'clean', id: hash('6') }],
};
