import { describe, expect, test } from 'bun:test';
import { ChunkWriter, type GivenElement, type GivenValue, given } from './binxml.fixture.ts';
import { chunksOf, fileOf, logOf } from './evtx.fixture.ts';
import { jsonOf, onlyJson, readAll } from './read-log.fixture.ts';

const us = Date.UTC(2026, 10, 26, 8, 54, 24) * 1000 + 123_456;
const logon = {
  provider: 'Microsoft-Windows-Security-Auditing',
  eventId: 4625,
  channel: 'Security',
  computer: 'SRV1.example.test',
  us,
  tenths: 7,
  data: { TargetUserName: 'administrator', LogonType: given.u32(3), IpAddress: '203.0.113.9' },
} as const;

/** A record of an element that is no event of Windows. */
function plain(root: GivenElement, values: readonly GivenValue[]): Buffer {
  const chunk = new ChunkWriter();
  chunk.record({ number: 1, template: { guid: new Uint8Array(16).fill(7), root }, values });
  return fileOf([chunk.finish()]);
}

describe('a record', () => {
  test('gives its fields by their names', () => {
    const { records, kinds, counts } = readAll(logOf([logon]), (record) => ({
      provider: record.provider,
      eventId: record.eventId,
      channel: record.channel,
      computer: record.computer,
      timeUs: record.timeUs,
      number: record.number,
      user: record.get('TargetUserName'),
      type: record.get('EventData.LogonType'),
      long: record.get('Event.System.Provider.Name'),
      sigma: record.get('Provider_Name'),
      pid: record.system('Execution.ProcessID'),
      none: record.get('SubjectUserName'),
      fields: record.fields(),
    }));
    expect(records).toEqual([
      {
        provider: 'Microsoft-Windows-Security-Auditing',
        eventId: 4625,
        channel: 'Security',
        computer: 'SRV1.example.test',
        timeUs: us,
        number: 1,
        user: 'administrator',
        type: 3,
        long: 'Microsoft-Windows-Security-Auditing',
        sigma: 'Microsoft-Windows-Security-Auditing',
        pid: 4,
        none: undefined,
        fields: [
          ['TargetUserName', 'administrator'],
          ['LogonType', 3],
          ['IpAddress', '203.0.113.9'],
        ],
      },
    ]);
    expect(kinds).toEqual([]);
    expect(counts).toEqual({
      chunks: 1,
      empty: 0,
      records: { log: 1, free: 0, hidden: 0, stray: 0 },
      unread: 0,
    });
  });

  test('is JSON in the shape of rules', () => {
    expect(onlyJson(logOf([logon]))).toEqual({
      Event: {
        System: {
          Provider: { Name: 'Microsoft-Windows-Security-Auditing' },
          EventID: 4625,
          Version: 0,
          Level: 4,
          Task: 0,
          Opcode: 0,
          Keywords: '0x8000000000000000',
          TimeCreated: { SystemTime: '2026-11-26T08:54:24.1234567Z' },
          EventRecordID: 1,
          Correlation: {},
          Execution: { ProcessID: 4, ThreadID: 8 },
          Channel: 'Security',
          Computer: 'SRV1.example.test',
          Security: { UserID: 'S-1-5-18' },
        },
        EventData: { TargetUserName: 'administrator', LogonType: 3, IpAddress: '203.0.113.9' },
      },
    });
  });

  test('is XML as Windows shows it', () => {
    const { records } = readAll(logOf([{ data: { A: 'x' } }]), (record) => record.xml());
    expect(records[0]).toBe(
      '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Provider"/>' +
        '<EventID>1</EventID><Version>0</Version><Level>4</Level><Task>0</Task><Opcode>0</Opcode>' +
        '<Keywords>0x8000000000000000</Keywords><TimeCreated SystemTime="2023-11-14T22:13:20.0000000Z"/>' +
        '<EventRecordID>1</EventRecordID><Correlation/><Execution ProcessID="4" ThreadID="8"/>' +
        '<Channel>System</Channel><Computer>HOST</Computer><Security UserID="S-1-5-18"/></System>' +
        '<EventData><Data Name="A">x</Data></EventData></Event>',
    );
  });

  test('with data without names has them in a list', () => {
    const bytes = logOf([{ data: ['a', given.texts('b', 'c'), given.u32(7)] }]);
    expect(onlyJson(bytes)).toMatchObject({ Event: { EventData: { Data: ['a', 'b', 'c', 7] } } });
    expect(readAll(bytes, (record) => record.get('Data')).records).toEqual([['a', 'b', 'c', 7]]);
  });

  test('with data of the user is named by elements, and a field of System is not taken for theirs', () => {
    const bytes = logOf([
      {
        eventId: 104,
        channel: 'System',
        userData: 'LogFileCleared',
        data: { Channel: 'Security', SubjectUserName: 'eve' },
      },
    ]);
    expect(onlyJson(bytes)).toMatchObject({
      Event: { UserData: { LogFileCleared: { Channel: 'Security', SubjectUserName: 'eve' } } },
    });
    const { records } = readAll(bytes, (record) =>
      ['Channel', 'UserData.Channel', 'UserData.LogFileCleared.Channel', 'SubjectUserName'].map((name) =>
        record.get(name),
      ),
    );
    expect(records).toEqual([['System', 'Security', 'Security', 'eve']]);
  });
});

