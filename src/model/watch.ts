/**
 * The record of a watch: what was watched and when not, what came back and who wrote it. A file of the case
 * (`CASE/watch-N/record.json`), written anew as things happen; `respond/watch` keeps it, `demine watch CASE --status`
 * shows it. Everything that came from the target is in printable form and masked, and every list is bounded.
 */
import * as z from 'zod';
import { isPrintable, type Printable } from './text.ts';

export const watchVersion = '1.0';

const printable = z.custom<Printable>(isPrintable, 'text in printable form');
const count = z.int().nonnegative();
/** RFC 3339, UTC. */
const utc = z.string().regex(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

/** One process of a chain: who, what it runs, of which unit. */
export const comebackLink = z.strictObject({
  pid: z.int().positive(),
  startTicks: count,
  name: printable,
  exe: printable.optional().describe('absent for threads of the kernel, and where it could not be read'),
  deleted: z.boolean().optional().describe('the program was taken away while it ran'),
  argv: z.array(printable).describe('masked, the first of them'),
  script: printable.optional().describe('what an interpreter was given to run'),
  uid: count.optional(),
  user: printable.optional(),
  unit: z.string().optional().describe('of systemd, by its control group'),
  container: z.string().optional(),
});

const writer = z.strictObject({
  known: z
    .enum(['seen', 'ended', 'unknown'])
    .describe(
      'seen: looked at while it ran; ended: known from a moment before it ended; unknown: gone before it could be read, or the kernel tells nobody',
    ),
  pid: count.describe('0 where the kernel told none'),
  sha256: z.string().optional().describe('of the program'),
  loginUid: count.optional().describe('of whoever logged in and started it'),
  terminal: z.boolean().optional(),
  /** The writer, its parent, and so on up to the first process. */
  chain: z.array(comebackLink),
});

export const returnKinds = ['file', 'line', 'program', 'entry', 'miner'] as const;

const comeback = z.strictObject({
  id: z.string().regex(/^W\d+$/),
  kind: z
    .enum(returnKinds)
    .describe(
      'file: what was taken is there again; line: what was edited out is there again; program: it runs again; entry: a scan found something new that starts by itself; miner: a scan found one',
    ),
  what: printable.describe('path, or name of the miner'),
  first: utc,
  last: utc,
  times: count,
  how: z.enum(['event', 'look', 'check']).describe('told by the kernel, found by a scan, found by comparing'),
  same: z.boolean().optional().describe('of a file: the content that was taken, by SHA-256'),
  writer: writer.optional(),
  answer: z
    .strictObject({
      plan: count.describe('number of the plan'),
      steps: z.array(z.string()).describe('that came in for it'),
      left: z.array(z.string()).describe('what was found of it and is not in the plan'),
      removed: z.enum(['not-asked', 'done', 'stopped']),
    })
    .optional(),
});

export const spanEnds = ['over', 'asked', 'signal', 'killed', 'failed'] as const;

const span = z.strictObject({
  from: utc,
  to: utc,
  bootId: z.string(),
  end: z.enum(spanEnds).optional().describe('absent while it runs'),
});

const gap = z.strictObject({
  from: utc,
  to: utc,
  why: z
    .enum(['killed', 'stopped', 'paused', 'reboot', 'clock'])
    .describe(
      'killed: it was ended; stopped: the responder ended it; paused: it was held, or the machine slept; reboot: until it ran again after a start; clock: the time of the machine went back',
    ),
  counts: z.boolean().describe('whether the host ran unwatched for so long that it was not watched whole'),
});

const change = z.strictObject({
  at: utc,
  path: printable,
  pid: count,
  name: printable.optional(),
  exe: printable.optional(),
  unit: z.string().optional(),
  times: count,
});

const login = z.strictObject({
  user: printable,
  line: printable,
  from: printable.optional(),
  begin: utc,
  end: utc.optional().describe('absent while it lasts'),
});

const look = z.strictObject({
  at: utc,
  why: z.enum(['begin', 'schedule', 'change', 'return', 'cpu', 'gap', 'end']),
  verdict: z.enum(['clean', 'suspicious', 'mining', 'inconclusive']).optional(),
  seconds: z.number().nonnegative(),
  failed: z.string().optional(),
});

const busy = z.strictObject({
  name: printable,
  exe: printable.optional(),
  unit: z.string().optional(),
  minutes: count.describe('in which it took at least half a core'),
  withLogin: count.describe('of those, while somebody was logged in'),
  first: utc,
  last: utc,
});

export const watchSchema = z.strictObject({
  schema: z.literal(`demine-watch/${watchVersion}`),
  tool: z.string(),
  host: printable,
  machineId: z.string(),
  settings: z.strictObject({
    seconds: z.int().positive(),
    remove: z.boolean(),
    acceptIrreversible: z.boolean(),
    acrossReboots: z.boolean(),
    language: z.enum(['en', 'zh-CN']),
    name: z.string().describe('under which the process is seen'),
    config: z.string().optional().describe('file with declared mining, agents and exceptions'),
  }),
  begun: utc,
  until: utc,
  ended: utc.optional(),
  spans: z.array(span),
  gaps: z.array(gap),
  /** How it watches in the span that runs, or ran last. */
  means: z.strictObject({
    files: z.enum(['fanotify', 'inotify', 'none']),
    folders: count,
    foldersWithoutWriter: count.describe('watched by inotify, which does not tell who'),
    foldersLeft: count.describe('past the bound, or refused'),
    processes: z.enum(['connector', 'programs', 'listing']),
    removed: count.describe('files, lines and programs that are waited for'),
  }),
  counts: z.strictObject({
    events: count,
    overflows: count.describe('times that the queue of the kernel was full'),
    unread: count.describe('writers that were gone before they could be read'),
  }),
  returns: z.array(comeback).describe('200 at most'),
  returnsDropped: count,
  changes: z.array(change).describe('in places that start things, newest last, 200 at most'),
  changesDropped: count,
  logins: z.array(login),
  loginsDropped: count,
  looks: z.array(look),
  busy: z.array(busy),
});

export type WatchRecord = z.infer<typeof watchSchema>;
export type WatchSettings = WatchRecord['settings'];
export type ProcessLink = z.infer<typeof comebackLink>;
export type Writer = z.infer<typeof writer>;
export type Comeback = z.infer<typeof comeback>;
export type WatchSpan = z.infer<typeof span>;
export type WatchGap = z.infer<typeof gap>;
export type WatchLook = z.infer<typeof look>;
export type SeenLogin = z.infer<typeof login>;
export type SeenChange = z.infer<typeof change>;

/** 0 nothing came back in the whole time · 1 it came back · 3 it was not watched whole. 2 is a failure. */
export type WatchOutcome = 'stayed-away' | 'came-back' | 'not-whole';
export const watchExitCodes: Readonly<Record<WatchOutcome, number>> = {
  'stayed-away': 0,
  'came-back': 1,
  'not-whole': 3,
};
