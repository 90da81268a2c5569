/** Each line of a log without years gets the year that the file's own times bear out, and no more certainty than that. */
import { describe, expect, test } from 'bun:test';
import { printableText } from '../../model/text.ts';
import { LogReader } from './decode-log.ts';
import type { LogFormat } from './decoder.ts';
import { LineReader } from './line-reader.ts';
import { yumLog } from './packages/rpm.ts';
import { kubelet } from './services/klog.ts';
import { redis } from './services/redis.ts';
import { syslog } from './syslog.ts';
import { type Anchor, type ScannedYears, YearScan } from './years.ts';

const us = (text: string): number => Date.parse(text) * 1000;

function scanned(format: LogFormat, text: string): YearScan {
  const scan = new YearScan(format.yearless);
  const lines = new LineReader((line) => scan.see(line.bytes, line.start, line.end, line.number));
  lines.push(Buffer.from(text, 'latin1'));
  lines.end();
  return scan;
}

/** Day of each line with `?` behind what is not certain, as its reader gives it. */
function days(format: LogFormat, text: string, years: ScannedYears): readonly string[] {
  const found: string[] = [];
  const reader = new LogReader(printableText('/x'), format, { years }, (event) => {
    const at = new Date(event.us / 1000).toISOString();
    found.push(`${at.slice(0, 10)}${event.certain ? '' : '?'}`);
  });
  reader.push(Buffer.from(text, 'latin1'));
  reader.end();
  return found;
}

const dated = (written: string | Partial<Anchor>, ...shown: readonly string[]): readonly string[] => {
  const text = shown.map((day) => `${day.length > 6 ? day : `${day} 03:00:00`} host x[1]: y\n`).join('');
  const anchor = typeof written === 'string' ? { us: us(written) } : written;
  const years = scanned(syslog, text).resolve({ us: 0, isWritten: true, ...anchor });
  return days(syslog, text, years);
};

describe('the turn of the year', () => {
  test('lies between December and January, and the file ends when it was written', () => {
    expect(dated('2024-02-02T05:00:00Z', 'Nov 30', 'Dec 31', 'Jan  1', 'Feb  2')).toEqual([
      '2023-11-30',
      '2023-12-31',
      '2024-01-01',
      '2024-02-02',
    ]);
  });

  test('of lines that two writers put in some disorder', () => {
    const shown = ['Dec 31 23:59:58', 'Jan  1 00:00:01', 'Dec 31 23:59:59', 'Jan  1 00:00:02'];
    expect(dated('2024-01-01T00:00:02Z', ...shown)).toEqual([
      '2023-12-31',
      '2024-01-01',
      '2023-12-31',
      '2024-01-01',
    ]);
  });

  test('just before the file was last written, in whatever zone', () => {
    expect(dated('2024-01-01T00:10:00Z', 'Dec 30', 'Dec 31 23:00:00')).toEqual(['2023-12-30', '2023-12-31']);
    expect(dated('2023-12-31T16:10:00Z', 'Dec 31', 'Jan  1 00:10:00')).toEqual(['2023-12-31', '2024-01-01']);
    expect(dated('2024-02-29T16:10:00Z', 'Mar  1 00:10:00')).toEqual(['2024-03-01']);
  });

  test('turns as often as the log goes back, and before a long silence nothing is certain', () => {
    expect(dated('2024-07-01T03:00:00Z', 'Mar  1', 'Jan  5', 'Jan  6', 'Dec 24', 'Jul  1')).toEqual([
      '2022-03-01?',
      '2023-01-05?',
      '2023-01-06?',
      '2023-12-24?',
      '2024-07-01',
    ]);
  });

  test('of a log that goes on for years', () => {
    const shown = Array.from({ length: 36 }, (_, index) => {
      const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][
        index % 12
      ];
      return `${month} 15`;
    });
    const found = dated('2024-12-15T04:00:00Z', ...shown);
    expect(found.filter((day) => day.endsWith('?'))).toEqual([]);
    expect(found.map((day) => day.slice(0, 4))).toEqual(
      shown.map((_, index) => String(2022 + Math.floor(index / 12))),
    );
  });
});

