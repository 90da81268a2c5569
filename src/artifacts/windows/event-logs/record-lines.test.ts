import { describe, expect, test } from 'bun:test';
import { chunksOf, fileOf, logOf } from '../../../formats/evtx/evtx.fixture.ts';
import { JsonWriter } from '../../../formats/evtx/json-writer.ts';
import { readAll } from '../../../formats/evtx/read-log.fixture.ts';
import { RecordLines } from './record-lines.ts';

function linesOf(bytes: Uint8Array, path = 'a.evtx'): readonly unknown[] {
  const writer = new JsonWriter();
  const lines = new RecordLines(writer, path);
  readAll(bytes, (record) => lines.write(record));
  const text = Buffer.from(writer.bytes.subarray(0, writer.length)).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}

/** A chunk with one record of the log, behind which an older one is left. */
function withOlder(change: (bytes: Buffer, at: number) => void = () => {}): Buffer {
  const [old, own] = chunksOf([
    [{ data: { A: 'x' } }, { number: 900, data: { B: 'y' } }],
    [{ data: { A: 'x' } }],
  ]);
  const at = old?.places[1] ?? 0;
  const bytes = own?.bytes ?? Buffer.alloc(0);
  old?.bytes.copy(bytes, at, at);
  change(bytes, at);
  own?.seal();
  return fileOf([bytes]);
}

describe('a line', () => {
  test('says where the record stands, and nothing else of what is usual', () => {
    const [line] = linesOf(logOf([{ data: { A: 'x' } }]), 'C:\\logs\\"a".evtx');
    expect(line).toMatchObject({
      file: 'C:\\logs\\"a".evtx',
      offset: 4608,
      Event: { EventData: { A: 'x' } },
    });
    expect(Object.keys(line ?? {})).toEqual(['file', 'offset', 'Event']);
  });

  test('tells how a record was found that the log does not have', () => {
    expect(linesOf(withOlder())[1]).toMatchObject({ found: 'free', Event: { EventData: { B: 'y' } } });
  });

  test('tells that names are lost where something else stands in their place', () => {
    const named = linesOf(
      withOlder((bytes, at) => {
        const name = bytes.indexOf(Buffer.from('B', 'utf16le'), at);
        bytes.writeUInt16LE(0xffff, name - 2);
      }),
    );
    expect(named[1]).toMatchObject({ found: 'free', namesLost: true, Event: { EventData: { Data: ['y'] } } });
  });

  test('of a record that cannot be read has its number and time', () => {
    const [chunk] = chunksOf([[{ number: 7, us: 1_700_000_000_000_000 }]]);
    const bytes = chunk?.bytes ?? Buffer.alloc(0);
    bytes.writeUInt32LE(0xffff_ffff, (chunk?.places[0] ?? 0) + 34);
    chunk?.seal();
    expect(linesOf(fileOf([bytes]))).toEqual([
      { file: 'a.evtx', offset: 4608, unread: true, number: '7', writtenUs: 1_700_000_000_000_000 },
    ]);
  });
});
