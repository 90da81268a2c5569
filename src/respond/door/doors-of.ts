/**
 * Which doors a result speaks of: its ways in, the best proven first, then high-risk services that the network reaches.
 *
 * What it is NOT: whether one stands open now (`check-doors.ts`). Bounds: 40 doors.
 */
import type { DoorKind } from '../../model/door.ts';
import { type Grade, type Vector, windowsVectors } from '../../model/incident.ts';
import type { ResultExposure, ScanResult } from '../../model/result.ts';

export interface FoundDoor {
  readonly kind: DoorKind;
  /** As the way in or the exposure names it. */
  readonly service: string;
  readonly from: 'way-in' | 'exposure';
  readonly grade?: Grade;
  /** Fingerprints of keys that let somebody in. */
  readonly keys: readonly string[];
}

const mostDoors = 40;

/** By the vector alone; those that many services share are looked up by their service. */
const byVector: Readonly<Partial<Record<Vector, DoorKind>>> = {
  'ssh-brute-force': 'ssh-password',
  'ssh-key': 'ssh-key',
  'redis-cron': 'redis',
  'redis-key': 'redis',
  'redis-replication': 'redis',
  'redis-lua': 'redis',
  'docker-api': 'docker-api',
  kubelet: 'kubelet',
  'web-shell': 'web-shell',
  'supply-chain': 'packages',
  lateral: 'other-host',
};

/** Of a Windows host; those that several services share are looked up by their service. */
const byWindowsVector: Readonly<Partial<Record<Vector, DoorKind>>> = {
  'ssh-brute-force': 'ssh-windows',
  'ssh-key': 'ssh-windows',
  'rdp-brute-force': 'rdp',
  'smb-brute-force': 'smb',
  'mssql-brute-force': 'sqlserver',
  'windows-logon': 'rdp',
  'smb-exploit': 'smb-flaw',
  lateral: 'windows-peer',
  phishing: 'documents',
  'user-download': 'downloads',
};
const byWindowsService: Readonly<Record<string, DoorKind>> = {
  'windows-logon smb': 'smb',
  'windows-logon mssql': 'sqlserver',
  'smb-exploit print-spooler': 'print-spooler',
  'lateral winrm': 'winrm',
};

/** Vectors that only a Windows host has: of others the host itself says what it is. */
const ofWindows: ReadonlySet<string> = new Set(windowsVectors);

function windowsKind(vector: Vector, service: string, isWindows: boolean): DoorKind | undefined {
  if (!isWindows && !ofWindows.has(vector)) return undefined;
  return byWindowsService[`${vector} ${service}`] ?? byWindowsVector[vector];
}

const byService: Readonly<Record<string, DoorKind>> = {
  postgresql: 'postgresql',
  mysql: 'mysql',
  sqlserver: 'sqlserver',
  jenkins: 'jenkins',
  'xxl-job': 'xxl-job',
  yarn: 'yarn',
  spark: 'spark',
  flink: 'flink',
  ray: 'ray',
  jupyter: 'jupyter',
  nifi: 'nifi',
  airflow: 'airflow',
  salt: 'salt',
  activemq: 'activemq',
  rocketmq: 'rocketmq',
  nacos: 'nacos',
};

/** Names of `exposure`: what has settings of its own. */
const byExposure: Readonly<Record<string, DoorKind>> = {
  Redis: 'redis',
  'Docker API': 'docker-api',
  kubelet: 'kubelet',
  'kubelet (read only)': 'kubelet',
  PostgreSQL: 'postgresql',
  MySQL: 'mysql',
  'Hadoop YARN': 'yarn',
  'Spark REST': 'spark',
  'Flink dashboard': 'flink',
  'Ray dashboard': 'ray',
  Jupyter: 'jupyter',
  Nacos: 'nacos',
  'ActiveMQ console': 'activemq',
  ActiveMQ: 'activemq',
  RocketMQ: 'rocketmq',
  'RocketMQ broker': 'rocketmq',
  'XXL-JOB executor': 'xxl-job',
};

/** Ports by which a door is known to the exposure, and under which names. */
export const exposureNames = (kind: DoorKind): readonly string[] =>
  kind === 'ssh-password' || kind === 'ssh-key'
    ? ['SSH']
    : Object.entries(byExposure).flatMap(([name, of]) => (of === kind ? [name] : []));

export function kindOfExposure({ service }: Pick<ResultExposure, 'service'>): DoorKind {
  return byExposure[service] ?? 'listener';
}

/** A service that the network reaches and that lets in whoever comes, unless it is told otherwise. */
const isDangerous = ({ risk, reach }: ResultExposure): boolean => risk === 'high' && reach !== 'container';

const fingerprints = (texts: readonly string[]): readonly string[] => [
  ...new Set(texts.flatMap((text) => text.match(/SHA256:[A-Za-z0-9+/]{43}/g) ?? [])),
];

export function doorsOf(
  result: Pick<ScanResult, 'entry' | 'exposure'>,
  isWindows = false,
): readonly FoundDoor[] {
  const found = new Map<string, FoundDoor>();
  const add = (door: FoundDoor): void => {
    const key = door.kind === 'listener' || door.kind === 'web-application' ? door.service : door.kind;
    const known = found.get(key);
    if (known === undefined) {
      if (found.size < mostDoors) found.set(key, door);
    } else found.set(key, { ...known, keys: [...new Set([...known.keys, ...door.keys])] });
  };
  for (const { vector, service, grade, chain } of result.entry ?? []) {
    const kind =
      windowsKind(vector, service, isWindows) ?? byVector[vector] ?? byService[service] ?? 'web-application';
    const keys = kind === 'ssh-key' ? fingerprints(chain.map(({ text }) => text)) : [];
    add({ kind, service, from: 'way-in', grade, keys });
  }
  for (const one of result.exposure.filter(isDangerous)) {
    add({ kind: kindOfExposure(one), service: one.service, from: 'exposure', keys: [] });
  }
  return [...found.values()];
}
