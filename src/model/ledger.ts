/**
 * What the ledger of a case records: each step of a removal before it is begun, with all that is needed to take it back,
 * and after it ended; and in the same way how its host was cut off and its processes held. Data of the case (`ledger`),
 * written by `respond/ledger`.
 */
import * as z from 'zod';
import { frozenRoles, unfrozenReasons } from './frozen.ts';
import { isPrintable, type Printable } from './text.ts';

const printable = z.custom<Printable>(isPrintable, 'text in printable form');
const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** 64-bit numbers, decimal; times are nanoseconds since 1970 and may lie before. */
const wide = z.string().regex(/^-?\d{1,20}$/);

/** All that an inode carries. Number, device, links, change and birth time are recorded and cannot be put back. */
const recordedState = z.strictObject({
  type: z.enum(['file', 'link', 'directory', 'other']),
  device: z.string(),
  inode: wide,
  size: count,
  mode: count,
  uid: count,
  gid: count,
  links: count,
  accessedNs: wide,
  modifiedNs: wide,
  changedNs: wide,
  bornNs: wide.optional(),
  flags: count.optional(),
  attributes: z.array(z.strictObject({ name: printable, value: z.base64() })),
});

/** A file as it was, and its folder, whose times and flags a change in it touches. */
const recordedFile = z.strictObject({
  path: printable,
  state: recordedState,
  sha256,
  target: printable.optional().describe('of a link'),
  folder: z.strictObject({ accessedNs: wide, modifiedNs: wide, flags: count.optional() }),
});

/** A name at which nothing was, and the folder in which it was not. */
const recordedAbsence = recordedFile.pick({ path: true, folder: true });
/** States of the Docker Engine API, `State.Status`; podman's own are told as the nearest. */
export const containerStates = [
  'created',
  'running',
  'paused',
  'restarting',
  'removing',
  'exited',
  'dead',
] as const;

const recordedContainer = z.strictObject({
  id: z.string(),
  imageId: printable,
  state: z.enum(containerStates),
  startedAt: z.string(),
  restarts: count,
  policy: z.strictObject({ name: z.string(), retries: count }),
});

const before = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('container'), container: recordedContainer }),
  z.strictObject({ kind: z.literal('file'), file: recordedFile }),
  z.strictObject({ kind: z.literal('absent'), absence: recordedAbsence }),
  z.strictObject({ kind: z.literal('kernel-value'), value: z.string() }),
  z.strictObject({
    kind: z.literal('containment'),
    standing: z.boolean().describe('the host was cut off already: nothing is set, and nothing lifted'),
  }),
  z.strictObject({
    kind: z.literal('processes'),
    processes: z.array(z.strictObject({ pid: z.int().positive(), startTicks: count, state: z.string() })),
  }),
]);

/** Why a step or its undoing went no further. What it had begun was taken back, and the world is as it was before. */
export const stopReasons = [
  'missing',
  'other-file',
  'other-content',
  'other-metadata',
  'other-type',
  'through-link',
  'came-back',
  'name-taken',
  'folder-not-empty',
  'vault-full',
  'vault-unwritable',
  'vault-damaged',
  'disk-full',
  'read-only',
  'denied',
  'busy',
  'too-large',
  'process-ended',
  'process-other',
  'process-remains',
  'other-boot',
  'no-running-system',
  'cannot-be-undone',
  'not-reloaded',
  'source-damaged',
  'other-value',
  'no-firewall',
  'would-cut-off',
  'no-engine',
  'engine-refused',
  'other-container',
  'container-gone',
  'container-runs',
  'not-exported',
  'daemon-runs',
  'namespace-gone',
  'failed',
] as const;
export type StopReason = (typeof stopReasons)[number];

const stop = z.strictObject({ id: z.enum(stopReasons), subject: printable, detail: z.string() });

export const noteParts = [
  'owner',
  'attribute',
  'mode',
  'times',
  'flags',
  'links',
  'reload',
  'copied',
  'not-copied',
  'exported',
  'not-exported',
  'no-room',
  'removed',
  'already',
] as const;

/** A part that could not be put back, a file that stays under another name, a service that was not told. */
const note = z.strictObject({
  part: z.enum(noteParts),
  detail: z.string(),
});

