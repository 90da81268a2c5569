/** Event logs for tests, written by us in the layout of Windows: events as people name them become files. */
import { crc32 } from 'node:zlib';
import {
  ChunkWriter,
  type GivenElement,
  type GivenRecord,
  type GivenTemplate,
  type GivenValue,
  given,
} from './binxml.fixture.ts';
import { chunkSize, fileHeadSize } from './layout.ts';

export interface GivenEvent {
  readonly number?: number;
  readonly provider?: string;
  readonly eventId?: number;
  readonly level?: number;
  readonly channel?: string;
  readonly computer?: string;
  /** Microseconds since 1970. */
  readonly us?: number;
  readonly tenths?: number;
  /** By name, or without names; text becomes text. */
  readonly data?: Readonly<Record<string, GivenValue | string>> | readonly (GivenValue | string)[];
  /** Within UserData, as elements of an element with this name. */
  readonly userData?: string;
}

const guidOf = (text: string): Uint8Array => {
  const bytes = Buffer.alloc(16);
  for (const salt of [0, 1, 2, 3]) bytes.writeUInt32LE(crc32(`${salt}${text}`), salt * 4);
  return bytes;
};

const hole = (value: number, optional = true): { value: number; optional: boolean } => ({ value, optional });
const leaf = (name: string, value: number): GivenElement => ({ name, content: [hole(value)] });

/** System as Windows has it since Vista: what is not given is not there. */
export const eventTemplate: GivenTemplate = {
  guid: guidOf('event'),
  root: {
    name: 'Event',
    attributes: { xmlns: 'http://schemas.microsoft.com/win/2004/08/events/event' },
    content: [
      {
        name: 'System',
        content: [
          { name: 'Provider', attributes: { Name: hole(14), Guid: hole(15) } },
          { name: 'EventID', attributes: { Qualifiers: hole(4) }, content: [hole(3)] },
          leaf('Version', 11),
          leaf('Level', 0),
          leaf('Task', 2),
          leaf('Opcode', 1),
          leaf('Keywords', 5),
          { name: 'TimeCreated', attributes: { SystemTime: hole(6) } },
          leaf('EventRecordID', 10),
          { name: 'Correlation', attributes: { ActivityID: hole(7), RelatedActivityID: hole(18) } },
          { name: 'Execution', attributes: { ProcessID: hole(8), ThreadID: hole(9) } },
          leaf('Channel', 16),
          leaf('Computer', 17),
          { name: 'Security', attributes: { UserID: hole(12) } },
        ],
      },
      hole(19),
    ],
  },
};

const templates = new Map<string, GivenTemplate>();

/** One for each set of names, as providers have them. */
function dataTemplate(root: GivenElement): GivenTemplate {
  const key = JSON.stringify(root);
  const known = templates.get(key) ?? { guid: guidOf(key), root };
  templates.set(key, known);
  return known;
}

function dataValue({ data = {}, userData }: GivenEvent): GivenValue {
  const named: readonly (readonly [string | undefined, GivenValue | string])[] = Array.isArray(data)
    ? data.map((value: GivenValue | string) => [undefined, value] as const)
    : Object.entries(data);
  const values = named.map(([, value]) => (typeof value === 'string' ? given.text(value) : value));
  const elements = named.map(([name], index): GivenElement => {
    const content = [hole(index, false)];
    if (userData !== undefined) return { name: name ?? 'Data', content };
    return name === undefined
      ? { name: 'Data', content }
      : { name: 'Data', attributes: { Name: name }, content };
  });
  const root: GivenElement =
    userData === undefined
      ? { name: 'EventData', content: elements }
      : {
          name: 'UserData',
          content: [{ name: userData, attributes: { xmlns: 'urn:x' }, content: elements }],
        };
  return { template: dataTemplate(root), values };
}

export function recordOf(event: GivenEvent, number: number): GivenRecord {
  const { us = 1_700_000_000_000_000, tenths = 0 } = event;
  const own = event.number ?? number;
  return {
    number: own,
    writtenUs: us,
    template: eventTemplate,
    values: [
      given.u8(event.level ?? 4),
      given.u8(0),
      given.u16(0),
      given.u16(event.eventId ?? 1),
      given.null(),
      given.hex64(0x8000_0000_0000_0000n),
      given.filetime(us, tenths),
      given.null(),
      given.u32(4),
      given.u32(8),
      given.u64(BigInt(own)),
      given.u8(0),
      given.sid(18),
      given.null(),
      given.text(event.provider ?? 'Provider'),
      given.null(),
      given.text(event.channel ?? 'System'),
      given.text(event.computer ?? 'HOST'),
      given.null(),
      dataValue(event),
    ],
  };
}

/** Chunks of events, each event with its number in turn. */
export function chunksOf(groups: readonly (readonly GivenEvent[])[]): readonly ChunkWriter[] {
  let number = 0;
  return groups.map((events) => {
    const chunk = new ChunkWriter();
    for (const event of events) {
      number += 1;
      chunk.record(recordOf(event, number));
    }
    chunk.finish();
    return chunk;
  });
}

export interface GivenHead {
  readonly chunks?: number;
  readonly next?: number;
  readonly flags?: number;
}

/** A file of chunks. */
export function fileOf(chunks: readonly Uint8Array[], head: GivenHead = {}): Buffer {
  const bytes = Buffer.alloc(fileHeadSize);
  bytes.write('ElfFile\0', 0, 'latin1');
  bytes.writeBigUInt64LE(BigInt(Math.max(0, chunks.length - 1)), 16);
  bytes.writeBigUInt64LE(BigInt(head.next ?? 0), 24);
  bytes.writeUInt32LE(128, 32);
  bytes.writeUInt16LE(1, 36);
  bytes.writeUInt16LE(3, 38);
  bytes.writeUInt16LE(fileHeadSize, 40);
  bytes.writeUInt16LE(head.chunks ?? chunks.length, 42);
  bytes.writeUInt32LE(head.flags ?? 0, 120);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 120)), 124);
  return Buffer.concat([bytes, ...chunks]);
}

/** A whole log: events in as many chunks as they need. */
export function logOf(events: readonly GivenEvent[], perChunk = 40): Buffer {
  const groups: GivenEvent[][] = [];
  for (let at = 0; at < events.length; at += perChunk) groups.push(events.slice(at, at + perChunk));
  return fileOf(chunksOf(groups).map(({ bytes }) => bytes));
}

/** A chunk of nothing. */
export const hollow = (): Buffer => Buffer.alloc(chunkSize);