describe('the certainty of a year', () => {
  test('needs a file that was written with its last line', () => {
    expect(dated('2024-06-02T05:00:00Z', 'Nov 30', 'Dec  1')).toEqual(['2023-11-30?', '2023-12-01?']);
    expect(dated({ us: us('2024-06-02T05:00:00Z'), isWritten: false }, 'Jun  2')).toEqual(['2024-06-02?']);
  });

  test('of a log of one line', () => {
    expect(dated('2024-05-01T03:00:01Z', 'May  1')).toEqual(['2024-05-01']);
    expect(dated('2024-04-20T03:00:01Z', 'May  1')).toEqual(['2023-05-01?']);
    // The same day, but hours after the file was written: it is of another year.
    expect(dated('2024-05-01T03:00:00Z', 'May  1 23:00:00')).toEqual(['2023-05-01?']);
  });

  test('is not borrowed from the day alone', () => {
    expect(dated('2024-05-03T03:00:00Z', 'May  1 01:00:00')).toEqual(['2024-05-01?']);
  });
});

describe('the 29th of February', () => {
  test('lies in a leap year, and moves what stands before it', () => {
    expect(dated('2024-03-01T03:00:00Z', 'Feb 28', 'Feb 29', 'Mar  1')).toEqual([
      '2024-02-28',
      '2024-02-29',
      '2024-03-01',
    ]);
    expect(dated('2023-03-05T10:00:00Z', 'Jan 30', 'Feb 28', 'Feb 29', 'Mar  1')).toEqual([
      '2020-01-30?',
      '2020-02-28?',
      '2020-02-29?',
      '2020-03-01?',
    ]);
  });

  test('of a winter that began in the year before', () => {
    expect(dated('2024-02-29T04:00:00Z', 'Dec 20', 'Jan 10', 'Feb 29')).toEqual([
      '2023-12-20',
      '2024-01-10',
      '2024-02-29',
    ]);
  });

  test('is a day that no other year has', () => {
    expect(dated('2100-02-28T04:00:00Z', 'Feb 28', 'Feb 29')).toEqual(['2096-02-28?', '2096-02-29?']);
  });
});

describe('a clock that was wrong for a while', () => {
  test('at the epoch after a boot moves nothing else, and its lines are told', () => {
    const shown = ['Nov 26', 'Jan  1 00:00:12', 'Jan  1 00:00:13', 'Nov 26', 'Nov 27'];
    expect(dated('2024-11-27T03:00:00Z', ...shown)).toEqual([
      '2024-11-26',
      '2024-01-01?',
      '2024-01-01?',
      '2024-11-26',
      '2024-11-27',
    ]);
  });

  test('at another day is assumed, and so is the year of what stands before', () => {
    expect(dated('2024-11-27T03:00:00Z', 'Nov 25', 'Feb 12', 'May  3', 'Nov 26', 'Nov 27')).toEqual([
      '2024-11-25?',
      '2024-02-12?',
      '2024-05-03?',
      '2024-11-26',
      '2024-11-27',
    ]);
  });

  test('is not a year of few lines', () => {
    const shown = ['Nov 26', 'Jan  5', 'Mar  1', 'Apr 20', 'Jun 15', 'Aug 10', 'Oct  2', 'Nov 27'];
    expect(dated('2024-11-27T03:00:00Z', ...shown).map((day) => day.slice(0, 4))).toEqual([
      '2023',
      ...Array.from({ length: 7 }, () => '2024'),
    ]);
  });

  test('and set back by days is the same stretch of time', () => {
    expect(dated('2024-03-12T03:00:00Z', 'Mar 10', 'Mar  2', 'Mar 12')).toEqual([
      '2024-03-10',
      '2024-03-02',
      '2024-03-12',
    ]);
  });
});

