import { describe, expect, test } from 'bun:test';
import { generateKeyPairSync } from 'node:crypto';
import { removal as englishRemoval } from '../../messages/en/removal.ts';
import {
  conclusionReasons,
  outcomes,
  type Statement,
  stepStandings,
  thingKinds,
  thingStates,
} from '../../model/statement.ts';
import { sealed, signed } from '../../respond/statement/sealed.ts';
import { cleanStatement } from '../../respond/statement/statement.fixture.ts';
import { renderHtml } from '../html.ts';
import { miningResult } from '../result.fixture.ts';
import { displayWidth } from '../width.ts';
import { type CheckView, renderCheck } from './check-screen.ts';
import { renderHistory, type ShownLook } from './history.ts';
import { renderStatementPage } from './statement-page.ts';
import { renderStatement } from './statement-screen.ts';
import { inGroups } from './texts.ts';

const languages = ['en', 'zh-CN'] as const;
const { privateKey } = generateKeyPairSync('ed25519');
const fingerprint = '0123456789abcdef'.repeat(4);
const view = {
  width: 80,
  color: false,
  language: 'en',
  folder: 'cases/web-03',
  path: 'cases/web-03/verify-2/statement.json',
  signature: { fingerprint },
} as const;
const screen = (statement: Statement, more: Partial<Parameters<typeof renderStatement>[1]> = {}): string =>
  renderStatement(statement, { ...view, ...more });
const page = (statement: Statement, language: 'en' | 'zh-CN' = 'en'): string =>
  renderStatementPage(signed(sealed(statement), privateKey), language);

/** Everything that a statement can say, at once. */
const full: Statement = {
  ...cleanStatement,
  subject: { ...cleanStatement.subject, rebooted: true },
  conclusion: { outcome: 'came-back', reasons: conclusionReasons.map((id) => ({ id, count: 2 })) },
  notChecked: [
    ...cleanStatement.notChecked,
    { id: 'sockets', required: true, before: true, reason: 'netlink:inet-diag: denied, EPERM' },
    { id: 'of-a-newer-version', required: false, before: false },
  ],
  things: {
    rows: thingKinds.flatMap((kind) =>
      thingStates.map((state) => ({
        kind,
        state,
        key: `${kind} ${state}`,
        what: `${kind} that is ${state} ${'with a long command line '.repeat(6)}`,
        where: `/var/spool/${kind}/${state}:3`,
        before: 'P1',
        now: 'P2',
      })),
    ),
    left: 7,
  },
  steps: [
    ...stepStandings.map((standing, at) => ({
      plan: 1,
      id: `S${at + 1}`,
      change: 'quarantine',
      subject: `/opt/${standing}`,
      standing,
    })),
    { plan: 2, id: 'S1', change: 'close-door', subject: '', standing: 'by-hand' },
    { plan: 2, id: 'S2', change: 'of-a-newer-version', subject: '/x', standing: 'open' },
  ],
};
/** The same with text of an attacker's wherever it can get. */
function hostile(text: string): Statement {
  return {
    ...full,
    subject: { ...full.subject, name: text },
    case: { ...full.case, name: text },
    notChecked: [{ id: text, required: true, before: true, reason: text }],
    things: {
      rows: full.things.rows.map((row) => ({ ...row, what: text, where: text, now: text })),
      left: 0,
    },
    steps: full.steps.map((row) => ({ ...row, id: text, change: text, subject: text })),
    notInPlan: [{ plan: 1, subject: text, what: text, why: text }],
    checked: [text],
  };
}
const evil = '\x1b[2J\u202e<script>alert(1)</script>"\'&'.repeat(20);

describe('a statement on a screen', () => {
  test('says the answer first, that it is one look, and when the next is due', () => {
    const text = screen(cleanStatement);
    expect(text).toMatch(
      /^ Clean {3}at one look\nweb-03 · 2026-11-24 09:00 UTC · verification 2 of this case/,
    );
    expect(text).toContain('✓ after 5 minutes  look 2');
    expect(text).toContain('Look again from 2026-11-24 09:00 UTC on: demine verify cases/web-03');
    expect(text).toContain('✓ 1 step done, and it holds');
    expect(text).toContain('3 of 4 checks made');
    expect(screen(cleanStatement, { language: 'zh-CN' })).toMatch(/^ 干净 {3}仅一次复查\n/);
  });

  test('names what is there, what a step lost, and what to do', () => {
    const text = screen(full);
    expect(text).toMatch(/^ Came back\n/);
    for (const part of ['came back', 'still there', '1/S2', '/opt/returned', 'required', 'restarted since'])
      expect(text).toContain(part);
    expect(text).toContain('close the door that was used');
    expect(text).toContain('demine plan cases/web-03');
    expect(text).not.toContain('Look again');
  });

  test('tells why it is not signed, and how it is signed', () => {
    for (const unsigned of ['no-key', 'key-on-target'] as const) {
      const text = screen(cleanStatement, { signature: { unsigned }, path: "it's/statement.json" });
      expect(text.replaceAll('\n', ' ')).toContain("demine verify --sign 'it'\\''s/statement.json'");
    }
    expect(screen(cleanStatement)).toContain(inGroups(fingerprint));
    expect(inGroups(fingerprint)).toHaveLength(71);
  });

  test('of a folder, of a case without a plan, and after the last look, says so', () => {
    const bare: Statement = {
      ...cleanStatement,
      subject: { ...cleanStatement.subject, kind: 'folder' },
      things: { rows: [], left: 0 },
      steps: [],
      schedule: [],
      looks: [],
    };
    const text = screen(bare);
    for (const part of [
      'nothing can come back there',
      'has no plan',
      'held nothing against',
      'nothing runs in it',
    ])
      expect(text.replaceAll('\n', ' ')).toContain(part);
    const schedule = cleanStatement.schedule.map((row) =>
      row.when === 'reboot' ? row : { ...row, look: 2 },
    );
    expect(screen({ ...cleanStatement, schedule })).toContain('Restart the host and look again');
    const all = schedule.map((row) => ({ ...row, look: 2 }));
    expect(screen({ ...cleanStatement, schedule: all })).not.toContain('look again');
  });

  test.each(languages.map((language) => [language]))(
    'fits 80 and 40 columns in %s, whatever stands in it',
    (language) => {
      for (const statement of [cleanStatement, full, hostile(evil), hostile('挖'.repeat(200)), hostile('')]) {
        for (const width of [80, 40]) {
          const text = screen(statement, { language, width });
          expect(text.split('\n').filter((line) => displayWidth(line) > width)).toEqual([]);
          expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f\u202e]/);
        }
      }
      for (const outcome of outcomes) {
        const conclusion = { ...cleanStatement.conclusion, outcome };
        expect(screen({ ...cleanStatement, conclusion }, { language })).not.toContain('undefined');
      }
    },
  );
});

