/**
 * The plan of a removal: ordered steps, each with the change it makes, what must still be true before it is made,
 * and whether it can be taken back. A file of the case (`plan.json`); what carries it out is `respond/execute`.
 *
 * Everything that came from the target is in printable form and masked. A change names the whole content before and
 * after by SHA-256, so a line that is shown masked is still exact. Order and pitfalls: knowledge on eradication §6.
 */
import * as z from 'zod';
import { isPrintable, type Printable } from './text.ts';

export const planVersion = '1.0';

/**
 * The order of a removal. Evidence before anything changes; what is frozen neither restarts nor notices; timers before
 * files, since they bring files back; loader before the rest, since it lies; killing after persistence.
 */
export const phases = [
  'evidence',
  'isolate',
  'freeze',
  'timers',
  'loader',
  'persistence',
  'kill',
  'files',
  'accounts',
  'restore',
  'door',
  'neighbours',
  'verify',
] as const;
export type Phase = (typeof phases)[number];

/** `restorable`: what was there comes back from its package or by a restart, not from our copy. */
export const reversibilities = ['reversible', 'restorable', 'irreversible'] as const;
export type Reversibility = (typeof reversibilities)[number];

const printable = z.custom<Printable>(isPrintable, 'text in printable form');
/** Absolute, without `.` and `..`: what is resolved must be what is written. */
const path = z.custom<Printable>(
  (value) => isPrintable(value) && /^\/./.test(value) && !/\/(?:\.{0,2}(?:\/|$))/.test(value),
  'an absolute path in printable form',
);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();
/** 64-bit numbers of the kernel, decimal. */
const wide = z.string().regex(/^\d{1,20}$/);

export const entryTypes = ['file', 'link', 'directory'] as const;

const flags = z.strictObject({ immutable: z.boolean(), appendOnly: z.boolean() });

/** What a file was when the plan was made. A difference is drift, and stops the step. */
const fileIdentity = z.strictObject({
  path,
  type: z.enum(entryTypes),
  inode: wide,
  size: count,
  sha256: sha256.describe('of the content; of a link, of its target; of a folder, of nothing'),
});

/** A process. The kernel gives a pid to another one, and never with the same start in the same boot. */
const processIdentity = z.strictObject({
  pid: z.int().positive(),
  startTicks: count,
  name: printable,
  exe: printable,
  role: z.enum(['respawner', 'miner']),
  pool: printable.optional().describe('to which it mines, so that its owner knows his own'),
  wallet: printable.optional(),
});

/** Those that ran when the plan was made, and files of the attacker: a respawner starts new ones from them meanwhile. */
const processSet = {
  processes: z.array(processIdentity),
  programs: z.array(path).describe('whatever runs one of these, as program or as script, belongs to the set'),
};

/** Who starts programs and keeps in memory which: to be told when its settings were taken away. */
const manager = z.discriminatedUnion('service', [
  z.strictObject({
    service: z.literal('systemd'),
    uid: count.optional().describe('of the user whose manager it is; absent for that of the system'),
  }),
  z.strictObject({
    service: z.enum(['supervisord', 'monit', 'xinetd']),
    pid: z.int().positive(),
    startTicks: count,
  }),
]);

/** What runs containers, and the socket on which it is spoken to. */
const engine = z.strictObject({
  kind: z.enum(['docker', 'podman']),
  socket: path,
  uid: count.describe('whose engine it is: 0, or the user of a rootless one'),
  api: z
    .string()
    .regex(/^1\.\d{1,3}$/)
    .describe('version of the Docker Engine API that is spoken'),
});

/** Docker and podman fix image, command and mounts of a container when they make it: the id stands for all of that. */
const containerIdentity = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{64}$/),
  name: printable,
  image: printable.describe('as it was asked for'),
  imageId: printable,
});

/**
 * In this order: one that restarts by its policy is paused in vain; what is paused stands still to be copied. `evidence` is
 * what is small, `export` its whole file system, which may take minutes: nothing of the host waits for it.
 */
export const containerActions = ['no-restart', 'pause', 'evidence', 'export', 'stop'] as const;
export type ContainerAction = (typeof containerActions)[number];