describe('an element', () => {
  test('has what stands around values, and what only a name or a number tells', () => {
    const root = {
      name: 'R',
      attributes: { a: ['x', { value: 0 }] },
      content: [
        { name: 'T', content: ['1 ', { entity: 'lt' }, { char: 0x41 }, { cdata: ' & ' }, { value: 0 }] },
      ],
    };
    const bytes = plain(root, [given.u32(5)]);
    expect(onlyJson(bytes)).toEqual({ R: { a: 'x5', T: '1 <A & 5' } });
    expect(readAll(bytes, (record) => record.xml()).records).toEqual([
      '<R a="x5"><T>1 &lt;A &amp; 5</T></R>',
    ]);
  });

  test('is not there without its optional value, nor is an attribute', () => {
    const root = {
      name: 'R',
      content: [
        { name: 'Gone', attributes: { kept: 'x' }, content: [{ value: 0 }] },
        { name: 'Kept', attributes: { gone: { value: 0 } }, content: [{ value: 0, optional: false }] },
      ],
    };
    const bytes = plain(root, [given.null()]);
    expect(onlyJson(bytes)).toEqual({ R: { Kept: null } });
    expect(readAll(bytes, (record) => record.xml()).records).toEqual(['<R><Kept></Kept></R>']);
  });

  test('that comes again is a list; attributes beside text stand beside it', () => {
    const leaf = (text: string) => ({ name: 'L', attributes: { q: { value: 0 } }, content: [text] });
    const bytes = plain({ name: 'R', content: [leaf('a'), leaf('b'), { name: 'E' }] }, [given.u16(9)]);
    expect(onlyJson(bytes)).toEqual({ R: { L: ['a', 'b'], L_attributes: [{ q: 9 }, { q: 9 }], E: null } });
  });

  test('that the record itself names is named so, and a name that comes again is a list', () => {
    const data = (name: number, value: number) => ({
      name: 'Data',
      attributes: { Name: { value: name } },
      content: [{ value }],
    });
    const bytes = plain({ name: 'EventData', content: [data(0, 1), data(2, 3), data(0, 3)] }, [
      given.text('A'),
      given.u32(1),
      given.text('__proto__'),
      given.u32(2),
    ]);
    const { records } = readAll(bytes, (record) => [
      Buffer.from(record.json() ?? []).toString('utf8'),
      record.get('A'),
      record.get('__proto__'),
      record.get('constructor'),
    ]);
    expect(records).toEqual([['{"EventData":{"A":[1,2],"__proto__":2}}', 1, 2, undefined]]);
  });

  test('within a value is read with and without dependency identifiers', () => {
    for (const dependent of [true, false]) {
      const fragment = { name: 'UserData', content: [{ name: 'X', content: ['y'] }] };
      const bytes = plain({ name: 'Event', content: [{ value: 0 }] }, [{ fragment, dependent }]);
      expect(onlyJson(bytes)).toEqual({ Event: { UserData: { X: 'y' } } });
      expect(readAll(bytes, (record) => record.get('X')).records).toEqual(['y']);
    }
  });

  test('that two fragments bring joins its like', () => {
    const value: GivenValue = { fragment: { name: 'D', content: ['y'] } };
    const bytes = plain(
      { name: 'Event', content: [{ value: 0 }, { name: 'D', content: ['x'] }, { value: 1 }] },
      [value, value],
    );
    expect(onlyJson(bytes)).toEqual({ Event: { D: ['x', 'y', 'y'] } });
  });
});

describe('definitions', () => {
  test('stand at other places in each chunk, and are the same', () => {
    const events = Array.from({ length: 120 }, (_, index) => ({ data: { [`N${index % 7}`]: `${index}` } }));
    const { records } = readAll(logOf(events), (record) => record.fields());
    expect(records).toEqual(events.map((_, index) => [[`N${index % 7}`, `${index}`]]));
  });

  test('of one GUID with other content stay two', () => {
    const guid = new Uint8Array(16).fill(3);
    const chunks = ['A', 'B'].map((name) => {
      const chunk = new ChunkWriter();
      chunk.record({ number: 1, template: { guid, root: { name, content: ['x'] } }, values: [] });
      return chunk.finish();
    });
    expect(readAll(fileOf(chunks), jsonOf).records).toEqual([{ A: 'x' }, { B: 'x' }]);
  });

  test('that were written over leave values without names', () => {
    const [chunk] = chunksOf([[{ data: { A: 'x', B: given.u32(7) } }]]);
    const bytes = chunk?.bytes ?? Buffer.alloc(0);
    // The definition of the data follows that of the event; its id is told twice.
    const at = bytes.indexOf(Buffer.from('EventData', 'utf16le'));
    bytes[at + 2] = 0x58;
    chunk?.seal();
    expect(onlyJson(fileOf([bytes]))).toMatchObject({ Event: { EventData: { Data: ['x', 7] } } });
  });
});
