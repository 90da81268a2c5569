import { describe, expect, test } from 'bun:test';
import type { Language } from '../../messages/catalogue.ts';
import { noteParts, stopReasons } from '../../model/ledger.ts';
import {
  breakages,
  containerActions,
  decisionReasons,
  type Plan,
  phases,
  planVersion,
  refusals,
  reversibilities,
  type Step,
  tasks,
} from '../../model/plan.ts';
import { printableBytes, printableText } from '../../model/text.ts';
import { displayWidth } from '../width.ts';
import { EndedScreen } from './ended-screen.ts';
import { removalTexts, renderPlan, type ShownState } from './plan-screen.ts';

const text = printableText;
const sha256 = '0'.repeat(64);
const hostile = printableBytes(
  Buffer.from('/etc/cron.d/\x1b[31m\u202e<b>&\xff 长长的名字'.repeat(4), 'utf8'),
);

const step = (id: string, phase: Step['phase'], change: Step['change']): Step => ({
  id,
  phase,
  findings: ['P1', 'F1'],
  change,
  preconditions: [],
  reversibility: reversibilities[Number(id.slice(1)) % reversibilities.length] ?? 'reversible',
  breaks: breakages.map((one) => ({ id: one, subject: hostile })),
  verify: 'content',
});

const process = {
  pid: 41,
  startTicks: 1,
  name: text('kdump'),
  exe: hostile,
  role: 'respawner',
} as const;
const edits = [
  { line: 3, before: text('* * * * * /tmp/.x/kdump'), after: text('# nothing') },
  { line: 99, before: hostile },
];
const plan: Plan = {
  schema: `demine-plan/${planVersion}`,
  made: '2024-01-02T03:04:05Z',
  scan: 1,
  target: { kind: 'folder', name: hostile, machineId: '', bootId: '' },
  decision: { answer: 'rebuild', reasons: decisionReasons.map((id) => ({ id, subjects: [hostile] })) },
  steps: [
    ...phases.map((phase, at) =>
      step(`S${at + 1}`, phase, {
        kind: 'by-hand',
        task: tasks[at % tasks.length] ?? 'scan-again',
        subjects: Array.from({ length: 30 }, () => hostile),
        command: text('apt-get install --reinstall procps'),
      }),
    ),
    step('S20', 'verify', { kind: 'edit-file', path: hostile, edits, after: sha256, unlock: true }),
    step('S21', 'verify', { kind: 'quarantine', path: hostile }),
    step('S22', 'verify', {
      kind: 'set-metadata',
      path: hostile,
      mode: 0o755,
      uid: 0,
      gid: 0,
      flags: { immutable: false, appendOnly: true },
    }),
    step('S23', 'verify', { kind: 'freeze', processes: [process], programs: [] }),
    step('S24', 'verify', {
      kind: 'kill',
      processes: [{ ...process, role: 'miner', pool: hostile, wallet: hostile }],
      programs: [],
    }),
    ...containerActions.map((action, at) =>
      step(`S${25 + at}`, 'verify', {
        kind: 'container',
        action,
        engine: { kind: 'docker', socket: hostile, uid: 0, api: '1.41' },
        container: {
          id: 'c0ffee'.padEnd(64, '0'),
          name: at === 0 ? text('') : hostile,
          image: hostile,
          imageId: hostile,
        },
        policy: hostile,
        paths: [hostile],
        ...(at % 2 === 0 ? {} : { size: 44_000_000_000 }),
      }),
    ),
    step('S30', 'verify', {
      kind: 'take-inside',
      file: hostile,
      inside: { container: hostile, namespace: 7, pid: 41, startTicks: 1, bootId: '' },
    }),
    step('S29', 'verify', {
      kind: 'edit-file',
      path: hostile,
      edits: [{ line: 1, part: { at: 3, length: 9 }, before: hostile, after: hostile }],
      after: sha256,
      unlock: false,
    }),
  ],
  left: refusals.map((why, at) => ({ subject: `P${at}`, what: hostile, why, addable: at % 2 === 0 })),
  added: [],
};

const shownStates: readonly ShownState[] = ['open', 'done', 'undone', 'begun', 'by-hand', 'stopped'];
const conditions = (
  [
    ...(['not-root', 'read-only', 'no-right', 'little-room', 'no-room-to-export'] as const),
    ...(['in-use', 'no-pidfd', 'no-firewall'] as const),
  ] as const
).map((id) => ({ id, subject: hostile }));
const states = new Map(plan.steps.map(({ id }, at) => [id, shownStates[at % shownStates.length] ?? 'open']));

/** What nobody may send to a terminal, beside the line ends and colours of our own. */
const acts = /[\x00-\x09\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e]|\x1b(?!\[[\d;]*m)/;

describe.each(['en', 'zh-CN'] satisfies Language[])('a removal in %s', (language) => {
  for (const width of [40, 80, 160]) {
    test(`fits ${width} columns, and nothing of the target acts on the terminal`, () => {
      const shown = renderPlan(plan, { width, color: false, language, states, conditions });
      expect(shown.split('\n').filter((line) => displayWidth(line) > width)).toEqual([]);
      expect(shown).not.toMatch(acts);
      expect(shown).not.toContain('undefined');
      expect(renderPlan(plan, { width, color: true, language, states, conditions })).not.toMatch(acts);
    });
  }

  test('every step is told with its number, and every line that goes', () => {
    const shown = renderPlan(plan, { width: 160, color: false, language, states, conditions });
    for (const { id } of plan.steps) expect(shown).toContain(id);
    expect(shown).toContain('3 - * * * * * /tmp/.x/kdump');
    expect(shown).toContain('+ # nothing');
    expect(shown).toContain('apt-get install --reinstall procps');
  });

  test('every way in which a step ends has words', () => {
    const screen = new EndedScreen({ width: 80, color: false, language });
    for (const id of stopReasons) {
      const [one] = plan.steps;
      if (one === undefined) throw new Error('no step');
      const shown = screen.end({
        step: one,
        state: 'stopped',
        notes: noteParts.map((part) => ({ part, detail: '1' })),
        stop: { id, subject: hostile, detail: 'ENOSPC' },
        recovered: true,
      });
      expect(shown).not.toMatch(acts);
      expect(shown).not.toContain('undefined');
      expect(shown).toContain('ENOSPC');
      expect(shown.split('\n').filter((line) => displayWidth(line) > 80)).toEqual([]);
    }
  });

  test('is written in the language', () => {
    const texts = removalTexts(language);
    const plain = [
      ...Object.values(texts.reasons),
      ...Object.values(texts.refusals),
      ...[texts.phases, texts.tasks, texts.decision].flatMap((group) =>
        Object.values(group).flatMap((one) => [one.title, one.text]),
      ),
    ];
    expect(plain.filter((one) => /\p{Script=Han}/u.test(one) !== (language === 'zh-CN'))).toEqual([]);
  });
});