const precondition = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('container'),
    id: z.string(),
    imageId: printable,
    startedAt: z.string().describe('RFC 3339, as the engine says it'),
    restarts: count.describe('by its policy, so far: one more explains another start'),
  }),
  z.strictObject({
    kind: z.literal('no-daemon'),
    programs: z.array(z.string()).describe('names of programs that would write over the file'),
  }),
  z.strictObject({ kind: z.literal('file'), file: fileIdentity }),
  z.strictObject({ kind: z.literal('absent'), path }),
  z.strictObject({
    kind: z.literal('process'),
    pid: z.int().positive(),
    startTicks: count,
    bootId: z.string(),
  }),
]);

const lineEdit = z.strictObject({
  line: z.int().positive().describe('one-based, in the file as it was'),
  part: z
    .strictObject({ at: count, length: count })
    .optional()
    .describe('bytes of the line that are replaced, where its rest stays'),
  before: printable.describe('masked'),
  after: printable.optional().describe('what stands there instead; absent where the line goes'),
});

/** What only people do; nothing is carried out for it, and the plan says so. */
export const tasks = [
  'keep-evidence',
  'isolate-host',
  'reinstall-package',
  'restore-setting',
  'remove-container',
  'remove-workload',
  'check-binds',
  'rotate-credentials',
  'close-door',
  'check-neighbours',
  'rebuild-host',
  'scan-again',
] as const;
export type Task = (typeof tasks)[number];

/** Where the content of a file that comes back is taken from. */
const restoreSource = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('package'),
    archive: path.describe('in the cache of the package manager'),
    package: printable,
    member: path.describe('as the package spells it'),
  }),
  z.strictObject({ kind: z.literal('file'), path: path.describe('under which it was put aside') }),
]);

/** A setting of the running kernel: `vm.nr_hugepages`. */
const kernelName = z.string().regex(/^[a-z]\w*(?:\.[\w-]+)+$/);
const kernelValue = z.string().regex(/^[\w ./|%+:-]{0,200}$/);

/** What the host is cut off from; the connection of whoever carries it out stays. */
const cut = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('block'), addresses: z.array(z.string()), names: z.array(z.string()) }),
  z.strictObject({ mode: z.literal('isolate') }),
]);

const change = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('keep-evidence'),
    paths: z.array(path).describe('copied as they are'),
    processes: z.array(processIdentity).describe('their programs, and what the kernel tells of them'),
  }),
  z.strictObject({
    kind: z.literal('contain'),
    cut,
    seconds: count.describe('after which the kernel lifts it by itself'),
  }),
  z.strictObject({
    kind: z.literal('restore-file'),
    path,
    from: restoreSource,
    sha256,
    size: count,
    mode: z.int().min(0).max(0o7777),
    uid: count,
    gid: count,
    modifiedSeconds: z.int(),
    capability: z.base64().optional().describe('value of security.capability'),
  }),
  z.strictObject({
    kind: z.literal('set-kernel-value'),
    name: kernelName,
    was: kernelValue,
    value: kernelValue,
  }),
  z.strictObject({
    kind: z.literal('forget-units'),
    uid: count.optional().describe('of the user whose manager it is; absent for that of the system'),
    units: z.array(printable).min(1).describe('stopped, and their failure forgotten'),
  }),
  z.strictObject({
    kind: z.literal('edit-file'),
    path,
    edits: z.array(lineEdit).min(1),
    after: sha256.describe('of the whole file when it is done'),
    unlock: z.boolean().describe('immutable and append-only stay off: the attacker set them'),
  }),
  z.strictObject({ kind: z.literal('quarantine'), path }),
  z.strictObject({
    kind: z.literal('set-metadata'),
    path,
    mode: z.int().min(0).max(0o7777).optional(),
    uid: count.optional(),
    gid: count.optional(),
    flags: flags.optional(),
    capability: z.literal('none').optional().describe('no file capabilities'),
  }),
  z.strictObject({ kind: z.literal('freeze'), ...processSet }),
  z.strictObject({ kind: z.literal('kill'), ...processSet }),
  z.strictObject({
    kind: z.literal('reload'),
    managers: z.array(manager).min(1).describe('each reads its settings again'),
  }),
  z.strictObject({
    kind: z.literal('container'),
    action: z.enum(containerActions),
    engine,
    container: containerIdentity,
    policy: printable.optional().describe('restart policy that it has, where that goes'),
    paths: z.array(path).optional().describe('files within it that are copied as evidence'),
    size: count.optional().describe('bytes of its whole file system, where the engine said'),
  }),
  z.strictObject({
    kind: z.literal('take-inside'),
    file: path.describe('within the mount namespace'),
    inside: z.strictObject({
      container: printable.describe('for people'),
      namespace: count.describe('number of the mount namespace, which the kernel gives away again'),
      pid: z
        .int()
        .positive()
        .describe('one that lives there; where the file can be put back, one that stays'),
      startTicks: count,
      bootId: z.string(),
    }),
  }),
  z.strictObject({
    kind: z.literal('by-hand'),
    task: z.enum(tasks),
    subjects: z.array(printable).describe('names and places, never values'),
    command: printable.optional(),
  }),
]);