describe('what is no time', () => {
  test('a message that begins with a month, or goes on with one', () => {
    const text =
      'Mar 10 03:00:00 host app[1]: the date is\nMay 1 was chosen\nDec 24: closed\nJan  2 at three\nMar 10 03:00:01 host app[1]: ok\n';
    const years = scanned(syslog, text).resolve({ us: us('2024-03-10T03:00:02Z'), isWritten: true });
    expect(days(syslog, text, years)).toEqual(['2024-03-10', '2024-03-10']);
  });

  test('days and hours that there are none of', () => {
    const scan = new YearScan();
    for (const [index, text] of [
      'Foo 99 no',
      'Jan 32 03:00:00 h',
      'Jan  2 25:00:00 h',
      'Jan  2 03:00',
    ].entries()) {
      const bytes = Buffer.from(text);
      scan.see(bytes, 0, bytes.length, index + 1);
    }
    const years = scan.resolve({ us: us('2024-01-02T03:00:00Z'), isWritten: true });
    expect([years.first, years.isCertain(1), years.at(1, 1, 2)]).toEqual([undefined, false, 2024]);
  });

  test('ten thousand turns of the year end in uncertainty and no memory', () => {
    const shown = Array.from({ length: 25_000 }, (_, index) => (index % 2 === 0 ? 'Mar  1' : 'Sep  1'));
    const found = dated('2024-09-01T03:00:00Z', ...shown);
    expect(found.length).toBe(25_000);
    expect(found.every((day) => day.endsWith('?'))).toBe(true);
  });
});

describe('the files of a rotated set', () => {
  test('that lost their times end where the next one begins', () => {
    const newest = 'Jan  3 03:00:00 host x[1]: y\n';
    const next = scanned(syslog, newest).resolve({ us: us('2024-01-03T03:00:00Z'), isWritten: true }).first;
    expect(next).toEqual({ us: us('2024-01-03T03:00:00Z'), certain: true });
    const copied = us('2024-06-30T00:00:00Z');
    expect(dated({ us: copied, next }, 'Dec 28', 'Jan  2 23:59:00')).toEqual(['2023-12-28', '2024-01-02']);
    // A year of rotated files, the oldest of which shows a later day of the year than the newest.
    expect(dated({ us: copied, next: { us: us('2023-02-01T00:00:00Z'), certain: true } }, 'Jan 30')).toEqual([
      '2023-01-30',
    ]);
    expect(dated({ us: copied, next: { us: us('2023-05-01T00:00:00Z'), certain: true } }, 'Jan 30')).toEqual([
      '2023-01-30?',
    ]);
    expect(dated({ us: copied, next: { us: us('2023-02-01T00:00:00Z'), certain: false } }, 'Jan 30')).toEqual(
      ['2023-01-30?'],
    );
  });
});

describe('logs of services without a year', () => {
  const written = us('2024-01-01T03:04:06Z');

  test('Redis before 3', () => {
    const text =
      '[1234] 31 Dec 23:59:59.678 * DB saved on disk\n[1234] 01 Jan 03:04:05.678 * DB saved on disk\n';
    const years = scanned(redis, text).resolve({ us: written, isWritten: true });
    expect(days(redis, text, years)).toEqual(['2023-12-31', '2024-01-01']);
    const one = '[7] 02 Jan 03:04:05.678 * DB saved on disk\n';
    expect(days(redis, one, scanned(redis, one).resolve({ us: written, isWritten: true }))).toEqual([
      '2023-01-02?',
    ]);
  });

  test('Redis that was upgraded in between', () => {
    const text =
      '[1234] 31 Dec 23:00:00.000 * DB saved on disk\n99:M 01 Jan 2024 03:04:05.678 * DB saved on disk\n';
    const years = scanned(redis, text).resolve({ us: written, isWritten: true });
    expect(days(redis, text, years)).toEqual(['2023-12-31', '2024-01-01']);
  });

  test('klog', () => {
    const text =
      'I1231 23:59:59.000001    1234 server.go:459] "HTTP" verb="GET"\nI0101 03:04:05.678901    1234 server.go:459] x\n';
    const years = scanned(kubelet, text).resolve({ us: written, isWritten: true });
    expect(days(kubelet, text, years)).toEqual(['2023-12-31', '2024-01-01']);
  });

  test('yum', () => {
    const text = 'Dec 31 23:59:59 Installed: curl-7.29.0-59.el7.x86_64\nJan 01 03:04:05 Erased: curl\n';
    const years = scanned(yumLog, text).resolve({ us: written, isWritten: true });
    expect(days(yumLog, text, years)).toEqual(['2023-12-31', '2024-01-01']);
  });
});