const step = z.string().regex(/^S\d+$/);
/** Names what a step keeps in the vault and beside the file while it works; never used twice in a ledger. */
const token = z.string().regex(/^S\d+-\d+$/);

const text = z.string();
const port = z.int().min(1).max(65_535);
const end = z.strictObject({ address: text, port });

/** What a host is cut off from, and for how long. */
const containment = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('block'), addresses: z.array(text), names: z.array(text) }),
  z.strictObject({
    mode: z.literal('isolate'),
    keep: z.array(z.strictObject({ local: end, remote: end })),
    allow: z.array(text),
  }),
]);

/** A process that is about to be held, by which it can be let go whatever happens to us. */
const heldProcess = z.strictObject({
  pid: z.int().positive(),
  startTicks: count,
  role: z.enum(frozenRoles),
  group: text.optional().describe('folder of the control group by which it is held'),
  wasStopped: z.boolean(),
});
const unheld = z.strictObject({ pid: z.int().positive(), why: z.enum(unfrozenReasons) });

/** Copies that were made as evidence. */
export const keptCopies = z.array(
  z.strictObject({
    source: printable,
    sha256,
    size: count,
    file: text.optional().describe('beside the ledger; absent where it was too large to be copied'),
  }),
);

export const ledgerRecord = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('containing'),
    by: z.enum(['nf_tables', 'iptables']),
    containment,
    seconds: count.optional().describe('after which the kernel lifts it; absent where it stays'),
  }),
  z.strictObject({ kind: z.literal('confirming') }),
  z.strictObject({ kind: z.literal('lifting') }),
  z.strictObject({
    kind: z.literal('contained'),
    result: z.enum(['done', 'over', 'failed']),
    detail: text,
  }),
  z.strictObject({ kind: z.literal('freezing'), bootId: text, members: z.array(heldProcess) }),
  z.strictObject({
    kind: z.literal('frozen'),
    count,
    left: z.array(unheld),
    spanUs: count,
    byNumber: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('thawed'), count, left: z.array(unheld) }),
  z.strictObject({
    kind: z.literal('starter-adding'),
    files: z.array(
      z.strictObject({
        path: printable,
        content: text.optional().describe('of a file'),
        target: printable.optional().describe('of a link'),
      }),
    ),
  }),
  z.strictObject({ kind: z.literal('starter-removing') }),
  z.strictObject({
    kind: z.literal('starter'),
    result: z.enum(['added', 'removed', 'failed']),
    detail: text,
  }),
  z.strictObject({ kind: z.literal('opened'), plan: sha256, target: printable, tool: z.string() }),
  z.strictObject({
    kind: z.literal('vault'),
    folder: printable.describe('where copies are kept from here on'),
  }),
  z.strictObject({ kind: z.literal('began'), step, token, before }),
  z.strictObject({ kind: z.literal('done'), step, token, notes: z.array(note) }),
  z.strictObject({ kind: z.literal('stopped'), step, token, why: stop }),
  z.strictObject({ kind: z.literal('undoing'), step, token }),
  z.strictObject({ kind: z.literal('undone'), step, token, notes: z.array(note) }),
  z.strictObject({ kind: z.literal('undo-stopped'), step, token, why: stop }),
  z.strictObject({ kind: z.literal('torn'), bytes: count }),
  z.strictObject({
    kind: z.literal('evidence'),
    step,
    token,
    kept: keptCopies,
  }),
]);

export const ledgerEntry = z.strictObject({
  n: count,
  /** RFC 3339, UTC. */
  time: z.string(),
  record: ledgerRecord,
});

export type LedgerRecord = z.infer<typeof ledgerRecord>;
export type LedgerEntry = z.infer<typeof ledgerEntry>;
export type RecordedState = z.infer<typeof recordedState>;
export type RecordedContainer = z.infer<typeof recordedContainer>;
export type RecordedFile = z.infer<typeof recordedFile>;
export type RecordedAbsence = z.infer<typeof recordedAbsence>;
export type Before = z.infer<typeof before>;
export type Stop = z.infer<typeof stop>;
export type Note = z.infer<typeof note>;
