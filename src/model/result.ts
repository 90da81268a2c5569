/**
 * The result of a scan as it is published: `demine scan --json`, `demine schema`.
 *
 * Fields are only added within one major version; a change of meaning is a new major version.
 * Every text that came from the target is in printable form (`text.ts`).
 */
import * as z from 'zod';
import { evidenceFields } from './result-evidence.ts';
import { incidentFields } from './result-incident.ts';

export const resultVersion = '1.2';

const severity = z.enum(['info', 'low', 'medium', 'high', 'critical']);
const status = z.enum(['ok', 'empty', 'absent', 'denied', 'truncated', 'timeout', 'error']);
const count = z.int().nonnegative();
const utc = z.string().describe('RFC 3339, UTC');

const texts = z.object({ title: z.string(), explanation: z.string() });

const finding = z.object({
  id: z.string().describe('F1, F2, … in the order of this result'),
  rule: z.string(),
  severity,
  confidence: z.int().min(0).max(100),
  technique: z.string().describe('MITRE ATT&CK technique id, may be empty'),
  bearing: z.enum(['proof', 'supports', 'hides', 'context']),
  witness: z.string().describe('source of truth the finding rests on'),
  pid: z.int().positive().optional(),
  path: z.string().optional(),
  title: z.string().describe('in the language of this result'),
  explanation: z.string(),
  texts: z.object({ en: texts, 'zh-CN': texts }),
  evidence: z.array(evidenceFields),
  benign: z.array(z.string()).describe('benign explanations that were considered'),
});

const container = z.object({
  runtime: z.string(),
  id: z.string(),
  name: z.string().optional(),
  image: z.string().optional(),
  pod: z.string().optional(),
  restartPolicy: z.string().optional(),
  privileged: z.boolean().optional(),
});

const miner = z.object({
  pid: z.int().positive(),
  startTime: utc,
  exe: z.string(),
  deleted: z.boolean(),
  sha256: z.string().optional(),
  user: z.string(),
  container: container.optional(),
  cpu: z.number().describe('percent of one core over the interval'),
  algorithm: z.string().optional(),
  pool: z.string().optional(),
  wallet: z.string().optional(),
  coin: z.string().optional(),
  commandLine: z.string(),
  hidden: z.boolean(),
  state: z.enum(['running', 'stopped']),
  score: z.int().min(0).max(100),
  findings: z.array(z.string()).describe('ids of the findings it rests on'),
  persistence: z
    .array(
      z.object({
        entry: z.string().describe('id of the row in persistence'),
        by: z.enum(['program', 'unit', 'container']).describe('what of the process the entry names'),
        ancestor: z
          .int()
          .positive()
          .optional()
          .describe('pid of the parent that it starts; absent for the miner itself'),
      }),
    )
    .describe('the entries that bring it back, worst first, 50 at most'),
});

const processRow = z.object({
  pid: z.int().positive(),
  ppid: z.int().nonnegative(),
  startTime: utc,
  name: z.string(),
  commandLine: z.string(),
  exe: z.string().optional(),
  deleted: z.boolean().optional(),
  user: z.string(),
  uid: count.optional().describe('left out where it could not be read'),
  state: z.string(),
  kernelThread: z.boolean(),
  cpu: z.number().optional().describe('percent of one core over the interval'),
  cpuTotal: z.number().describe('seconds of CPU since it started'),
  rss: z.number().nonnegative(),
  threads: count,
  unit: z.string().optional(),
  container: container.optional(),
  judgement: z.enum(['benign', 'unusual', 'suspicious', 'mining', 'excused']),
  score: z.int().min(0).max(100),
  findings: z.array(z.string()),
});

const socketRow = z.object({
  transport: z.string(),
  state: z.string(),
  local: z.string(),
  remote: z.string(),
  pids: z.array(z.int().positive()),
  uid: z.int().nonnegative(),
  inode: count,
  namespace: count,
  seenBy: z.array(z.string()),
  missingFrom: z.array(z.string()).optional().describe('views that were read and should list it, but do not'),
});

const exposure = z.object({
  service: z.string().describe('redis, docker, kubelet, …'),
  address: z.string(),
  port: z.int().min(0).max(65535),
  transport: z.string(),
  pid: z.int().positive().optional(),
  process: z.string().optional(),
  risk: z.enum(['low', 'medium', 'high']),
  reach: z.enum(['all-addresses', 'one-address', 'container']),
});

