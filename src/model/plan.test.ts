import { expect, test } from 'bun:test';
import { planSchema } from './plan.ts';

const sha256 = '0'.repeat(64);
const step = {
  id: 'S1',
  phase: 'timers',
  findings: ['F1'],
  change: { kind: 'quarantine', path: '/etc/cron.d/x' },
  preconditions: [
    { kind: 'file', file: { path: '/etc/cron.d/x', type: 'file', inode: '1', size: 2, sha256 } },
  ],
  reversibility: 'reversible',
  breaks: [],
  verify: 'gone',
};
const plan = {
  schema: 'demine-plan/1.0',
  made: '2024-01-02T03:04:05Z',
  scan: 1,
  target: { kind: 'folder', name: '/mnt/image', machineId: '', bootId: '' },
  decision: { answer: 'clean', reasons: [] },
  steps: [step],
  left: [],
  added: [],
};
const holds = (change: object): boolean =>
  planSchema.safeParse({ ...plan, steps: [{ ...step, change }] }).success;

test('a plan is read back as it was written', () => {
  expect(planSchema.safeParse(plan)).toMatchObject({ success: true, data: plan });
});

test('a path that leads elsewhere than it says is no path', () => {
  const paths = [
    'etc/x',
    '/',
    '/etc/',
    '/etc/../x',
    '/./x',
    '//x',
    '/etc/..',
    '/etc/\u202ex',
    '/etc/%zz',
    '',
  ];
  expect(paths.filter((path) => holds({ kind: 'quarantine', path }))).toEqual([]);
  expect(['/etc/..x', '/.x', '/etc/x%0A'].every((path) => holds({ kind: 'quarantine', path }))).toBe(true);
});

test('what nobody may do cannot be written down', () => {
  expect(holds({ kind: 'run', command: 'rm' })).toBe(false);
  expect(holds({ kind: 'quarantine', path: '/etc/x', recursive: true })).toBe(false);
  expect(holds({ kind: 'edit-file', path: '/etc/x', edits: [], after: sha256 })).toBe(false);
  expect(holds({ kind: 'kill', processes: [], programs: ['/tmp/x'] })).toBe(true);
  expect(holds({ kind: 'kill', processes: [{ pid: -1 }], programs: [] })).toBe(false);
});