describe('a statement as a page', () => {
  test.each(languages.map((language) => [language]))(
    'loads nothing, runs nothing and escapes all, in %s',
    (language) => {
      const text = page(hostile(evil), language);
      expect(text).toContain(`<html lang="${language}">`);
      expect(text).toMatch(
        /Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; base-uri 'none'; form-action 'none'"/,
      );
      expect(text).not.toMatch(/<script|<img|<link|\son\w+=|style=|javascript:|url\(|https?:/i);
      expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f\u202e]/);
      expect(text).toContain('&lt;script&gt;');
      expect(text).not.toContain('undefined');
    },
  );

  test('holds all that the screen does, and the hashes that are signed', () => {
    const text = page(full);
    for (const { head } of cleanStatement.case.plans.map(({ ledger }) =>
      ledger === 'broken' ? { head: '' } : ledger,
    ))
      expect(text).toContain(head);
    expect(text).toContain(cleanStatement.case.scan.result);
    expect(text).toContain('gone');
    expect(text).toContain(englishRemoval.refusals['one-signal']);
    const broken: Statement = {
      ...full,
      case: { ...full.case, ledger: 'broken', plans: [{ number: 1, plan: 'broken', ledger: 'broken' }] },
    };
    expect(page(broken)).toContain('damaged');
    expect(renderStatementPage(sealed(cleanStatement), 'en')).toContain('Not signed');
  });
});

describe('the verifications of a case', () => {
  const looks: readonly ShownLook[] = [
    { number: 1, state: 'signed', time: cleanStatement.look.finished, outcome: 'still-there' },
    { number: 2, state: 'unsigned', time: cleanStatement.look.finished, outcome: 'clean' },
    { number: 3, state: 'altered' },
  ];

  test('are told newest first, and what was altered as that', () => {
    const text = renderHistory(looks, view);
    expect(text).toMatch(
      /^\nVerifications\n {2}verify-3 .*altered\n {2}verify-2 .*Clean .*not signed\n {2}verify-1 /,
    );
    expect(renderHistory([], view)).toBe('');
    const many = Array.from({ length: 50 }, (_, at) => ({
      ...looks[0],
      number: at + 1,
      state: 'signed' as const,
    }));
    expect(renderHistory(many, { ...view, width: 40 })).toContain('and 30 more');
  });

  test.each(languages.map((language) => [language]))('stand in the report too, in %s', (language) => {
    const text = renderHtml(miningResult, { language, looks });
    expect(text).toContain('id="verified"');
    expect(text).toContain('<a href="verify-3/statement.html">verify-3</a>');
    expect(renderHtml(miningResult, { language })).not.toContain('id="verified"');
  });
});

describe('the check of a statement', () => {
  const check = (more: Partial<CheckView> = {}): string =>
    renderCheck({
      width: 80,
      color: false,
      language: 'en',
      path: view.path,
      answer: 'genuine',
      statement: cleanStatement,
      altered: [],
      fingerprint,
      evidence: [{ name: 'plan-1/ledger', state: 'as-signed' }],
      ...more,
    });

  test('says whether it is genuine before what it says', () => {
    expect(check()).toMatch(/^ Genuine\n/);
    expect(check()).toContain('It says: Clean. web-03, 2026-11-24 09:00 UTC.');
    expect(check({ evidence: undefined })).toContain('No case lies beside it');
  });

  test('names what was altered, and takes nothing for granted', () => {
    const text = check({
      answer: 'altered',
      altered: ['conclusion', 'signature'],
      evidence: [{ name: 'plan-1/ledger', state: 'altered' }],
    });
    for (const part of [
      '✗ the result',
      '✗ the signature',
      '✗ plan-1/ledger: altered',
      'may not be what was signed',
    ])
      expect(text).toContain(part);
    expect(check({ answer: 'altered', statement: undefined, altered: ['form'] })).toContain('cannot be read');
  });

  test.each(languages.map((language) => [language]))('fits its columns in %s', (language) => {
    for (const answer of ['genuine', 'altered', 'other-key', 'unknown-key', 'unsigned'] as const) {
      const statement = hostile(evil);
      const evidence = [{ name: evil, state: 'missing' as const }];
      const text = check({ language, answer, statement, evidence, altered: ['made', 'form'] });
      expect(text.split('\n').filter((line) => displayWidth(line) > 80)).toEqual([]);
      expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f\u202e]/);
    }
  });
});