const persistenceRow = z.object({
  id: z.string().describe('P1, P2, … in the order of this result'),
  mechanism: z.string().describe('cron-user, systemd-service, …: demine coverage lists them'),
  name: z.string().optional().describe('within its source: a service, a task, an account'),
  source: z.string(),
  line: z.int().positive().optional(),
  user: z.string().describe('empty where the mechanism names none'),
  trigger: z.string(),
  command: z.string(),
  decoded: z.array(z.string()).describe('what the command hides, layer by layer, outermost first'),
  target: z.string().optional().describe('the file that is run or loaded'),
  active: z.boolean().describe('false where it would not run as things stand'),
  judgement: z.enum(['benign', 'unusual', 'suspicious', 'malicious']),
  reasons: z.array(
    z.object({
      id: z.string(),
      texts: z.object({ en: z.string(), 'zh-CN': z.string() }),
      pid: z.int().positive().optional().describe('the process that the reason speaks of'),
    }),
  ),
  text: z.string().describe('the line itself'),
});

const coverageRow = z.object({
  id: z.string().describe('stable id of one thing that must be checked for a clean verdict'),
  checked: z.boolean(),
  required: z.boolean(),
  reason: z.string().optional(),
});

export const resultSchema = z.object({
  schema: z.literal(`demine-result/${resultVersion}`),
  tool: z.object({ name: z.literal('demine'), version: z.string() }),
  language: z.enum(['en', 'zh-CN']),
  started: utc,
  finished: utc,
  options: z.object({
    target: z.string(),
    interval: z.number(),
    active: z.boolean(),
    thorough: z.boolean(),
    keepSecrets: z.boolean(),
    seen: z.array(z.string()),
  }),
  host: z.object({
    name: z.string(),
    machineId: z.string(),
    bootId: z.string(),
    os: z.string(),
    kernel: z.string(),
    architecture: z.string(),
    cores: count,
    clockOffset: z.number().describe('milliseconds the wall clock is ahead of boot time plus uptime'),
    bootTime: utc.optional(),
    timeZone: z.string().optional().describe('of Windows, `China Standard Time (UTC+08:00)`'),
    scope: z.enum(['host', 'pid-namespace', 'container', 'files']),
    privileged: z.boolean(),
  }),
  verdict: z.enum(['clean', 'suspicious', 'mining', 'inconclusive']),
  state: z.enum(['running', 'stopped', 'traces', 'none']),
  why: z.array(z.string()).describe('the reasons for the verdict, one sentence each'),
  since: utc.optional().describe('start of the oldest miner that runs'),
  busySince: z
    .object({ from: utc, certain: z.boolean() })
    .optional()
    .describe('since when sysstat or atop saw the processors busy, where they are busy still'),
  score: z.int().min(0).max(100),
  coverage: z.array(coverageRow),
  findings: z.array(finding),
  miners: z.array(miner),
  processes: z.array(processRow),
  sockets: z.array(socketRow),
  exposure: z.array(exposure),
  persistence: z.array(persistenceRow).describe('what starts by itself, worst first'),
  sources: z
    .array(
      z.object({
        artifact: z.string(),
        status,
        count,
        bytes: count,
        listed: z
          .array(z.object({ source: z.string(), reason: z.string() }))
          .describe(
            'every source of the group by path and reason where the status is not ok, 1000 at most; of what is ok, those that cannot be relied on',
          ),
      }),
    )
    .describe('what was read, grouped by artifact and status'),
  excused: z.array(
    z.object({
      rule: z.string(),
      pid: z.int().positive().optional(),
      path: z.string().optional(),
      reason: z.string(),
      title: z.string(),
    }),
  ),
  actions: z.array(z.string()).describe('what was done on the scene, only with --active'),
  recovered: z.array(z.object({ path: z.string(), sha256: z.string(), pid: z.int().positive() })),
  ...incidentFields,
});

export type ScanResult = z.infer<typeof resultSchema>;
export type ResultFinding = ScanResult['findings'][number];
export type ResultMiner = ScanResult['miners'][number];
export type ResultProcess = ScanResult['processes'][number];
export type ResultSocket = ScanResult['sockets'][number];
export type ResultPersistence = ScanResult['persistence'][number];
export type ResultExposure = ScanResult['exposure'][number];
export type ResultContainer = z.infer<typeof container>;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A result that was stored, also by an older Demine of the same major version: what it did not know yet is absent, and
 * lists that were added since are empty.
 * @throws ZodError where it is none
 */
export function storedResult(value: unknown): ScanResult {
  if (!isRecord(value) || !/^demine-result\/1\.\d{1,4}$/.test(String(value['schema']))) {
    return resultSchema.parse(value);
  }
  const { miners } = value;
  return resultSchema.parse({
    persistence: [],
    ...value,
    schema: `demine-result/${resultVersion}`,
    // Since 1.1.
    ...(Array.isArray(miners)
      ? { miners: miners.map((one) => (isRecord(one) ? { persistence: [], ...one } : one)) }
      : {}),
  });
}

/** JSON Schema (2020-12) of the published result. */
export function resultJsonSchema(): object {
  return {
    $id: `urn:demine:result:${resultVersion}`,
    title: `Demine scan result ${resultVersion}`,
    ...z.toJSONSchema(resultSchema),
  };
}
