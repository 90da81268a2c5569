import { describe, expect, test } from 'bun:test';
import { eventFixture, logFixture } from '../model/facts/event.fixture.ts';
import type { LogEvent } from '../model/facts/event.ts';
import { printableText } from '../model/text.ts';
import type { EventWriter } from '../store/event-store.ts';
import { KeptEvents } from './logs.ts';
import { redactor } from './redact.ts';

const text = printableText;
const line = 'sudo: eve : COMMAND=/usr/bin/mysql -u root -phunter2Correct shop';
const spoken: LogEvent = {
  ...eventFixture({ us: 1, what: 'login' }),
  what: 'privilege',
  program: 'sudo',
  outcome: 'accepted',
  account: text('eve'),
  as: text('root'),
  command: text('/usr/bin/mysql -u root -phunter2Correct shop'),
  text: text(line),
};

describe('events on their way into a case', () => {
  test('lose their secrets, in the line and in what was read of it', () => {
    const masked = JSON.stringify(redactor(false).event(spoken));
    expect(masked).not.toContain('hunter2');
    expect(masked).toContain('mysql -u root -p***');
    expect(redactor(true).event(spoken)).toBe(spoken);
  });

  test('stay what they are where they hold none', () => {
    const plain = eventFixture({
      us: 1,
      what: 'login',
      text: text('Failed password for root from 192.0.2.7'),
    });
    expect(redactor(false).event(plain)).toBe(plain);
  });

  test('that the store cannot take end the reading, and the failure is kept', () => {
    let given = 0;
    const writer: EventWriter = {
      counts: { stored: 0, known: 0 },
      begin: () => {},
      event: () => {
        given += 1;
        throw new Error('the disk is full');
      },
      end: () => {},
      close: () => {},
    };
    const kept = new KeptEvents(() => writer, redactor(false));
    expect(kept.stopped()).toBeUndefined();
    for (let times = 0; times < 3; times += 1) kept.event(eventFixture({ us: 1, what: 'login' }));
    kept.end(logFixture);
    kept.close();
    expect(given).toBe(1);
    expect(kept.failed).toBeInstanceOf(Error);
    expect(kept.stopped()).toBe('the case cannot be written');
  });

  test('open no store where none comes', () => {
    const kept = new KeptEvents(() => {
      throw new Error('opened');
    }, redactor(false));
    kept.close();
    expect(kept.failed).toBeUndefined();
  });
});
