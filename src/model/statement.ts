/**
 * The statement of a verification: what was looked at after a removal, what was not, how it compares with what the
 * incident's scan found, and what follows. A file of the case (`verify-N/statement.json`), in canonical JSON.
 *
 * Each section has its SHA-256 in `digests`, and the signature is over those: whoever checks a changed statement learns
 * which section was changed. The section `case` names the scan, the plans and the heads of the ledgers, so what was done
 * is covered by the signature too. Text of the target is in printable form and masked, as in a result.
 */
import * as z from 'zod';
import { doorSchema } from './door.ts';

export const statementVersion = '1.0';
export const statementSchemaName = `demine-statement/${statementVersion}` as const;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();
const utc = z.string().regex(/^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z$/);

/**
 * - `clean` nothing of it was found, and all was looked at that must be
 * - `still-there` something of it was never removed
 * - `came-back` something that had been removed is there again, or something new since the removal
 * - `inconclusive` nothing was found, and not all was looked at that must be
 */
export const outcomes = ['clean', 'still-there', 'came-back', 'inconclusive'] as const;
export type Outcome = (typeof outcomes)[number];

export const thingKinds = ['miner', 'process', 'entry', 'account', 'socket', 'finding'] as const;
export type ThingKind = (typeof thingKinds)[number];

/** `harmless`: it is still there, and nothing speaks against it any more (declared, or what it started is gone). */
export const thingStates = ['gone', 'still-there', 'came-back', 'new', 'harmless', 'not-checked'] as const;
export type ThingState = (typeof thingStates)[number];

const thing = z.strictObject({
  kind: z.enum(thingKinds),
  state: z.enum(thingStates),
  key: z.string().describe('by which it is known again in another look'),
  what: z.string(),
  where: z.string().optional().describe('a path, with the line where there is one'),
  before: z.string().optional().describe('id in the scan of the incident: F3, P1, pid 41'),
  now: z.string().optional().describe('id in the scan of this look'),
});

/** `past`: the step did something for a moment, such as holding processes; nothing of it stays that could be looked at. */
export const stepStandings = [
  'holds',
  'returned',
  'changed',
  'replaced',
  'past',
  'by-hand',
  'open',
  'stopped',
  'undone',
  'not-checked',
] as const;
export type StepStanding = (typeof stepStandings)[number];

const step = z.strictObject({
  plan: count,
  id: z.string(),
  change: z.string().describe('kind of the change, or the task that people do'),
  subject: z.string(),
  standing: z.enum(stepStandings),
});

const left = z.strictObject({ plan: count, subject: z.string(), what: z.string(), why: z.string() });

/** When a removal has to be looked at again: knowledge on eradication §6.1, step 13. */
export const lookTimes = ['at-once', 'minutes-5', 'hour-1', 'hours-24', 'reboot', 'days-7'] as const;
export type LookTime = (typeof lookTimes)[number];

export const conclusionReasons = [
  'miner-runs',
  'came-back',
  'still-there',
  'new-found',
  'step-returned',
  'nothing-found',
  'not-checked',
  'less-than-before',
  'kernel-level',
  'case-altered',
  'rebuild-advised',
  'step-changed',
  'door-open',
  'one-look',
  'all-looks',
] as const;
export type ConclusionReason = (typeof conclusionReasons)[number];

const ledgerHead = z.strictObject({ entries: count, head: sha256 });

const caseSection = z.strictObject({
  name: z.string().describe('of its folder'),
  scan: z.strictObject({ number: count, started: utc, verdict: z.string(), result: sha256 }),
  plans: z.array(
    z.strictObject({
      number: count,
      plan: z.union([sha256, z.literal('broken')]),
      ledger: z.union([ledgerHead, z.literal('broken')]),
    }),
  ),
  ledger: z.union([ledgerHead, z.literal('broken')]).describe('of containing and freezing'),
  sha256: sha256.describe('of the canonical JSON of scan, plans and ledger above'),
});

const sections = {
  made: z.strictObject({
    time: utc,
    number: z.int().positive().describe('of this verification in the case'),
    tool: z.string(),
    version: z.string(),
    language: z.enum(['en', 'zh-CN']).describe('of the reasons in notChecked'),
  }),
  subject: z.strictObject({
    kind: z.enum(['live', 'folder']),
    name: z.string(),
    machineId: z.string(),
    bootId: z.string(),
    rebooted: z.boolean().describe('since the scan of the incident'),
  }),
  case: caseSection,
  look: z.strictObject({
    started: utc,
    finished: utc,
    scan: count.describe('number of the scan in the case'),
    result: sha256.describe('of the text of the result as the case holds it'),
    verdict: z.enum(['clean', 'suspicious', 'mining', 'inconclusive']),
    scope: z.string(),
    privileged: z.boolean(),
    interval: z.number().nonnegative(),
    thorough: z.boolean(),
  }),
  conclusion: z.strictObject({
    outcome: z.enum(outcomes),
    reasons: z.array(z.strictObject({ id: z.enum(conclusionReasons), count })),
  }),
  checked: z.array(z.string()).describe('ids of coverage'),
  notChecked: z.array(
    z.strictObject({
      id: z.string(),
      required: z.boolean(),
      before: z.boolean().describe('it was checked when the incident was found'),
      reason: z.string().optional(),
    }),
  ),
  things: z.strictObject({ rows: z.array(thing), left: count.describe('more that are not listed') }),
  steps: z.array(step),
  notInPlan: z.array(left),
  schedule: z.array(
    z.strictObject({
      when: z.enum(lookTimes),
      due: utc.optional(),
      look: count.optional().describe('number of the clean look that was made then or later'),
    }),
  ),
  doors: z.strictObject({
    looked: z.boolean().describe('false where nobody asked for doors; rows are empty then'),
    asked: z.boolean().describe('whether services of the host were asked themselves'),
    rows: z.array(doorSchema),
  }),
  looks: z
    .array(z.strictObject({ number: count, time: utc, outcome: z.enum(outcomes), id: sha256 }))
    .describe('verifications of this case before this one'),
} as const;

export const sectionNames = [
  'made',
  'subject',
  'case',
  'look',
  'conclusion',
  'checked',
  'notChecked',
  'things',
  'steps',
  'notInPlan',
  'schedule',
  'doors',
  'looks',
] as const satisfies readonly (keyof typeof sections)[];
export type SectionName = (typeof sectionNames)[number];

export const statementSchema = z.strictObject(sections);
export type Statement = z.infer<typeof statementSchema>;

export const signatureSchema = z.strictObject({
  algorithm: z.literal('Ed25519'),
  key: z.string().describe('SubjectPublicKeyInfo (RFC 8410), base64'),
  fingerprint: sha256.describe('of the bytes of key'),
  value: z.string().describe('base64, of the canonical JSON of {digests, key, schema}'),
});
export type StatementSignature = z.infer<typeof signatureSchema>;

/** A statement as its file holds it. */
export interface StatementFile {
  readonly schema: typeof statementSchemaName;
  readonly statement: Statement;
  readonly digests: Readonly<Record<SectionName, string>>;
  readonly signature?: StatementSignature;
}

export type Thing = Statement['things']['rows'][number];
export type StepRow = Statement['steps'][number];
export type NotChecked = Statement['notChecked'][number];
export type Conclusion = Statement['conclusion'];
export type CaseSection = Statement['case'];
export type LedgerHead = z.infer<typeof ledgerHead>;
export type EarlierLook = Statement['looks'][number];
export type ScheduledLook = Statement['schedule'][number];