/** What may stop working for others. */
export const breakages = [
  'listening',
  'of-package',
  'named-by-entry',
  'account-logs-in',
  'hard-linked',
  'service-in-file',
  'restarted',
  'cut-off',
  'uses-setting',
  'published-port',
  'volume',
  'shares-container',
  'same-project',
  'removes-itself',
  'memory-lost',
] as const;

const step = z.strictObject({
  id: z.string().regex(/^S\d+$/),
  phase: z.enum(phases),
  findings: z.array(z.string()).describe('ids of findings and entries of the result: F3, P1'),
  change,
  preconditions: z.array(precondition),
  reversibility: z.enum(reversibilities),
  breaks: z.array(z.strictObject({ id: z.enum(breakages), subject: printable })),
  verify: z.enum([
    'content',
    'gone',
    'metadata',
    'stopped',
    'ended',
    'reloaded',
    'by-hand',
    'kept',
    'contained',
    'value',
    'forgotten',
    ...(['container-policy', 'container-paused', 'container-copied', 'container-ended'] as const),
  ]),
});

/** Why something that was found is not in the plan. */
export const refusals = [
  'one-signal',
  'package-unchanged',
  'kernel-thread',
  'declared',
  'not-there',
  'not-readable',
  'through-link',
  'foreign-folder',
  'whole-table',
  'shared-file',
  'no-line',
  'line-changed',
  'running-system',
  'container',
  'engine-asleep',
  'engine-distrusted',
  'engine-silent',
  'policy-fixed',
  'login-needs-it',
  'unsupported',
  'dropped',
] as const;
export type Refusal = (typeof refusals)[number];

const leftOut = z.strictObject({
  subject: z.string().describe('P3, or pid 41'),
  what: printable,
  why: z.enum(refusals),
  addable: z.boolean().describe('whether the responder may add it, having looked at it'),
});

export const decisionReasons = [
  'kernel-level',
  'login-programs-changed',
  'root-and-way-in-unknown',
  'way-in-unknown',
  'loader-hooked',
  'system-programs-changed',
  'not-all-checked',
  'no-miner-found',
  'user-level',
  'way-in-known',
] as const;
export type DecisionReason = (typeof decisionReasons)[number];

export const planSchema = z.strictObject({
  schema: z.literal(`demine-plan/${planVersion}`),
  made: z.string().describe('RFC 3339, UTC'),
  scan: count.describe('number of the scan in the case'),
  target: z.strictObject({
    kind: z.enum(['live', 'folder']),
    name: printable,
    machineId: z.string(),
    bootId: z.string(),
  }),
  decision: z.strictObject({
    answer: z.enum(['clean', 'rebuild']),
    reasons: z.array(z.strictObject({ id: z.enum(decisionReasons), subjects: z.array(printable) })),
  }),
  steps: z.array(step),
  left: z.array(leftOut),
  added: z.array(z.string()).describe('entries that the responder added, having looked at them'),
});

export type Plan = z.infer<typeof planSchema>;
export type Step = z.infer<typeof step>;
export type Engine = z.infer<typeof engine>;
export type Manager = z.infer<typeof manager>;
export type Change = z.infer<typeof change>;
export type ChangeOf<K extends Change['kind']> = Extract<Change, { readonly kind: K }>;
export type LineEdit = z.infer<typeof lineEdit>;
export type FileIdentity = z.infer<typeof fileIdentity>;
export type PlannedProcess = z.infer<typeof processIdentity>;
export type Precondition = z.infer<typeof precondition>;
export type LeftOut = z.infer<typeof leftOut>;
export type Breakage = Step['breaks'][number];
export type PlanDecision = Plan['decision'];
