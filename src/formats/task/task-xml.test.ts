import { describe, expect, test } from 'bun:test';
import { durationSeconds } from './duration.ts';
import { parseTaskXml, readTaskFile } from './task-xml.ts';

const honest = `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Date>2024-03-01T08:15:30.1234567</Date>
    <Author>HOST\\alice</Author>
    <URI>\\Backup</URI>
    <SecurityDescriptor>D:(A;;FA;;;BA)</SecurityDescriptor>
  </RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>2024-03-01T03:00:00</StartBoundary>
      <ScheduleByWeek><WeeksInterval>2</WeeksInterval><DaysOfWeek><Monday /></DaysOfWeek></ScheduleByWeek>
    </CalendarTrigger>
    <EventTrigger><Enabled>false</Enabled><Subscription>&lt;QueryList/&gt;</Subscription></EventTrigger>
  </Triggers>
  <Principals><Principal id="Author"><UserId>S-1-5-18</UserId><RunLevel>HighestAvailable</RunLevel></Principal></Principals>
  <Settings><Hidden>false</Hidden></Settings>
  <Actions Context="Author">
    <Exec><Command>%windir%\\system32\\robocopy.exe</Command><Arguments>C:\\Data D:\\ /MIR</Arguments></Exec>
    <ComHandler><ClassId>{0A1B2C3D-0000-0000-0000-000000000001}</ClassId><Data>x</Data></ComHandler>
  </Actions>
</Task>`;

const mining = `<Task><Triggers><TimeTrigger><StartBoundary>2024-03-01T00:00:00</StartBoundary>
<Repetition><Interval>PT1M</Interval><StopAtDurationEnd>false</StopAtDurationEnd></Repetition></TimeTrigger>
<BootTrigger/></Triggers><Settings><Hidden>true</Hidden></Settings>
<Actions><Exec><Command>powershell.exe</Command><Arguments>-w hidden -e SQBFAFgA</Arguments></Exec></Actions></Task>`;

describe('a task', () => {
  test('of an administrator tells who made it, when it runs, and what', () => {
    const task = parseTaskXml(honest);
    expect(task).toMatchObject({
      uri: '\\Backup',
      author: 'HOST\\alice',
      date: '2024-03-01T08:15:30.1234567',
      security: 'D:(A;;FA;;;BA)',
      enabled: true,
      hidden: false,
      flaw: undefined,
    });
    expect(task?.triggers).toMatchObject([
      {
        kind: 'calendar',
        enabled: true,
        start: '2024-03-01T03:00:00',
        detail: 'Week WeeksInterval 2 DaysOfWeek Monday',
      },
      { kind: 'event', enabled: false, detail: '<QueryList/>' },
    ]);
    expect(task?.principals).toMatchObject([
      { id: 'Author', user: 'S-1-5-18', runLevel: 'HighestAvailable' },
    ]);
    expect(task?.actions).toEqual([
      {
        kind: 'run',
        command: '%windir%\\system32\\robocopy.exe',
        arguments: 'C:\\Data D:\\ /MIR',
        folder: '',
      },
      { kind: 'class', classId: '{0A1B2C3D-0000-0000-0000-000000000001}', data: 'x' },
    ]);
  });

  test('of a miner runs every minute, hidden, with an encoded command', () => {
    const task = parseTaskXml(mining);
    expect(task?.hidden).toBe(true);
    expect(task?.triggers.map(({ kind, everySeconds }) => [kind, everySeconds])).toEqual([
      ['time', 60],
      ['boot', 0],
    ]);
    expect(task?.actions).toMatchObject([{ kind: 'run', arguments: '-w hidden -e SQBFAFgA' }]);
  });

  test('is the same in UTF-16 of both orders and in UTF-8', () => {
    const little = Buffer.from(`\ufeff${honest}`, 'utf16le');
    for (const [bytes, encoding] of [
      [little, 'utf-16le'],
      [Buffer.from(little).swap16(), 'utf-16be'],
      [Buffer.from(honest), 'utf-8'],
    ] as const) {
      const read = readTaskFile(bytes);
      expect(read?.encoding).toBe(encoding);
      expect(read?.task).toEqual(parseTaskXml(honest));
    }
  });

  test('that is broken gives what stands before the break; another document is none', () => {
    const cut = parseTaskXml(mining.slice(0, mining.indexOf('</Exec>')));
    expect(cut?.flaw).toBe('end');
    expect(cut?.actions).toMatchObject([{ command: 'powershell.exe' }]);
    expect(parseTaskXml('<Project/>')).toBeUndefined();
    expect(readTaskFile(Buffer.from('MZ'))).toBeUndefined();
    expect(parseTaskXml('<!DOCTYPE x><Task/>')).toBeUndefined();
  });

  test('with more than one list, unknown actions and triggers hides none of them', () => {
    const task = parseTaskXml(
      '<Task><Actions><Exec><Command>a.exe</Command></Exec></Actions><Actions><Exec><Command>b.exe</Command></Exec>' +
        '<Odd/></Actions><Triggers><NewTrigger><Enabled>0</Enabled></NewTrigger></Triggers></Task>',
    );
    expect(task?.actions).toMatchObject([
      { command: 'a.exe' },
      { command: 'b.exe' },
      { kind: 'other', name: 'Odd' },
    ]);
    expect(task?.triggers).toMatchObject([{ kind: 'other', enabled: false, detail: 'NewTrigger' }]);
  });
});

test('durations are seconds, and what is none is 0', () => {
  expect(['PT1M', 'P1D', 'PT90S', 'P1Y2M3DT4H5M6S', 'PT0.5S'].map(durationSeconds)).toEqual([
    60,
    86_400,
    90,
    365 * 86_400 + 60 * 86_400 + 3 * 86_400 + 4 * 3600 + 306,
    0.5,
  ]);
  expect(['', 'P', '1M', 'PT1X', undefined, `PT${'9'.repeat(400)}S`].map(durationSeconds)).toEqual([
    0, 0, 0, 0, 0, 0,
  ]);
});
